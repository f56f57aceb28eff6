// Scene 3, the tree: a frame's path to the root is all that has to be merged again. Point at a leaf or walk with the
// arrow keys. Called by `guide/view.js`.

import { h, palette, sharpContext, widthOf } from "../core/dom.js";
import { count, plural } from "../core/format.js";
import { depth, nodeName, rows } from "../explore/exploration.js";
import { get, select } from "../explore/store.js";
import { drawCell } from "../ui/sheets.js";
import { scene, seeInExplore } from "./scene.js";

/** @import { Exploration, Palette, Selection } from "../core/types.js" */

/** @typedef {{ canvas: HTMLCanvasElement, sum: HTMLElement, names: HTMLElement, hover: number | null }} View */
/**
 * What the tree's painters share: sizes in CSS pixels, `frame` is the one whose path lights up.
 * @typedef {object} Scenery
 * @property {CanvasRenderingContext2D} context
 * @property {Exploration} e
 * @property {number} frame
 * @property {number} width
 * @property {number} row
 * @property {number} levels
 * @property {Palette} colours
 * @property {number} ratio device pixels in a CSS pixel
 */

/** @type {Record<string, number>} */
const KEYS = { ArrowLeft: -1, ArrowDown: -1, ArrowRight: 1, ArrowUp: 1, PageDown: -8, PageUp: 8 };

/** The scene; its path is the selected frame's, or that of the leaf under the pointer. */
export function pathScene() {
  const canvas = h("canvas", {
    class: "imfn-leaves",
    tabindex: 0,
    role: "slider",
    "aria-label": "Frame whose path is recomputed",
    "aria-valuemin": 1,
  });
  const sum = h("p", { class: "imfn-sum" });
  const names = h("p", { class: "imfn-path-names" });
  /** @type {View} */
  const view = { canvas, sum, names, hover: null };
  const card = scene({
    id: "path",
    title: "A tree of merges",
    words:
      "Merges of merges end in one root. When a frame arrives or changes, only its own path has to be merged again; everything beside it is kept. Point at a frame, or use the arrow keys.",
    actions: [seeInExplore((e) => ({ merges: depth(e) }))],
    piece: [h("div", { class: "imfn-sums" }, sum, names), canvas],
  });
  /** @param {Exploration} e @param {Selection} selection @param {() => void} later */
  const refresh = (e, selection, later) =>
    card.ready(e) && draw(view, e, Math.min(e.window.count - 1, view.hover ?? selection.frame), later);
  const again = () => {
    const { exploration: e, selection } = get();
    if (e) refresh(e, selection, again);
  };
  listen(view, again);
  return { element: card.element, refresh };
}

/** @param {View} view @param {() => void} again draws the scene anew */
function listen(view, again) {
  const { canvas } = view;
  /** @param {MouseEvent} event */
  const leafAt = (event) => {
    const e = get().exploration;
    const leaf = Math.floor((event.offsetX / canvas.clientWidth) * (e?.leaves ?? 1));
    return Math.max(0, Math.min((e?.window.count ?? 1) - 1, leaf));
  };
  /** @param {number | null} leaf */
  const point = (leaf) => {
    view.hover = leaf;
    again();
  };
  canvas.addEventListener("pointermove", (event) => event.pointerType === "mouse" && point(leafAt(event)));
  canvas.addEventListener("pointerleave", () => point(null));
  canvas.addEventListener("click", (event) => select({ frame: leafAt(event) }));
  canvas.addEventListener("keydown", (event) => {
    const { exploration: e, selection } = get();
    const last = (e?.window.count ?? 1) - 1;
    /** @type {Record<string, number>} */
    const ends = { Home: 0, End: last };
    if (!(event.key in KEYS) && !(event.key in ends)) return;
    event.preventDefault();
    view.hover = null;
    select({ frame: Math.max(0, Math.min(last, ends[event.key] ?? selection.frame + KEYS[event.key])) });
  });
}

/** @param {View} view @param {Exploration} e @param {number} frame @param {() => void} later */
function draw({ canvas, sum, names }, e, frame, later) {
  const levels = depth(e);
  const path = Array.from({ length: levels }, (_, i) => nodeName(i + 1, frame >> (i + 1)));
  sum.replaceChildren(h("b", { text: plural(levels, "merge") }), ` instead of ${count(e.leaves - 1)}`);
  names.replaceChildren(h("span", { class: "imfn-roomy", text: "frame " }), `${frame + 1} → ${path.join(" → ")}`);
  canvas.dataset.path = path.join(" ");
  canvas.setAttribute("aria-valuemax", String(e.window.count));
  canvas.setAttribute("aria-valuenow", String(frame + 1));
  canvas.setAttribute("aria-valuetext", `frame ${frame + 1}: ${plural(levels, "merge")} instead of ${e.leaves - 1}`);
  paintTree(canvas, e, frame, later);
}

