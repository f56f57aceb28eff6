// The address as a link: tab, sample, model, and on the Trajectory tab the sequence, its settings and picture. What is
// selected (window, merges, node, frame; t) is written by the two stores. Started by `explore/tree_view.js`, once per page.

import { current, onBack, opened, push, write } from "../core/url.js";
import { get, subscribe } from "../explore/store.js";
import * as path from "../trajectory/store.js";
import { showTab, tabButtons, tabName } from "./tabs.js";

const FIRST = "explore"; // the tab without a name in the address
const TRIES = 80;
const LOST = 10000; // milliseconds after which a click that showed nothing was made before Gradio listened
const lineText = () => document.querySelector("#explore-status")?.textContent;
let started = false;
let saidFirst = ""; // what the status line said before anybody asked for anything

/** Open what the address names, then keep it up to date. `root` is the tree's element. */
export function attachPermalink(root) {
  if (started) return;
  started = true;
  saidFirst = lineText();
  openTab(opened("tab"));
  openSample();
  subscribe(root, (state, what) => what === "exploration" && writeExplored(state.exploration));
  path.subscribe(document.body, (state, what) => ["trip", "look"].includes(what) && writePath(state));
}

/** Click a tab once Gradio listens; from then on the address follows. */
function openTab(name, tries = TRIES) {
  const wanted = tabButtons().find((button) => tabName(button) === name);
  const there = !name || name === FIRST || wanted?.getAttribute("aria-selected") === "true";
  if (there || tries <= 0) {
    document.documentElement.classList.remove("imfn-elsewhere");
    return followTabs();
  }
  wanted?.click();
  setTimeout(() => openTab(name, tries - 1), 100);
}

function followTabs() {
  const row = tabButtons()[0]?.parentElement;
  if (!row) return void setTimeout(followTabs, 100);
  const told = () => {
    const name = tabName(tabButtons().find((button) => button.getAttribute("aria-selected") === "true") || row);
    push({ tab: name === FIRST ? null : name });
  };
  onBack(() => showTab(current("tab") ?? FIRST));
  new MutationObserver(told).observe(row, { subtree: true, attributes: true, attributeFilter: ["aria-selected"] });
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
