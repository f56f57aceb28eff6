// The card beside the pointer: the leaf that arrived at a point of the map, and when; of a walk also what the memory
// believes of the room then, beside the true one. Called by `trajectory/map.js`.

import { contextOf, h } from "../core/dom.js";
import { grey, outline, sheet } from "../predict/paint.js";
import { ROOM } from "../predict/round.js";
import { bytesOf } from "../ui/heatmap.js";
import { drawLeaf } from "./sprites.js";
import { beliefOf, litWords, memoryName, skillWords } from "./walk.js";

/** @import { Trajectory, Walk } from "../core/types.js" */
/** @import { Path, Shown } from "./figure.js" */

const SIDE = 84; // pixels of a room in the card
const LANTERN = "#3cc4b8"; // on film, in either theme

/** The card, hidden until there is something to show. */
export function previewCard() {
  const canvas = h("canvas", { width: 96, height: 96 });
  const [belief, truth] = [room("belief"), room("true")];
  const rooms = h("div", { class: "imfn-path-rooms", hidden: true }, belief.figure, truth.figure);
  const words = h("div", { class: "imfn-preview-words" });
  const card = h("div", { class: "imfn-preview imfn-path-preview", hidden: true }, canvas, rooms, words);
  return { card, canvas, rooms, belief, truth, words };
}

/** @param {string} text */
function room(text) {
  const canvas = h("canvas");
  return { canvas, figure: h("figure", {}, canvas, h("figcaption", { text })) };
}

/**
 * Show the card for a point of the plot.
 * @param {ReturnType<typeof previewCard>} preview
 * @param {Shown} state
 * @param {{ data: { meta: Path }, customdata: number }} point of a Plotly event
 * @param {number} x in the stage's pixels
 * @param {number} y
 * @param {HTMLElement} stage
 */
export function showPreview(preview, { trip }, point, x, y, stage) {
  const { card, canvas } = preview;
  const { series } = point.data.meta;
  const t = point.customdata;
  const sheetOf = trip.sources[series];
  const scale = 96 / Math.max(sheetOf.width, sheetOf.height);
  canvas.width = Math.round(sheetOf.width * scale);
  canvas.height = Math.round(sheetOf.height * scale);
  canvas.hidden =
    t === 0 || !drawLeaf(contextOf(canvas), sheetOf, t - 1, { x: 0, y: 0, w: canvas.width, h: canvas.height }, null);
  showRooms(preview, trip, point.data.meta, t);
  preview.words.textContent = wordsOf(trip, point.data.meta, t);
  card.hidden = false;
  card.style.left = `${Math.max(4, Math.min(stage.clientWidth - card.offsetWidth - 4, x + 16))}px`;
  card.style.top = `${Math.max(4, Math.min(stage.clientHeight - card.offsetHeight - 4, y + 12))}px`;
}

/** @param {ReturnType<typeof previewCard>} preview @param {Trajectory} trip @param {Path} path @param {number} t */
function showRooms({ rooms, belief, truth }, trip, { series, kind }, t) {
  const walk = trip.walks?.[series];
  const believed = beliefOf(trip, series, kind, t);
  rooms.hidden = !walk || !believed;
  if (!walk || !believed) return;
  drawRoom(belief.canvas, believed, walk, t, SIDE);
  drawRoom(truth.canvas, bytesOf(walk.room), walk, t, SIDE);
}

/** A picture of the room with what the lantern lights then. @param {HTMLCanvasElement} canvas @param {ArrayLike<number>} values @param {Walk} walk @param {number} t @param {number} side */
export function drawRoom(canvas, values, walk, t, side) {
  const context = sheet(canvas, side);
  grey(context, values, ROOM, side);
  if (t) outline(context, walk.poses[t - 1], side, LANTERN);
}

/** @param {Trajectory} trip @param {Path} path @param {number} t */
function wordsOf(trip, { series, kind, name }, t) {
  const walk = trip.walks?.[series];
  const what = walk ? litWords(walk, t) : t ? `leaf ${t}` : "nothing yet";
  const parts = [what, ...(trip.series.length > 1 ? [name] : []), memoryName(trip, kind)];
  const known = skillWords(trip, series, kind, t);
  const apart = series === 0 ? trip.distance?.[t] : undefined; // measured for the first sequence alone
  const far = apart === undefined ? "" : `; tree and student are ${apart.toPrecision(2)} apart`;
  return parts.join(", ") + (known && `; ${known}`) + far;
}
