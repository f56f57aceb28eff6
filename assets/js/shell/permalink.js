// The address as a link: sample, model, and on the Trajectory tab the sequence, its settings and picture. What is
// selected (window, merges, node, frame; t) is written by the two stores, the tab by `shell/tabs.js`. Started by
// `shell/shell.js`, once per page.

import { opened, write } from "../core/url.js";
import { get, subscribe } from "../explore/store.js";
import { namesOf } from "../trajectory/settings.js";
import * as path from "../trajectory/store.js";

let started = false;

/** Keep the address up to date; `explore/controls.js` and `trajectory` open what it names. */
export function attachPermalink() {
  if (started) return;
  started = true;
  subscribe(document.body, (state, what) => what === "exploration" && writeExplored(state.exploration));
  path.subscribe(document.body, (state, what) => ["trip", "look"].includes(what) && writePath(state));
}

/** Only a sample can be opened again elsewhere: an upload is its owner's alone. */
function writeExplored(exploration) {
  if (!exploration || (opened("sample") && !get().settled)) return;
  const named = exploration.sample
    ? { sample: exploration.sample, model: exploration.model }
    : { sample: null, model: null };
  write(named);
}

function writePath({ trip, method, dimensions }) {
  if (!trip) return;
  write({
    ...(trip.settings ? namesOf(trip.settings) : { padding: trip.padding }),
    path: trip.chosen || null,
    method,
    dimensions: dimensions === 3 ? 3 : null,
  });
}
