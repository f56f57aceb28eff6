// Links to Explore: what a clip does not have is said, what it has is not; and what a reload goes on with.

import assert from "node:assert/strict";
import { test } from "node:test";
import { clip } from "./clip.js";
import { pretendWindow } from "./window.js";

pretendWindow();
const { beyondFirst, outside } = await import("../../assets/js/explore/link.js");
const { loadedAnew } = await import("../../assets/js/explore/kept.js");
const { uploadWords } = await import("../../assets/js/core/upload.js");
const { quoted } = await import("../../assets/js/ui/notice.js");

const nowhere = { window: null, merges: null, node: null, frame: null };

test("a place that is there, or no place, needs no word", () => {
  const e = clip();
  assert.deepEqual(outside(nowhere, e), []);
  const [merges, frame] = [String(Object.keys(e.window.sheets)[0]), String(e.window.count - 1)];
  assert.deepEqual(outside({ window: String(e.window.index), merges, node: "0", frame }, e), []);
});

test("a window, a level and a frame that are not there are said, with what is shown", () => {
  const e = clip();
  assert.match(String(outside({ ...nowhere, window: "99" }, e)), /names window 100, but there (is|are) \d+; window/);
  assert.match(String(outside({ ...nowhere, window: "-4" }, e)), /names window -4/);
  assert.match(String(outside({ ...nowhere, merges: "17" }, e)), /a level of 17 merges, which there is not/);
  assert.match(String(outside({ ...nowhere, node: "1e99" }, e)), /names node 1e99 of \d+; the one that holds/);
  assert.match(String(outside({ ...nowhere, merges: "1", node: "64" }, e)), /names node 65 of \d+/);
  assert.match(String(outside({ ...nowhere, frame: "500" }, e)), /frame 501 of a window of \d+; the nearest is shown/);
});

test("a window that is still to come is waited for", () => {
  const e = { ...clip(), windows: 5 };
  assert.equal(outside({ ...nowhere, window: "3" }, e), null);
  assert.ok(beyondFirst({ window: "3" }, { id: "first", windows: 2 }), "the first paint has the sample's beginning");
  assert.equal(beyondFirst({ window: "3" }, { id: "other", windows: 2 }), false);
});

test("an address is that of what the page showed, or a link", () => {
  const shown = { id: "a", sample: null, input: {}, settings: /** @type {any} */ ({}) };
  assert.ok(loadedAnew({ shown, asked: null }, { clip: "a", sample: null }, "cockatoo"));
  assert.equal(loadedAnew({ shown, asked: null }, { clip: "b", sample: null }, "cockatoo"), false);
  assert.equal(loadedAnew({ shown, asked: null }, { clip: null, sample: "digits" }, "cockatoo"), false);
  assert.ok(loadedAnew({ shown: null, asked: null }, { clip: null, sample: "cockatoo" }, "cockatoo"));
  assert.ok(loadedAnew({ shown: null, asked: null }, { clip: null, sample: null }, "cockatoo"));
});

test("an upload says how far it is", () => {
  assert.equal(uploadWords({ done: 0, total: 1, share: 0 }), "Uploading …");
  assert.equal(uploadWords({ done: 1, total: 5, share: 0.318 }), "Uploading file 2 of 5 · 31 % …");
  const some = { done: 0, total: 1, share: 0.25, bytes: 8_000_000 };
  assert.equal(uploadWords({ ...some, seconds: 4 }), "Uploading · 2.0 MB of 8.0 MB, 25 % · about 12 s left");
  assert.equal(uploadWords({ ...some, seconds: 120 }), "Uploading · 2.0 MB of 8.0 MB, 25 % · about 6 min left");
  assert.equal(uploadWords({ ...some, seconds: 0.4 }), "Uploading · 2.0 MB of 8.0 MB, 25 % …");
  assert.equal(uploadWords({ ...some, share: 0 }), "Uploading · 8.0 MB …");
  assert.equal(uploadWords({ ...some, share: 1, seconds: 9 }), "Uploading · all 8.0 MB are sent, being checked …");
});

test("what an address says is cut before it is quoted", () => {
  assert.equal(quoted("x".repeat(50)), `“${"x".repeat(39)}…”`);
});
