// The Live card: asks for one frame at a time, and shows what came in beside what the memory recovers of it.
// Mounted by `app/components/views.py` on #live. The server has the clock; the next frame is asked for when it is due and
// the last answer is here, so nothing queues up, and Stop does not wait for the server.

import { losses } from "../core/connection.js";
import { calm, viewRoot } from "../core/dom.js";
import { messageOf } from "../core/format.js";
import { rpc } from "../core/rpc.js";
import { chooseFiles, uploadFiles, uploadWords } from "../core/upload.js";
import { openCamera } from "./camera.js";
import { controls } from "./controls.js";
import { LivePicture } from "./picture.js";

const PATIENCE = 20000; // milliseconds an answer may take: a model may have to be loaded first
const CALM = 500; // milliseconds between two pictures where less motion is wanted

/** @import { LiveFrame, LiveSessionsServer } from "../core/payloads.js" */
/** @import { ViewParts } from "../core/types.js" */
/** @import { Setup } from "./controls.js" */

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
    this.picture = new LivePicture(root, this.controls.bar);
    this.changed();
    document.addEventListener("visibilitychange", () => document.hidden && this.leave());
  }

  /** A different source, model or padding: a running stream starts again with it. */
  changed() {
    const { choice } = this.controls;
    const model = this.setup.models.find((m) => m.name === choice.model);
    if (this.on) this.start();
    else if (model) this.picture.empty(model, choice.padding);
  }

  async start() {
    const ticket = this.begin();
    this.since = losses();
    this.picture.say("Starting …");
    const current = () => ticket === this.ticket;
    try {
      const { source, model, padding, speed, file } = this.controls.choice;
      if (source === "camera") {
        const camera = await openCamera(this.setup.camera.side);
        if (!current()) return camera.close();
        this.camera = camera;
      }
      const facts = await this.server.begin_stream({ ticket, source, model, padding, speed, file });
      if (!current()) return;
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
      const asked = performance.now();
      const { frame, due, ended } = await this.server.next_frame({
        ticket: this.ticket,
        speed: this.controls.choice.speed,
        picture: this.camera?.capture() ?? null,
      });
      if (!current()) return;
      if (!frame) return losses() === this.since ? this.ended(ended) : this.start();
      this.show(frame, current);
      await pause(Math.max(0, due * 1000 - (performance.now() - asked)));
    }
  }

  /** @param {LiveFrame} frame @param {() => boolean} current */
  show(frame, current) {
    const due = !calm() || frame.frame === 1 || performance.now() - this.painted > CALM;
    if (due) this.painted = performance.now();
    this.picture.take(frame, due, current);
  }

  /** A new ticket: whatever is still on its way belongs to the old one and is not heard. */
  begin() {
    this.quiet();
    this.on = true;
    this.controls.running(true);
    return this.ticket;
  }

  quiet() {
    this.ticket += 1;
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
