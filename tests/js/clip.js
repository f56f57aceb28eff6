// A small exploration for tests: a clip of one window in a tree of `leaves`, its source known, errors by level.

/** @import { Exploration } from "../../assets/js/core/types.js" */

/**
 * @param {object} [more]
 * @param {number} [more.count] frames of the window
 * @param {number} [more.leaves]
 * @param {boolean} [more.source]
 * @param {number} [more.side] width and height of a frame
 * @returns {Exploration}
 */
export function clip({ count = 16, leaves = 16, source = true, side = 128 } = {}) {
  const levels = Array.from({ length: Math.log2(leaves) }, (_, i) => i + 1);
  const errors = levels.map((merges) => [merges, Array.from({ length: count }, (_, f) => merges * (f + 1) * 1e-4)]);
  const shown = source ? [0, ...levels] : levels;
  return {
    id: "a",
    name: "clip.mp4",
    sample: null,
    model: "video-16",
    leaves,
    fps: 25,
    first: 0,
    size: "128",
    file_bytes: 50_000,
    frames: count,
    height: side,
    width: side,
    channels: 3,
    windows: 1,
    explored: 1,
    source,
    levels: levels.map((merges) => ({
      merges,
      ratio: 2 ** merges,
      measured_ratio: 2 ** merges,
      floats: 1000 / 2 ** merges,
      bytes: 4000 / 2 ** merges,
      mse: source ? merges * 1e-4 : null,
      psnr: source ? -10 * Math.log10(merges * 1e-4) : null,
      mean_psnr: null,
      ssim: null,
      ssim_frames: 0,
    })),
    window: {
      index: 0,
      first: 0,
      count,
      node_floats: 3 * side * side, // of a frame
      sheet: { columns: 4, width: side, height: side },
      sheets: Object.fromEntries(shown.map((merges) => [merges, `sheet-${merges}.webp`])),
      mse: source ? Object.fromEntries(errors) : {},
      states: {},
    },
  };
}
