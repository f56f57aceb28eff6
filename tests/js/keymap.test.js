// Every key of the page has one entry, and no two actions of what listens together share a key.

import assert from "node:assert/strict";
import { test } from "node:test";
import { bound, KEYMAP } from "../../assets/js/core/keymap.js";

/** @typedef {import("../../assets/js/core/keymap.js").KeyGroup} KeyGroup */

/** An action for every entry of the groups that returns the entry's name. @param {KeyGroup} group */
const named = (group) => Object.fromEntries(Object.keys(KEYMAP[group].keys).map((name) => [name, () => name]));

test("actions by name become actions by key", () => {
  const table = bound("player", named("player"));
  assert.deepEqual(Object.keys(table).sort(), [" ", ",", "."]);
  const press = /** @type {KeyboardEvent} */ ({});
  assert.equal(table[","](press), "back");
});

test("a key without an action is refused by name", () => {
  assert.throws(() => bound("player", { play: () => {} }), /player back/);
});

test("no key means two things in one place", () => {
  /** @type {KeyGroup[][]} */
  const together = [
    ["tree", "player", "page"],
    ["path", "page"],
    ["room", "predict", "page"],
    ["beliefs", "predict", "page"],
    ["find", "predict", "page"],
  ];
  for (const groups of together) {
    const keys = groups.flatMap((group) => Object.values(KEYMAP[group].keys).flatMap((entry) => entry.keys));
    assert.equal(new Set(keys).size, keys.length, groups.join(" and "));
  }
});

test("every key says what it does", () => {
  for (const { title, keys } of Object.values(KEYMAP)) {
    assert.ok(title);
    for (const { says } of Object.values(keys)) assert.ok(says);
  }
});
