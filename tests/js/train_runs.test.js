// The list of runs: members of a comparison stand together; two runs' differences by the names of the form; pictures of
// before and after.

import assert from "node:assert/strict";
import { test } from "node:test";
import { pretendWindow } from "./window.js";

pretendWindow();
const { grouped, groupLine } = await import("../../assets/js/train/runs.js");
const { settingLines } = await import("../../assets/js/train/differences.js");
const { pictures } = await import("../../assets/js/train/before_after.js");

/** @import { Run } from "../../assets/js/core/types.js" */
/** @import { Setting } from "../../assets/js/train/fields.js" */
/** @import { History } from "../../assets/js/train/store.js" */

/** @param {string} id @param {number | null} comparison @param {string} [state] @returns {Run} */
const run = (id, comparison, state = "finished") => /** @type {Run} */ ({ id, comparison, state });

test("members of a comparison are one entry where its newest stands", () => {
  const groups = grouped([run("a", null), run("b", 2), run("c", null), run("d", 2), run("e", 1)]);
  assert.deepEqual(
    groups.map(({ number, runs }) => [number, runs.map(({ id }) => id)]),
    [
      [null, ["a"]],
      [2, ["b", "d"]],
      [null, ["c"]],
      [1, ["e"]],
    ],
  );
});

test("an entry counts the states of its members", () => {
  assert.equal(groupLine([run("a", 1), run("b", 1)]), "2 runs · finished");
  assert.equal(
    groupLine([run("a", 1, "queued"), run("b", 1, "running"), run("c", 1, "queued")]),
    "3 runs · 2 queued, 1 running",
  );
});

test("settings that differ are called as the form calls them, and the name of the config is none", () => {
  const form = [
    /** @type {Setting} */ ({ key: "tree.shared.zones", name: "shared zones", help: "choices of a group" }),
  ];
  const rows = [
    { setting: "name", first: "a", second: "b" },
    { setting: "tree.shared.zones", first: 45, second: null },
    { setting: "tree.residual.hidden", first: [8, 16], second: false },
  ];
  assert.deepEqual(settingLines(rows, form), [
    { name: "shared zones", help: "choices of a group", first: "45", second: "–" },
    { name: "tree.residual.hidden", help: "", first: "8, 16", second: "no" },
  ]);
});

test("before is the first look; of a run with a single one it is the bundled model, once that is measured", () => {
  /** @param {number[]} sheets @param {object | null} clip */
  const history = (sheets, clip) => /** @type {History} */ ({ rows: [], cursor: 0, sheets, clip, attempt: null });
  assert.deepEqual(pictures(history([0, 20, 40], null)), { kind: "looks", first: 0, last: 40 });
  assert.equal(pictures(history([0], null)), null);
  assert.equal(pictures(history([0], {}))?.kind, "clip");
});
