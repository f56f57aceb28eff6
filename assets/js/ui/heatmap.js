// A memory's cells as a picture: its bytes, and a small canvas with one pixel a cell that can be drawn at any size.
// Called by `explore/inspector.js` and the Guide's scenes.

import { viridisTable } from "../core/colours.js";
import { contextOf } from "../core/dom.js";

/** @import { Heatmap } from "../core/types.js" */

/** @type {WeakMap<Heatmap, HTMLCanvasElement>} */
const made = new WeakMap();

/** The cells of a memory, row by row, 0…255. @param {string} text base64 */
export function bytesOf(text) {
  return Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0));
}

/** A memory at one pixel a cell, made once. @param {Heatmap} memory */
export function heatmap(memory) {
  const canvas = made.get(memory) ?? painted(memory);
  made.set(memory, canvas);
  return canvas;
}

/** @param {Heatmap} memory */
function painted({ rows, columns, data }) {
  const canvas = document.createElement("canvas");
  [canvas.width, canvas.height] = [columns, rows];
  const pixels = new ImageData(columns, rows);
  bytesOf(data).forEach((value, i) => {
    pixels.data.set([...viridisTable.subarray(value * 3, value * 3 + 3), 255], i * 4);
  });
  contextOf(canvas).putImageData(pixels, 0, 0);
  return canvas;
}
