// What is done with pixels and cells before anything is drawn: crops, memories as bytes, pictures of errors.

import assert from "node:assert/strict";
import { test } from "node:test";
import { infernoTable } from "../../assets/js/core/colours.js";
import { bytesOf } from "../../assets/js/ui/heatmap.js";
import { crop } from "../../assets/js/ui/sheets.js";
import { clip } from "./clip.js";
import { trajectory } from "./trajectory.js";
import { pretendWindow } from "./window.js";

pretendWindow();
Object.assign(globalThis, {
  ImageData: class {
    /** @param {number} width @param {number} height */
    constructor(width, height) {
      Object.assign(this, { width, height, data: new Uint8ClampedArray(4 * width * height) });
    }
  },
});
const { errorPicture } = await import("../../assets/js/explore/panes.js");
const { mergesAfter } = await import("../../assets/js/trajectory/tree.js");

test("a crop has the target's shape, lies inside the cell, and is as large as it can be", () => {
  const e = clip();
  e.window.sheet = { columns: 4, width: 160, height: 90 };
  for (const [width, height] of [
    [40, 40],
    [200, 30],
    [20, 90],
    [320, 180],
  ]) {
    const part = crop(e, width, height);
    assert.ok(Math.abs(part.w / part.h - width / height) < 1e-9);
    assert.ok(part.x >= 0 && part.y >= 0 && part.x + part.w <= 160 && part.y + part.h <= 90);
    assert.ok(part.w === 160 || part.h === 90);
    assert.ok(Math.abs(part.x * 2 + part.w - 160) < 1e-9, "in the middle");
  }
});

test("a memory's cells are the bytes that were sent", () => {
  assert.deepEqual([...bytesOf(Buffer.from([0, 7, 255]).toString("base64"))], [0, 7, 255]);
});

test("an error is its mean over the channels, five times as bright, and opaque", () => {
  const [a, b] = [new ImageData(2, 1), new ImageData(2, 1)];
  a.data.set([10, 20, 30, 255, 255, 255, 255, 255]);
  b.data.set([13, 17, 30, 255, 0, 0, 0, 255]);
  const { data } = errorPicture(a, b);
  const level = Math.round(((3 + 3 + 0) / 3) * 5);
  assert.deepEqual([...data.subarray(0, 4)], [...infernoTable.subarray(3 * level, 3 * level + 3), 255]);
  assert.deepEqual([...data.subarray(4, 7)], [...infernoTable.subarray(-3)], "no brighter than the scale's end");
});

test("skip merges no more than the leaves so far need, zeros all of the tree's", () => {
  const { trip } = trajectory();
  assert.deepEqual(
    [0, 1, 2, 3, 4].map((t) => mergesAfter(trip, t)),
    [0, 0, 1, 2, 2],
  );
  assert.equal(mergesAfter({ ...trip, padding: "zeros" }, 1), 2);
});