/** All leaves of the tree across the width, so that a short tail shows its empty places. @param {HTMLCanvasElement} canvas @param {Exploration} e @param {number} frame @param {() => void} later */
function paintTree(canvas, e, frame, later) {
  const width = widthOf(canvas.parentElement);
  const levels = depth(e);
  const row = levels > 5 ? 22 : 34;
  const leaf = Math.max(30, Math.min(54, width / e.leaves));
  const context = sharpContext(canvas, width, levels * row + leaf + 8);
  const scenery = { context, e, frame, width, row, levels, colours: palette(), ratio: canvas.width / width };
  for (let merges = levels; merges >= 1; merges--) paintLinks(scenery, merges);
  for (let merges = levels; merges >= 1; merges--) paintNodes(scenery, merges);
  paintLeaves(scenery, levels * row + 4, leaf, later);
}

/** @param {Scenery} scenery @param {number} merges @param {number} node */
const middle = ({ width, e }, merges, node) => (((node + 0.5) * 2 ** merges) / e.leaves) * width;
/** @param {Scenery} scenery @param {number} merges */
const rowAt = ({ row, levels }, merges) => (levels - merges) * row + row / 2;

/** @param {Scenery} scenery @param {number} merges */
function paintLinks(scenery, merges) {
  const { context, e, frame, colours } = scenery;
  for (let child = 0; child < e.leaves >> (merges - 1); child++) {
    const on = frame >> (merges - 1) === child;
    context.strokeStyle = on ? colours.teal : colours.line;
    context.lineWidth = on ? 2.5 : 1;
    context.globalAlpha = on || e.leaves <= 32 ? 1 : 0.7;
    context.beginPath();
    context.moveTo(middle(scenery, merges, child >> 1), rowAt(scenery, merges));
    context.lineTo(
      middle(scenery, merges - 1, child),
      merges === 1 ? rowAt(scenery, 0) - scenery.row / 2 + 4 : rowAt(scenery, merges - 1),
    );
    context.stroke();
  }
  context.globalAlpha = 1;
}

/** @param {Scenery} scenery @param {number} merges */
function paintNodes(scenery, merges) {
  const { context, e, frame, width, colours } = scenery;
  const nodes = e.leaves >> merges;
  const size = Math.min(merges === scenery.levels ? 8 : 6.5, (width / nodes) * 0.42);
  for (let node = 0; node < nodes; node++) {
    const on = frame >> merges === node;
    const empty = node << merges >= e.window.count;
    context.beginPath();
    context.arc(middle(scenery, merges, node), rowAt(scenery, merges), on ? Math.max(size, 4.5) : size, 0, 7);
    context.fillStyle = on ? colours.teal : empty ? colours.card : colours.line;
    context.fill();
    context.lineWidth = 1;
    context.strokeStyle = on ? colours.card : empty ? colours.line : colours.muted;
    if (size > 2.5 || on) context.stroke();
  }
}

/** @param {Scenery} scenery @param {number} top @param {number} height @param {() => void} later */
function paintLeaves({ context, e, frame, width, colours, ratio }, top, height, later) {
  const cell = width / e.leaves;
  const level = e.source ? 0 : rows(e)[0];
  const at = { y: top, h: height - 2 };
  for (let leaf = 0; leaf < e.window.count; leaf++) {
    context.save();
    context.beginPath();
    context.roundRect(leaf * cell + cell * 0.04, top, cell * 0.92, at.h, Math.min(5, cell / 3));
    context.clip();
    drawCell(context, e, level, leaf, { x: leaf * cell + cell * 0.04, w: cell * 0.92, ...at }, ratio, later);
    context.restore();
  }
  const wide = Math.max(cell, 26);
  const x = Math.max(1, Math.min(width - wide - 1, (frame + 0.5) * cell - wide / 2));
  context.save();
  context.beginPath();
  context.roundRect(x, top, wide, at.h, 5);
  context.clip();
  drawCell(context, e, level, frame, { x, w: wide, ...at }, ratio, later);
  context.restore();
  context.strokeStyle = colours.teal;
  context.lineWidth = 2.5;
  context.stroke();
}
