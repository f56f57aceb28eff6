// Runs in words: times, sizes, errors and states, on both sides of every change of unit.

import assert from "node:assert/strict";
import { test } from "node:test";
import {
  ago,
  asksRooms,
  bytes,
  duration,
  error,
  million,
  percent,
  stateLine,
  whenLine,
} from "../../assets/js/train/words.js";

test("memories of rooms are opened on Predict", () => {
  assert.ok(asksRooms({ data: "lantern" }) && !asksRooms({ data: "digits" }));
});

test("a time is said in the two units that matter", () => {
  assert.deepEqual([null, 0.4, 12.4, 185, 7800].map(duration), ["–", "under 1 s", "12 s", "3 min 5 s", "2 h 10 min"]);
});

test("what happened within the last minute was just now", () => {
  const now = Date.now() / 1000;
  assert.deepEqual(
    [5, 300, 7300, 200_000].map((seconds) => ago(now - seconds)),
    ["just now", "5 min ago", "2 h ago", "2 d ago"],
  );
});

test("small errors have a power of ten, zero has none", () => {
  assert.deepEqual([null, 0, 0.0123, 0.00012, 3e-12].map(error), ["–", "0.0000", "0.0123", "1.2·10⁻⁴", "3.0·10⁻¹²"]);
});

test("sizes, shares and parameters", () => {
  assert.deepEqual([512_000, 2_300_000, 1.25e9].map(bytes), ["512 kB", "2 MB", "1.3 GB"]);
  assert.deepEqual([null, 0.625].map(percent), ["", "63 %"]);
  assert.deepEqual([null, 7_750_000].map(million), ["–", "7.75 M"]);
});

test("a run's line says how far it has come, or why it does not run", () => {
  const run = { state: "running", progress: 0.62, eta: 90, ended: null };
  assert.equal(stateLine(run), "running · 62 %");
  assert.equal(stateLine({ ...run, progress: null }), "running · starting");
  assert.equal(stateLine({ ...run, progress: null, stage: "level 2" }), "running · level 2");
  assert.equal(stateLine({ ...run, state: "failed" }), "failed · 62 %");
  assert.equal(stateLine({ ...run, state: "done" }), "done");
  assert.equal(stateLine({ ...run, state: "stopping" }), "saving, then stopping");
  assert.equal(stateLine({ ...run, state: "stopping", steps: 0 }), "stopping once the fit is done");
  assert.equal(whenLine(run, 0), "1 min 30 s left");
  assert.equal(whenLine({ ...run, state: "queued" }, 0), "next");
  assert.equal(whenLine({ ...run, state: "queued" }, 2), "place 3");
});
