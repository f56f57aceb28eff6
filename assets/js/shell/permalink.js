// The address as a link: sample and model or the clip of one's own, and on the Trajectory tab the sequence, its settings and picture. What is
// selected (window, merges, node, frame; t) is written by the two stores, the tab by `shell/tabs.js`. Started by
// `shell/shell.js`, once per page.

import { opened, write } from "../core/url.js";
import { outside } from "../explore/link.js";
import { get, subscribe } from "../explore/store.js";
import { namesOf } from "../trajectory/settings.js";
import * as path from "../trajectory/store.js";
import { notice } from "../ui/notice.js";

/** The place that the address named, until it is shown or said not to be there. @type {import("../explore/link.js").Place | null} */
let place = { window: opened("window"), merges: opened("merges"), node: opened("node"), frame: opened("frame") };
let started = false;

/** Keep the address up to date; `explore/controls.js` and `trajectory` open what it names. */
export function attachPermalink() {
  if (started) return;
  started = true;
  subscribe(document.body, ({ exploration, settled }, what) => {
    if (what !== "exploration") return;
    writeExplored(exploration);
    if (exploration && settled) checkPlace(exploration);
  });
  path.subscribe(document.body, (state, what) => ["trip", "look"].includes(what) && writePath(state));
}

/**
 * A sample can be opened elsewhere; an upload by the browser that sent it alone, others are told so.
 * @param {import("../core/types.js").Exploration | null | undefined} exploration
 */
export function writeExplored(exploration) {
  if (!exploration || ((opened("sample") ?? opened("clip")) && !get().settled)) return;
  const { sample, model, id } = exploration;
  const names = sample ? { sample, model, clip: null } : { sample: null, model: null, clip: id };
  write({ ...names, ...rangeOf(exploration) });
}

const USUAL = { size: "128", frames: 160 }; // how a sample is explored where its link does not say

/** The range and the size of a sample, where they are not the usual ones. @param {import("../core/types.js").Exploration} e */
function rangeOf({ id, sample, size, first, frames, file_frames, source, explored, windows }) {
  if (!sample || id === "first" || !source || explored < windows) return { size: null, from: null, frames: null };
  const usual = Math.min(USUAL.frames, (file_frames ?? Infinity) - first);
  return {
    size: size === USUAL.size ? null : size,
    from: first ? first + 1 : null,
    frames: frames === usual ? null : frames,
  };
}

/** Say once what the address names and this clip does not have. @param {import("../core/types.js").Exploration} exploration */
function checkPlace(exploration) {
  const said = place && outside(place, exploration);
  if (!said) return;
  place = null;
  said.forEach(notice);
}

/** Another clip is shown than the address names, which is said already. */
export function forgetPlace() {
  place = null;
}

/** @param {ReturnType<typeof path.get>} state */
function writePath({ trip, method, dimensions, ink }) {
  if (!trip) return;
  write({
    ...(trip.settings ? namesOf(trip.settings) : { padding: trip.padding }),
    path: trip.chosen || null,
    method,
    dimensions: dimensions === 3 ? 3 : null,
    colour: trip.walks && ink !== "time" ? ink : null,
  });
}
