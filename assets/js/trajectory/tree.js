// What one leaf makes the tree compute again: the path from it to the root lights up, everything else is kept or empty.
// Mounted by `TrajectoryTree` in `app/components/views.py` on #path-tree.

import { h, onTheme, onWidth, palette, sharpContext, viewRoot } from "../core/dom.js";
import { behindBones } from "../ui/skeleton.js";
import { get, setPlaying, setTime, subscribe } from "./store.js";
import { memoryName } from "./walk.js";

/** @import { Palette, Trajectory, ViewParts } from "../core/types.js" */
/** @import { State } from "./store.js" */

/**
 * @typedef {object} View
 * @property {HTMLElement} root
 * @property {(waiting: boolean) => void} wait
 * @property {HTMLElement} words
 * @property {HTMLCanvasElement} canvas
 * @property {HTMLElement} keys
 * @property {number} width
 */

const [ROW, GAP] = [13, 3];

/** @param {ViewParts} parts */
export function mount({ element }) {
  const root = viewRoot(element);
  const words = h("p");
  const head = h(
    "div",
    { class: "imfn-card-head" },
    h("div", { class: "imfn-head-words" }, h("h2", { text: "What was recomputed" }), words),
  );
  const canvas = h("canvas", { class: "imfn-path-tree", role: "img", "aria-label": "The recomputed path" });
  /** @param {string} kind @param {string} text */
  const key = (kind, text) => h("span", { class: "imfn-key" }, h("i", { class: `imfn-node-${kind}` }), text);
  const keys = h(
    "div",
    { class: "imfn-legend" },
    key("path", "this leaf's path"),
    key("kept", "kept"),
    key("empty", "still empty"),
  );
  const view = { root, wait: behindBones(root, head, canvas, keys), words, canvas, keys, width: 0 };
  const again = () => refresh(view, get());
  onWidth(root, (width) => {
    view.width = width;
    again();
  });
  onTheme(root, again);
  canvas.addEventListener("click", (event) => jump(view, event));
  subscribe(root, again);
}

/** @param {View} view @param {MouseEvent} event */
function jump({ width }, event) {
  const { trip } = get();
  if (!trip) return;
  setPlaying(false);
  setTime(Math.min(trip.count, Math.floor((event.offsetX / width) * trip.leaves) + 1));
}

/**
 * Merges of the memory after t leaves; `skip` needs no more than t leaves do.
 * @param {Trajectory} trip
 * @param {number} t
 */
export const mergesAfter = (trip, t) =>
  trip.padding === "zeros" ? Math.log2(trip.leaves) : Math.ceil(Math.log2(Math.max(t, 1)));

/** @param {View} view @param {State} state */
function refresh(view, { trip, t }) {
  view.wait(!trip);
  view.width ||= view.root.clientWidth;
  if (!trip || !view.width) return;
  const none = memoryName(trip, "tree") !== "tree";
  view.canvas.hidden = view.keys.hidden = none;
  if (none) {
    view.words.textContent = `nothing: a ${memoryName(trip, "tree")} keeps no tree, every frame is one step`;
    view.root.dataset.path = "";
    return;
  }
  const levels = Math.log2(trip.leaves);
  const done = t ? mergesAfter(trip, t) : 0;
  view.words.textContent = t ? `${done} of ${trip.leaves - 1} merges` : "no leaf yet";
  view.root.dataset.path = t ? `${t - 1} ${done}` : "";
  view.canvas.style.width = `${view.width}px`;
  view.canvas.setAttribute(
    "aria-label",
    t ? `leaf ${t}: ${done} merges from it up to the root, of ${trip.leaves - 1} in the tree` : "an empty tree",
  );
  const context = sharpContext(view.canvas, view.width, (levels + 1) * (ROW + GAP));
  const colours = palette();
  for (let merges = levels; merges >= 0; merges--)
    paintLevel(context, view.width, { trip, t, done, merges, levels }, colours);
}

/**
 * @param {CanvasRenderingContext2D} context
 * @param {number} width
 * @param {{ trip: Trajectory, t: number, done: number, merges: number, levels: number }} level
 * @param {Palette} colours
 */
function paintLevel(context, width, { trip, t, done, merges, levels }, colours) {
  const nodes = trip.leaves >> merges;
  const step = width / nodes;
  const gap = step > 8 ? GAP : step > 4 ? 1 : step > 2.5 ? 0.6 : 0;
  const y = (levels - merges) * (ROW + GAP);
  for (let node = 0; node < nodes; node++) {
    const reached = t > node << merges;
    const onPath = t > 0 && (t - 1) >> merges === node && merges <= done;
    const unused = merges > done && trip.padding === "skip";
    context.globalAlpha = onPath ? 1 : reached && !unused ? 0.3 : 0.1;
    context.fillStyle = onPath ? colours.teal : colours.muted;
    context.beginPath();
    context.roundRect(node * step, y, Math.max(0.6, step - gap), ROW, Math.min(3, step / 3));
    context.fill();
  }
  context.globalAlpha = 1;
}
