// A memory's cells as a picture: its bytes, and a small canvas with one pixel a cell that can be drawn at any size.
// Called by `explore/inspector.js` and the Guide's scenes.

import { viridisTable } from "../core/colours.js";

const made = new WeakMap(); // memory -> canvas

/** The cells of a memory, row by row, 0…255. */
export function bytesOf(text) {
  return Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0));
}

/** A memory at one pixel a cell, made once. */
export function heatmap(memory) {
  if (!made.has(memory)) made.set(memory, painted(memory));
  return made.get(memory);
}

function painted({ rows, columns, data }) {
  const canvas = document.createElement("canvas");
  [canvas.width, canvas.height] = [columns, rows];
  const pixels = new ImageData(columns, rows);
  bytesOf(data).forEach((value, i) =>
    pixels.data.set([...viridisTable.subarray(value * 3, value * 3 + 3), 255], i * 4),
  );
  canvas.getContext("2d").putImageData(pixels, 0, 0);
  return canvas;
}
