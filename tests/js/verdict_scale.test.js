import assert from "node:assert/strict";
import { test } from "node:test";
import { axisOf, niceStep, ranked, shown } from "../../assets/js/compare/verdict_scale.js";
import { moved } from "../../assets/js/ui/segments.js";

/** @param {string} model @param {number} mse @param {number | null} timed */
const bar = (model, mse, timed = null) => {
  const of = (/** @type {number} */ value) => {
    const spread = (/** @type {number} */ mean) => ({ mean, deviation: null });
    return { mse: spread(value), mean_psnr: spread(-10 * Math.log10(value)), ssim: spread(1 - value) };
  };
  return {
    model,
    name: model,
    steps: of(mse),
    seconds: timed === null ? null : of(timed),
    cpu_seconds: null,
    strip: null,
  };
};
const BARS = [bar("a", 0.016, 0.016), bar("b", 0.017, 0.015), bar("c", 0.0175), bar("far", 0.07, 0.07)];

test("bars are ranked by the metric, best first, and only those of the budget", () => {
  assert.deepEqual(
    ranked(BARS, "mse", "steps").map(({ model }) => model),
    ["a", "b", "c", "far"],
  );
  assert.deepEqual(
    ranked(BARS, "mean_psnr", "steps").map(({ model }) => model),
    ["a", "b", "c", "far"],
  );
  assert.deepEqual(
    ranked(BARS, "mse", "seconds").map(({ model }) => model),
    ["b", "a", "far"],
  );
});

test("the axis holds what is near the best error and breaks what is far", () => {
  const axis = axisOf(BARS, "mse", "steps");
  assert.ok(axis.end > 0.0175 && axis.end < 0.07);
  assert.deepEqual(axis.ticks.map(axis.label), ["0.005", "0.010", "0.015", "0.020"]);
  const decibels = axisOf(BARS, "mean_psnr", "steps");
  assert.ok(decibels.end >= 17.9 && decibels.ticks.every((tick) => tick < decibels.end));
});

test("steps are round and labels keep their digits", () => {
  assert.equal(niceStep(0.0041), 0.005);
  assert.equal(niceStep(0.21), 0.25);
  assert.equal(niceStep(3), 5);
  assert.equal(shown(0.015684, "mse"), "0.01568");
});

test("arrows go round a row of buttons, other keys go elsewhere", () => {
  assert.equal(moved("ArrowRight", 2, 3), 0);
  assert.equal(moved("ArrowLeft", 0, 3), 2);
  assert.equal(moved("End", 0, 3), 2);
  assert.equal(moved("Tab", 0, 3), null);
});
