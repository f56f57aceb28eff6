// What this page shows and what it has asked for, kept in sessionStorage: a page that is loaded anew goes on with both.
// Called by `explore/server.js` and `explore/controls.js`.

const KEY = "imfn-exploration";

/** @import { Input, Settings } from "./server.js" */

/** @typedef {{ input: Input, settings: Settings, fit?: boolean }} Asked what to explore, and how */
/**
 * @typedef {object} Kept
 * @property {(Asked & { id: string, sample: string | null }) | null} shown the exploration on the page
 * @property {Asked | null} asked what is being explored
 */

/** @returns {Kept} */
export function kept() {
  const nothing = { shown: null, asked: null };
  try {
    return { ...nothing, ...JSON.parse(sessionStorage.getItem(KEY) ?? "{}") };
  } catch {
    return nothing; // nothing may be kept here, or an earlier version kept it
  }
}

/** @param {Partial<Kept>} patch */
export function keep(patch) {
  try {
    sessionStorage.setItem(KEY, JSON.stringify({ ...kept(), ...patch }));
  } catch {
    // nothing may be kept here
  }
}

/**
 * Whether an address is that of what this page showed: it was loaded anew, and no link was opened in it.
 * @param {Kept} before
 * @param {{ clip: string | null, sample: string | null }} address
 * @param {string} first the sample that an address without names shows
 */
export function loadedAnew({ shown }, { clip, sample }, first) {
  if (clip !== null) return shown?.id === clip;
  return sample === null || sample === (shown ? shown.sample : first);
}
