// The one time of the Trajectory tab: kept inside the trajectory, restored from the address once, and never reset by what
// arrives later.

import assert from "node:assert/strict";
import { mock, test } from "node:test";
import { trajectory } from "./trajectory.js";
import { pretendWindow } from "./window.js";

mock.timers.enable({ apis: ["setTimeout", "setInterval"] });
pretendWindow("?t=3&method=pca&dimensions=3");
const store = await import("../../assets/js/trajectory/store.js");
const { trip } = trajectory();
const umap = { points: trip.pictures.pca.points };

test("time, method and dimensions of the address are taken, the time for the first trajectory only", () => {
  const { method, dimensions } = store.get();
  assert.deepEqual([method, dimensions], ["pca", 3]);
  store.travel(trip);
  assert.equal(store.get().t, 3);
  store.travel({ ...trip, id: "second" });
  assert.equal(store.get().t, 3, "two thirds of four leaves");
});

test("more of the same trajectory leaves the time alone", () => {
  store.setTime(1);
  const heard = /** @type {string[]} */ ([]);
  store.subscribe(/** @type {Element} */ ({ isConnected: true }), (_, what) => heard.push(what));
  store.travel({ ...trip, id: "second", memories: null });
  assert.deepEqual([store.get().t, heard], [1, ["start", "more"]]);
});

test("UMAP is shown as soon as it is there, unless PCA was chosen", () => {
  store.look({ method: null });
  assert.equal(store.shown(), "pca");
  store.travel({ ...trip, id: "second", pictures: { ...trip.pictures, umap } });
  assert.equal(store.shown(), "umap");
  store.look({ method: "pca" });
  assert.equal(store.shown(), "pca");
});

test("time stays between the empty tree and the last leaf, in whole leaves", () => {
  store.setTime(-2);
  assert.equal(store.get().t, 0);
  store.setTime(2.4);
  assert.equal(store.get().t, 2);
  store.step(9);
  assert.equal(store.get().t, 4);
});

test("playing from the end begins anew, and stops at the last leaf", () => {
  store.setPlaying(true);
  assert.deepEqual([store.get().t, store.get().playing], [0, true]);
  store.setPlaying(false);
  store.travel(null);
  store.setPlaying(true);
  assert.equal(store.get().playing, false);
});
