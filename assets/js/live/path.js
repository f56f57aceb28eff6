// Two small pictures of the Live card: which nodes the last push recomputed, and how well one memory keeps its window
// while more is folded in. Called by `live/picture.js`; `live/ages.js` has the same axis of dB.

import { sharpContext } from "../core/dom.js";

/** @import { Palette } from "../core/types.js" */

/** Quality in dB after every leaf of a window. @typedef {{ leaf: number, db: number }[]} Curve */

const HIGH_ROWS = 6; // rows up to which they are high

/**
 * The tree, root on top: the path of the newest leaf, what is kept from before, and what is still empty.
 * @param {HTMLCanvasElement} canvas
 * @param {number} width
 * @param {Palette} colours
 * @param {{ leaves: number, leaf: number, merges: number }} push
 */
export function paintPath(canvas, width, colours, { leaves, leaf, merges }) {
  const levels = Math.log2(leaves);
  const [row, gap] = levels + 1 <= HIGH_ROWS ? [13, 3] : [9, 2];
  const context = sharpContext(canvas, width, (levels + 1) * (row + gap) - gap);
  for (let level = levels; level >= 0; level--) {
    const nodes = leaves >> level;
    const y = (levels - level) * (row + gap);
    const between = Math.min(2, (0.3 * width) / nodes);
    for (let node = 0; node < nodes; node++) {
      const [x, w] = [(node * width) / nodes, width / nodes - between];
      const first = node << level;
      const onPath = leaf > 0 && level <= merges && (leaf - 1) >> level === node;
      context.fillStyle = onPath ? colours.teal : colours.line;
      context.globalAlpha = onPath ? 1 : leaf > 0 && first + (1 << level) <= leaf ? 1 : 0.35;
      context.beginPath();
      context.roundRect(x, y, w, row, Math.min(3, w / 2));
      context.fill();
    }
  }
  context.globalAlpha = 1;
}

const LOW = 10;
const HIGH = 60;
export const EDGE = { left: 30, right: 8, top: 8, bottom: 18 };

/** Where a quality stands in a chart so high, in pixels from its top. @param {number} db @param {number} height */
export function heightOf(db, height) {
  const inner = height - EDGE.top - EDGE.bottom;
  return EDGE.top + (1 - (Math.min(HIGH, Math.max(LOW, db)) - LOW) / (HIGH - LOW)) * inner;
}

/** Lines at 20, 40 and 60 dB, and the font of a chart. @param {CanvasRenderingContext2D} context @param {number} width @param {number} height @param {Palette} colours */
export function rule(context, width, height, colours) {
  context.font = `11px ${colours.font}`;
  context.textBaseline = "middle";
  context.lineWidth = 1;
  for (const db of [20, 40, 60]) {
    context.strokeStyle = colours.line;
    line(context, [
      [EDGE.left, heightOf(db, height)],
      [width - EDGE.right, heightOf(db, height)],
    ]);
    context.fillStyle = colours.muted;
    context.textAlign = "right";
    context.fillText(String(db), EDGE.left - 6, heightOf(db, height));
  }
}

/**
 * dB of the whole window after every leaf: past windows faint, this one strong, the student beside it.
 * @param {HTMLCanvasElement} canvas
 * @param {number} width
 * @param {number} height
 * @param {Palette} colours
 * @param {{ leaves: number, curves: { teacher: Curve, student: Curve }, past: Curve[] }} contents
 */
export function paintCurve(canvas, width, height, colours, { leaves, curves, past }) {
  const context = sharpContext(canvas, width, height);
  const w = width - EDGE.left - EDGE.right;
  /** @param {number} leaf */
  const x = (leaf) => EDGE.left + ((leaf - 1) / Math.max(1, leaves - 1)) * w;
  /** @param {number} db */
  const y = (db) => heightOf(db, height);
  rule(context, width, height, colours);
  context.textAlign = "left";
  context.fillText("leaf 1", EDGE.left, height - 6);
  context.textAlign = "right";
  context.fillText(String(leaves), width - EDGE.right, height - 6);
  context.lineWidth = 1;
  context.strokeStyle = colours.muted;
  context.globalAlpha = 0.35;
  for (const curve of past)
    line(
      context,
      curve.map((p) => [x(p.leaf), y(p.db)]),
    );
  context.globalAlpha = 1;
  context.lineWidth = 2;
  for (const { points, colour, dash } of [
    { points: curves.student, colour: colours.orange, dash: [5, 4] },
    { points: curves.teacher, colour: colours.teal, dash: [] },
  ]) {
    const last = points.at(-1);
    if (!last) continue;
    context.strokeStyle = context.fillStyle = colour;
    context.setLineDash(dash);
    line(
      context,
      points.map((p) => [x(p.leaf), y(p.db)]),
    );
    context.setLineDash([]);
    context.beginPath();
    context.arc(x(last.leaf), y(last.db), 3.5, 0, 7);
    context.fill();
  }
}

/** @param {CanvasRenderingContext2D} context @param {number[][]} points */
function line(context, points) {
  context.beginPath();
  for (const [x, y] of points) context.lineTo(x, y); // the first one only moves there
  context.stroke();
}
