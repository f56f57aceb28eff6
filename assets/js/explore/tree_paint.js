// Draws the memory tree on a canvas: film strips, lines of quality, the path and the selected node.
// Called by `explore/tree_view.js` for the page and by `explore/picture.js` for the PNG.

import { quality } from "../core/colours.js";
import { dB, ratio, size } from "../core/format.js";
import { drawCell } from "../ui/sheets.js";
import { framePsnr, nodeOf, nodePsnr, rowBytes, rowName, rowRatio, span } from "./exploration.js";
import { domain, nodeBox, nodeBoxes, rowOf, rowStyle, slots, thumbBox, visibleFrames, xOf } from "./tree_geometry.js";

/** @import { Box, Limits, Palette, Selection, Spot } from "../core/types.js" */
/** @import { Layout, NodeBox, Row } from "./tree_geometry.js" */

/**
 * What a drawing shows; `ready` is called when a picture that was missing has arrived.
 * @typedef {object} Scene
 * @property {Layout} L
 * @property {Selection} selection
 * @property {Spot | null} hover
 * @property {Palette} colours
 * @property {Limits | null} limits
 * @property {number} pixelRatio
 * @property {() => void} ready
 */
/** @typedef {CanvasRenderingContext2D} Context */

const LINE = 3;

/**
 * @param {Context} context
 * @param {number} x
 * @param {number} y
 * @param {number} w
 * @param {number} h
 * @param {number} radius
 */
function rounded(context, x, y, w, h, radius) {
  context.beginPath();
  context.roundRect(x, y, Math.max(0.5, w), h, Math.max(0, Math.min(radius, w / 2.5)));
}

/** Everything, in order. @param {Context} context @param {Scene} scene */
export function paintTree(context, scene) {
  const { L } = scene;
  paintSubtree(context, scene);
  context.save();
  context.beginPath();
  context.rect(L.plot.x - 2, 0, L.plot.w + 4, L.height);
  context.clip();
  for (const row of L.rows) paintRow(context, scene, row);
  paintPadding(context, scene);
  if (scene.hover) paintRing(context, scene, scene.hover.merges, scene.hover.node, scene.colours.ink, 1.5);
  paintPath(context, scene);
  context.restore();
  for (const row of L.rows) paintLabels(context, scene, row);
}

/** @param {Context} context @param {Scene} scene @param {Row} row */
function paintRow(context, scene, row) {
  const style = rowStyle(scene.L, row);
  if (style === "thumbs") for (const box of nodeBoxes(scene.L, row)) paintNode(context, scene, box);
  else if (style === "film") paintFilm(context, scene, row);
  else paintColours(context, scene, row);
}

/**
 * @param {Context} context
 * @param {Scene} scene
 * @param {{ merges: number, y: number }} row
 * @param {number} first
 * @param {number} last
 */
function paintThumbs(context, scene, row, first, last) {
  const { L, selection, pixelRatio, ready } = scene;
  for (const slot of slots(L, first, last, selection.frame)) {
    if (slot.x > L.plot.x + L.plot.w || slot.x + slot.w < L.plot.x) continue;
    const box = thumbBox(L, slot, row.y, L.rowH);
    drawCell(context, L.e, row.merges, slot.frame, box, pixelRatio, ready);
  }
}

/** @param {Context} context @param {Scene} scene @param {NodeBox} box */
function paintNode(context, scene, box) {
  const { L, colours, limits } = scene;
  context.save();
  rounded(context, box.x, box.y, box.w, box.h, 6);
  context.clip();
  context.fillStyle = colours.film;
  context.fillRect(box.x, box.y, box.w, box.h);
  paintThumbs(context, scene, box, box.first, box.last);
  const colour = box.merges > 0 && quality(nodePsnr(L.e, box.merges, box.node), limits);
  if (colour) {
    context.fillStyle = colour;
    context.fillRect(box.x, box.y + box.h - LINE, box.w, LINE);
  }
  context.restore();
}

/**
 * A row whose nodes are narrower than a thumbnail and have no error to show: every so many frames, joined.
 * @param {Context} context
 * @param {Scene} scene
 * @param {Row} row
 */
