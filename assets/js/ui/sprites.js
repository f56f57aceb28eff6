// Cells of a sprite sheet: where they begin, and painting one into a box, crisp where small cells are enlarged. Used by
// `ui/sheets.js`, `live/strips.js`, `live/picture.js`, `trajectory/now.js` and `trajectory/sprites.js`.

/** @import { Box, SheetCell } from "../core/types.js" */

const SMALL = 64; // pixels; wider cells are smoothed at any size
const ENLARGED = 2; // times

/** @param {SheetCell} sheet @param {number} index @returns {[number, number]} where cell `index` begins, in pixels */
export const cornerOf = ({ columns, width, height }, index) => [
  (index % columns) * width,
  Math.floor(index / columns) * height,
];

/** Whether a cell of this width shows as crisp squares where it is drawn so wide. @param {number} cell @param {number} drawn */
export const crisp = (cell, drawn) => cell <= SMALL && drawn > ENLARGED * cell;

/** Squares or smooth, for cells of this width drawn so wide. @param {CanvasRenderingContext2D} context @param {number} cell @param {number} drawn */
export function smoothing(context, cell, drawn) {
  context.imageSmoothingEnabled = !crisp(cell, drawn);
  context.imageSmoothingQuality = "high";
}

/**
 * Draw cell `index` of a sheet into a box, or the part of it that `part` names.
 * @param {CanvasRenderingContext2D} context
 * @param {CanvasImageSource} image
 * @param {SheetCell} sheet
 * @param {number} index
 * @param {Box} box
 * @param {Box} [part] in the cell's pixels; the whole cell by default
 */
export function drawSprite(context, image, sheet, index, box, part) {
  const { x, y, w, h } = part ?? { x: 0, y: 0, w: sheet.width, h: sheet.height };
  const [left, top] = cornerOf(sheet, index);
  smoothing(context, sheet.width, box.w);
  context.drawImage(image, left + x, top + y, w, h, box.x, box.y, box.w, box.h);
}
