// What each memory remembers now: the last leaves as they came in, as the tree gives them back, as the student does,
// and the difference between the two. Mounted by `TrajectoryNow` in `app/components/views.py` on #path-now.

import { infernoGradient } from "../core/colours.js";
import { contextOf, h, onTheme, onWidth, palette, sharpContext, viewRoot } from "../core/dom.js";
import { plural } from "../core/format.js";
import { errorPicture } from "../explore/panes.js";
import { picture } from "../ui/sheets.js";
import { behindBones } from "../ui/skeleton.js";
import { drawSprite } from "../ui/sprites.js";
import { beliefPanes, drawBeliefs } from "./beliefs.js";
import { drawLeaf } from "./sprites.js";
import { get, subscribe } from "./store.js";
import { mergesAfter } from "./tree.js";

/** @import { Box, Palette, PathKind, Trajectory, ViewParts } from "../core/types.js" */
/** @import { State } from "./store.js" */

/** @typedef {CanvasRenderingContext2D} Context */
/** @typedef {ReturnType<typeof strip>} Strip */
/** @typedef {"source" | "difference" | PathKind} StripName */
/**
 * @typedef {object} View
 * @property {HTMLElement} root
 * @property {(waiting: boolean) => void} wait
 * @property {HTMLElement} title
 * @property {HTMLElement} words
 * @property {Record<StripName, Strip>} rows
 * @property {import("./beliefs.js").BeliefPanes} beliefs
 * @property {number} width
 */
/**
 * A strip's cells: their size, how many, the first one's leaf, and the time.
 * @typedef {{ w: number, h: number, length: number, first: number, t: number }} Cells
 */

const GAP = 2;
const TITLES = { strips: "What each remembers now", beliefs: "What each believes now" };

/** @param {ViewParts} parts */
export function mount({ element }) {
  const root = viewRoot(element);
  const words = h("p");
  const title = h("h2", { text: TITLES.strips });
  const head = h("div", { class: "imfn-card-head" }, h("div", { class: "imfn-head-words" }, title, words));
  const beliefs = beliefPanes();
  const rows = {
    source: strip("source"),
    tree: strip("tree"),
    student: strip("student"),
    difference: strip("difference"),
  };
  const wait = behindBones(root, head, beliefs.element, ...Object.values(rows).map((row) => row.figure));
  const view = { root, wait, title, words, rows, beliefs, width: 0 };
  const again = () => refresh(view, get());
  onWidth(root, (width) => {
    view.width = width;
    again();
  });
  onTheme(root, again);
  subscribe(root, again);
}

/** @param {StripName} name */
function strip(name) {
  const label = h("figcaption");
  const canvas = h("canvas", { role: "img", "aria-label": name });
  return { name, label, canvas, figure: h("figure", { class: `imfn-strip imfn-strip-${name}` }, label, canvas) };
}

/** @param {View} view @param {State} state */
function refresh(view, state) {
  const { trip, t } = state;
  view.wait(!trip);
  view.width ||= view.root.clientWidth; // nothing waits for an observer with its canvases at their first size
  if (!trip || !view.width) return;
  const again = () => refresh(view, get());
  view.title.textContent = trip.walks ? TITLES.beliefs : TITLES.strips;
  view.beliefs.element.hidden = !trip.walks;
  if (trip.walks) {
    for (const { figure } of Object.values(view.rows)) figure.hidden = true;
    view.words.textContent = asked(trip);
    const ready = drawBeliefs(view.beliefs, trip, t, view.width, again);
    view.root.dataset.shows = ready ? `${trip.id} ${t}` : "";
    return;
  }
  const length = Math.min(trip.strip.length, trip.count);
  const first = Math.max(0, Math.min(t, trip.count) - length);
  view.words.textContent = leaves(first, t);
  const both = Boolean(trip.student);
  for (const row of Object.values(view.rows)) row.figure.hidden = false;
  for (const name of /** @type {StripName[]} */ (["difference", "student"])) view.rows[name].figure.hidden = !both;
  const cell = (view.width - GAP * (length - 1)) / length;
  const box = { w: cell, h: (cell * trip.strip.height) / trip.strip.width, length, first, t };
  const ready = [sourceStrip(view.rows.source, trip, box, again), memoryStrips(view.rows, trip, box, again)].every(
    Boolean,
  ); // both: each gives its canvases their size
  view.root.dataset.shows = ready ? `${trip.id} ${t}` : "";
  captions(view.rows, trip, t);
}

/** Why there are beliefs and no frames. @param {Trajectory} trip */
function asked({ memories, stopped, series }) {
  const first = series.length > 1 ? `${series[0]}, ` : "";
  if (!memories) return `${first}${stopped ? "cancelled before the memories were asked" : "being asked …"}`;
  return `${first}decoded from the floats alone; a memory that predicts gives no frames back`;
}

/** Which leaves are shown, counted from one. @param {number} first @param {number} t how many have arrived */
export function leaves(first, t) {
  if (!t) return "nothing has arrived";
  return first + 1 === t ? `leaf ${t}` : `leaves ${first + 1} to ${t}`;
}

/** An error in three figures; one that is rounding alone is not spelled out. @param {number} error */
export const errorWords = (error) => (error < 1e-6 ? "MSE < 0.000001" : `MSE ${error.toPrecision(3)}`);

