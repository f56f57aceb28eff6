// How sequences are followed and drawn: one object, as the server has it (`TrajectorySettings` of
// app/sessions/trajectory.py) and as the address has it. Used by `trajectory/controls.js` and `shell/permalink.js`.

import { oneOf } from "../core/url.js";

/** @import { Names } from "../core/url.js" */

/** @typedef {{ padding: string, sequences: string, neighbours: string, spread: string, by: string }} Settings as they are typed */
/** @typedef {{ padding: string[], sequences: string[], spread: string[], by: Record<string, string> }} Choices of the menus */

/** Those that come when nobody touches them stay out of the address; the padding is always in it. */
const ORDINARY = { sequences: "1", neighbours: "auto", spread: "0.5", by: "" };

/**
 * Settings of an address; what it does not say, or says wrongly, is as usual.
 * @param {(name: string) => string | null} said what the address says of a name
 * @param {Choices} choices
 * @param {Settings} usual
 * @returns {Settings}
 */
export function settingsOf(said, choices, usual) {
  const typed = said("neighbours");
  return {
    padding: oneOf(said("padding"), choices.padding) ?? usual.padding,
    sequences: oneOf(said("sequences"), choices.sequences) ?? usual.sequences,
    neighbours: typed !== null && /^\d{1,4}$/.test(typed) ? typed : usual.neighbours,
    spread: oneOf(said("spread"), choices.spread) ?? usual.spread,
    by: oneOf(said("by"), Object.keys(choices.by)) ?? usual.by,
  };
}

/** What an address says of settings. @param {Settings} settings @returns {Names} */
export function namesOf({ padding, ...others }) {
  const names = Object.entries(others).map(([name, value]) => [
    name,
    value === ORDINARY[/** @type {keyof typeof ORDINARY} */ (name)] ? null : value,
  ]);
  return { padding, ...Object.fromEntries(names) };
}
