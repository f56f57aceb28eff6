import assert from "node:assert/strict";
import { test } from "node:test";
import { differs, keyed, moved, named, rangeWords, shownRange } from "../../assets/js/explore/range.js";

const clip = { model: "video-16", size: "128", first: 0, frames: 32, file_frames: 64 };
const asked = { model: "video-16", size: "128", first: "1", count: "32" };

test("two fields name a range that ends with the file", () => {
  assert.deepEqual(named("97", "160", 120), { from: 97, to: 120 });
  assert.deepEqual(named(" 1 ", "16", null), { from: 1, to: 16 });
  for (const [first, count] of [
    ["0", "1"],
    ["1", "0"],
    ["x", "1"],
    ["1", ""],
    ["1.5", "2"],
    ["-1", "2"],
    ["121", "1"],
  ]) {
    assert.equal(named(first, count, 120), null, `${first} ${count}`);
  }
});

test("a handle stops at the other one and at the ends of the file", () => {
  const range = { from: 10, to: 20 };
  assert.deepEqual(moved(range, "from", 25, 64), { from: 20, to: 20 });
  assert.deepEqual(moved(range, "from", -3, 64), { from: 1, to: 20 });
  assert.deepEqual(moved(range, "to", 99, 64), { from: 10, to: 64 });
  assert.deepEqual(moved(range, "to", 3, 64), { from: 10, to: 10 });
  assert.deepEqual(moved(range, "both", 60, 64), { from: 54, to: 64 });
  assert.deepEqual(moved(range, "both", 2.4, 64), { from: 2, to: 12 });
});

test("keys move by a frame, by a window, to the ends", () => {
  assert.equal(keyed("ArrowRight", 5, 64, 16), 6);
  assert.equal(keyed("PageDown", 20, 64, 16), 4);
  assert.equal(keyed("Home", 20, 64, 16), 1);
  assert.equal(keyed("End", 20, 64, 16), 64);
  assert.equal(keyed("x", 20, 64, 16), null);
});

test("what was asked for and what it came to are both what is shown", () => {
  assert.deepEqual(shownRange(clip), { from: 1, to: 32 });
  assert.equal(differs(asked, asked, clip), false);
  assert.equal(differs({ ...asked, count: "160" }, { ...asked, count: "160" }, clip), false); // a shared page's limit
  assert.equal(differs({ ...asked, count: "160" }, asked, clip), true);
  assert.equal(differs({ ...asked, count: "160" }, asked, { ...clip, file_frames: 32 }), false);
  assert.equal(differs({ ...asked, size: "256" }, asked, clip), true);
  assert.equal(differs({ ...asked, model: "video-64" }, asked, clip), true);
  assert.equal(differs({ ...asked, first: "x" }, asked, clip), true);
  assert.equal(differs(asked, null, clip), false);
});

test("a range in words", () => {
  assert.equal(rangeWords({ from: 97, to: 160 }, 345, 25), "to 160 of 345, 2.6 s");
  assert.equal(rangeWords({ from: 3, to: 3 }, null, null), "to 3");
});
