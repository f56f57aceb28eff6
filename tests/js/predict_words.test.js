// What the Predict tab says, and the figures it draws.

import assert from "node:assert/strict";
import { test } from "node:test";
import { pretendWindow } from "./window.js";

pretendWindow();
const { believed, described, percent, place, quarter, skill, viewed, wilson } = await import(
  "../../assets/js/predict/words.js"
);
const { count, gather, lights } = await import("../../assets/js/predict/store.js");
const { ending } = await import("../../assets/js/guide/foresee.js");
const { noteOf, scaleOf, spread } = await import("../../assets/js/predict/skill.js");

const BELIEF = { name: "a", skill: 0.414, old: null, reads: [3, null, 0, 7], right: true, by_lag: [] };
const ANSWER = { step: 7, steps: 32, poses: [0, 8], digits: [3, 1, 0, 7], random: 0.25, beliefs: [BELIEF] };

test("figures say no more than they know", () => {
  assert.equal(skill(null), "–");
  assert.equal(skill(-0.123), "−0.12");
  assert.equal(percent(0.626), "63 %");
});

test("a pose has a place and a quarter", () => {
  assert.equal(place(8), "row 2, column 3");
  assert.deepEqual([0, 3, 18, 21].map(quarter), ["upper left", "upper right", "lower left", "lower right"]);
});

test("a round is told in words", () => {
  const told = described(/** @type {any} */ (ANSWER), () => "Tree");
  assert.match(told, /^Step 7 of 32\. The lantern is at row 2, column 3, upper left\./);
  assert.match(told, /Tree looks like upper left 3, upper right unclear, lower left 0, lower right 7; skill 0\.41\.$/);
  assert.match(believed("Tree", /** @type {any} */ ({ ...BELIEF, skill: null })), /lower right 7\.$/);
  assert.match(viewed(0, new Uint8Array(576), [{ label: "Tree", error: 0.05 }]), /lit now: error of Tree 0\.050/);
});

test("an interval holds its share and narrows with more rooms", () => {
  for (const rooms of [1, 8, 64]) {
    const [low, high] = wilson(rooms / 2, rooms);
    assert.ok(low < 0.5 && high > 0.5);
  }
  assert.ok(wilson(32, 64)[1] < wilson(4, 8)[1]);
  assert.deepEqual(wilson(0, 0), [0, 1]);
  assert.equal(wilson(8, 8)[1], 1);
});

test("rounds that were played are counted, a memory's from the one on in which it came", () => {
  const none = () => /** @type {Record<string, number>} */ ({});
  const score = { rounds: 0, mine: 0, played: none(), right: none(), random: 0 };
  assert.ok(lights(/** @type {any} */ (ANSWER), 35, 7) && !lights(/** @type {any} */ (ANSWER), 0, 7));
  count(score, /** @type {any} */ (ANSWER), false);
  count(score, /** @type {any} */ (ANSWER), true);
  assert.deepEqual(score, { rounds: 2, mine: 1, played: { a: 2 }, right: { a: 2 }, random: 0.5 });
  gather(score, { rooms: 30, names: ["a", "b"], right: [20, 10], random: 10 });
  assert.deepEqual(score, {
    rounds: 32,
    mine: 1,
    played: { a: 32, b: 30 },
    right: { a: 22, b: 10 },
    random: 10.5,
  });
});

test("what lies below the axis stands on its floor, and names keep their distance", () => {
  const { y } = scaleOf(600, 32);
  assert.equal(y(-9), y(-0.5));
  const places = spread([100, 101, 50, 102]);
  const sorted = [...places].sort((a, b) => a - b);
  for (let i = 1; i < 4; i++) assert.ok(sorted[i] - sorted[i - 1] >= 15);
  assert.ok(places[0] < places[1] && places[2] < places[0]);
});

test("the chart says what is recorded, by how many seeds, and what is not", () => {
  const line = { skill: [0], low: [0], high: [0], seeds: 2 };
  const facts = { name: "a", label: "Tree", floats: 64, parameters: 1, variant: "tree, prediction", recorded: line };
  assert.match(
    noteOf([facts, { ...facts, variant: "GRU", recorded: null }]),
    /tree, prediction 2\).*Not recorded yet: GRU/,
  );
  assert.match(noteOf([{ ...facts, recorded: null }]), /Nothing is recorded/);
});

test("the Guide's scene says what is recorded of both memories, or that one is not", () => {
  const facts = { seed: 1, moves: "r", names: ["a", "b"], labels: ["Tree, to reconstruct", "Tree, to predict"] };
  assert.match(
    ending({ ...facts, recorded: [0.07, 0.239], seeds: [1, 2] }),
    /reconstruct 0\.07 \(seeds: 1\), .*0\.24 \(seeds: 2\)/,
  );
  assert.match(ending({ ...facts, recorded: [null, 0.239], seeds: [0, 2] }), /not recorded yet/);
});
