// The colours of a path's points: by time, or of a walk through a Lantern room by the lantern's pose or by the quarter
// that it lights. Poses go from blue to orange along a row and from light to dark down a column, which the colour-blind
// tell apart; quarters differ in shape too. Used by `trajectory/figure.js` and `trajectory/legend.js`.

import { GRID, placeOf, quarterOf } from "../predict/round.js";

/** @import { Palette } from "../core/types.js" */
/** @import { Path, Shown } from "./figure.js" */

/** @typedef {"time" | "pose" | "quarter"} Ink what the colours of points stand for */

/** @type {Ink[]} */
export const INKS = ["time", "pose", "quarter"];

/** Corners of the poses' colours: upper left, upper right, lower left, lower right. */
const CORNERS = [
  [160, 205, 250],
  [255, 205, 120],
  [25, 75, 165],
  [165, 65, 0],
];
/** By Okabe and Ito: blue, orange, green, purple. */
export const QUARTERS = ["#0072b2", "#e69f00", "#009e73", "#cc79a7"];
export const SHAPES = ["circle", "square", "diamond", "cross"];

/** The colour of a pose. @param {number} pose */
export function poseInk(pose) {
  const [down, right] = placeOf(pose).map((index) => index / (GRID - 1));
  const [a, b, c, d] = [(1 - down) * (1 - right), (1 - down) * right, down * (1 - right), down * right];
  const mixed = [0, 1, 2].map((i) =>
    Math.round(a * CORNERS[0][i] + b * CORNERS[1][i] + c * CORNERS[2][i] + d * CORNERS[3][i]),
  );
  return `rgb(${mixed.join(", ")})`;
}

/** What the colours stand for: time, unless walks are shown. @param {Shown} state @returns {Ink} */
export const inkOf = ({ trip, ink }) => (trip.walks ? (ink ?? "time") : "time");

/**
 * The colours of a path's points from t = 0: numbers on the scale of time, or colours.
 * @param {Shown} state
 * @param {Path} path
 * @param {number} count
 * @param {Palette} colours
 * @returns {(number | string)[]}
 */
export function inksOf(state, { series }, count, colours) {
  const times = Array.from({ length: count }, (_, t) => t);
  const walk = state.trip.walks?.[series];
  const ink = inkOf(state);
  if (!walk || ink === "time") return times;
  const of = (/** @type {number} */ pose) => (ink === "pose" ? poseInk(pose) : QUARTERS[quarterOf(pose)]);
  return times.map((t) => (t ? of(walk.poses[t - 1]) : colours.muted));
}

/** The shapes of a path's points, a quarter's its own. @param {Shown} state @param {Path} path @returns {string | string[]} */
export function shapesOf(state, { series }) {
  const walk = state.trip.walks?.[series];
  if (!walk || inkOf(state) !== "quarter") return "circle";
  return ["circle-open", ...walk.poses.map((pose) => SHAPES[quarterOf(pose)])];
}
