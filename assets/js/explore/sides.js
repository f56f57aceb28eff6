// The two sides of the player, A and B: each the source, a level of the tree, or a level of another model on the same
// clip. Pure functions; `explore/side_store.js` keeps which is which.

import { count, dB, ratio, size } from "../core/format.js";

/** @import { Exploration, LevelRow } from "../core/types.js" */

/** `model`: null for the one that the clip was explored with; `merges`: 0 for the source. @typedef {{ model: string | null, merges: number }} Side */

const SOURCE = "source";

/** What the address calls a side: source, @3, video-64@6. @param {Side} side */
export const written = ({ model, merges }) => (merges === 0 ? SOURCE : `${model ?? ""}@${merges}`);

/** A side by what the address calls it; null for nonsense. @param {string | null} text @returns {Side | null} */
export function parsed(text) {
  if (text === SOURCE) return { model: null, merges: 0 };
  const found = /^([\w.-]{0,100})@([1-9]|1\d)$/.exec(text ?? "");
  return found && { model: found[1] || null, merges: Number(found[2]) };
}

/** @param {Side | null} a @param {Side | null} b */
export const same = (a, b) => a === b || (a?.model === b?.model && a?.merges === b?.merges);

/** A level's row of the table. @param {Exploration} e @param {number} merges @returns {LevelRow | undefined} */
export const levelOf = (e, merges) => e.levels.find((level) => level.merges === merges);

/** Floats in for one that is kept, over the whole clip. @param {Exploration} e @param {number} merges */
export function clipRatio(e, merges) {
  const level = levelOf(e, merges);
  return merges === 0 || !level ? 1 : (level.measured_ratio ?? level.ratio);
}

/** What a side is called: "source", "video-16 at 15.7:1". @param {Exploration} e the side's exploration @param {number} merges */
export const sideName = (e, merges) => (merges === 0 ? SOURCE : `${e.model} at ${ratio(clipRatio(e, merges))}`);

/** Bytes of a clip's pixels as floats, which is what its ratios are counted in. @param {Exploration} e */
export const pixelBytes = (e) => 4 * e.frames * e.height * e.width * e.channels;

/** Bytes that a level keeps of the whole clip. @param {Exploration} e @param {number} merges */
export const keptBytes = (e, merges) => (merges === 0 ? pixelBytes(e) : (levelOf(e, merges)?.bytes ?? 0));

/**
 * The sentence of size, in parts: ratio, quality, bytes and what they are kept of.
 * @param {Exploration} e the side's exploration
 * @param {number} merges
 */
export function sizeWords(e, merges) {
  const file = e.file_bytes ? ` (${e.sample ? "its" : "your"} file: ${size(e.file_bytes)})` : "";
  if (merges === 0) return { ratio: "1:1", quality: null, kept: size(pixelBytes(e)), of: `of pixels${file}` };
  const psnr = levelOf(e, merges)?.psnr ?? null;
  return {
    ratio: ratio(clipRatio(e, merges)),
    quality: psnr === null ? null : dB(psnr),
    kept: size(keptBytes(e, merges)),
    of: `kept of ${size(pixelBytes(e))} of pixels${e.source ? file : ""}`,
  };
}

/** Where a frame of the clip stands in windows of so many leaves. @param {number} frame @param {number} leaves */
export const placeOf = (frame, leaves) => ({ window: Math.floor(frame / leaves), frame: frame % leaves });

/** The levels that a clip will have in windows of so many leaves. @param {number} leaves @param {number} frames */
export function plannedLevels(leaves, frames) {
  const most = Math.max(1, Math.ceil(Math.log2(Math.min(leaves, frames))));
  return Array.from({ length: most }, (_, i) => i + 1);
}

/** What a level is called before it has been computed. @param {number} merges @param {number} leaves */
export const plannedName = (merges, leaves) =>
  `${count(2 ** merges)} frames a memory${2 ** merges === leaves ? ", the root" : ""}`;
