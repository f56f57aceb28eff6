// Questions about an exploration (the payload of the tree) and the nodes in it. Pure functions, no page.
// Called by the store and every view. "merges" is a level: 0 the source, log2 T the root.

export const depth = (e) => Math.round(Math.log2(e.leaves));

/** The levels that can be shown, root first; the source row last where there is one. */
export function rows(e) {
  return Object.keys(e.window.sheets)
    .map(Number)
    .sort((a, b) => b - a);
}

/** How many nodes a level has in this window, and the last one's index. */
export const nodeCount = (e, merges) => Math.max(1, Math.ceil(e.window.count / 2 ** merges));

/** First and last frame (in the window) that a node covers. */
export function span(e, merges, node) {
  const first = node * 2 ** merges;
  return { first, last: Math.min(e.window.count, first + 2 ** merges) - 1 };
}

export const nodeOf = (merges, frame) => frame >> merges;
export const nodeName = (merges, node) => `${merges}.${node}`;

export function toPsnr(mse) {
  if (mse === null || mse === undefined) return null;
  return mse > 0 ? Math.min(99, -10 * Math.log10(mse)) : 99;
}

/** Mean squared error over frames first…last of a level, or null where nothing was measured. */
export function meanError(e, merges, first = 0, last = e.window.count - 1) {
  if (merges === 0) return e.source ? 0 : null;
  const errors = e.window.mse && e.window.mse[merges];
  if (!e.source || !errors) return null;
  let sum = 0;
  for (let f = first; f <= last; f++) sum += errors[f];
  return sum / (last - first + 1);
}

export const framePsnr = (e, merges, frame) => toPsnr(meanError(e, merges, frame, frame));

export function nodePsnr(e, merges, node) {
  const { first, last } = span(e, merges, node);
  return toPsnr(meanError(e, merges, first, last));
}

export const rowPsnr = (e, merges) => toPsnr(meanError(e, merges));

/** The frame of a node that is recovered worst, or null. */
export function hardest(e, merges, node) {
  if (merges === 0 || meanError(e, merges) === null) return null;
  const { first, last } = span(e, merges, node);
  let worst = first;
  for (let f = first; f <= last; f++) if (e.window.mse[merges][f] > e.window.mse[merges][worst]) worst = f;
  return worst;
}

/** Bytes one stored number takes, from the levels' own sizes. */
function bytesPerFloat(e) {
  const known = e.levels.find((level) => level.floats && level.bytes);
  return known ? known.bytes / known.floats : 4;
}

/** Floats that a row of this window keeps; for the source, the pixels it has. */
export function rowFloats(e, merges) {
  if (merges === 0) return e.window.count * e.height * e.width * e.channels;
  return nodeCount(e, merges) * e.window.node_floats;
}

export const rowBytes = (e, merges) => rowFloats(e, merges) * bytesPerFloat(e);
export const nodeBytes = (e) => e.window.node_floats * bytesPerFloat(e);

/** Round limits in dB for the colour scale, the same for every window of a clip; null without measurements. */
export function limits(e) {
  const known = e.levels.map((level) => level.psnr).filter((psnr) => psnr !== null && psnr !== undefined);
  if (!e.source || !known.length) return null;
  const low = 2 * Math.floor((Math.min(...known) - 2.5) / 2);
  const high = 2 * Math.ceil((Math.min(60, Math.max(...known)) + 1) / 2);
  return [Math.max(0, low), Math.max(low + 8, high)];
}

/** Sentence that says a selection aloud. */
export function describe(e, { merges, frame }) {
  const node = nodeOf(merges, frame);
  const { first, last } = span(e, merges, node);
  const covered = first === last ? `frame ${first + 1}` : `frames ${first + 1}–${last + 1}`;
  const psnr = nodePsnr(e, merges, node);
  const quality = merges === 0 ? "source" : psnr === null ? "no source to compare" : `${psnr.toFixed(1)} dB`;
  return `Node ${nodeName(merges, node)}, ${covered}, ${2 ** merges}:1, ${quality}`;
}