function paintFilm(context, scene, row) {
  const { L, colours } = scene;
  const { first, last } = visibleFrames(L);
  const [x0, x1] = [xOf(L, first), xOf(L, last + 1)];
  context.save();
  rounded(context, x0, row.y, x1 - x0, L.rowH, 6);
  context.clip();
  context.fillStyle = colours.film;
  context.fillRect(x0, row.y, x1 - x0, L.rowH);
  paintThumbs(context, scene, row, first, last);
  context.restore();
}

/**
 * Nodes too narrow for pictures: cells of their quality's colour, and a lens with the selected frame.
 * @param {Context} context
 * @param {Scene} scene
 * @param {Row} row
 */
function paintColours(context, scene, row) {
  const { L, limits } = scene;
  const h = Math.round(L.rowH * 0.5);
  const y = row.y + Math.round((L.rowH - h) / 2);
  for (const box of nodeBoxes(L, row)) {
    context.fillStyle = quality(nodePsnr(L.e, row.merges, box.node), limits) ?? scene.colours.line;
    rounded(context, box.x, y, box.w, h, 2);
    context.fill();
  }
}

/** @param {Context} context @param {Scene} scene @param {Row} row @param {string} colour */
function paintLens(context, scene, row, colour) {
  const { L, selection, colours, pixelRatio, ready } = scene;
  const box = nodeBox(L, row, nodeOf(row.merges, selection.frame));
  const w = Math.max(L.rowH, box.w + 6);
  const middle = xOf(L, selection.frame + 0.5);
  const x = Math.max(L.plot.x, Math.min(L.plot.x + L.plot.w - w, middle - w / 2));
  context.save();
  rounded(context, x, row.y, w, L.rowH, 7);
  context.clip();
  context.fillStyle = colours.film;
  context.fillRect(x, row.y, w, L.rowH);
  const slot = thumbBox(L, { x, w }, row.y, L.rowH);
  drawCell(context, L.e, row.merges, selection.frame, slot, pixelRatio, ready);
  const line = quality(framePsnr(L.e, row.merges, selection.frame), scene.limits);
  if (line && row.merges > 0) {
    context.fillStyle = line;
    context.fillRect(x, row.y + L.rowH - LINE, w, LINE);
  }
  context.restore();
  strokeRing(context, { x, y: row.y, w, h: L.rowH }, colours, colour, 2);
}

/** Leaf places of a short tail that hold no frame. @param {Context} context @param {Scene} scene */
function paintPadding(context, { L, colours }) {
  const all = domain(L.e);
  if (L.e.window.count >= all) return;
  const [x0, x1] = [xOf(L, L.e.window.count) + 4, xOf(L, all) - 1];
  if (x1 - x0 < 4) return;
  context.save();
  context.strokeStyle = colours.line;
  context.setLineDash([3, 4]);
  for (const row of L.rows) {
    rounded(context, x0, row.y + 0.5, x1 - x0, L.rowH - 1, 6);
    context.stroke();
  }
  context.restore();
  const middle = L.rows[L.rows.length - 1];
  text(
    context,
    "empty places, dropped again on the way back",
    (x0 + x1) / 2,
    middle.y + L.rowH / 2 + 4,
    colours.muted,
    `11px ${colours.font}`,
    "center",
    x1 - x0 - 16,
  );
}

/** A light column behind the nodes under the selected one. @param {Context} context @param {Scene} scene */
function paintSubtree(context, { L, selection, colours }) {
  const row = rowOf(L, selection.merges);
  if (!row || selection.merges === 0) return;
  const { first, last } = span(L.e, selection.merges, selection.node);
  const x0 = Math.max(L.plot.x - 3, xOf(L, first) - 2);
  const x1 = Math.min(L.plot.x + L.plot.w + 3, xOf(L, last + 1) + 2);
  if (x1 <= x0) return;
  context.save();
  context.globalAlpha = 0.26;
  context.fillStyle = colours.orange;
  rounded(context, x0, row.y, x1 - x0, L.bottom - row.y + 4, 8);
  context.fill();
  context.restore();
}

/** @param {Context} context @param {Box} box @param {Palette} colours @param {string} colour @param {number} width */
function strokeRing(context, box, colours, colour, width) {
  context.lineWidth = width + 2;
  context.strokeStyle = colours.card;
  rounded(context, box.x - 1, box.y - 1, box.w + 2, box.h + 2, 7);
  context.stroke();
  context.lineWidth = width;
  context.strokeStyle = colour;
  context.stroke();
}

