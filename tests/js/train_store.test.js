// Rows of a run by cursor: nothing twice, nothing lost, and what a resume takes back goes.

import assert from "node:assert/strict";
import { test } from "node:test";
import { pretendWindow } from "./window.js";

pretendWindow("?run=second");
const { TrainStore } = await import("../../assets/js/train/store.js");
const { smoothed, waiting } = await import("../../assets/js/train/chart.js");

/** @import { MetricRow, Run, RunNews } from "../../assets/js/core/types.js" */

/** @param {string} id @param {Partial<Run>} [more] @returns {Run} */
const run = (id, more) => /** @type {Run} */ ({ id, state: "running", attempt: 1, total: 0, ...more });
/** @param {number} id @param {number} [total] @returns {MetricRow} */
const row = (id, total = 10 * id) => ({ id, number: id, step: total, total, stage: "joint", seconds: id, values: {} });
/** @param {MetricRow[]} rows @param {number} cursor @param {Partial<RunNews>} [more] @returns {RunNews} */
const news = (rows, cursor, more) => ({ run: run("first"), rows, cursor, cut: null, sheets: [], clip: null, ...more });

const store = () => new TrainStore({}, /** @type {HTMLElement} */ ({}));

test("two refreshes that asked from one cursor give every row once", () => {
  const runs = store();
  const history = runs.history("first");
  runs.append(history, news([row(1), row(2)], 2));
  runs.append(history, news([row(1), row(2), row(3)], 3));
  runs.append(history, news([row(2)], 2));
  assert.deepEqual(
    history.rows.map(({ id }) => id),
    [1, 2, 3],
  );
  assert.equal(history.cursor, 3);
});

test("rows past a resume's save are taken back", () => {
  const runs = store();
  const history = runs.history("first");
  runs.append(history, news([row(1), row(2), row(3)], 3));
  runs.append(history, news([row(4, 25)], 4, { cut: 20 }));
  assert.deepEqual(
    history.rows.map(({ total }) => total),
    [10, 20, 25],
  );
});

test("an ended run is asked for until all its rows are here", () => {
  const runs = store();
  const over = run("first", { state: "finished", total: 30 });
  runs.runs = [over];
  assert.ok(runs.behind("first"));
  runs.append(runs.history("first"), news([row(3)], 3, { run: over }));
  assert.equal(runs.behind("first"), false);
  runs.runs = [run("first", { state: "queued", attempt: 2, total: 30 })];
  assert.ok(runs.behind("first"), "it goes on");
});

test("the run of the address is chosen first, else the one that runs, and a deleted one is let go", () => {
  const runs = store();
  const listed = { deleted: [], status: {} };
  runs.take({ ...listed, runs: [run("first"), run("second", { state: "finished" })] });
  assert.equal(runs.chosen, "second");
  runs.take({ ...listed, runs: [run("third", { state: "queued" }), run("first")] });
  assert.equal(runs.chosen, "first");
  assert.equal(new URL(location.href).searchParams.get("run"), "first", "the address names what is shown");
  runs.take({ ...listed, runs: [] });
  assert.equal(runs.chosen, null);
});

test("the chosen run is first in the chart, and at most six are laid over one another", () => {
  const runs = store();
  runs.soon = () => {};
  const names = ["a", "b", "c", "d", "e", "f", "g", "h"];
  runs.runs = names.map((name) => run(name));
  runs.chosen = "h";
  for (const name of names.slice(0, 7)) runs.overlay(name);
  assert.equal(runs.shown()[0], "h");
  assert.equal(runs.shown().length, 6);
  runs.overlay("g");
  assert.equal(runs.shown().includes("g"), false);
});

test("an empty chart speaks of the run that trains, not of one that waits behind it", () => {
  const runs = store();
  runs.runs = [run("waits", { state: "queued" }), run("trains")];
  Object.assign(runs, { chosen: "waits", overlaid: ["trains"] });
  assert.match(waiting(runs), /^The first figures/);
  runs.runs[1].state = "finished";
  assert.equal(waiting(runs), "It waits for its turn.");
});

test("smoothing keeps a constant, starts at the first value and leaves gaps", () => {
  assert.deepEqual(smoothed([2, null, 5], 0), [2, null, 5]);
  const flat = smoothed([3, 3, null, 3], 0.9);
  assert.equal(flat[2], null);
  for (const value of flat) assert.ok(value === null || Math.abs(value - 3) < 1e-12);
});
