// What the Trajectory tab follows first: what the address names, else the clip that is open in Explore, else the sample
// that takes the least time. Used by `trajectory/controls.js`.

import { wayOf } from "./walk.js";

/** @import { Exploration } from "../core/types.js" */

/** @typedef {{ samples: { name: string, title: string, model: string }[], first: string }} Offered */

/**
 * The name to follow: a sample's, or "explored".
 * @param {string | null} wanted what the address names
 * @param {Exploration | null | undefined} exploration what Explore shows
 * @param {Offered} offered
 */
export function firstChoice(wanted, exploration, offered) {
  if (wanted !== null && known(wanted, exploration, offered)) return wanted;
  if (wanted !== null || !exploration || !followable(exploration)) return offered.first;
  const { sample, model } = exploration;
  return offered.samples.some((each) => each.name === sample && each.model === model) ? String(sample) : "explored";
}

/**
 * Whether it can be followed: a clip of one's own only where there is one.
 * @param {string} name
 * @param {Exploration | null | undefined} exploration
 * @param {Offered} offered
 */
export function known(name, exploration, { samples }) {
  if (wayOf(name)) return true;
  if (name === "explored") return Boolean(exploration && followable(exploration));
  return samples.some((sample) => sample.name === name);
}

/** Not what comes with the page, which nobody opened, nor a memory, which has no frames to follow. @param {Exploration} exploration */
const followable = ({ id, source }) => id !== "first" && source;

/**
 * Whether Explore is about to show another clip than it shows: it is busy, and what it shows is whole, or came with the
 * page.
 * @param {boolean} busy
 * @param {Exploration | null | undefined} exploration
 */
export function coming(busy, exploration) {
  if (!busy || !exploration) return busy;
  return exploration.id === "first" || exploration.explored >= exploration.windows;
}
