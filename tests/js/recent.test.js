import assert from "node:assert/strict";
import { test } from "node:test";
import { howWords, withClip, withoutClip } from "../../assets/js/explore/recent.js";

const settings = { model: "video-16", size: "128", first: "9", count: "32" };
const clip = (/** @type {string} */ name) => ({ name, input: { uploads: [`/tmp/${name}`] }, settings });

test("a clip stands once, the latest first, six at most", () => {
  let list = /** @type {import("../../assets/js/explore/recent.js").Recent[]} */ ([]);
  for (const name of ["a", "b", "c", "d", "e", "f", "g", "c"]) list = withClip(list, clip(name));
  assert.deepEqual(
    list.map(({ name }) => name),
    ["c", "g", "f", "e", "d", "b"],
  );
  assert.equal(withoutClip(list, { uploads: ["/tmp/g"] }).length, 5);
  assert.equal(withoutClip(list, { uploads: ["/tmp/other"] }).length, 6);
});

test("how it was explored in words", () => {
  assert.equal(howWords(settings), "video-16 · from frame 9, up to 32 · 128");
});
