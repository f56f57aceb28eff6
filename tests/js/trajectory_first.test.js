// What the Trajectory tab follows first: the address, the clip that is open, digits.

import assert from "node:assert/strict";
import { test } from "node:test";
import { coming, firstChoice, known } from "../../assets/js/trajectory/first.js";
import { clip } from "./clip.js";

const OFFERED = {
  first: "digits",
  samples: [
    { name: "digits", title: "128 digits", model: "digits-128" },
    { name: "cockatoo", title: "cockatoo", model: "video-16" },
  ],
};
const atFirst = { ...clip(), id: "first", sample: "cockatoo" };

test("what the address names is followed, whatever is open", () => {
  assert.equal(firstChoice("cockatoo", clip(), OFFERED), "cockatoo");
  assert.equal(firstChoice("explored", clip(), OFFERED), "explored");
});

test("the open clip is followed, digits only where there is none", () => {
  assert.equal(firstChoice(null, clip(), OFFERED), "explored");
  assert.equal(firstChoice(null, { ...clip(), sample: "cockatoo" }, OFFERED), "cockatoo");
  assert.equal(firstChoice(null, undefined, OFFERED), "digits");
  assert.equal(firstChoice(null, atFirst, OFFERED), "digits");
});

test("a sample that was opened through another model is followed through that one", () => {
  assert.equal(firstChoice(null, { ...clip(), sample: "cockatoo", model: "linear" }, OFFERED), "explored");
});

test("a memory has no frames to follow", () => {
  assert.equal(firstChoice(null, clip({ source: false }), OFFERED), "digits");
  assert.equal(known("explored", clip({ source: false }), OFFERED), false);
});

test("a name that there is not is digits, and is not known", () => {
  assert.equal(firstChoice("nothing", clip(), OFFERED), "digits");
  assert.equal(known("nothing", clip(), OFFERED), false);
});

test("a clip that is being opened is waited for until its first window is shown", () => {
  assert.equal(coming(true, atFirst), true);
  assert.equal(coming(true, clip()), true);
  assert.equal(coming(true, { ...clip(), explored: 1, windows: 4 }), false);
  assert.equal(coming(false, atFirst), false);
  assert.equal(coming(true, null), true);
});
