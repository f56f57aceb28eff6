// The Guide's line chart: what is measured spans the height, and names do not run into each other.

import assert from "node:assert/strict";
import { test } from "node:test";
import { fits, scale } from "../../assets/js/guide/chart.js";

test("the largest value is highest, the smallest lowest, and what was not measured counts for neither", () => {
  const y = scale([3, null, 9, 5], 160, false);
  assert.ok(y(9) < y(5) && y(5) < y(3));
  assert.equal(y(6) * 2, y(3) + y(9));
});

test("on a logarithmic height equal ratios are equally far apart", () => {
  const y = scale([1, 10, 100], 190, true);
  assert.ok(Math.abs(y(1) - y(10) - (y(10) - y(100))) < 1e-9);
});

test("equal values do not divide by zero", () => {
  assert.ok(Number.isFinite(scale([5, 5], 160, false)(5)));
});

test("the marked name always stands, its neighbours only where there is room", () => {
  const names = Array.from({ length: 9 }, (_, i) => String(i));
  assert.ok(fits(3, names, 100, 3));
  assert.equal(fits(4, names, 100, 3), false);
  assert.ok(names.every((_, i) => fits(i, names, 1000, 3)));
});
