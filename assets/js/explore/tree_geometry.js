// Where everything of the memory tree lies: rows, nodes, thumbnails. Pure functions shared by the canvas, the pointer
// and the SVG export. A view {start, span} says which leaves are across the width.

import { nodeCount, nodeOf, rowPsnr, rows, span } from "./exploration.js";

/** @import { Box, Exploration, Spot } from "../core/types.js" */

/** Which leaves are across the width. @typedef {{ start: number, span: number }} View */
/**
 * A level's row: its upper edge and its PSNR in this window.
 * @typedef {{ merges: number, y: number, psnr: number | null }} Row
 */
/**
 * A node's box, and the frames it covers.
 * @typedef {Box & { merges: number, node: number, first: number, last: number }} NodeBox
 */
/** @typedef {{ frame: number, x: number, w: number }} Slot */

/**
 * The frame of a drawing, in CSS pixels: `plot` holds the leaves, `cell` is one leaf's width, `per` leaves share a
 * thumbnail, `bottom` is the last row's lower edge.
 * @typedef {object} Layout
 * @property {Exploration} e
 * @property {number} width
 * @property {boolean} narrow
 * @property {{ x: number, w: number }} plot
 * @property {number} rowH
 * @property {number} gap
 * @property {View} view
 * @property {number} cell
 * @property {Row[]} rows
 * @property {number} per
 * @property {number} bottom
 * @property {number} height
 */

const NARROW = 620;

/**
 * Leaves laid out across the width: at least 16, so that a short tail keeps its scale and shows its padding.
 * @param {Exploration} e
 */
export function domain(e) {
  const needed = 2 ** Math.ceil(Math.log2(Math.max(1, e.window.count)));
  return Math.min(e.leaves, Math.max(16, needed));
}

/** @param {Exploration} e @returns {View} */
export const wholeView = (e) => ({ start: 0, span: domain(e) });

/**
 * Keep a view inside the tree and between two leaves and all of them.
 * @param {Exploration} e
 * @param {View} view
 * @returns {View}
 */
export function clampView(e, view) {
  const all = domain(e);
  const wide = Math.max(Math.min(2, all), Math.min(all, view.span));
  return { start: Math.max(0, Math.min(all - wide, view.start)), span: wide };
}

/** Whether a view leaves leaves out. @param {Exploration} e @param {View} view */
export const zoomed = (e, view) => view.span < domain(e) - 1e-6;

/** @param {Exploration} e @param {number} plotWidth @param {number} levels @param {boolean} narrow */
function rowHeight(e, plotWidth, levels, narrow) {
  const { width, height } = e.window.sheet;
  const natural = plotWidth / Math.min(16, domain(e)) / Math.min(1.25, Math.max(0.8, width / height));
  const most = levels > 6 ? 42 : 54;
  return Math.round(narrow ? Math.max(34, Math.min(38, natural)) : Math.max(40, Math.min(most, natural)));
}

/**
 * The frame of the drawing for a width in pixels, with `top` pixels kept free above it.
 * @param {Exploration} e
 * @param {number} width
 * @param {View} view
 * @param {number} [top]
 * @returns {Layout}
 */
export function layout(e, width, view, top = 4) {
  const narrow = width < NARROW;
  const left = narrow ? 51 : 74;
  const right = narrow ? 52 : 72;
  const plot = { x: left, w: Math.max(60, width - left - right) };
  const levels = rows(e);
  const rowH = rowHeight(e, plot.w, levels.length, narrow);
  const gap = narrow ? 7 : 8;
  const placed = levels.map((merges, i) => ({ merges, y: top + i * (rowH + gap), psnr: rowPsnr(e, merges) }));
  const cell = plot.w / view.span;
  return {
    e,
    width,
    narrow,
    plot,
    rowH,
    gap,
    view,
    cell,
    rows: placed,
    per: framesPerThumb(cell, rowH),
    bottom: top + levels.length * (rowH + gap) - gap,
    height: top + levels.length * (rowH + gap) - gap + 7,
  };
}

