// Sorting of result tables: by a cell's value where a column has values, rows without one last.

import assert from "node:assert/strict";
import { test } from "node:test";
import { sorted } from "../../assets/js/ui/result_table.js";

/** @param {string} text @param {number | null} value */
const cell = (text, value = null) => ({ text, value });

test("a column is sorted by its values, whatever their text says, and rows without one stay last either way", () => {
  const rows = [
    [cell("a"), cell("0.01 M", 10_000)],
    [cell("b"), cell("never")],
    [cell("c"), cell("9 k ± 1", 9000)],
    [cell("d"), cell("× 20,000", 20_000)],
  ];
  /** @param {boolean} down */
  const names = (down) => sorted(rows, { column: 1, down }).map(([name]) => name.text);
  assert.deepEqual(names(false), ["c", "a", "d", "b"]);
  assert.deepEqual(names(true), ["d", "a", "c", "b"]);
});

test("names are sorted with their numbers counted, and no column leaves the order alone", () => {
  const rows = [[cell("seed 10")], [cell("seed 9")]];
  assert.deepEqual(sorted(rows, { column: 0, down: false }), [[cell("seed 9")], [cell("seed 10")]]);
  assert.equal(sorted(rows, { column: null, down: false }), rows);
});
