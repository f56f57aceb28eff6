// Which settings of a new run are shown: those that count with the choices made.

import assert from "node:assert/strict";
import { test } from "node:test";
import { pretendWindow } from "./window.js";

pretendWindow();
const { shows } = await import("../../assets/js/train/customise.js");

/** @import { Setting } from "../../assets/js/train/fields.js" */

/** @param {string} key @param {string} [help] @returns {Setting} */
const row = (key, help = "") =>
  /** @type {Setting} */ ({
    key,
    name: key,
    group: "tree",
    type: "int",
    help,
    unit: "",
    low: 0,
    high: 9,
    choices: [],
    when: null,
  });

test("without steps nothing asks how they are taken, and a card's data are not asked for again", () => {
  const fitted = { joint_steps: 0, local_steps: 0 };
  assert.equal(shows(row("rate"), fitted, [], { own: true }), false);
  assert.ok(shows(row("rate"), { joint_steps: 10, local_steps: 0 }, [], { own: true }));
  assert.ok(shows(row("rate"), { joint_steps: "many", local_steps: 0 }, [], { own: true }));
  assert.equal(shows(row("data"), fitted, [], { own: true }), false);
  assert.ok(shows(row("data"), fitted, [], { own: false }));
});

test("a setting of one codec is shown with that codec alone", () => {
  const height = row("tree.height", "flat: pixel rows of a leaf");
  assert.ok(shows(height, { "tree.codec": "flat" }, [], { own: false }));
  assert.equal(shows(height, { "tree.codec": "patch" }, [], { own: false }), false);
  assert.ok(
    shows(row("tree.codec", "flat (small images of one size) or patch"), { "tree.codec": "patch" }, [], { own: false }),
  );
});