/** A power of two, so that no thumbnail stands between two nodes. @param {number} cell @param {number} rowH */
function framesPerThumb(cell, rowH) {
  let per = 1;
  while (cell * per < Math.max(18, rowH * 0.62)) per *= 2;
  return per;
}

/** Where a leaf begins. @param {Layout} L @param {number} leaf */
export const xOf = (L, leaf) => L.plot.x + ((leaf - L.view.start) / L.view.span) * L.plot.w;
/** The leaf (with a fraction) at a place. @param {Layout} L @param {number} x */
export const leafAt = (L, x) => L.view.start + ((x - L.plot.x) / L.plot.w) * L.view.span;
/** The row of a level, where it is shown. @param {Layout} L @param {number} merges */
export const rowOf = (L, merges) => L.rows.find((row) => row.merges === merges);

/** The box of one node. @param {Layout} L @param {Row} row @param {number} node @returns {NodeBox} */
export function nodeBox(L, row, node) {
  const { first, last } = span(L.e, row.merges, node);
  const x = xOf(L, first);
  const full = xOf(L, last + 1) - x;
  const space = Math.min(3, full * 0.12);
  return { merges: row.merges, node, first, last, x: x + space / 2, y: row.y, w: full - space, h: L.rowH };
}

/** Boxes of the nodes of a row that are in view. @param {Layout} L @param {Row} row */
export function nodeBoxes(L, row) {
  const size = 2 ** row.merges;
  const from = Math.max(0, Math.floor(L.view.start / size));
  const to = Math.min(nodeCount(L.e, row.merges) - 1, Math.ceil((L.view.start + L.view.span) / size) - 1);
  const boxes = [];
  for (let node = from; node <= to; node++) boxes.push(nodeBox(L, row, node));
  return boxes;
}

/**
 * How a row is drawn: `thumbs` in every node, `colour` where nodes are too narrow, `film` = thumbs across nodes.
 * @param {Layout} L
 * @param {Row} row
 */
export function rowStyle(L, row) {
  if (2 ** row.merges >= L.per) return "thumbs";
  return row.merges > 0 && row.psnr !== null ? "colour" : "film";
}

/**
 * Thumbnails inside frames first…last. A slot shows the selected frame if it has it.
 * @param {Layout} L
 * @param {number} first
 * @param {number} last
 * @param {number} selected
 * @returns {Slot[]}
 */
export function slots(L, first, last, selected) {
  const out = [];
  for (let a = first; a <= last; a += L.per) {
    const b = Math.min(last, a + L.per - 1);
    const frame = selected >= a && selected <= b ? selected : Math.min(b, a + (L.per >> 1));
    out.push({ frame, x: xOf(L, a), w: xOf(L, b + 1) - xOf(L, a) });
  }
  return out;
}

/**
 * A thumbnail's own box inside its slot: filling it, but never cropped beyond recognition.
 * @param {Layout} L
 * @param {{ x: number, w: number }} slot
 * @param {number} y
 * @param {number} h
 * @returns {Box}
 */
export function thumbBox(L, slot, y, h) {
  const { width, height } = L.e.window.sheet;
  const widest = h * (width / height) * (width <= 64 ? 1 : 1.4);
  const w = Math.min(slot.w, widest);
  return { x: slot.x + (slot.w - w) / 2, y, w, h };
}

/** Frames first…last that are in view. @param {Layout} L */
export function visibleFrames(L) {
  const first = Math.max(0, Math.floor(L.view.start / L.per) * L.per);
  return { first, last: Math.min(L.e.window.count, Math.ceil(L.view.start + L.view.span)) - 1 };
}

/**
 * The node and frame under a point, or null.
 * @param {Layout} L
 * @param {number} x
 * @param {number} y
 * @returns {Spot | null}
 */
export function hit(L, x, y) {
  const row = L.rows.find((r) => y >= r.y - L.gap / 2 && y < r.y + L.rowH + L.gap / 2);
  if (!row || x < L.plot.x || x >= L.plot.x + L.plot.w) return null;
  const frame = Math.floor(leafAt(L, x));
  if (frame < 0 || frame >= L.e.window.count) return null;
  return { merges: row.merges, node: nodeOf(row.merges, frame), frame };
}
