// How numbers are written, on both sides of every change of unit.

import assert from "node:assert/strict";
import { test } from "node:test";
import { count, dB, frames, leafCount, mse, plural, ratio, short, size } from "../../assets/js/core/format.js";

test("thousands are grouped", () => {
  assert.equal(count(1234567), "1,234,567");
  assert.equal(count(12), "12");
  assert.deepEqual([1, 2, 1024].map(leafCount), ["1 leaf", "2 leaves", "1,024 leaves"]);
});

test("a ratio keeps one digit where it is no whole number", () => {
  assert.deepEqual([1, 16, 12.25, 1.531, 1024].map(ratio), ["1:1", "16:1", "12.3:1", "1.5:1", "1,024:1"]);
});

test("dB says a dash for nothing measured and exact for lossless", () => {
  assert.equal(dB(null), "–");
  assert.equal(dB(Number.NaN), "–");
  assert.equal(dB(99), "exact");
  assert.equal(dB(34.26), "34.3 dB");
  assert.equal(dB(34.26, 2), "34.26 dB");
});

test("one is singular, everything else plural", () => {
  assert.deepEqual(
    [0, 1, 2000].map((n) => plural(n, "frame")),
    ["0 frames", "1 frame", "2,000 frames"],
  );
});

test("bytes change their unit where rounding would reach the next one", () => {
  const cases = { 0: "0 B", 999: "999 B", 999.6: "1.0 kB", 9949: "9.9 kB", 9951: "10 kB", 999400: "999 kB" };
  for (const [bytes, text] of Object.entries(cases)) assert.equal(size(Number(bytes)), text);
  assert.equal(size(999_600), "1.0 MB");
  assert.equal(size(99.6e6), "100 MB");
  assert.equal(size(12_345e6), "12,345 MB");
});

test("floats are short in narrow columns", () => {
  assert.deepEqual([9999, 786_432, 999_499, 1_234_567, 12e6].map(short), ["9,999", "786k", "999k", "1.2M", "12M"]);
});

test("errors are in units of 1e-4 with three figures", () => {
  assert.deepEqual([0, 0.0000123, 0.00123, 0.0123, 0.5].map(mse), ["0", "0.12", "12.3", "123", "5,000"]);
});

test("frames are counted from one", () => {
  assert.equal(frames(8, 8), "frame 9");
  assert.equal(frames(8, 11), "frames 9–12");
});
