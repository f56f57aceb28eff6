// The address as a link: sample, model, and on the Trajectory tab the sequence, its settings and picture. What is
// selected (window, merges, node, frame; t) is written by the two stores. Started by `shell/shell.js`, once per page; the tab is the business of `shell/tabs.js`.

import { opened, write } from "../core/url.js";
import { get, subscribe } from "../explore/store.js";
import * as path from "../trajectory/store.js";

const LOST = 10000; // milliseconds after which a click that showed nothing was made before Gradio listened
const lineText = () => document.querySelector("#explore-status")?.textContent;
let started = false;
let saidFirst = ""; // what the status line said before anybody asked for anything

/** Open what the address names, then keep it up to date. */
export function attachPermalink() {
  if (started) return;
  started = true;
  saidFirst = lineText() ?? "";
  openSample();
  subscribe(document.body, (state, what) => what === "exploration" && writeExplored(state.exploration));
  path.subscribe(document.body, (state, what) => ["trip", "look"].includes(what) && writePath(state));
}

/** Ask for another sample or model than the one that is painted first, by the hidden button of `app/tabs/explore.py`. */
function openSample(tries = 3) {
  const { exploration, settled } = get();
  if (settled || tries <= 0) return;
  const button = document.querySelector("#explore-link");
  if (!exploration || !button) return void setTimeout(() => openSample(tries), 200);
  if (lineText() === saidFirst) button.click();
  setTimeout(() => openSample(tries - 1), LOST);
}

/** Only a sample can be opened again elsewhere: an upload is its owner's alone. */
function writeExplored(exploration) {
  if (!exploration || (opened("sample") && !get().settled)) return;
  const named = exploration.sample
    ? { sample: exploration.sample, model: exploration.model }
    : { sample: null, model: null };
  write(named);
}

/** Settings as they come when nobody touches them stay out of the address. */
const ORDINARY = { sequences: "1", neighbours: "auto", spread: "0.5" };

function writePath({ trip, method, dimensions }) {
  if (!trip) return;
  const set = Object.entries(trip.settings || {}).map(([name, value]) => [
    name,
    value === ORDINARY[name] ? null : value,
  ]);
  write({
    path: trip.chosen || null,
    padding: trip.padding,
    method,
    dimensions: dimensions === 3 ? 3 : null,
    ...Object.fromEntries(set),
  });
}
