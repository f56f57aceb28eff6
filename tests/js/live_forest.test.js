// Roots and quality by age of a stream without end: where an age stands, which roots are measured, what is said.

import assert from "node:assert/strict";
import { test } from "node:test";
import "./window.js";

const { placeOf, stripesOf, wordsOf: chartWords } = await import("../../assets/js/live/ages.js");
const { asideOf, summaryOf, wordsOf } = await import("../../assets/js/live/forest.js");

const root = (/** @type {number} */ first, /** @type {number} */ stride, /** @type {number | null} */ psnr = null) => ({
  first,
  stride,
  frames: 16 * stride,
  psnr,
  picture: null,
});
const forest = {
  roots: [root(0, 4), root(64, 1), root(80, 1, 31.234)],
  most: 8,
  frames: 100,
  open: 4,
  picture: null,
  since: 70,
  floats: 900,
  most_floats: 1300,
  ages: [29, 9, 0],
  psnr: [30, 35, 99],
};

test("the newest frame stands on the right, the oldest on the left, and a doubling is as wide everywhere", () => {
  assert.equal(placeOf(0, 128), 1);
  assert.equal(placeOf(127, 128), 0);
  const [one, two] = [placeOf(7, 128) - placeOf(15, 128), placeOf(31, 128) - placeOf(63, 128)];
  assert.ok(Math.abs(one - two) < 1e-9 && one > 0);
});

test("a root is a stripe of ages, known where a frame of its span was kept", () => {
  assert.deepEqual(stripesOf(forest), [
    { from: 99, to: 36, known: false },
    { from: 35, to: 20, known: true },
    { from: 19, to: 4, known: true },
  ]);
});

test("what is held and what is measured is said in words", () => {
  assert.equal(
    summaryOf(forest),
    "100 frames seen, held in at most 1,300 floats (8 roots and the open window); the oldest leaf stands for 4 frames.",
  );
  assert.match(
    asideOf(forest),
    /^3 frames kept aside only to measure.*up to 70 are not measured: those frames were not kept/,
  );
  assert.doesNotMatch(asideOf({ ...forest, since: 0 }), /not measured/);
  assert.equal(wordsOf(forest.roots[2]), "Frames 81 to 96: 16 frames, a leaf for each; 31.2 dB");
  assert.equal(
    wordsOf(forest.roots[0]),
    "Frames 1 to 64: 64 frames, one leaf for 4; not measured: those frames were not kept",
  );
  assert.equal(chartWords(forest), "Quality by age, 3 frames measured: exact 0 frames ago, 30.0 dB 29 frames ago");
  assert.equal(chartWords(null), "Quality by age: nothing is measured yet");
});
