// The Live card: asks for one frame at a time, and shows what came in beside what the memory recovers of it.
// Mounted by `app/components/views.py` on #live. The server has the clock; the next frame is asked for when it is due and
// the last answer is here, so nothing queues up, and Stop needs nobody's consent.

import { calm } from "../core/dom.js";
import { openCamera } from "./camera.js";
import { controls } from "./controls.js";
import { LivePicture } from "./picture.js";

const PATIENCE = 20000; // milliseconds an answer may take: a model may have to be loaded first
const CALM = 500; // milliseconds between two pictures where less motion is wanted

export function mount({ element, props, trigger, watch }) {
  const setup = typeof props.setup === "string" ? JSON.parse(props.setup) : props.setup;
  const live = new Live(element.querySelector(".imfn-root") || element, setup, trigger);
  window.imfn = Object.assign(window.imfn || {}, { live });
  watch("value", () => props.value && live.heard(JSON.parse(props.value)));
}

class Live {
  constructor(root, setup, trigger) {
    Object.assign(this, { root, setup, trigger, ticket: Date.now(), on: false, camera: null, painted: 0 });
    this.controls = controls(setup, {
      toggle: () => (this.on ? this.stop() : this.start()),
      changed: () => this.changed(),
    });
    this.picture = new LivePicture(root, this.controls.bar);
    this.changed();
    document.addEventListener("visibilitychange", () => document.hidden && this.leave());
  }

  /** A different source, model or padding: a running stream starts again with it. */
  changed() {
    const { choice } = this.controls;
    if (this.on) return this.start();
    this.picture.empty(
      this.setup.models.find((m) => m.name === choice.model),
      choice.padding,
    );
  }

  async start() {
    const ticket = this.begin();
    const { source, model, padding, speed } = this.controls.choice;
    this.picture.say("Starting …");
    if (source === "camera") {
      try {
        const camera = await openCamera(this.setup.camera.side);
        if (ticket !== this.ticket) return camera.close();
        this.camera = camera;
      } catch (error) {
        return ticket === this.ticket && this.stop(error.message, true);
      }
    }
    this.ask("live_begin", { source, model, padding, speed });
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
    clearTimeout(this.timer);
    clearTimeout(this.watchdog);
    this.camera?.close();
    this.camera = null;
    this.on = false;
    this.controls.running(false);
  }

  stop(sentence = "", error = false) {
    this.trigger("live_end", { ticket: this.ticket });
    this.quiet();
    this.picture.say(sentence, error);
  }

  leave() {
    if (this.on) this.stop("Stopped when this tab was left; start it again.");
  }

  ask(event, wish) {
    this.asked = performance.now();
    clearTimeout(this.watchdog);
    this.watchdog = setTimeout(
      () => this.stop(`There was no answer for ${PATIENCE / 1000} seconds; start it again.`, true),
      PATIENCE,
    );
    this.trigger(event, { ticket: this.ticket, ...wish });
  }

  next() {
    if (!this.root.getClientRects().length) return this.leave();
    if (this.camera?.ended()) return this.stop("The camera was switched off.");
    const wish = { speed: this.controls.choice.speed };
    if (this.camera) wish.picture = this.camera.capture();
    this.ask("live_next", wish);
  }

  heard(answer) {
    if (answer.state === "upload") return this.uploaded(answer);
    if (answer.ticket !== this.ticket || !this.on) return;
    clearTimeout(this.watchdog);
    if (answer.state === "ended") {
      this.quiet();
      return this.picture.say(answer.sentence, answer.error);
    }
    const late = performance.now() - this.asked;
    this.timer = setTimeout(() => this.next(), Math.max(0, answer.due * 1000 - late));
    if (answer.leaves) return this.picture.begin(answer);
    const ticket = this.ticket;
    const due = !calm() || answer.frame === 1 || performance.now() - this.painted > CALM;
    if (due) this.painted = performance.now();
    this.picture.take(answer, due, () => ticket === this.ticket);
  }

  uploaded({ name, model, sentence, error }) {
    if (error) return this.picture.say(sentence, true);
    this.controls.uploaded(name, model);
    if (!this.on) this.start();
  }
}
