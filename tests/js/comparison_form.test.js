import assert from "node:assert/strict";
import { test } from "node:test";
import { costLine, plainProblem } from "../../assets/js/compare/form.js";

test("what is plainly wrong with a comparison is said before the server is asked", () => {
  assert.equal(plainProblem("200", 3), "");
  assert.match(plainProblem("200", 0), /^No model is chosen/);
  assert.match(plainProblem(" ", 1), /^steps is empty/);
  assert.match(plainProblem("2.5", 1), /^steps is “2.5”/);
});

test("a comparison's cost says runs, time, memory and who takes longest", () => {
  const cost = { runs: 5, seconds: 125, memory: 1.25e9, slowest: "IMFN" };
  const line = costLine(cost);
  assert.match(line, /^5 runs, .* about 2 min 5 s in all .*, IMFN the longest; 1\.3 GB of memory\.$/);
  assert.match(costLine({ ...cost, seconds: null }), /of unknown length/);
  assert.doesNotMatch(costLine({ ...cost, seconds: 0, slowest: "" }), /the longest/);
  assert.equal(costLine(null), "");
});
