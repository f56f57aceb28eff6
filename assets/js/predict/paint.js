// Pictures of the room on canvases: grey pixels, what was never lit, the lantern's window, the walk; and one colour a
// memory, the same in pictures, captions and charts. Used by the views of `predict/` and by the Guide; sizes are in CSS
// pixels, pictures in pixels of the room.

import { contextOf, sharpContext } from "../core/dom.js";
import { LIT, placeOf, ROOM, STRIDE, UNLIT } from "./round.js";

/** @import { MemoryFacts } from "./store.js" */

const DOT = 2.2; // radius of a step of the walk
/** The small picture that is scaled up. @type {HTMLCanvasElement | undefined} */
let small;

/** Draw grey pixels into a box. @param {CanvasRenderingContext2D} context @param {ArrayLike<number>} values 0 to 255, row by row @param {number} columns @param {number} size width in CSS pixels */
export function grey(context, values, columns, size) {
  const rows = values.length / columns;
  small ??= document.createElement("canvas");
  Object.assign(small, { width: columns, height: rows });
  const image = new ImageData(columns, rows);
  for (let i = 0; i < values.length; i++) {
    image.data.fill(values[i], 4 * i, 4 * i + 3);
    image.data[4 * i + 3] = 255;
  }
  contextOf(small).putImageData(image, 0, 0);
  context.imageSmoothingEnabled = false;
  context.drawImage(small, 0, 0, size, (size * rows) / columns);
}

/** A canvas of this width, cleared, and its context. @param {HTMLCanvasElement} canvas @param {number} width @param {number} [height] */
export function sheet(canvas, width, height = width) {
  canvas.style.width = `${width}px`;
  return sharpContext(canvas, width, height);
}

/** Hatch what was never lit, so that nobody takes it for known. @param {CanvasRenderingContext2D} context @param {ArrayLike<number>} lags @param {number} size */
export function hatch(context, lags, size) {
  const cell = size / ROOM;
  context.save();
  context.beginPath();
  for (let i = 0; i < lags.length; i++) {
    if (lags[i] !== UNLIT) continue;
    const [x, y] = [(i % ROOM) * cell, Math.floor(i / ROOM) * cell];
    context.rect(x - 0.25, y - 0.25, cell + 0.5, cell + 0.5);
  }
  context.clip();
  context.fillStyle = "rgb(27 31 38 / 72%)";
  context.fillRect(0, 0, size, size);
  context.strokeStyle = "rgb(150 160 174 / 40%)";
  context.lineWidth = 1;
  context.beginPath();
  for (let at = -size; at < size; at += 6) {
    context.moveTo(at, size);
    context.lineTo(at + size, 0);
  }
  context.stroke();
  context.restore();
}

/** Outline what a pose lights. @param {CanvasRenderingContext2D} context @param {number} pose @param {number} size @param {string} colour @param {{ dashed?: boolean, inset?: number, label?: string }} [how] */
export function outline(context, pose, size, colour, { dashed = false, inset = 0, label = "" } = {}) {
  const cell = size / ROOM;
  const [row, column] = placeOf(pose);
  const [x, y, side] = [column * STRIDE * cell, row * STRIDE * cell, LIT * cell];
  context.save();
  context.strokeStyle = colour;
  context.lineWidth = 2;
  context.setLineDash(dashed ? [5, 3] : []);
  const edge = 1 + inset;
  context.beginPath();
  context.roundRect(x + edge, y + edge, side - 2 * edge, side - 2 * edge, 3);
  context.stroke();
  if (label) {
    context.fillStyle = colour;
    context.font = "650 11px sans-serif";
    context.fillText(label, x + edge + 4, y + edge + 13);
  }
  context.restore();
}

/** Where the middle of a pose's window is. @param {number} pose @param {number} size @returns {[x: number, y: number]} */
function middle(pose, size) {
  const [row, column] = placeOf(pose);
  const at = (/** @type {number} */ index) => ((index * STRIDE + LIT / 2) * size) / ROOM;
  return [at(column), at(row)];
}

/** Draw a walk, older steps fainter. @param {CanvasRenderingContext2D} context @param {number[]} poses @param {number} size @param {string} colour */
export function walk(context, poses, size, colour) {
  context.save();
  context.strokeStyle = context.fillStyle = colour;
  context.lineWidth = 1;
  poses.forEach((pose, index) => {
    context.globalAlpha = 0.25 + (0.6 * (index + 1)) / poses.length;
    const [x, y] = middle(pose, size);
    if (index) {
      const [before, above] = middle(poses[index - 1], size);
      context.beginPath();
      context.moveTo(before, above);
      context.lineTo(x, y);
      context.stroke();
    }
    context.beginPath();
    context.arc(x, y, DOT, 0, 2 * Math.PI);
    context.fill();
  });
  context.restore();
}

/** The room as it is lit: bright in the window, black around it; with `dim`, the truth faintly. @param {ArrayLike<number>} frame @param {ArrayLike<number>} truth @param {boolean} dim */
export function litRoom(frame, truth, dim) {
  const columns = frame.length / ROOM;
  const out = new Uint8ClampedArray(ROOM * ROOM);
  for (let i = 0; i < out.length; i++) {
    const lit = frame[Math.floor(i / ROOM) * columns + (i % ROOM)];
    out[i] = lit || !dim ? lit : 0.55 * truth[i];
  }
  return out;
}

/** @type {Record<string, string>} */
const VARIABLES = {
  "tree, prediction": "--predict-tree",
  "tree, reconstruction": "--predict-copy",
  GRU: "--predict-gru",
  "tree, joint": "--predict-joint",
  "student, distilled": "--predict-student",
};

/** The CSS variable of a memory's colour. @param {MemoryFacts | undefined} facts undefined for a training's own */
export function variableOf(facts) {
  return VARIABLES[facts?.variant ?? ""] ?? "--predict-own";
}

/** Its value, as canvases and charts need it. @param {Element} element @param {MemoryFacts | undefined} facts */
export const colourOf = (element, facts) => getComputedStyle(element).getPropertyValue(variableOf(facts)).trim();

/** Any colour of the board. @param {Element} element @param {string} name */
export const named = (element, name) => getComputedStyle(element).getPropertyValue(`--predict-${name}`).trim();
