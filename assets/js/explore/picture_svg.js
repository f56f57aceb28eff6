// The tree as an SVG text: real rectangles and words, thumbnails embedded as data. Called by `explore/picture.js`.

import { quality, viridisHex } from "../core/colours.js";
import { contextOf } from "../core/dom.js";
import { drawCell } from "../ui/sheets.js";
import { nodeOf, nodePsnr } from "./exploration.js";
import { nodeBox, nodeBoxes, rowStyle, slots, thumbBox, xOf } from "./tree_geometry.js";
import { rowWords } from "./tree_paint.js";

/** @import { Box } from "../core/types.js" */
/** @import { PictureScene } from "./picture.js" */
/** @import { Layout, NodeBox, Row } from "./tree_geometry.js" */

/** A box and the frames whose thumbnails it shows. @typedef {Box & { first: number, last: number }} FilmBox */
/** @typedef {Record<string, string | number>} Attributes */

/** @param {string} words */
const escaped = (words) => String(words).replace(/[&<>"]/g, (letter) => `&#${letter.charCodeAt(0)};`);
/** @param {number} value */
const n = (value) => Number(value.toFixed(2));

/** @param {string} name @param {Attributes} attributes @param {string} [inside] */
function tag(name, attributes, inside = "") {
  const list = Object.entries(attributes).map(
    ([key, value]) => `${key}="${typeof value === "number" ? n(value) : escaped(value)}"`,
  );
  return `<${name} ${list.join(" ")}>${inside}</${name}>`;
}

/**
 * @param {number} x
 * @param {number} y
 * @param {number} size
 * @param {string} fill
 * @param {"start" | "end"} anchor
 * @param {number} weight
 * @param {string} content
 */
const words = (x, y, size, fill, anchor, weight, content) =>
  tag("text", { x, y, "font-size": size, fill, "text-anchor": anchor, "font-weight": weight }, escaped(content));
/** @param {Box} box @param {Attributes} more */
const rect = (box, more) =>
  tag("rect", { x: box.x, y: box.y, width: box.w, height: box.h, rx: Math.min(6, box.w / 2.5), ...more });

/**
 * One box's thumbnails as one embedded picture.
 * @param {PictureScene} scene
 * @param {number} merges
 * @param {FilmBox} box
 */
function filmData(scene, merges, box) {
  const { L, selection, pixelRatio, colours, ready } = scene;
  const canvas = document.createElement("canvas");
  canvas.width = Math.max(1, Math.round(box.w * pixelRatio));
  canvas.height = Math.round(box.h * pixelRatio);
  const context = contextOf(canvas);
  context.scale(pixelRatio, pixelRatio);
  context.fillStyle = colours.film;
  context.fillRect(0, 0, box.w, box.h);
  const single = [{ frame: box.first, x: box.x, w: box.w }];
  const thumbs = box.first === box.last ? single : slots(L, box.first, box.last, selection.frame);
  for (const slot of thumbs) {
    const thumb = thumbBox(L, { x: slot.x - box.x, w: slot.w }, 0, box.h);
    drawCell(context, L.e, merges, slot.frame, thumb, pixelRatio, ready);
  }
  return L.e.window.sheet.width <= 64 ? canvas.toDataURL("image/png") : canvas.toDataURL("image/jpeg", 0.92);
}

/** @param {PictureScene} scene @param {number} merges @param {FilmBox} box @param {string} id */
function picture(scene, merges, box, id) {
  const clip = tag("clipPath", { id }, rect(box, {}));
  const image = tag("image", {
    x: box.x,
    y: box.y,
    width: box.w,
    height: box.h,
    "clip-path": `url(#${id})`,
    href: filmData(scene, merges, box),
    preserveAspectRatio: "none",
  });
  return clip + image;
}

/** @param {PictureScene} scene @param {Row} row @param {NodeBox} box */
function nodeSvg(scene, row, box) {
  const { L, limits } = scene;
  const id = `n${row.merges}-${box.node}`;
  const colour = row.merges > 0 ? quality(nodePsnr(L.e, row.merges, box.node), limits, viridisHex) : null;
  if (rowStyle(L, row) === "colour")
    return rect({ ...box, y: box.y + box.h / 4, h: box.h / 2 }, { fill: colour ?? "none" });
  const line = colour
    ? tag("rect", { x: box.x, y: box.y + box.h - 3, width: box.w, height: 3, fill: colour, "clip-path": `url(#${id})` })
    : "";
  return picture(scene, row.merges, box, id) + line;
}

/** @param {PictureScene} scene @param {Row} row */
function rowSvg(scene, row) {
  const { L, colours, selection } = scene;
  const boxes = rowStyle(L, row) === "film" ? [wholeRow(L, row)] : nodeBoxes(L, row);
  const cells = boxes.map((box) => nodeSvg(scene, row, box)).join("");
  const colour = row.merges === selection.merges ? colours.orange : colours.teal;
  const lens = rowStyle(L, row) === "thumbs" ? null : lensBox(L, row, selection.frame);
  const ringed = lens || nodeBox(L, row, nodeOf(row.merges, selection.frame));
  const ring = rect(ringed, { fill: "none", stroke: colour, "stroke-width": 2.5 });
  return cells + (lens ? picture(scene, row.merges, lens, `lens${row.merges}`) : "") + ring + labels(scene, row);
}

/**
 * Where nodes are too narrow, the selected frame stands in a square of the row's height.
 * @param {Layout} L
 * @param {Row} row
 * @param {number} frame
 * @returns {FilmBox}
 */
function lensBox(L, row, frame) {
  const x = xOf(L, frame + 0.5) - L.rowH / 2;
  return { x, y: row.y, w: L.rowH, h: L.rowH, first: frame, last: frame };
}

/** @param {Layout} L @param {Row} row */
const wholeRow = (L, row) => ({
  ...nodeBox(L, row, 0),
  first: 0,
  last: L.e.window.count - 1,
  w: (L.plot.w * L.e.window.count) / L.view.span,
});

/** @param {PictureScene} scene @param {Row} row */
function labels({ L, colours }, row) {
  const { left, right } = rowWords(L, row);
  const middle = row.y + L.rowH / 2;
  const [xl, xr] = [L.plot.x - 9, L.plot.x + L.plot.w + 9];
  return (
    words(xl, middle - 1, 14, colours.ink, "end", 600, left[0]) +
    words(xl, middle + 13, 11, colours.muted, "end", 400, left[1]) +
    words(xr, middle - 1, 13, colours.ink, "start", 600, right[0]) +
    words(xr, middle + 13, 11.5, colours.muted, "start", 400, right[1])
  );
}

/** @param {PictureScene} scene */
function scaleSvg({ L, limits, colours, height }) {
  if (!limits) return "";
  const stops = Array.from({ length: 11 }, (_, i) =>
    tag("stop", { offset: i / 10, "stop-color": viridisHex(i / 10) }),
  ).join("");
  const bar = tag("rect", { x: L.plot.x, y: height - 30, width: 160, height: 9, fill: "url(#viridis)" });
  return (
    tag("linearGradient", { id: "viridis" }, stops) +
    bar +
    words(
      L.plot.x + 168,
      height - 22,
      12,
      colours.muted,
      "start",
      400,
      `line under a node: ${limits[0]} to ${limits[1]} dB`,
    )
  );
}

/** The text of an SVG file. @param {PictureScene} scene */
export function svgOf(scene) {
  const { L, colours, width, height, edge } = scene;
  const title =
    words(0, 28, 18, colours.ink, "start", 600, scene.words.title) +
    words(0, 47, 12, colours.muted, "start", 400, scene.words.subtitle);
  const rows = L.rows.map((row) => rowSvg(scene, row)).join("");
  const paper = tag("rect", { width, height, fill: colours.card });
  const group = tag(
    "g",
    { transform: `translate(${edge} 0)`, "font-family": "system-ui, sans-serif" },
    title + rows + scaleSvg(scene),
  );
  return `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${n(height)}" viewBox="0 0 ${width} ${n(height)}">${paper}${group}</svg>`;
}
