// Plotly packs lists as base64; the levels of a trace are read from either form.

import assert from "node:assert/strict";
import { test } from "node:test";
import { pretendWindow } from "./window.js";

pretendWindow();
const { listOf } = await import("../../assets/js/explore/level_chart.js");

test("a packed list and a plain one are the same list", () => {
  const bdata = Buffer.from(new Int16Array([1, 2, 300]).buffer).toString("base64");
  assert.deepEqual(listOf({ dtype: "i2", bdata }), [1, 2, 300]);
  assert.deepEqual(listOf([1, 2, 300]), [1, 2, 300]);
  assert.equal(listOf(undefined), null);
});
