// Sprite sheets: one lossless PNG per level with all frames of the window, row by row. Loads them, and hands out cells
// as thumbnails of any size (scaled once and kept) and as pixels. Called by the tree, player, inspector and export.

import { contextOf } from "../core/dom.js";
import { cornerOf, drawSprite } from "./sprites.js";

/** @import { Box, Exploration } from "../core/types.js" */

/**
 * An image, whether it has arrived, and who waits for it.
 * @typedef {HTMLImageElement & { loaded?: boolean, waiting: Set<() => void> }} Sheet
 */
/**
 * Cells scaled to one size, `columns` of them side by side, and the frames drawn so far.
 * @typedef {{ canvas: HTMLCanvasElement, columns: number, drawn: Set<number> }} Strip
 */

const images = /** @type {Map<string, Sheet>} */ (new Map()); // by address
const scaled = /** @type {WeakMap<Sheet, Map<string, Strip>>} */ (new WeakMap()); // by "width×height" in device pixels
const pixels = /** @type {WeakMap<Sheet, ImageData>} */ (new WeakMap()); // of the whole sheet
const KEPT = 64;

/** @param {string} url */
const address = (url) => new URL(url.replace(/^\//, ""), document.baseURI).href;
/** @param {string} url */
const source = (url) => (/^(data:|blob:|https?:)/.test(url) ? url : address(url));

/**
 * The image of a level's sheet, or null while it has not arrived; `ready` is called once when it has.
 * @param {Exploration} e
 * @param {number} merges
 * @param {(() => void) | null} [ready]
 */
export function sheet(e, merges, ready) {
  const url = e.window.sheets[merges];
  if (!url) return null;
  return picture(url, ready);
}

/**
 * An image of the server's, or null while it has not arrived; `ready` is called once when it has.
 * @param {string} url
 * @param {(() => void) | null} [ready]
 */
export function picture(url, ready) {
  const image = images.get(url) ?? fetchPicture(url);
  if (image.loaded) return image;
  if (ready) image.waiting.add(ready);
  return null;
}

/** @param {string} url */
function fetchPicture(url) {
  const image = Object.assign(new Image(), { decoding: "async", loaded: false, waiting: new Set() });
  image.onload = () => {
    image.loaded = true;
    for (const call of image.waiting) call();
    image.waiting.clear();
  };
  image.src = source(url);
  images.set(url, image);
  const [oldest] = images.keys();
  if (images.size > KEPT) images.delete(oldest);
  return image;
}

/** Fetch every sheet of a window, then call `done`. @param {Exploration} e @param {() => void} done */
export function loadAll(e, done) {
  const levels = Object.keys(e.window.sheets).map(Number);
  let missing = levels.length;
  for (const merges of levels) {
    const arrived = () => --missing || done();
    if (sheet(e, merges, arrived)) arrived();
  }
}

/**
 * The part of a cell that fills a target of this shape: a centred crop.
 * @param {Exploration} e
 * @param {number} width
 * @param {number} height
 * @returns {Box}
 */
export function crop(e, width, height) {
  const cell = e.window.sheet;
  const scale = Math.max(width / cell.width, height / cell.height);
  const [w, t] = [Math.min(cell.width, width / scale), Math.min(cell.height, height / scale)];
  return { x: (cell.width - w) / 2, y: (cell.height - t) / 2, w, h: t };
}

/**
 * All cells cropped and scaled to width × height device pixels, side by side; made once per size.
 * @param {Exploration} e
 * @param {Sheet} image
 * @param {number} width
 * @param {number} height
 */
function strip(e, image, width, height) {
  const key = `${width}x${height}`;
  const sizes = scaled.get(image) ?? new Map();
  scaled.set(image, sizes);
  const known = sizes.get(key);
  if (known) return known;
  if (sizes.size > 5) sizes.clear();
  const made = emptyStrip(width, height, e.window.count);
  sizes.set(key, made);
  return made;
}

/** @param {number} width @param {number} height @param {number} frames @returns {Strip} */
function emptyStrip(width, height, frames) {
  const columns = Math.max(1, Math.min(frames, Math.floor(8192 / width)));
  const canvas = document.createElement("canvas");
  canvas.width = columns * width;
  canvas.height = Math.ceil(frames / columns) * height;
  return { canvas, columns, drawn: new Set() };
}

/**
 * Draw a frame of a level into a box of the context (CSS pixels), cropped to fill it. False while loading.
 * @param {CanvasRenderingContext2D} context
 * @param {Exploration} e
 * @param {number} merges
 * @param {number} frame
 * @param {Box} box
 * @param {number} ratio device pixels in a CSS pixel
 * @param {(() => void) | null} [ready]
 */
export function drawCell(context, e, merges, frame, box, ratio, ready) {
  const image = sheet(e, merges, ready);
  if (!image) return false;
  const [w, t] = [Math.max(1, Math.round(box.w * ratio)), Math.max(1, Math.round(box.h * ratio))];
  const { canvas, columns, drawn } = strip(e, image, w, t);
  const [x, y] = [(frame % columns) * w, Math.floor(frame / columns) * t];
  if (!drawn.has(frame)) {
    drawSprite(contextOf(canvas), image, e.window.sheet, frame, { x, y, w, h: t }, crop(e, w, t));
    drawn.add(frame);
  }
  context.drawImage(canvas, x, y, w, t, box.x, box.y, box.w, box.h);
  return true;
}

/**
 * The RGBA bytes of one cell, or null while its sheet is loading.
 * @param {Exploration} e
 * @param {number} merges
 * @param {number} frame
 * @param {(() => void) | null} [ready]
 */
export function cellPixels(e, merges, frame, ready) {
  const image = sheet(e, merges, ready);
  if (!image) return null;
  const all = pixels.get(image) ?? sheetPixels(image);
  pixels.set(image, all);
  const { width, height } = e.window.sheet;
  const [cx, cy] = cornerOf(e.window.sheet, frame);
  const out = new ImageData(width, height);
  for (let y = 0; y < height; y++) {
    const from = ((cy + y) * all.width + cx) * 4;
    out.data.set(all.data.subarray(from, from + width * 4), y * width * 4);
  }
  return out;
}

/** @param {Sheet} image */
function sheetPixels(image) {
  const canvas = document.createElement("canvas");
  canvas.width = image.naturalWidth;
  canvas.height = image.naturalHeight;
  const context = contextOf(canvas, { willReadFrequently: true });
  context.drawImage(image, 0, 0);
  return context.getImageData(0, 0, canvas.width, canvas.height);
}
