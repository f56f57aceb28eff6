// The colour scales: their ends, their order in grey, and what has no colour.

import assert from "node:assert/strict";
import { test } from "node:test";
import { infernoTable, quality, viridis, viridisHex, viridisTable } from "../../assets/js/core/colours.js";

/**
 * Luminance of entry i, as a grey copy of the page would show it.
 * @param {Uint8ClampedArray} table
 * @param {number} i
 */
const grey = (table, i) => 0.2126 * table[3 * i] + 0.7152 * table[3 * i + 1] + 0.0722 * table[3 * i + 2];

test("the scales begin and end at their first and last stop", () => {
  assert.deepEqual([...viridisTable.subarray(0, 3)], [0x44, 0x01, 0x54]);
  assert.deepEqual([...viridisTable.subarray(-3)], [0xfd, 0xe7, 0x25]);
  assert.deepEqual([...infernoTable.subarray(0, 3)], [0x00, 0x00, 0x04]);
  assert.deepEqual([...infernoTable.subarray(-3)], [0xfc, 0xff, 0xa4]);
});

test("brighter is more, also in grey", () => {
  for (const table of [viridisTable, infernoTable])
    for (let i = 4; i < 256; i++) assert.ok(grey(table, i) >= grey(table, i - 4), `entry ${i}`);
});

test("a value outside 0…1 takes the nearest end, and both spellings agree", () => {
  assert.equal(viridis(-3), viridis(0));
  assert.equal(viridis(7), viridis(1));
  assert.equal(viridis(0), "rgb(68 1 84)");
  assert.equal(viridisHex(0), "#440154");
  assert.equal(viridisHex(1), "#fde725");
});

test("what was not measured has no colour", () => {
  assert.equal(quality(null, [20, 40]), null);
  assert.equal(quality(30, null), null);
  assert.equal(quality(20, [20, 40]), viridis(0));
  assert.equal(quality(30, [20, 40], viridisHex), viridisHex(0.5));
});
