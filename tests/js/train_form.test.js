// A form's fields: what is typed becomes what Python wants, and settings show only where they count.

import assert from "node:assert/strict";
import { test } from "node:test";
import { pretendWindow } from "./window.js";

pretendWindow();
const { applies, parsedValue, wrongValue } = await import("../../assets/js/train/fields.js");

/** @import { Setting } from "../../assets/js/train/fields.js" */

test("numbers become numbers, and what is none stays text for Python to refuse", () => {
  const [int, float, ints, text] = ["int", "float", "ints", "str"].map((type) => /** @type {Setting} */ ({ type }));
  assert.equal(parsedValue(int, "12"), 12);
  assert.equal(parsedValue(float, "1e-3"), 0.001);
  assert.equal(parsedValue(float, ""), "");
  assert.equal(parsedValue(int, "many"), "many");
  assert.deepEqual(parsedValue(ints, "8, 16 32"), [8, 16, 32]);
  assert.deepEqual(parsedValue(ints, "8, x"), [8, "x"]);
  assert.deepEqual(parsedValue(ints, ""), []);
  assert.equal(parsedValue(text, "12"), "12");
});

test("a setting counts while its choice is made", () => {
  const always = { when: null };
  const zones = { when: /** @type {[string, unknown]} */ (["family", "zonal"]) };
  const any = { when: /** @type {[string, unknown]} */ (["teacher", "*"]) };
  const others = { when: /** @type {[string, unknown]} */ (["family", null]) };
  const form = [always, zones, any, others];
  assert.ok(applies(always, {}, form));
  assert.ok(applies(zones, { family: "zonal" }, form));
  assert.equal(applies(zones, { family: "dense" }, form), false);
  assert.ok(applies(any, { teacher: "digits-128" }, form));
  assert.equal(applies(any, { teacher: "" }, form), false);
  assert.ok(applies(others, { family: "dense" }, form), "no other setting belongs to this choice");
  assert.equal(applies(others, { family: "zonal" }, form), false);
});

test("what is plainly wrong is said at once, by the label of its field", () => {
  const rate = { name: "rate", type: /** @type {const} */ ("float"), low: 1e-6, high: 1, unit: "" };
  const steps = { name: "joint steps", type: /** @type {const} */ ("int"), low: 0, high: 100000, unit: "steps" };
  assert.equal(wrongValue(rate, 0.002), "");
  assert.match(wrongValue(rate, "fast"), /^rate is “fast”; it must be a number/);
  assert.match(wrongValue(rate, ""), /^rate is empty/);
  assert.match(wrongValue(steps, 1.5), /^joint steps is 1.5; it must be a whole number/);
  assert.match(wrongValue(steps, -1), /^joint steps is -1; it must lie between 0 and 100,000 steps/);
  assert.equal(wrongValue({ ...rate, type: "str" }, "anything"), "");
});