/**
 * @param {Context} context
 * @param {Scene} scene
 * @param {number} merges
 * @param {number} node
 * @param {string} colour
 * @param {number} width
 */
function paintRing(context, scene, merges, node, colour, width) {
  const row = rowOf(scene.L, merges);
  if (!row) return;
  const box = nodeBox(scene.L, row, node);
  if (rowStyle(scene.L, row) !== "thumbs") return;
  strokeRing(context, box, scene.colours, colour, width);
}

/**
 * Rings from the selected frame to the root, orange on the selected node, and the frame's own column.
 * @param {Context} context
 * @param {Scene} scene
 */
function paintPath(context, scene) {
  const { L, selection, colours } = scene;
  for (const row of L.rows) {
    const chosen = row.merges === selection.merges;
    const colour = chosen ? colours.orange : colours.teal;
    if (rowStyle(L, row) !== "thumbs") {
      paintLens(context, scene, row, colour);
      continue;
    }
    paintColumn(context, scene, row);
    paintRing(context, scene, row.merges, nodeOf(row.merges, selection.frame), colour, chosen ? 2.5 : 2);
  }
}

/** @param {Context} context @param {Scene} scene @param {Row} row */
function paintColumn(context, { L, selection }, row) {
  if (row.merges === 0) return;
  const [x0, x1] = [xOf(L, selection.frame), xOf(L, selection.frame + 1)];
  context.save();
  context.fillStyle = "rgba(255,255,255,0.92)";
  context.shadowColor = "rgba(0,0,0,0.55)";
  context.shadowBlur = 2;
  if (x1 - x0 > 14) {
    context.fillRect(x0 - 0.5, row.y + 1, 1.5, L.rowH - LINE - 1);
    context.fillRect(x1 - 1, row.y + 1, 1.5, L.rowH - LINE - 1);
  } else {
    context.fillRect((x0 + x1) / 2 - 1, row.y, 2, 6);
    context.fillRect((x0 + x1) / 2 - 1, row.y + L.rowH - LINE - 6, 2, 6);
  }
  context.restore();
}

/**
 * @param {Context} context
 * @param {string} words
 * @param {number} x
 * @param {number} y
 * @param {string} colour
 * @param {string} font
 * @param {CanvasTextAlign} align
 * @param {number} [most] pixels there are; longer words are left out
 */
function text(context, words, x, y, colour, font, align, most) {
  context.font = font;
  context.fillStyle = colour;
  context.textAlign = align;
  if (most === undefined || context.measureText(words).width <= most) context.fillText(words, x, y);
}

/**
 * What stands left and right of a row: [ratio, name], [quality, size]. Shared with the SVG.
 * @param {Layout} L
 * @param {Row} row
 */
export function rowWords(L, row) {
  const { e } = L;
  const score = row.merges === 0 ? "source" : row.psnr === null ? "memory" : dB(row.psnr);
  return {
    left: [ratio(rowRatio(e, row.merges)), rowName(e, row.merges)],
    right: [score, size(rowBytes(e, row.merges))],
  };
}

/** @param {Context} context @param {Scene} scene @param {Row} row */
function paintLabels(context, { L, colours, selection }, row) {
  const words = rowWords(L, row);
  const [big, small] = L.narrow ? [12, 9.5] : [14, 11];
  const middle = row.y + L.rowH / 2;
  const [xl, xr] = [L.plot.x - (L.narrow ? 6 : 9), L.plot.x + L.plot.w + (L.narrow ? 6 : 9)];
  const ink = row.merges === selection.merges ? colours.orange : colours.ink;
  text(context, words.left[0], xl, middle - 1, ink, `600 ${big}px ${colours.font}`, "right");
  text(context, words.left[1], xl, middle + small + 2, colours.muted, `${small}px ${colours.font}`, "right");
  text(context, words.right[0], xr, middle - 1, colours.ink, `600 ${big - 1}px ${colours.font}`, "left");
  text(context, words.right[1], xr, middle + small + 2, colours.muted, `${small + 0.5}px ${colours.font}`, "left");
}
