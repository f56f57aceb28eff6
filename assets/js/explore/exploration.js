// Questions about an exploration (the payload of the tree) and the nodes in it. Pure functions, no page.
// Called by the store and every view. "merges" is a level: 0 the source, log2 T the root.

import { plural, ratio } from "../core/format.js";

/** @import { Exploration, Limits, Spot } from "../core/types.js" */

/** Merges from a leaf to the root. @param {Pick<Exploration, "leaves">} e */
export const depth = (e) => Math.round(Math.log2(e.leaves));

/** The levels that can be shown, root first; the source row last where there is one. @param {Exploration} e */
export function rows(e) {
  return Object.keys(e.window.sheets)
    .map(Number)
    .sort((a, b) => b - a);
}

/** How many nodes a level has in this window, at least one. @param {Exploration} e @param {number} merges */
export const nodeCount = (e, merges) => Math.max(1, Math.ceil(e.window.count / 2 ** merges));

/**
 * First and last frame (in the window) that a node covers.
 * @param {Exploration} e
 * @param {number} merges
 * @param {number} node
 */
export function span(e, merges, node) {
  const first = node * 2 ** merges;
  return { first, last: Math.min(e.window.count, first + 2 ** merges) - 1 };
}

/** The node that holds a frame. @param {number} merges @param {number} frame */
export const nodeOf = (merges, frame) => frame >> merges;
/** How a node is called: "2.1" is the second one after two merges. @param {number} merges @param {number} node */
export const nodeName = (merges, node) => `${merges}.${node}`;

/**
 * PSNR in dB of a mean squared error, at most 99; null where nothing was measured.
 * @param {number | null | undefined} mse
 */
export function toPsnr(mse) {
  if (mse === null || mse === undefined) return null;
  return mse > 0 ? Math.min(99, -10 * Math.log10(mse)) : 99;
}

/**
 * Mean squared error over frames first…last of a level, or null where nothing was measured.
 * @param {Exploration} e
 * @param {number} merges
 * @param {number} [first]
 * @param {number} [last]
 */
export function meanError(e, merges, first = 0, last = e.window.count - 1) {
  if (merges === 0) return e.source ? 0 : null;
  const errors = e.window.mse?.[merges];
  if (!e.source || !errors) return null;
  let sum = 0;
  for (let f = first; f <= last; f++) sum += errors[f];
  return sum / (last - first + 1);
}

/** PSNR of one frame of a level in dB, or null. @param {Exploration} e @param {number} merges @param {number} frame */
export const framePsnr = (e, merges, frame) => toPsnr(meanError(e, merges, frame, frame));

/** PSNR of the frames of a node in dB, or null. @param {Exploration} e @param {number} merges @param {number} node */
export function nodePsnr(e, merges, node) {
  const { first, last } = span(e, merges, node);
  return toPsnr(meanError(e, merges, first, last));
}

/** PSNR of a level of this window in dB, or null. @param {Exploration} e @param {number} merges */
export const rowPsnr = (e, merges) => toPsnr(meanError(e, merges));

/**
 * The frame of a node that is recovered worst, or null.
 * @param {Exploration} e
 * @param {number} merges
 * @param {number} node
 */
export function hardest(e, merges, node) {
  if (merges === 0 || meanError(e, merges) === null) return null;
  const { first, last } = span(e, merges, node);
  let worst = first;
  for (let f = first; f <= last; f++) if (e.window.mse[merges][f] > e.window.mse[merges][worst]) worst = f;
  return worst;
}

/** Bytes one stored number takes, from the levels' own sizes. @param {Exploration} e */
function bytesPerFloat(e) {
  const known = e.levels.find((level) => level.floats && level.bytes);
  return known ? known.bytes / known.floats : 4;
}

/**
 * Floats that a row of this window keeps; for the source, the pixels it has.
 * @param {Exploration} e
 * @param {number} merges
 */
export function rowFloats(e, merges) {
  if (merges === 0) return e.window.count * e.height * e.width * e.channels;
  return nodeCount(e, merges) * e.window.node_floats;
}

/**
 * Pixels of this window for one float that a row of it keeps, as measured: a short window fills no root.
 * @param {Exploration} e
 * @param {number} merges
 */
export const rowRatio = (e, merges) => rowFloats(e, 0) / rowFloats(e, merges);

/**
 * Pixels of the frames that a node holds for one of its floats.
 * @param {Exploration} e
 * @param {number} merges
 * @param {number} node
 */
export function nodeRatio(e, merges, node) {
  if (merges === 0) return 1;
  const { first, last } = span(e, merges, node);
  return ((last - first + 1) * e.height * e.width * e.channels) / e.window.node_floats;
}

/**
 * What a row is called: frames, root, or the number of merges.
 * @param {Exploration} e
 * @param {number} merges
 */
export function rowName(e, merges) {
  if (merges === 0) return "frames";
  const alone = merges === rows(e)[0] && nodeCount(e, merges) === 1;
  return merges === depth(e) || alone ? "root" : plural(merges, "merge");
}

/** Bytes that a row of this window keeps. @param {Exploration} e @param {number} merges */
export const rowBytes = (e, merges) => rowFloats(e, merges) * bytesPerFloat(e);
/** Bytes of one memory. @param {Exploration} e */
export const nodeBytes = (e) => e.window.node_floats * bytesPerFloat(e);

/**
 * Round limits in dB for the colour scale, the same for every window of a clip; null without measurements.
 * @param {Exploration} e
 * @returns {Limits | null}
 */
export function limits(e) {
  const known = e.levels.map((level) => level.psnr).filter((psnr) => typeof psnr === "number");
  if (!e.source || !known.length) return null;
  const low = 2 * Math.floor((Math.min(...known) - 2.5) / 2);
  const high = 2 * Math.ceil((Math.min(60, Math.max(...known)) + 1) / 2);
  return [Math.max(0, low), Math.max(low + 8, high)];
}

/** Sentence that says a selection aloud. @param {Exploration} e @param {Pick<Spot, "merges" | "frame">} selection */
export function describe(e, { merges, frame }) {
  const node = nodeOf(merges, frame);
  const { first, last } = span(e, merges, node);
  const covered = first === last ? `frame ${first + 1}` : `frames ${first + 1}–${last + 1}`;
  const psnr = nodePsnr(e, merges, node);
  const quality = merges === 0 ? "source" : psnr === null ? "no source to compare" : `${psnr.toFixed(1)} dB`;
  return `Node ${nodeName(merges, node)}, ${covered}, ${ratio(rowRatio(e, merges))}, ${quality}`;
}
