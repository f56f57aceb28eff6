// Moving digits: what an address names, axes, and the sentence below the strips.

import assert from "node:assert/strict";
import { test } from "node:test";
import "./window.js";

const { seedOf } = await import("../../assets/js/predict/moving_store.js");
const { axisOf } = await import("../../assets/js/predict/moving_errors.js");
const { takenAway } = await import("../../assets/js/predict/moving.js");

test("an address names a sequence, or nothing that there is", () => {
  assert.deepEqual(seedOf(null, 7), { seed: 7, wrong: false });
  assert.deepEqual(seedOf("123", 7), { seed: 123, wrong: false });
  for (const text of ["1000000", "-1", "x", "", "1.5"]) assert.deepEqual(seedOf(text, 7), { seed: 7, wrong: true });
});

test("an axis ends at a round number above everything", () => {
  assert.deepEqual(axisOf(63), { step: 20, top: 80 });
  assert.deepEqual(axisOf(38.5), { step: 10, top: 40 });
  assert.deepEqual(axisOf(0), { step: 0.25, top: 0.25 });
  for (const most of [1, 7, 19, 44, 130, 999]) assert.ok(axisOf(most).top >= most);
});

test("the sentence names the best that needs no memory, and the frame that is looked at", () => {
  /** @param {string} name @param {number | null} floats @param {number[]} errors */
  const row = (name, floats, errors) => ({ name, floats, frames: "", errors, usual: errors });
  const rows = [row("moving-64", 64, [10, 20]), row("last frame", null, [50, 60]), row("mean image", null, [30, 34])];
  const answer = { seed: 1, side: 32, seen: "", truth: "", others: 64, rows };
  assert.match(takenAway(answer, 3, 10), /15\.0 by the memory, 32\.0 by the mean image.*Frame 4 was shown/);
  assert.match(takenAway(answer, 11, 10), /Frame 12, 2 ahead: 20\.0 and 34\.0\./);
  assert.equal(takenAway({ ...answer, rows: rows.slice(0, 1) }, 11, 10), "");
});
