// What the Predict tab says: the sentence that a screen reader hears after every answer, figures, places in the room.
// Nothing here touches the page.

import { litWhen, placeOf, quarterOf } from "./round.js";

/** @import { Belief, WalkAnswer } from "../core/payloads.js" */

export const QUARTERS = ["upper left", "upper right", "lower left", "lower right"];

/** A skill, or a dash where nothing can be said. @param {number | null | undefined} value */
export const skill = (value) => (typeof value === "number" ? value.toFixed(2).replace("-", "−") : "–");

/** @param {number} share */
export const percent = (share) => `${Math.round(100 * share)} %`;

/** "row 2, column 5". @param {number} pose */
export function place(pose) {
  const [row, column] = placeOf(pose);
  return `row ${row + 1}, column ${column + 1}`;
}

/** The quarter that a pose's middle lies in. @param {number} pose */
export const quarter = (pose) => QUARTERS[quarterOf(pose)];

/** What a belief looks like, quarter by quarter: "3 · 7 · ? · 4". @param {Belief} belief */
export const reads = (belief) => belief.reads.map((digit) => digit ?? "?").join(" · ");

/** What one memory believes, in a sentence. @param {string} label @param {Belief} belief */
export function believed(label, belief) {
  const seen = belief.reads.map((digit, index) => `${QUARTERS[index]} ${digit ?? "unclear"}`).join(", ");
  const known = belief.skill === null ? "" : `; skill ${skill(belief.skill)}`;
  return `${label} looks like ${seen}${known}.`;
}

/** The whole round, for a screen reader. @param {WalkAnswer} answer @param {(name: string) => string} labelOf */
export function described(answer, labelOf) {
  const pose = answer.poses[answer.poses.length - 1];
  const where = `Step ${answer.step} of ${answer.steps}. The lantern is at ${place(pose)}, ${quarter(pose)}.`;
  return [where, ...answer.beliefs.map((belief) => believed(labelOf(belief.name), belief))].join(" ");
}

/** What would be lit from a pose, for a screen reader. @param {number} pose @param {ArrayLike<number>} lags @param {{ label: string, error: number }[]} views */
export function viewed(pose, lags, views) {
  const errors = views.map(({ label, error }) => `${label} ${error.toFixed(3)}`).join(", ");
  return `From ${place(pose)}, ${litWhen(lags, pose)}: error of ${errors}.`;
}

/** 95 % interval of a share, by Wilson: [low, high]. @param {number} right @param {number} of @returns {[low: number, high: number]} */
export function wilson(right, of) {
  if (!of) return [0, 1];
  const [z, share] = [1.96, right / of];
  const base = 1 + z ** 2 / of;
  const middle = (share + z ** 2 / (2 * of)) / base;
  const half = (z / base) * Math.sqrt((share * (1 - share)) / of + z ** 2 / (4 * of ** 2));
  return [Math.max(0, middle - half), Math.min(1, middle + half)];
}
