// A picture with its words, how a frame is put on it, and the picture of an error. Called by `explore/player.js`,
// `guide/` and `live/`.

import { infernoTable } from "../core/colours.js";
import { contextOf, h } from "../core/dom.js";

/** Errors are shown so many times as large. */
export const GAIN = 5;

/** A figure with a canvas and its words. @typedef {ReturnType<typeof pane>} Pane */

/** An empty pane. @param {string} name */
export function pane(name) {
  const canvas = h("canvas", { role: "img", "aria-label": name });
  const caption = h("figcaption");
  return { canvas, caption, figure: h("figure", { class: `imfn-pane imfn-pane-${name}` }, canvas, caption) };
}

/**
 * Put a frame on a pane's canvas, crisp where it is small, and say what it is.
 * @param {{ canvas: HTMLCanvasElement }} pane
 * @param {ImageData} pixels
 * @param {string} words
 */
export function paint({ canvas }, pixels, words) {
  if (canvas.width !== pixels.width || canvas.height !== pixels.height) {
    canvas.width = pixels.width;
    canvas.height = pixels.height;
    canvas.classList.toggle("imfn-crisp", pixels.width <= 64);
  }
  contextOf(canvas).putImageData(pixels, 0, 0);
  canvas.setAttribute("aria-label", words);
}

/**
 * Mean absolute difference over the channels, times GAIN, through inferno.
 * @param {ImageData} a
 * @param {ImageData} b
 */
export function errorPicture(a, b) {
  const out = new ImageData(a.width, a.height);
  for (let i = 0; i < out.data.length; i += 4) {
    const difference =
      Math.abs(a.data[i] - b.data[i]) +
      Math.abs(a.data[i + 1] - b.data[i + 1]) +
      Math.abs(a.data[i + 2] - b.data[i + 2]);
    const level = Math.min(255, Math.round((difference * GAIN) / 3)) * 3;
    out.data[i] = infernoTable[level];
    out.data[i + 1] = infernoTable[level + 1];
    out.data[i + 2] = infernoTable[level + 2];
    out.data[i + 3] = 255;
  }
  return out;
}
