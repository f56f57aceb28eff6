// The Live card: asks for one frame at a time, and shows what came in beside what the memory recovers of it.
// Mounted by `app/components/views.py` on #live. The server has the clock; the next frame is asked for when it is due and
// the last answer is here, so nothing queues up, and Stop does not wait for the server.

import { losses } from "../core/connection.js";
import { calm, viewRoot } from "../core/dom.js";
import { saveFile } from "../core/download.js";
import { messageOf, size } from "../core/format.js";
import { rpc } from "../core/rpc.js";
import { chooseFiles, uploadFiles, uploadWords } from "../core/upload.js";
import { openCamera } from "./camera.js";
import { controls } from "./controls.js";
import { ForestSection } from "./forest.js";
import { LivePicture } from "./picture.js";

const PATIENCE = 20000; // milliseconds an answer may take: a model may have to be loaded first
const CALM = 500; // milliseconds between two pictures where less motion is wanted

const LONG = 60_000; // milliseconds that a file may take

/** @import { Forest, LiveFrame, LiveSessionsServer } from "../core/payloads.js" */
/** @import { ViewParts } from "../core/types.js" */
/** @import { Setup } from "./controls.js" */
/** @import { Offer } from "./forest.js" */

/** @param {ViewParts} parts */
export function mount(parts) {
  const setup = typeof parts.props.setup === "string" ? JSON.parse(parts.props.setup) : parts.props.setup;
  const live = new Live(viewRoot(parts.element), setup, parts);
  window.imfn = Object.assign(window.imfn || {}, { live });
}

class Live {
  ticket = Date.now(); // the stream's name: what belongs to an older one is not heard
  on = false;
  since = 0; // losses of the connection when the stream began: after another one the server has forgotten it
  painted = 0; // when a picture was last drawn
  stream = 0; // the ticket of the stream that began last: it can be saved until another begins
  stopped = false; // whether that one has ended and is still shown
  offer = /** @type {Offer | null} */ (null); // the saved stream that Start goes on from
  camera = /** @type {Awaited<ReturnType<typeof openCamera>> | null} */ (null);

  /** @param {HTMLElement} root @param {Setup} setup @param {ViewParts} parts */
  constructor(root, setup, { server }) {
    this.root = root;
    this.setup = setup;
    /** @type {LiveSessionsServer} */
    this.server = rpc(server, { timeout: PATIENCE });
    this.controls = controls(setup, {
      toggle: () => (this.on ? this.stop() : this.start()),
      changed: () => this.changed(),
      chooseFile: () => this.chooseFile(),
    });
    this.forest = new ForestSection(setup.roots, this.controls.choice.roots, {
      save: () => this.save(),
      open: () => this.chooseSaved(),
      anew: () => {
        this.goOn(null, null);
        this.forest.opening.focus(); // the button that was pressed is gone
      },
      keep: (roots) => this.controls.keep(roots),
    });
    this.picture = new LivePicture(root, this.controls.bar, this.forest);
    this.changed();
    document.addEventListener("visibilitychange", () => document.hidden && this.leave());
  }

  /** A different source, model, padding or number of roots: a running stream starts again with it. */
  changed() {
    const { choice } = this.controls;
    const model = this.setup.models.find((m) => m.name === choice.model);
    if (this.on) this.start();
    else if (model) {
      this.picture.empty(model, choice.padding);
      if (this.offer) this.forest.offer(this.offer, model.leaves);
      else if (!this.stopped) this.forest.empty(model.leaves, choice.roots);
      this.picture.paint();
    }
  }

  async start() {
    const ticket = this.begin();
    this.since = losses();
    this.picture.say("Starting …");
    const current = () => ticket === this.ticket;
    try {
      const { source, model, padding, speed, file, roots, saved } = this.controls.choice;
      if (source === "camera") {
        const camera = await openCamera(this.setup.camera.side);
        if (!current()) return camera.close();
        this.camera = camera;
      }
      const facts = await this.server.begin_stream({ ticket, source, model, padding, speed, file, roots, saved });
      if (!current()) return;
      this.stream = ticket;
      this.stopped = false;
      this.forest.begin(facts.forest, facts.leaves, Boolean(saved));
      this.picture.begin(facts);
      await this.follow(current);
    } catch (error) {
      if (current()) this.stop(messageOf(error), true);
    }
  }

