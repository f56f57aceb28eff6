// What an objective measures is shown by its own name, beside what every run has.

import assert from "node:assert/strict";
import { test } from "node:test";
import { byLevel, FIGURES, figure, figuresOf } from "../../assets/js/train/figures.js";

const row = (/** @type {any} */ values) => ({
  id: 1,
  number: 1,
  step: 1,
  stage: "joint",
  total: 1,
  seconds: 1,
  values,
});

test("figures of levels are lists beside the levels", () => {
  assert.deepEqual(byLevel({ loss: 1, levels: ["2:1"], mse: [0.1], skill: [0.5] }), ["mse", "skill"]);
  assert.deepEqual(byLevel({ loss: 1 }), []);
});

test("a figure that only an objective knows is offered once, after the common ones", () => {
  const rows = [row({ levels: ["a"], mse: [1], bits_saved: [2] }), row({ levels: ["a"], mse: [1], bits_saved: [3] })];
  assert.deepEqual(figuresOf(rows), [...Object.keys(FIGURES), "bits_saved"]);
  assert.deepEqual(figuresOf([]), Object.keys(FIGURES));
});

test("an unknown figure is called by its name", () => {
  assert.equal(figure("bits_saved").text, "bits saved");
  assert.equal(figure("psnr").text, "PSNR");
});
