// A range of a file's frames, counted from 1 as people do, and what is to be done when it is dragged. No DOM.

/** @typedef {{ from: number, to: number }} Range both ends belong to it */
/** @typedef {"from" | "to" | "both"} Handle what of a range is moved */
/** @typedef {{ model: string, size: string, first: string, count: string }} Settings as they stand in the fields */

const WHOLE = /^\s*\+?\d{1,15}\s*$/;

/**
 * The range that two fields name, within a file of so many frames; null where they name none.
 * @param {string} first @param {string} count @param {number | null | undefined} total
 * @returns {Range | null}
 */
export function named(first, count, total) {
  if (!WHOLE.test(first) || !WHOLE.test(count)) return null;
  const [from, frames] = [Number(first), Number(count)];
  if (from < 1 || frames < 1 || (total && from > total)) return null;
  return { from, to: Math.min(from + frames - 1, total || Infinity) };
}

/** What is shown of a file. @param {{ first: number, frames: number }} e @returns {Range} */
export const shownRange = ({ first, frames }) => ({ from: first + 1, to: first + frames });

/** @param {Range} range */
export const length = ({ from, to }) => to - from + 1;

/**
 * A range after a handle was brought to a frame, or by `both` so far that it begins there; never empty, never outside.
 * @param {Range} range @param {Handle} handle @param {number} frame @param {number} total
 * @returns {Range}
 */
export function moved(range, handle, frame, total) {
  const within = (/** @type {number} */ value, /** @type {number} */ low, /** @type {number} */ high) =>
    Math.min(high, Math.max(low, Math.round(value)));
  if (handle === "from") return { from: within(frame, 1, range.to), to: range.to };
  if (handle === "to") return { from: range.from, to: within(frame, range.from, total) };
  const from = within(frame, 1, total - length(range) + 1);
  return { from, to: from + length(range) - 1 };
}

/**
 * Where a key brings a handle that stands at a frame; null for keys that do not move it.
 * @param {string} key @param {number} at @param {number} total @param {number} block frames of a window
 */
export function keyed(key, at, total, block) {
  const steps = /** @type {Record<string, number>} */ ({
    ArrowLeft: -1,
    ArrowDown: -1,
    ArrowRight: 1,
    ArrowUp: 1,
    PageDown: -block,
    PageUp: block,
  });
  if (key === "Home") return 1;
  if (key === "End") return total;
  return key in steps ? at + steps[key] : null;
}

/** "to 160 of 345, 2.6 s". @param {Range} range @param {number | null} total @param {number | null} fps */
export function rangeWords(range, total, fps) {
  const of = total ? ` of ${total.toLocaleString("en")}` : "";
  return `to ${range.to.toLocaleString("en")}${of}${fps && length(range) > 1 ? `, ${(length(range) / fps).toFixed(1)} s` : ""}`;
}

/**
 * Whether the settings ask for something else than what is shown.
 * @param {Settings} now
 * @param {Settings | null} asked those that led to what is shown; null where that is not known
 * @param {{ model: string, size: string | null, first: number, frames: number, file_frames?: number | null }} e
 */
export function differs(now, asked, e) {
  const model = now.model !== e.model && now.model !== asked?.model;
  if (model || (e.size !== null && now.size !== e.size)) return true;
  if (asked && now.first.trim() === asked.first && now.count.trim() === asked.count) return false;
  const range = named(now.first, now.count, e.file_frames);
  const shown = shownRange(e);
  return !range || range.from !== shown.from || range.to !== shown.to;
}