  /** Ask for frame after frame, each when it is due and the last answer is here, until the stream is another. @param {() => boolean} current */
  async follow(current) {
    while (current()) {
      if (!this.root.getClientRects().length) return this.leave();
      if (this.camera?.ended()) return this.stop("The camera was switched off.");
      const [asked, ticket] = [performance.now(), this.ticket];
      const { frame, forest, due, ended } = await this.server.next_frame({
        ticket,
        speed: this.controls.choice.speed,
        picture: this.camera?.capture() ?? null,
      });
      if (!current()) {
        // Stop was pressed while this frame was taken in: the stream has it, so that it is shown
        const last = () => !this.on && this.stream === ticket;
        if (frame && last()) this.show(frame, forest, last);
        return;
      }
      if (!frame) return losses() === this.since ? this.ended(ended) : this.start();
      this.show(frame, forest, current);
      await pause(Math.max(0, due * 1000 - (performance.now() - asked)));
    }
  }

  /** @param {LiveFrame} frame @param {Forest | null} forest @param {() => boolean} current */
  show(frame, forest, current) {
    const due = !calm() || !this.painted || performance.now() - this.painted > CALM;
    if (due) this.painted = performance.now();
    this.picture.take(frame, forest, due, current);
  }

  /** A new ticket: whatever is still on its way belongs to the old one and is not heard. */
  begin() {
    this.quiet();
    this.on = true;
    this.painted = 0;
    this.controls.running(true);
    return this.ticket;
  }

  quiet() {
    this.ticket += 1;
    this.stopped ||= this.on && Boolean(this.forest.shown?.frames);
    this.camera?.close();
    this.camera = null;
    this.on = false;
    this.controls.running(false);
  }

  stop(sentence = "", error = false) {
    this.server.end_stream({ ticket: this.ticket }).catch(() => {}); // a stream that nobody asks for ends by itself
    this.quiet();
    this.picture.say(sentence, error);
  }

  /** @param {string} sentence */
  ended(sentence) {
    this.quiet();
    this.picture.say(sentence);
  }

  leave() {
    if (this.on) this.stop("Stopped when this tab was left; start it again.");
  }

  /** The stream that runs, or the one that ran last, as a file. */
  async save() {
    this.forest.say("Saving …");
    try {
      const file = await this.server.save_stream({ ticket: this.stream }, { timeout: LONG });
      saveFile(file.url, file.name);
      this.forest.say(`${file.name} is ready, ${size(file.bytes)}.`);
    } catch (error) {
      this.forest.say(messageOf(error), true);
    }
  }

  /** A saved stream, shown at once; Start goes on from it. One that cannot be used changes nothing. */
  async chooseSaved() {
    const [file] = await chooseFiles({ accept: ".imfn-stream" });
    if (!file) return;
    try {
      const progress = (/** @type {import("../core/upload.js").Progress} */ now) => this.forest.say(uploadWords(now));
      const [{ name, path }] = await uploadFiles([file], { progress });
      const { model, forest } = await this.server.check_saved({ path }, { timeout: LONG });
      this.goOn({ name, forest }, { path, model });
    } catch (error) {
      this.forest.say(messageOf(error), true);
    }
  }

  /** @param {Offer | null} offer @param {import("./controls.js").Saved | null} saved */
  goOn(offer, saved) {
    if (this.on) this.stop();
    this.stopped = false;
    this.offer = offer;
    this.controls.goOn(saved);
  }

  /** A clip of the visitor's own; it starts by itself. */
  async chooseFile() {
    const [file] = await chooseFiles();
    if (!file) return;
    try {
      const progress = (/** @type {import("../core/upload.js").Progress} */ now) =>
        this.on || this.picture.say(uploadWords(now));
      for (const { path } of await uploadFiles([file], { progress }))
        this.controls.uploaded({ ...(await this.server.check_clip({ path })), path });
      if (!this.on) this.start();
    } catch (error) {
      this.picture.say(messageOf(error), true);
    }
  }
}

/** @param {number} milliseconds */
const pause = (milliseconds) => new Promise((done) => setTimeout(done, milliseconds));
