// Sprite sheets: one lossless PNG per level with all frames of the window, row by row. Loads them, and hands out cells
// as thumbnails of any size (scaled once and kept) and as pixels. Called by the tree, player, inspector and export.

const images = new Map(); // url -> image
const scaled = new WeakMap(); // image -> Map(size -> canvas)
const pixels = new WeakMap(); // image -> ImageData of the whole sheet
const KEPT = 64;

const address = (url) => new URL(url.replace(/^\//, ""), document.baseURI).href;
const source = (url) => (/^(data:|blob:|https?:)/.test(url) ? url : address(url));

/** The image of a sheet; `ready` is called once when it has arrived. Null while it has not. */
export function sheet(e, merges, ready) {
  const url = e.window.sheets[merges];
  if (!url) return null;
  let image = images.get(url);
  if (!image) {
    image = new Image();
    image.decoding = "async";
    image.waiting = new Set();
    image.onload = () => {
      image.loaded = true;
      image.waiting.forEach((call) => call());
      image.waiting.clear();
    };
    image.src = source(url);
    images.set(url, image);
    if (images.size > KEPT) images.delete(images.keys().next().value);
  }
  if (image.loaded) return image;
  if (ready) image.waiting.add(ready);
  return null;
}

/** Fetch every sheet of a window, then call `done`. */
export function loadAll(e, done) {
  const levels = Object.keys(e.window.sheets);
  let missing = levels.length;
  for (const merges of levels) {
    const arrived = () => --missing || done();
    if (sheet(e, merges, arrived)) arrived();
  }
}

function corner(e, frame) {
  const { columns, width, height } = e.window.sheet;
  return [(frame % columns) * width, Math.floor(frame / columns) * height];
}

/** The part of a cell that fills a target of this shape: a centred crop. */
export function crop(e, width, height) {
  const cell = e.window.sheet;
  const scale = Math.max(width / cell.width, height / cell.height);
  const [w, t] = [Math.min(cell.width, width / scale), Math.min(cell.height, height / scale)];
  return { x: (cell.width - w) / 2, y: (cell.height - t) / 2, w, h: t };
}

const pixelArt = (e, width) => e.window.sheet.width <= 64 && width > 2.4 * e.window.sheet.width;

/** All cells cropped and scaled to width × height device pixels, side by side in one row; made once per size. */
function strip(e, image, width, height) {
  const key = `${width}x${height}`;
  if (!scaled.has(image)) scaled.set(image, new Map());
  const sizes = scaled.get(image);
  if (!sizes.has(key)) {
    if (sizes.size > 5) sizes.clear();
    sizes.set(key, { canvas: stripCanvas(width, height, e.window.count), drawn: new Set() });
  }
  return sizes.get(key);
}

function stripCanvas(width, height, frames) {
  const columns = Math.max(1, Math.min(frames, Math.floor(8192 / width)));
  const canvas = document.createElement("canvas");
  canvas.width = columns * width;
  canvas.height = Math.ceil(frames / columns) * height;
  canvas.columns = columns;
  return canvas;
}

/** Draw frame `frame` of a level into a box of the context (CSS pixels), cropped to fill it. False while loading. */
export function drawCell(context, e, merges, frame, box, ratio, ready) {
  const image = sheet(e, merges, ready);
  if (!image) return false;
  const [w, t] = [Math.max(1, Math.round(box.w * ratio)), Math.max(1, Math.round(box.h * ratio))];
  const { canvas, drawn } = strip(e, image, w, t);
  const [x, y] = [(frame % canvas.columns) * w, Math.floor(frame / canvas.columns) * t];
  if (!drawn.has(frame)) {
    const part = crop(e, w, t);
    const [cx, cy] = corner(e, frame);
    const ink = canvas.getContext("2d");
    ink.imageSmoothingEnabled = !pixelArt(e, w);
    ink.imageSmoothingQuality = "high";
    ink.drawImage(image, cx + part.x, cy + part.y, part.w, part.h, x, y, w, t);
    drawn.add(frame);
  }
  context.drawImage(canvas, x, y, w, t, box.x, box.y, box.w, box.h);
  return true;
}

/** The RGBA bytes of one cell, or null while its sheet is loading. */
export function cellPixels(e, merges, frame, ready) {
  const image = sheet(e, merges, ready);
  if (!image) return null;
  if (!pixels.has(image)) pixels.set(image, sheetPixels(image));
  const all = pixels.get(image);
  const { width, height } = e.window.sheet;
  const [cx, cy] = corner(e, frame);
  const out = new ImageData(width, height);
  for (let y = 0; y < height; y++) {
    const from = ((cy + y) * all.width + cx) * 4;
    out.data.set(all.data.subarray(from, from + width * 4), y * width * 4);
  }
  return out;
}

function sheetPixels(image) {
  const canvas = document.createElement("canvas");
  canvas.width = image.naturalWidth;
  canvas.height = image.naturalHeight;
  const context = canvas.getContext("2d", { willReadFrequently: true });
  context.drawImage(image, 0, 0);
  return context.getImageData(0, 0, canvas.width, canvas.height);
}
