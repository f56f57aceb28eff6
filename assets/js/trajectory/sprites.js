// Leaves as pictures on the points of the projection. Called by `trajectory/map.js`. Pictures that would lie on one another are left out; the current one is always drawn.

import { sharpContext } from "../core/dom.js";
import { picture } from "../ui/sheets.js";
import { drawSprite } from "../ui/sprites.js";
import { pointsOf } from "./figure.js";

/** @import { Box, Palette, PathKind, PlotElement, SheetCell } from "../core/types.js" */
/** @import { Shown } from "./figure.js" */

/** @typedef {CanvasRenderingContext2D} Context */
/** @typedef {SheetCell & { url: string }} SourceSheet */
/** A time of a sequence. @typedef {{ series: number, t: number }} Spot */
/**
 * Where a point of the projection stands on the plot.
 * @typedef {(point: number[]) => { x: number, y: number }} Place
 */

/**
 * Draw leaf `index` of a sheet into a box; false while it is loading.
 * @param {Context} context
 * @param {SourceSheet} sheet
 * @param {number} index
 * @param {Box} box
 * @param {(() => void) | null} ready
 */
export function drawLeaf(context, sheet, index, box, ready) {
  const image = picture(sheet.url, ready);
  if (!image) return false;
  drawSprite(context, image, sheet, index, box);
  return true;
}

/**
 * Box of a sprite around a place.
 * @param {number} x
 * @param {number} y
 * @param {SheetCell} sheet
 * @param {number} size
 * @returns {Box}
 */
function boxAt(x, y, sheet, size) {
  const scale = size / Math.max(sheet.width, sheet.height);
  const [w, t] = [sheet.width * scale, sheet.height * scale];
  return { x: x - w / 2, y: y - t / 2, w, h: t };
}

/** @param {{ x: number, y: number }} a @param {{ x: number, y: number }} b @param {number} gap */
const near = (a, b, gap) => Math.abs(a.x - b.x) < gap && Math.abs(a.y - b.y) < gap;

/**
 * Paint every sprite that finds room; leaf t - 1 stands on the point of time t.
 * @param {HTMLCanvasElement} canvas
 * @param {PlotElement} plot
 * @param {Shown} state
 * @param {Palette} colours
 * @param {() => void} ready
 * @param {Spot | null} over the point under the pointer
 */
export function paintSprites(canvas, plot, state, colours, ready, over) {
  const context = sharpContext(canvas, plot.clientWidth, plot.clientHeight);
  const axes = plot._fullLayout;
  if (state.dimensions === 3 || !axes?.xaxis) return;
  /** @type {Place} */
  const place = (p) => ({ x: axes.xaxis.l2p(p[0]) + axes.xaxis._offset, y: axes.yaxis.l2p(p[1]) + axes.yaxis._offset });
  if (state.sprites) paintLeaves(context, place, state, colours, ready);
  if (over) paintConnector(context, place, state, colours, over);
  paintEnds(context, place, state, colours, plot.clientWidth);
}

/**
 * A line from the tree's point to the student's after the same leaf, with a ring around either.
 * @param {Context} context
 * @param {Place} place
 * @param {Shown} state
 * @param {Palette} colours
 * @param {Spot} over
 */
function paintConnector(context, place, state, colours, { series, t }) {
  const kinds = /** @type {PathKind[]} */ (["tree", "student"]);
  const ends = kinds.flatMap((kind) => pointsOf(state, series, kind).slice(t, t + 1)).map(place);
  context.globalAlpha = 1;
  for (const [width, colour] of /** @type {[number, string][]} */ ([
    [5, colours.card],
    [2, colours.ink],
  ])) {
    context.lineWidth = width;
    context.strokeStyle = colour;
    context.beginPath();
    for (const { x, y } of ends) context.lineTo(x, y);
    context.stroke();
    for (const { x, y } of ends) {
      context.beginPath();
      context.arc(x, y, 7, 0, 2 * Math.PI);
      context.stroke();
    }
  }
}

/**
 * @param {Context} context
 * @param {Place} place
 * @param {Shown} state
 * @param {Palette} colours
 * @param {() => void} ready
 */
function paintLeaves(context, place, state, colours, ready) {
  const size = state.trip.sources[0].width <= 32 ? 22 : 40;
  const taken = /** @type {{ x: number, y: number }[]} */ ([]);
  const lift = size / 2 + 6;
  state.trip.sources.forEach((sheet, series) => {
    const points = pointsOf(state, series, "tree");
    const order = points.map((_, t) => t).slice(1);
    if (state.t > 0 && state.t < points.length) order.unshift(...order.splice(state.t - 1, 1));
    for (const t of order) {
      const spot = place(points[t]);
      const at = { x: spot.x, y: spot.y - lift };
      const now = t === state.t;
      if (!now && (taken.some((other) => near(at, other, size * 1.08)) || t > state.t)) continue;
      taken.push(at);
      const box = boxAt(at.x, at.y, sheet, now ? size * 1.35 : size);
      context.globalAlpha = 1;
      if (!drawLeaf(context, sheet, t - 1, box, ready)) return;
      context.strokeStyle = now ? colours.orange : colours.line;
      context.lineWidth = now ? 2 : 1;
      context.strokeRect(box.x, box.y, box.w, box.h);
    }
  });
}

/**
 * "start" and "end" beside every tree's first and last point, readable on whatever lies below.
 * @param {Context} context
 * @param {Place} place
 * @param {Shown} state
 * @param {Palette} colours
 * @param {number} width of the plot
 */
function paintEnds(context, place, state, colours, width) {
  context.font = `13px ${colours.font}`;
  context.lineWidth = 4;
  context.lineJoin = "round";
  context.strokeStyle = colours.card;
  context.fillStyle = colours.ink;
  state.trip.series.forEach((_, series) => {
    const points = pointsOf(state, series, "tree");
    for (const text of ["start", "end"]) {
      const { x, y } = place(points[text === "start" ? 0 : points.length - 1]);
      const room = x + 50 < width;
      context.textAlign = room ? "left" : "right";
      const left = x + (room ? 10 : -10);
      context.strokeText(text, left, y + 5);
      context.fillText(text, left, y + 5);
    }
  });
}
