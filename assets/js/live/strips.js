// The film strips of the Live card: what came in, and what a memory recovers of all of it now. Cells that have not
// arrived are outlines; the line under a cell is its quality. Called by `live/view.js`.

import { viridis } from "../core/colours.js";
import { sharpContext } from "../core/dom.js";

/** @import { Box, Palette } from "../core/types.js" */

/** @typedef {CanvasRenderingContext2D} Context */
/**
 * @typedef {object} StripContents
 * @property {number} leaves
 * @property {number} arrived
 * @property {boolean} small
 * @property {(context: Context, index: number, box: Box) => void} draw paints a cell
 * @property {(number | null)[]} [quality] dB of every leaf, drawn as a line under its cell
 * @property {string} [ring] colour of the newest cell's ring
 */

export const LIMITS = [15, 55]; // dB of the line under a cell
const GAP = 2;
const LINE = 3;
const WIDE = 640; // pixels of a strip from which it may be HIGH at most
const HIGH = 70;

/**
 * Columns and cell size of T cells in so many pixels: one row where the cells stay large enough; on a wide page so many
 * columns that all strips stand on one screen.
 * @param {number} leaves
 * @param {number} width
 * @param {boolean} small
 */
export function grid(leaves, width, small) {
  const least = small ? 19 : 40;
  /** @param {number} columns */
  const cut = (columns) => {
    const [cell, rows] = [width / columns, Math.ceil(leaves / columns)];
    return { columns, rows, cell, height: rows * (cell + GAP) - GAP };
  };
  let found = cut(Math.min(leaves, 2 ** Math.floor(Math.log2(Math.max(1, width / least)))));
  while (width > WIDE && found.height > HIGH && found.columns < leaves) found = cut(found.columns + 1);
  return found;
}

/**
 * One strip: cells that have arrived, outlines of those that have not.
 * @param {HTMLCanvasElement} canvas
 * @param {number} width
 * @param {Palette} colours
 * @param {StripContents} contents
 */
export function paintStrip(canvas, width, colours, { leaves, arrived, small, draw, quality, ring }) {
  const g = grid(leaves, width, small);
  const context = sharpContext(canvas, width, g.height + 2);
  const side = g.cell - (small ? 1 : GAP);
  const round = small ? 2 : 5;
  for (let index = 0; index < leaves; index++) {
    const box = {
      x: (index % g.columns) * g.cell + 1,
      y: Math.floor(index / g.columns) * (g.cell + GAP) + 1,
      w: side,
      h: side,
    };
    if (index >= arrived) outline(context, box, colours.line, round);
    else cell(context, box, round, () => draw(context, index, box), quality?.[index]);
  }
  if (arrived && ring) {
    const last = arrived - 1;
    context.strokeStyle = ring;
    context.lineWidth = 2;
    context.beginPath();
    context.roundRect(
      (last % g.columns) * g.cell + 1,
      Math.floor(last / g.columns) * (g.cell + GAP) + 1,
      side,
      side,
      round,
    );
    context.stroke();
  }
}

/** @param {Context} context @param {Box} box @param {string} colour @param {number} round */
function outline(context, { x, y, w, h }, colour, round) {
  context.strokeStyle = colour;
  context.lineWidth = 1;
  context.beginPath();
  context.roundRect(x + 0.5, y + 0.5, w - 1, h - 1, round);
  context.stroke();
}

/** @param {Context} context @param {Box} box @param {number} round @param {() => void} draw @param {number | null} [db] */
function cell(context, { x, y, w, h }, round, draw, db) {
  context.save();
  context.beginPath();
  context.roundRect(x, y, w, h, round);
  context.clip();
  draw();
  if (db !== undefined && db !== null) {
    context.fillStyle = viridis((db - LIMITS[0]) / (LIMITS[1] - LIMITS[0]));
    context.fillRect(x, y + h - LINE, w, LINE);
  }
  context.restore();
}
