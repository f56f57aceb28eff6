import assert from "node:assert/strict";
import { test } from "node:test";
import { oneOf, whole, written } from "../../assets/js/core/url.js";

const HERE = "https://host.example/page/?__theme=dark&tab=guide&frame=3#top";

test("names are set, and taken out where there is no value", () => {
  const url = new URL(written(HERE, { tab: null, frame: 0, model: undefined, sample: "a&b=c d" }));
  assert.equal(url.searchParams.get("sample"), "a&b=c d");
  assert.equal(url.searchParams.get("frame"), "0");
  assert.equal(url.searchParams.get("__theme"), "dark");
  assert.deepEqual([url.searchParams.has("tab"), url.searchParams.has("model"), url.hash], [false, false, "#top"]);
});

test("writing what is there already changes nothing", () => {
  assert.equal(written(HERE, { tab: "guide", frame: "3" }), HERE);
});

test("only whole numbers of 0 or more are numbers of an address", () => {
  assert.deepEqual(["0", "17", "-4", "1.5", "3x", "", null, "9".repeat(30)].map(whole), [
    0,
    17,
    ...Array(6).fill(null),
  ]);
});

test("a choice is one of those there are", () => {
  assert.equal(oneOf("skip", ["zeros", "skip"]), "skip");
  assert.equal(oneOf("constructor", ["zeros", "skip"]), null);
  assert.equal(oneOf(null, ["zeros"]), null);
});
