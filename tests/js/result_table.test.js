// Sorting of result tables: by number where a column has numbers, rows without one last.

import assert from "node:assert/strict";
import { test } from "node:test";
import { leadingNumber, sorted } from "../../assets/js/ui/result_table.js";

test("a cell's number is the one it starts with, in its unit", () => {
  assert.equal(leadingNumber("12.5 ± 0.3"), 12.5);
  assert.equal(leadingNumber("1,024 floats"), 1024);
  assert.equal(leadingNumber("61.43 M"), 61.43e6);
  assert.equal(leadingNumber("3 k"), 3000);
  assert.equal(leadingNumber("−0.2 dB"), -0.2);
  assert.equal(leadingNumber("below 0.01"), 0.01);
  assert.equal(leadingNumber("–"), null);
});

test("a column of numbers is sorted by number, and rows without one stay last either way", () => {
  const rows = [
    ["a", "10 dB"],
    ["b", "–"],
    ["c", "9 dB"],
    ["d", "1,000 dB"],
  ];
  assert.deepEqual(
    sorted(rows, { column: 1, down: false }).map(([name]) => name),
    ["c", "a", "d", "b"],
  );
  assert.deepEqual(
    sorted(rows, { column: 1, down: true }).map(([name]) => name),
    ["d", "a", "c", "b"],
  );
});

test("names are sorted with their numbers counted, and no column leaves the order alone", () => {
  const rows = [["seed 10"], ["seed 9"]];
  assert.deepEqual(sorted(rows, { column: 0, down: false }), [["seed 9"], ["seed 10"]]);
  assert.equal(sorted(rows, { column: null, down: false }), rows);
});
