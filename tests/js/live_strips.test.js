// The cells of a film strip: all of them fit the width, and they stay large enough to be seen.

import assert from "node:assert/strict";
import { test } from "node:test";
import { grid } from "../../assets/js/live/strips.js";

test("the cells of a window fill the width in rows of a power of two", () => {
  for (const leaves of [4, 16, 128])
    for (const width of [260, 340, 620])
      for (const small of [true, false]) {
        const { columns, rows, cell, height } = grid(leaves, width, small);
        assert.equal(2 ** Math.round(Math.log2(columns)), columns);
        assert.ok(columns * rows >= leaves && columns * (rows - 1) < leaves);
        assert.ok(Math.abs(columns * cell - width) < 1e-9);
        assert.ok(cell >= (small ? 19 : 40));
        assert.ok(height >= rows * cell);
      }
});

test("on a wide page no strip is high, whatever the tree, and every leaf has a cell", () => {
  for (const [leaves, small] of /** @type {[number, boolean][]} */ ([
    [16, false],
    [64, false],
    [128, true],
  ])) {
    const { columns, rows, cell, height } = grid(leaves, 1010, small);
    assert.ok(height <= 70 && columns * rows >= leaves, `${leaves}: ${columns} × ${rows}, ${height} px`);
    assert.ok(Math.abs(columns * cell - 1010) < 1e-9 && cell >= (small ? 19 : 31));
  }
});
