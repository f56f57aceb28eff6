// Where the cells of a sheet begin, and when they show as squares.

import assert from "node:assert/strict";
import { test } from "node:test";
import { cornerOf, crisp, drawSprite } from "../../assets/js/ui/sprites.js";

const SHEET = { columns: 3, width: 32, height: 20 };

test("cells run row by row", () => {
  assert.deepEqual(
    [0, 2, 3, 7].map((index) => cornerOf(SHEET, index)),
    [
      [0, 0],
      [64, 0],
      [0, 20],
      [32, 40],
    ],
  );
});

test("small cells are crisp where they are enlarged, wide ones never", () => {
  assert.equal(crisp(32, 96), true);
  assert.equal(crisp(32, 60), false);
  assert.equal(crisp(128, 640), false);
});

test("a cell is drawn into its box, whole or in part", () => {
  const drawn = /** @type {number[][]} */ ([]);
  const fake = { drawImage: (/** @type {unknown} */ _, /** @type {number[]} */ ...numbers) => drawn.push(numbers) };
  const context = /** @type {CanvasRenderingContext2D} */ (/** @type {unknown} */ (fake));
  const image = /** @type {HTMLImageElement} */ (/** @type {unknown} */ ({}));
  drawSprite(context, image, SHEET, 4, { x: 5, y: 6, w: 96, h: 60 });
  assert.deepEqual(drawn.pop(), [32, 20, 32, 20, 5, 6, 96, 60]);
  assert.equal(context.imageSmoothingEnabled, false);
  drawSprite(context, image, SHEET, 4, { x: 0, y: 0, w: 20, h: 20 }, { x: 6, y: 0, w: 20, h: 20 });
  assert.deepEqual(drawn.pop(), [38, 20, 20, 20, 0, 0, 20, 20]);
  assert.equal(context.imageSmoothingEnabled, true);
});
