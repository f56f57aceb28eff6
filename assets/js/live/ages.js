// How well a stream without end is remembered, by age: oldest on the left, newest on the right, as the roots beside it
// stand. A stripe is a root, a dot a frame that was kept aside to measure. Called by `live/picture.js`.

import { sharpContext } from "../core/dom.js";
import { count, dB } from "../core/format.js";
import { EDGE, heightOf, rule } from "./path.js";

/** @import { Forest } from "../core/payloads.js" */
/** @import { Palette } from "../core/types.js" */

/** @typedef {{ from: number, to: number, known: boolean }} Stripe a root's ages in frames, oldest first */

const TICKS = [1, 10, 100, 1000, 10_000, 100_000];
const LEAST = 44; // pixels between two ticks

/**
 * Where an age stands between 0, the oldest, and 1, the newest: logarithmic, so that a doubling is as wide everywhere.
 * @param {number} age in frames, the newest 0
 * @param {number} span frames that are shown
 */
export const placeOf = (age, span) => 1 - Math.log2(1 + age) / Math.log2(Math.max(2, span));

/** The ages of the roots, and whether their frames could be measured. @param {Forest} forest @returns {Stripe[]} */
export function stripesOf({ roots, frames, since }) {
  return roots.map(({ first, frames: span }) => ({
    from: frames - 1 - first,
    to: frames - first - span,
    known: first + span > since,
  }));
}

/** The chart in words. @param {Forest | null} forest */
export function wordsOf(forest) {
  if (!forest?.ages.length) return "Quality by age: nothing is measured yet";
  const [oldest, newest] = [0, forest.ages.length - 1];
  const at = (/** @type {number} */ i) => `${dB(forest.psnr[i])} ${count(forest.ages[i])} frames ago`;
  return `Quality by age, ${forest.ages.length} frames measured: ${at(newest)}, ${at(oldest)}`;
}

/**
 * The chart; its words.
 * @param {HTMLCanvasElement} canvas
 * @param {number} width
 * @param {number} height
 * @param {Palette} colours
 * @param {{ leaves: number, forest: Forest | null }} contents
 */
export function paintAges(canvas, width, height, colours, { leaves, forest }) {
  const context = sharpContext(canvas, width, height);
  const span = Math.max(2 * leaves, forest?.frames ?? 0);
  const inner = width - EDGE.left - EDGE.right;
  /** @param {number} age */
  const x = (age) => EDGE.left + placeOf(age, span) * inner;
  if (forest) paintStripes(context, height, colours, forest, x);
  rule(context, width, height, colours);
  paintTicks(context, height, colours, span, x);
  if (forest) paintPoints(context, height, colours, forest, x);
  return wordsOf(forest);
}

/** @param {CanvasRenderingContext2D} context @param {number} height @param {Palette} colours @param {Forest} forest @param {(age: number) => number} x */
function paintStripes(context, height, colours, forest, x) {
  const bottom = height - EDGE.bottom;
  stripesOf(forest).forEach(({ from, to, known }, index) => {
    context.fillStyle = known ? colours.teal : colours.muted;
    context.globalAlpha = index % 2 ? 0.06 : 0.13;
    context.fillRect(x(from), EDGE.top, x(to - 0.5) - x(from), bottom - EDGE.top);
  });
  context.globalAlpha = 1;
  const [left, right] = [x(forest.frames - 1), x(Math.max(0, forest.frames - 1 - forest.since))];
  if (!forest.since || right - left < 78) return;
  context.font = `11px ${colours.font}`;
  context.fillStyle = colours.muted;
  context.textAlign = "center";
  context.fillText("not measured", (left + right) / 2, EDGE.top + 12);
}

/** @param {CanvasRenderingContext2D} context @param {number} height @param {Palette} colours @param {number} span @param {(age: number) => number} x */
function paintTicks(context, height, colours, span, x) {
  context.fillStyle = colours.muted;
  context.textAlign = "right";
  context.fillText("now", x(0), height - 6);
  context.textAlign = "center";
  let last = x(0);
  for (const age of TICKS.filter((tick) => tick < span)) {
    if (last - x(age) < LEAST || x(age) < EDGE.left + 12) continue;
    last = x(age);
    context.fillText(count(age), last, height - 6);
  }
}

/** @param {CanvasRenderingContext2D} context @param {number} height @param {Palette} colours @param {Forest} forest @param {(age: number) => number} x */
function paintPoints(context, height, colours, { ages, psnr }, x) {
  const places = ages.map((age, i) => [x(age), heightOf(psnr[i], height)]);
  context.strokeStyle = context.fillStyle = colours.teal;
  context.globalAlpha = 0.4;
  context.lineWidth = 1.5;
  context.beginPath();
  for (const [left, top] of places) context.lineTo(left, top);
  context.stroke();
  context.globalAlpha = 1;
  for (const [left, top] of places) {
    context.beginPath();
    context.arc(left, top, 2.5, 0, 7);
    context.fill();
  }
}
