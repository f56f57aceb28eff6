// Where a memory's floats went: how many every patch of the picture has, drawn over a frame or alone, with a legend; or
// how many every frame has, where a memory's frames share its floats.
// Called by `explore/player.js` (over the recovered frame) and `explore/inspector.js`.

import { viridisGradient, viridisTable } from "../core/colours.js";
import { contextOf, h } from "../core/dom.js";
import { count } from "../core/format.js";

/** @import { SpentMap } from "../core/types.js" */

/** @type {WeakMap<SpentMap, Uint16Array>} */
const decoded = new WeakMap();

/** Floats of every patch, row by row. @param {SpentMap} map */
export function floatsOf(map) {
  const known = decoded.get(map);
  if (known) return known;
  const bytes = Uint8Array.from(atob(map.data), (letter) => letter.charCodeAt(0));
  const floats = new Uint16Array(bytes.length / 2);
  for (let i = 0; i < floats.length; i++) floats[i] = bytes[2 * i] + 256 * bytes[2 * i + 1];
  decoded.set(map, floats);
  return floats;
}

/** What floats are counted of. @param {SpentMap} map */
export const unit = (map) => (map.by_frame ? "frame" : "patch");

/** The fewest that a patch can have, its indices; a frame's are not its own. @param {SpentMap} map */
const least = (map) => (map.by_frame ? 0 : map.index);

/**
 * A patch's place on the colour scale, 0 to 1: logarithmic, since a few patches have many times what most have.
 * @param {number} floats
 * @param {SpentMap} map
 */
export const shade = (floats, map) =>
  map.most > least(map) ? Math.log2(1 + floats - least(map)) / Math.log2(1 + map.most - least(map)) : 0;

/** Index floats of a whole node. @param {SpentMap} map */
export const indexFloats = (map) => (map.by_frame ? map.index : map.index * floatsOf(map).length);

/** What a frame has, in words. @param {SpentMap} map @param {number} frame its number in the node */
export const frameWords = (map, frame) => `Frame ${frame + 1} keeps ${count(floatsOf(map)[frame])} floats`;

/** What a patch has, in words. @param {SpentMap} map @param {number} patch its number, row by row */
export function patchWords(map, patch) {
  const [row, column] = [Math.floor(patch / map.columns), patch % map.columns];
  return `Patch ${column + 1} across, ${row + 1} down: ${count(floatsOf(map)[patch])} floats, ${map.index} of them indices`;
}

/** The colours of all patches, one pixel a patch. @param {HTMLCanvasElement} canvas @param {SpentMap} map */
export function paintSpent(canvas, map) {
  const floats = floatsOf(map);
  [canvas.width, canvas.height] = [map.columns, Math.ceil(floats.length / map.columns)];
  const pixels = new ImageData(canvas.width, canvas.height);
  floats.forEach((value, i) => {
    const at = 3 * Math.min(255, Math.round(255 * shade(value, map)));
    pixels.data.set([...viridisTable.subarray(at, at + 3), 255], 4 * i);
  });
  contextOf(canvas).putImageData(pixels, 0, 0);
  canvas.setAttribute("aria-label", `Floats of every ${unit(map)}, from ${least(map)} to ${count(map.most)}`);
}

/** The scale of the colours. @param {SpentMap} map */
export function legend(map) {
  return h(
    "span",
    {
      class: "imfn-spent-scale",
      title: `floats of a ${unit(map)}${map.by_frame ? "" : ", indices included"}; a logarithmic scale`,
    },
    String(least(map)),
    h("i", { style: `background:${viridisGradient}` }),
    `${count(map.most)} floats a ${unit(map)}`,
  );
}

/**
 * Lay the colours over a frame; patches that reach beyond its edge are cut as the frame is.
 * @param {HTMLCanvasElement} frame
 * @param {SpentMap} map
 * @param {number} width of the frame in pixels of the clip
 */
export function cover(frame, map, width) {
  const small = document.createElement("canvas");
  paintSpent(small, map);
  const side = (map.patch * frame.width) / width;
  const context = contextOf(frame);
  context.save();
  context.globalAlpha = 0.7;
  context.imageSmoothingEnabled = false;
  context.drawImage(small, 0, 0, small.width * side, small.height * side);
  context.restore();
}

/**
 * The patch under a pointer; null beside the picture.
 * @param {{ offsetX: number, offsetY: number }} event
 * @param {{ clientWidth: number, clientHeight: number }} canvas
 * @param {SpentMap} map
 * @param {{ width: number, height: number }} frame in pixels of the clip
 */
export function patchAt({ offsetX, offsetY }, { clientWidth, clientHeight }, map, { width, height }) {
  const [x, y] = [(offsetX / clientWidth) * width, (offsetY / clientHeight) * height];
  if (x < 0 || y < 0 || x >= width || y >= height) return null;
  return Math.floor(y / map.patch) * map.columns + Math.floor(x / map.patch);
}
