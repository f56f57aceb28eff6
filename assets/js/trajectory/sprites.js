// Leaves as pictures on the points of the projection, and the preview beside the pointer. Called by `trajectory/map.js`.
// Pictures that would lie on one another are left out; the current one is always drawn.

import { h, sharpContext } from "../core/dom.js";
import { pointsOf } from "./figure.js";

const images = new Map(); // url -> image

/** A loaded image, or null until `ready` is called. */
export function picture(url, ready) {
  if (!images.has(url)) {
    const image = new Image();
    image.waiting = new Set();
    image.onload = () => {
      image.loaded = true;
      image.waiting.forEach((call) => call());
      image.waiting.clear();
    };
    image.src = new URL(url.replace(/^\//, ""), document.baseURI).href;
    images.set(url, image);
    if (images.size > 24) images.delete(images.keys().next().value);
  }
  const image = images.get(url);
  if (image.loaded) return image;
  if (ready) image.waiting.add(ready);
  return null;
}

/** Draw leaf `index` of a sheet {url, columns, width, height} into a box; false while it is loading. */
export function drawLeaf(context, sheet, index, box, ready) {
  const image = picture(sheet.url, ready);
  if (!image) return false;
  const [x, y] = [(index % sheet.columns) * sheet.width, Math.floor(index / sheet.columns) * sheet.height];
  context.imageSmoothingEnabled = box.w < 2 * sheet.width;
  context.drawImage(image, x, y, sheet.width, sheet.height, box.x, box.y, box.w, box.h);
  return true;
}

/** Box of a sprite around a place. */
function boxAt(x, y, sheet, size) {
  const scale = size / Math.max(sheet.width, sheet.height);
  const [w, t] = [sheet.width * scale, sheet.height * scale];
  return { x: x - w / 2, y: y - t / 2, w, h: t };
}

const near = (a, b, gap) => Math.abs(a.x - b.x) < gap && Math.abs(a.y - b.y) < gap;

/** Paint every sprite that finds room; leaf t - 1 stands on the point of time t. */
export function paintSprites(canvas, plot, state, colours, ready) {
  const context = sharpContext(canvas, plot.clientWidth, plot.clientHeight);
  const axes = plot._fullLayout;
  if (state.dimensions === 3 || !axes?.xaxis) return;
  const place = (p) => ({ x: axes.xaxis.l2p(p[0]) + axes.xaxis._offset, y: axes.yaxis.l2p(p[1]) + axes.yaxis._offset });
  if (state.sprites) paintLeaves(context, place, state, colours, ready);
  paintEnds(context, place, state, colours, plot.clientWidth);
}

function paintLeaves(context, place, state, colours, ready) {
  const size = state.trip.sources[0].width <= 32 ? 22 : 40;
  const taken = [];
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

/** "start" and "end" beside every tree's first and last point, readable on whatever lies below. */
function paintEnds(context, place, state, colours, width) {
  context.font = `13px ${colours.font}`;
  context.lineWidth = 4;
  context.lineJoin = "round";
  context.strokeStyle = colours.card;
  context.fillStyle = colours.ink;
  state.trip.series.forEach((_, series) => {
    const points = pointsOf(state, series, "tree");
    for (const [point, text] of [
      [points[0], "start"],
      [points[points.length - 1], "end"],
    ]) {
      const { x, y } = place(point);
      const room = x + 50 < width;
      context.textAlign = room ? "left" : "right";
      const at = [x + (room ? 10 : -10), y + 5];
      context.strokeText(text, ...at);
      context.fillText(text, ...at);
    }
  });
}

/** A small card beside the pointer: the leaf that arrived at a point, and when. */
export function previewCard() {
  const canvas = h("canvas", { width: 96, height: 96 });
  const words = h("div", { class: "imfn-preview-words" });
  const card = h("div", { class: "imfn-preview imfn-path-preview", hidden: true }, canvas, words);
  return { card, canvas, words };
}

export function showPreview({ card, canvas, words }, state, point, x, y, stage) {
  const { series, kind, name } = point.data.meta;
  const t = point.customdata;
  const sheet = state.trip.sources[series];
  const scale = 96 / Math.max(sheet.width, sheet.height);
  canvas.width = Math.round(sheet.width * scale);
  canvas.height = Math.round(sheet.height * scale);
  canvas.hidden =
    t === 0 ||
    !drawLeaf(canvas.getContext("2d"), sheet, t - 1, { x: 0, y: 0, w: canvas.width, h: canvas.height }, null);
  const what = t ? `leaf ${t}` : "nothing yet";
  words.textContent = state.trip.series.length > 1 ? `${what}, ${name}, ${kind}` : `${what}, ${kind}`;
  card.hidden = false;
  card.style.left = `${Math.max(4, Math.min(stage.clientWidth - card.offsetWidth - 4, x + 16))}px`;
  card.style.top = `${Math.max(4, Math.min(stage.clientHeight - card.offsetHeight - 4, y + 12))}px`;
}
