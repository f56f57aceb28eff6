// Where a memory's floats went: numbers of 16 bits, a scale that ends at what the richest patch has, the patch pointed at.

import assert from "node:assert/strict";
import { test } from "node:test";
import { pretendWindow } from "./window.js";

pretendWindow();
const { floatsOf, frameWords, indexFloats, patchAt, patchWords, shade, unit } = await import(
  "../../assets/js/explore/spent.js"
);

const FLOATS = [8, 9, 300, 1020, 8, 8];
const bytes = FLOATS.flatMap((value) => [value % 256, Math.floor(value / 256)]);
const map = { columns: 3, patch: 8, data: btoa(String.fromCharCode(...bytes)), most: 1020, index: 8 };

test("floats of a patch are read exactly, above 255 as well", () => {
  assert.deepEqual([...floatsOf(map)], FLOATS);
  assert.equal(indexFloats(map), 48);
});

test("a patch with nothing but indices is dark, the richest is bright, and more floats are never darker", () => {
  const shades = [8, 9, 300, 1020].map((value) => shade(value, map));
  assert.equal(shades[0], 0);
  assert.equal(shades[3], 1);
  assert.deepEqual(
    shades,
    [...shades].sort((a, b) => a - b),
  );
  assert.equal(shade(8, { ...map, most: 8 }), 0);
});

test("the patch under the pointer is found at any size of the picture, and none beside it", () => {
  const canvas = { clientWidth: 200, clientHeight: 120 };
  const frame = { width: 20, height: 12 };
  assert.equal(patchAt({ offsetX: 0, offsetY: 0 }, canvas, map, frame), 0);
  assert.equal(patchAt({ offsetX: 199, offsetY: 119 }, canvas, map, frame), 5);
  assert.equal(patchAt({ offsetX: 90, offsetY: 70 }, canvas, map, frame), 1);
  assert.equal(patchAt({ offsetX: 200, offsetY: 0 }, canvas, map, frame), null);
  assert.match(patchWords(map, 3), /Patch 1 across, 2 down: 1,020 floats, 8 of them indices/);
});

test("frames that share a memory are counted without the indices, which belong to all of them", () => {
  const frames = { ...map, by_frame: true, index: 43 };
  assert.equal(unit(frames), "frame");
  assert.equal(indexFloats(frames), 43);
  assert.equal(shade(0, frames), 0);
  assert.equal(shade(1020, frames), 1);
  assert.equal(frameWords(frames, 3), "Frame 4 keeps 1,020 floats");
});
