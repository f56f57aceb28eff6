// The one selection: it always names something that exists, follows from window to window, and lives in the address.

import assert from "node:assert/strict";
import { beforeEach, mock, test } from "node:test";
import { clip } from "./clip.js";
import { pretendWindow } from "./window.js";

mock.timers.enable({ apis: ["setTimeout"] });
pretendWindow("?sample=cockatoo&window=1&merges=3&frame=5");
const store = await import("../../assets/js/explore/store.js");

/** @typedef {import("../../assets/js/core/types.js").Exploration} Exploration */

/** An exploration of a clip of three windows. @param {string} id @param {number} [index] @param {Partial<Exploration>} [more] */
function windowed(id, index = 0, more = {}) {
  const e = clip();
  return { ...e, id, windows: 3, explored: 3, sample: "cockatoo", window: { ...e.window, index }, ...more };
}

const sent = /** @type {unknown[][]} */ ([]);
store.sendWith((...message) => sent.push(message));

test("what the address names is selected, and its window asked for", () => {
  store.explore(windowed("other", 0, { sample: "plant" }));
  assert.equal(store.get().selection.merges, 2, "another sample starts with a first look");
  const asked = [["window", { window: 1, id: "a" }]];
  store.explore(windowed("a", 0, { explored: 1 }));
  assert.deepEqual(sent, asked, "a window that is still to come is asked for");
  store.explore(windowed("a", 0, { explored: 1 }));
  assert.deepEqual(sent, asked, "once");
  store.explore(windowed("a", 0));
  assert.deepEqual(sent, [...asked, ...asked], "and again when it is there");
  assert.equal(store.get().waiting, 1);
  store.explore(windowed("a", 1));
  assert.deepEqual(store.get().selection, { window: 1, merges: 3, node: 0, frame: 5 });
  assert.equal(store.get().waiting, null);
});

test("an address names no second exploration", () => {
  store.explore(windowed("b"));
  assert.deepEqual(store.get().selection, { window: 0, merges: 2, node: 2, frame: 9 });
});

test("a selection is kept inside the window and on a level that is shown", () => {
  store.explore(windowed("c"));
  store.select({ frame: 99 });
  assert.deepEqual(store.get().selection, { window: 0, merges: 2, node: 3, frame: 15 });
  store.select({ merges: 7, frame: -3 });
  assert.deepEqual(store.get().selection, { window: 0, merges: 4, node: 0, frame: 0 });
});

test("a node keeps the frame it holds, another takes the frame at the same place", () => {
  store.explore(windowed("d"));
  store.select({ merges: 2, frame: 6 });
  store.selectNode(2, 1);
  assert.equal(store.get().selection.frame, 6);
  store.selectNode(2, 3);
  assert.equal(store.get().selection.frame, 14);
  store.selectNode(2, 4);
  assert.equal(store.get().selection.frame, 14, "a node that does not exist");
});

test("stepping over a window's edge lands on the neighbour's edge", () => {
  store.explore(windowed("e", 1));
  store.select({ frame: 0 });
  store.askWindow(0, -1);
  store.explore(windowed("e", 0));
  assert.equal(store.get().selection.frame, 15);
  store.askWindow(-1);
  assert.equal(store.get().waiting, null, "there is no window before the first");
});

test("a window that never comes is given up", () => {
  store.explore(windowed("f"));
  store.askWindow(2);
  assert.equal(store.get().waiting, 2);
  mock.timers.tick(30_000);
  assert.equal(store.get().waiting, null);
});

test("the selection joins the address a moment later, and not while playing", () => {
  store.explore(windowed("g"));
  store.select({ merges: 1, frame: 3 });
  mock.timers.tick(200);
  assert.equal(new URLSearchParams(location.search).get("frame"), "3");
  store.setPlaying(true);
  store.select({ frame: 4 });
  mock.timers.tick(200);
  assert.equal(new URLSearchParams(location.search).get("frame"), "3");
  store.setPlaying(false);
  mock.timers.tick(200);
  assert.equal(new URLSearchParams(location.search).get("frame"), "4");
});

test("one frame alone does not play, and nothing explored is no selection's business", () => {
  store.explore({ ...windowed("h"), window: { ...clip({ count: 1 }).window } });
  store.setPlaying(true);
  assert.equal(store.get().playing, false);
  store.explore(null);
  store.select({ frame: 2 });
  assert.equal(store.get().selection.frame, 0);
});

beforeEach(() => {
  sent.length = 0;
});
