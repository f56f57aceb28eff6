// What a link to Explore names and the clip does not have, in sentences. Pure functions; `shell/permalink.js` and
// `explore/controls.js` say them.

import { whole } from "../core/url.js";
import { depth, nodeCount, rows } from "./exploration.js";

/** @import { Exploration } from "../core/types.js" */

/** What an address says of the selection. @typedef {{ window: string | null, merges: string | null, node: string | null, frame: string | null }} Place */

/**
 * Whether the window that a link names may come once the whole sample is explored: the first paint has its beginning.
 * @param {Pick<Place, "window">} place
 * @param {Pick<Exploration, "id" | "windows">} exploration
 */
export const beyondFirst = ({ window }, { id, windows }) => id === "first" && (whole(window) ?? 0) >= windows;

/**
 * Sentences about a place that is not there; null while the window that the link names is still to come.
 * @param {Place} place
 * @param {Exploration} exploration
 * @returns {string[] | null}
 */
export function outside(place, exploration) {
  const { windows, window } = exploration;
  if (beyondFirst(place, exploration)) return null;
  const asked = place.window === null ? 0 : whole(place.window);
  if (asked === null || asked >= windows) {
    const there = windows === 1 ? "there is 1" : `there are ${windows}`;
    return [`The link names window ${number(place.window)}, but ${there}; window ${window.index + 1} is shown.`];
  }
  if (window.index !== asked) return null;
  const said = [];
  const merges = whole(place.merges);
  if (place.merges !== null && (merges === null || !shownAs(exploration, merges)))
    said.push(`The link names a level of ${place.merges.slice(0, 12)} merges, which there is not; the root is shown.`);
  const node = whole(place.node);
  const nodes = nodeCount(exploration, merges !== null && rows(exploration).includes(merges) ? merges : 0);
  if (place.node !== null && (node === null || node >= nodes))
    said.push(`The link names node ${number(place.node)} of ${nodes}; the one that holds the frame is shown.`);
  const frame = whole(place.frame);
  if (place.frame !== null && (frame === null || frame >= window.count))
    said.push(`The link names frame ${number(place.frame)} of a window of ${window.count}; the nearest is shown.`);
  return said;
}

/**
 * Whether a level is shown, or is the root of a short clip by another name: above it the same memory merges with nothing.
 * @param {Exploration} e
 * @param {number} merges
 */
const shownAs = (e, merges) => rows(e).includes(merges) || (merges > rows(e)[0] && merges <= depth(e) && e.source);

/** A number of an address as it is counted on the page, from 1. @param {string | null} text */
function number(text) {
  const index = whole(text);
  return index === null ? String(text).slice(0, 12) : String(index + 1);
}
