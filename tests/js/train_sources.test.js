// What a new run can learn from, and the presets that suit it.

import assert from "node:assert/strict";
import { test } from "node:test";
import { pretendWindow } from "./window.js";

pretendWindow();
const { clipWords, firstName, isSmall, sourcesOf, suitable } = await import("../../assets/js/train/sources.js");

/** @import { Preset } from "../../assets/js/train/sources.js" */

/** @param {Partial<Preset>} more @returns {Preset} */
const preset = (more) => ({
  key: "a",
  title: "A",
  about: "",
  own: false,
  small: false,
  data: "digits",
  settings: { name: "a" },
  ...more,
});
const PRESETS = [
  preset({ key: "digits" }),
  preset({ key: "video", own: true, data: "own", settings: { name: "own-video" } }),
  preset({ key: "small", own: true, small: true, data: "own" }),
  preset({ key: "rooms", data: "lantern" }),
];
const CLIP = { id: "1", name: "my bike.final.mp4", frames: 32, width: 228, height: 128, source: true };

/** @param {Preset[]} all */
const keys = (all) => all.map(({ key }) => key);

test("the clip that is open and files of one's own come before bundled data", () => {
  const sources = sourcesOf(PRESETS, CLIP);
  assert.deepEqual(
    sources.map(({ key }) => key),
    ["clip", "files", "digits", "lantern"],
  );
  assert.equal(sources[0].words, "my bike.final.mp4, 32 frames of 228×128");
  assert.ok(!sources[0].off);
});

test("without a clip, or with a memory file, the clip cannot be chosen and says why", () => {
  assert.ok(sourcesOf(PRESETS, null)[0].off);
  assert.match(clipWords(null), /open one in Explore/);
  assert.ok(sourcesOf(PRESETS, { ...CLIP, source: false })[0].off);
  assert.match(clipWords({ ...CLIP, source: false }), /memory file/);
});

test("presets are those that suit what is learned from", () => {
  assert.deepEqual(keys(suitable(PRESETS, "clip", CLIP)), ["video"]);
  assert.deepEqual(keys(suitable(PRESETS, "clip", { ...CLIP, width: 28, height: 28 })), ["small"]);
  assert.deepEqual(keys(suitable(PRESETS, "files", CLIP)), ["video", "small"]);
  assert.deepEqual(keys(suitable(PRESETS, "lantern", CLIP)), ["rooms"]);
  assert.ok(isSmall({ ...CLIP, width: 28, height: 28 }));
});

test("a run on a clip is named after it, another one after its preset", () => {
  assert.equal(firstName(PRESETS[1], "clip", CLIP), "my bike.final");
  assert.equal(firstName(PRESETS[1], "files", CLIP), "own-video");
});
