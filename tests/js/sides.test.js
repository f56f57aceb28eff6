import assert from "node:assert/strict";
import { test } from "node:test";
import {
  clipRatio,
  keptBytes,
  parsed,
  placeOf,
  plannedLevels,
  plannedName,
  sideName,
  sizeWords,
  written,
} from "../../assets/js/explore/sides.js";
import { clip } from "./clip.js";

test("a side is read from the address as it was written", () => {
  for (const side of [
    { model: null, merges: 0 },
    { model: null, merges: 3 },
    { model: "video-64", merges: 6 },
  ])
    assert.deepEqual(parsed(written(side)), side);
  for (const nonsense of [null, "", "video-16", "video-16@", "@0", "@99", "../../x@3", "<b>@3", "source@"])
    assert.equal(parsed(nonsense)?.merges ?? null, null, String(nonsense));
});

test("the sentence of size says ratio, quality, bytes and the file's own", () => {
  const e = clip();
  const words = sizeWords(e, 4);
  assert.equal(words.ratio, "16:1");
  assert.equal(words.kept, "250 B");
  assert.match(words.quality ?? "", /dB$/);
  assert.match(words.of, /^kept of 3\.1 MB of pixels \(your file: 50 kB\)$/);
  assert.equal(sizeWords({ ...e, file_bytes: null }, 4).of, "kept of 3.1 MB of pixels");
  assert.match(sizeWords({ ...e, sample: "cockatoo" }, 4).of, /its file/);
  assert.equal(sizeWords(e, 0).ratio, "1:1");
});

test("ratios are the measured ones, and the source is a side", () => {
  const e = clip();
  e.levels[3].measured_ratio = 12.34;
  assert.equal(clipRatio(e, 4), 12.34);
  assert.equal(sideName(e, 4), "video-16 at 12.3:1");
  assert.equal(sideName(e, 0), "source");
  assert.equal(keptBytes(e, 0), 4 * 16 * 128 * 128 * 3);
});

test("a frame of the clip has its place in windows of any length", () => {
  assert.deepEqual(placeOf(20, 16), { window: 1, frame: 4 });
  assert.deepEqual(placeOf(20, 64), { window: 0, frame: 20 });
  assert.equal(plannedName(6, 64), "64 frames a memory, the root");
  assert.deepEqual(plannedLevels(64, 32), [1, 2, 3, 4, 5]);
  assert.deepEqual(plannedLevels(16, 100), [1, 2, 3, 4]);
  assert.deepEqual(plannedLevels(16, 1), [1]);
  assert.equal(plannedName(2, 64), "4 frames a memory");
});
