// The Trajectory tab's settings and the address: what a link says is taken where it is one of the choices, and what is
// as usual stays out of it.

import assert from "node:assert/strict";
import { test } from "node:test";
import { pretendWindow } from "./window.js";

pretendWindow();
const { namesOf, settingsOf } = await import("../../assets/js/trajectory/settings.js");

const CHOICES = {
  padding: ["zeros", "skip"],
  sequences: ["1", "2", "3", "4"],
  spread: ["0.1", "0.3", "0.5"],
  by: { "": "Tree", gru: "GRU" },
};
const USUAL = { padding: "zeros", sequences: "1", neighbours: "auto", spread: "0.5", by: "" };

/** @param {string} search */
const read = (search) => {
  const names = new URLSearchParams(search);
  return settingsOf((name) => names.get(name), CHOICES, USUAL);
};

test("a link's settings come back, and make the same link", () => {
  const settings = read("padding=skip&sequences=2&neighbours=9&spread=0.3&by=gru");
  assert.deepEqual(settings, { padding: "skip", sequences: "2", neighbours: "9", spread: "0.3", by: "gru" });
  assert.deepEqual(namesOf(settings), settings);
});

test("what a link does not say, or says wrongly, is as usual", () => {
  assert.deepEqual(read(""), USUAL);
  assert.deepEqual(read("padding=sideways&sequences=9&neighbours=12345&spread=constructor&by=constructor"), USUAL);
});

test("only the padding is always in the address", () => {
  assert.deepEqual(namesOf(USUAL), { padding: "zeros", sequences: null, neighbours: null, spread: null, by: null });
});
