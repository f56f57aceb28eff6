// The whole tree as a picture file: PNG drawn by the same painter as the page, SVG by `explore/picture_svg.js`.
// Called by `explore/takeaway.js`.

import { contextOf, palette } from "../core/dom.js";
import { saveBlob } from "../core/download.js";
import { count } from "../core/format.js";
import { loadAll } from "../ui/sheets.js";
import { limits } from "./exploration.js";
import { svgOf } from "./picture_svg.js";
import { get } from "./store.js";
import { layout, wholeView } from "./tree_geometry.js";
import { paintTree } from "./tree_paint.js";

/** @import { Exploration } from "../core/types.js" */
/** @import { Context, Scene } from "./tree_paint.js" */

/**
 * A drawing with its title and size.
 * @typedef {Scene & { edge: number, words: ReturnType<typeof titles>, width: number, height: number }} PictureScene
 */

const WIDTH = 1200;
const SCALE = 2;
const TOP = 62;
const EDGE = 24;

/** "realshort.mp4, window 2 of 3" and what was done to it. @param {Exploration} e */
export function titles(e) {
  const part = e.windows > 1 ? `, window ${e.window.index + 1} of ${e.windows}` : "";
  const what = `${count(e.window.count)} frames, ${e.width}×${e.height}, model ${e.model}: every row is recovered from that row's memories alone`;
  return { title: `${e.name}${part}`, subtitle: what };
}

/**
 * Everything both writers draw from: a layout of the whole window with room for the title.
 * @param {Exploration} e
 * @returns {PictureScene}
 */
function scene(e) {
  const { selection } = get();
  const L = layout(e, WIDTH - 2 * EDGE, wholeView(e), TOP);
  return {
    L,
    selection,
    hover: null,
    colours: palette(),
    limits: limits(e),
    pixelRatio: SCALE,
    ready: () => {},
    edge: EDGE,
    words: titles(e),
    width: WIDTH,
    height: L.bottom + 52,
  };
}

/**
 * Write both lines above and the scale below.
 * @param {Context} context
 * @param {PictureScene} scene
 * @param {(context: Context, x: number, y: number) => void} scaleOf
 */
function paintFrame(context, { L, colours, limits: range, words, height }, scaleOf) {
  context.textAlign = "left";
  context.fillStyle = colours.ink;
  context.font = `600 18px ${colours.font}`;
  context.fillText(words.title, 0, 28);
  context.fillStyle = colours.muted;
  context.font = `12px ${colours.font}`;
  context.fillText(words.subtitle, 0, 47);
  if (!range) return;
  scaleOf(context, L.plot.x, height - 30);
  context.fillStyle = colours.muted;
  context.fillText(`line under a node: ${range[0]} to ${range[1]} dB`, L.plot.x + 168, height - 22);
}

/** @param {(t: number) => string} table @returns {(context: Context, x: number, y: number) => void} */
function paintScale(table) {
  return (context, x, y) => {
    for (let i = 0; i < 160; i++) {
      context.fillStyle = table(i / 159);
      context.fillRect(x + i, y, 1.5, 9);
    }
  };
}

/** @param {(e: Exploration) => void} act */
function whenLoaded(act) {
  const { exploration } = get();
  if (exploration) loadAll(exploration, () => act(exploration));
}

/** @param {Blob} blob @param {Exploration} e @param {string} ending */
function save(blob, e, ending) {
  const stem = e.name.replace(/\.[^.]*$/, "").replace(/[^\w-]+/g, "-") || "tree";
  saveBlob(blob, `${stem}-${e.model}-window${e.window.index + 1}.${ending}`);
}

/**
 * The tree as a canvas at twice the size, titles included.
 * @param {Exploration} e
 * @param {(t: number) => string} scale
 */
export function pngCanvas(e, scale) {
  const s = scene(e);
  const canvas = document.createElement("canvas");
  canvas.width = WIDTH * SCALE;
  canvas.height = Math.round(s.height * SCALE);
  const context = contextOf(canvas);
  context.scale(SCALE, SCALE);
  context.fillStyle = s.colours.card;
  context.fillRect(0, 0, WIDTH, s.height);
  context.translate(EDGE, 0);
  paintTree(context, s);
  paintFrame(context, s, paintScale(scale));
  return canvas;
}

/** Save the tree as a PNG file, qualities in the colours of `scale`. @param {(t: number) => string} scale */
export function savePng(scale) {
  whenLoaded((e) => pngCanvas(e, scale).toBlob((blob) => blob && save(blob, e, "png"), "image/png"));
}

/** Save the tree as an SVG file. */
export function saveSvg() {
  whenLoaded((e) => save(new Blob([svgOf(scene(e))], { type: "image/svg+xml" }), e, "svg"));
}
