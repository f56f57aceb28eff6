// The film strips of the Live card: what came in, and what a memory recovers of all of it now. Cells that have not
// arrived are outlines; the line under a cell is its quality. Called by `live/view.js`.

import { viridis } from "../core/colours.js";
import { sharpContext } from "../core/dom.js";

export const LIMITS = [15, 55]; // dB of the line under a cell
const GAP = 2;
const LINE = 3;

/** Columns and cell size of T cells in so many pixels: one row where the cells stay large enough. */
export function grid(leaves, width, small) {
  const least = small ? 19 : 40;
  const columns = Math.min(leaves, 2 ** Math.floor(Math.log2(Math.max(1, width / least))));
  const cell = width / columns;
  return { columns, rows: Math.ceil(leaves / columns), cell, height: Math.ceil(leaves / columns) * (cell + GAP) - GAP };
}

/** One strip. `draw(context, index, box)` paints a cell; `quality[index]` in dB draws the line under it. */
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
    else cell(context, box, round, () => draw(context, index, box), quality && quality[index]);
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

function outline(context, { x, y, w, h }, colour, round) {
  context.strokeStyle = colour;
  context.lineWidth = 1;
  context.beginPath();
  context.roundRect(x + 0.5, y + 0.5, w - 1, h - 1, round);
  context.stroke();
}

function cell(context, { x, y, w, h }, round, draw, db) {
  context.save();
  context.beginPath();
  context.roundRect(x, y, w, h, round);
  context.clip();
  draw();
  if (db !== undefined) {
    context.fillStyle = viridis((db - LIMITS[0]) / (LIMITS[1] - LIMITS[0]));
    context.fillRect(x, y + h - LINE, w, LINE);
  }
  context.restore();
}

/** Draw cell `index` of a sheet (an image and its columns and cell size) into a box. */
export function drawFromSheet(context, image, { columns, width, height }, index, { x, y, w, h }) {
  context.imageSmoothingEnabled = width > 32 || w < 1.5 * width;
  context.imageSmoothingQuality = "high";
  context.drawImage(image, (index % columns) * width, Math.floor(index / columns) * height, width, height, x, y, w, h);
}