/** @param {Record<StripName, Strip>} rows @param {Trajectory} trip @param {number} t */
function captions(rows, trip, t) {
  const merges = mergesAfter(trip, t);
  /** @param {PathKind} kind */
  const mse = (kind) => {
    const error = t ? trip.memories?.mse?.[kind]?.[t - 1] : undefined;
    if (error === undefined) return t && trip.stopped ? [h("span", { text: "cancelled" })] : [];
    return [h("b", { text: errorWords(error) })];
  };
  rows.source.label.textContent = "source";
  rows.tree.label.replaceChildren(
    h("span", { text: t ? `tree, ${plural(merges, "merge")} recomputed` : "tree" }),
    ...mse("tree"),
  );
  rows.student.label.replaceChildren(
    h("span", { text: t ? "student, 1 step" : "student" }),
    ...(trip.student ? mse("student") : []),
  );
  const scale = h(
    "span",
    { class: "imfn-error-scale", title: "0 to 0.2 of full range" },
    "0",
    h("i", { style: `background:${infernoGradient}` }),
    "0.2",
  );
  rows.difference.label.replaceChildren(h("span", { text: "difference ×5" }), scale);
}

/**
 * Size a strip's canvas and draw its empty cells.
 * @param {Strip} row
 * @param {Cells} box
 * @param {Palette} colours
 * @param {string} words
 */
function start(row, box, colours, words) {
  const width = box.length * (box.w + GAP) - GAP;
  row.canvas.style.width = `${width}px`;
  row.canvas.setAttribute("aria-label", words);
  const context = sharpContext(row.canvas, width, box.h + 2);
  context.strokeStyle = colours.line;
  for (let place = 0; place < box.length; place++)
    context.strokeRect(place * (box.w + GAP) + 0.5, 1.5, box.w - 1, box.h - 1);
  return context;
}

/** @param {Cells} box @param {number} place @returns {Box} */
const cellBox = (box, place) => ({ x: place * (box.w + GAP), y: 1, w: box.w, h: box.h });

/** @param {Context} context @param {Cells} box @param {Palette} colours */
function ring(context, box, colours) {
  if (!box.t) return;
  const place = box.t - 1 - box.first;
  context.strokeStyle = colours.orange;
  context.lineWidth = 2;
  context.strokeRect(place * (box.w + GAP) + 1, 2, box.w - 2, box.h - 2);
}

/** @param {Strip} row @param {Trajectory} trip @param {Cells} box @param {() => void} again */
function sourceStrip(row, trip, box, again) {
  const colours = palette();
  const context = start(row, box, colours, "the leaves as they came in");
  let ready = true;
  for (let place = 0; place < box.length && box.first + place < box.t; place++) {
    ready = drawLeaf(context, trip.sources[0], box.first + place, cellBox(box, place), again) && ready;
  }
  ring(context, box, colours);
  return ready;
}

/**
 * Tree, student and their difference; the sheet of memories has a row for every time, the newest leaf last.
 * @param {Record<StripName, Strip>} rows
 * @param {Trajectory} trip
 * @param {Cells} box
 * @param {() => void} again
 */
function memoryStrips(rows, trip, box, again) {
  const colours = palette();
  const { t } = box;
  const kinds = /** @type {PathKind[]} */ (trip.student ? ["tree", "student"] : ["tree"]);
  const contexts = kinds.map((kind) => start(rows[kind], box, colours, `the leaves as the ${kind} remembers them`));
  if (trip.student) contexts.push(start(rows.difference, box, colours, "difference of tree and student"));
  if (!t) return true;
  const image = trip.memories?.url ? picture(trip.memories.url, again) : null;
  for (const context of contexts) ring(context, box, colours);
  if (!image) return false;
  const cells = kinds.map((_, column) => rowOf(image, trip, t, column));
  if (trip.student) cells.push(canvasOf(errorPicture(pixelsOf(cells[0]), pixelsOf(cells[1]))));
  contexts.forEach((context, i) => {
    paintRow(context, cells[i], trip.strip, box);
    ring(context, box, colours);
  });
  return true;
}

/** @param {CanvasImageSource} image @param {Trajectory} trip @param {number} t @param {number} column */
function rowOf(image, trip, t, column) {
  const { width, height, length } = trip.strip;
  const canvas = h("canvas", { width: width * length, height });
  const all = length * width;
  const context = contextOf(canvas, { willReadFrequently: true });
  context.drawImage(image, column * all, (t - 1) * height, all, height, 0, 0, all, height);
  return canvas;
}

/** @param {HTMLCanvasElement} canvas */
const pixelsOf = (canvas) => contextOf(canvas).getImageData(0, 0, canvas.width, canvas.height);

/** @param {ImageData} pixels */
function canvasOf(pixels) {
  const canvas = h("canvas", { width: pixels.width, height: pixels.height });
  contextOf(canvas).putImageData(pixels, 0, 0);
  return canvas;
}

/** @param {Context} context @param {HTMLCanvasElement} row @param {Trajectory["strip"]} strip @param {Cells} box */
function paintRow(context, row, { width, height, length }, box) {
  const cells = { columns: length, width, height };
  const filled = Math.min(box.t, box.length);
  for (let place = 0; place < filled; place++) {
    drawSprite(context, row, cells, length - filled + place, cellBox(box, place));
  }
}
