// The sequence of moving digits that Predict shows: its seed, what was said of its end, the frame that is looked at.
// Called by `predict/moving.js`; also reachable as `window.imfnMoving`.

import { messageOf } from "../core/format.js";
import { Store } from "../core/store.js";
import { current, whole, writeSoon } from "../core/url.js";
import { notice } from "../ui/notice.js";

/** @import { ForetellAnswer, ForetellingsServer } from "../core/payloads.js" */

/** `first`: the sequence that is shown first; `seen`, `ahead`: frames that are shown and asked. @typedef {{ first: number, seen: number, ahead: number }} MovingSetup */
/**
 * @typedef {object} MovingState
 * @property {number} seed
 * @property {ForetellAnswer | null} answer
 * @property {number} frame that is looked at, from 0
 * @property {boolean} asking
 * @property {boolean} playing
 * @property {string} message
 */
/** What changed. @typedef {"answer" | "frame" | "message"} MovingChange */

const LARGEST = 999_999;
const EVERY = 220; // milliseconds a frame stands

/** The sequence that an address names, and whether it names none. @param {string | null} text @param {number} first */
export function seedOf(text, first) {
  const seed = whole(text);
  const right = seed !== null && seed <= LARGEST;
  return { seed: right ? seed : first, wrong: text !== null && !right };
}

/** @extends {Store<MovingState, MovingChange>} */
export class MovingStore extends Store {
  /** @param {ForetellingsServer} server @param {MovingSetup} setup */
  constructor(server, setup) {
    const { seed, wrong } = seedOf(current("moving"), setup.first);
    super({
      seed,
      answer: /** @type {ForetellAnswer | null} */ (null),
      frame: setup.seen,
      asking: false,
      playing: false,
      message: "",
    });
    this.server = server;
    this.setup = setup;
    /** @type {ReturnType<typeof setInterval> | undefined} */
    this.timer = undefined;
    if (wrong) notice(`The link names no sequence of digits; numbers from 0 to ${LARGEST} do. Another one is shown.`);
  }

  /** Frames of a sequence. */
  get frames() {
    return this.setup.seen + this.setup.ahead;
  }

  /** Another sequence. */
  fresh() {
    this.ask(Math.floor(Math.random() * (LARGEST + 1)));
  }

  /** Ask about a sequence; the one that is shown stays until the answer is there. @param {number} [seed] */
  async ask(seed = this.state.seed) {
    if (this.state.asking) return;
    this.patch({ asking: true, message: "" }, "message");
    try {
      const answer = await this.server.foretell({ seed });
      if (this.state.answer) writeSoon({ moving: seed });
      this.patch({ answer, seed, asking: false }, "answer");
    } catch (error) {
      this.patch({ asking: false, message: messageOf(error) }, "message");
    }
  }

  /** Look at a frame. @param {number} frame */
  look(frame) {
    this.patch({ frame: Math.min(this.frames - 1, Math.max(0, frame)) }, "frame");
  }

  /** Show frame after frame, over and over, or stop. @param {boolean} [on] */
  play(on = !this.state.playing) {
    clearInterval(this.timer);
    this.state.playing = on;
    if (on) this.timer = setInterval(() => this.look((this.state.frame + 1) % this.frames), EVERY);
    this.tell("frame");
  }
}
