// The tour's card: beside what it points at, inside the window, never over its target where there is any room.

import assert from "node:assert/strict";
import { test } from "node:test";
import { place, ringed, scrollFor } from "../../assets/js/shell/tour_place.js";

const view = { width: 1280, height: 800 };
const card = { width: 340, height: 180 };

test("the ring is kept inside the window", () => {
  const ring = ringed({ left: 0, top: 0, right: 1280, bottom: 900 }, view);
  assert.deepEqual(ring, { left: 2, top: 2, right: 1278, bottom: 798 });
});

test("the card stands in the window and not over the light, wherever the target is", () => {
  for (let left = 0; left < 1200; left += 150)
    for (let top = 0; top < 760; top += 95) {
      const box = { left, top, right: left + 80, bottom: top + 40 };
      const { light, card: at } = place(box, card, view);
      assert.ok(at.left >= 0 && at.top >= 0, `${left} ${top}`);
      assert.ok(at.left + card.width <= view.width && at.top + card.height <= view.height);
      const apart =
        at.left >= light.right ||
        at.left + card.width <= light.left ||
        at.top >= light.bottom ||
        at.top + card.height <= light.top;
      assert.ok(apart, `over its target at ${left} ${top}`);
    }
});

test("a target that fills the window leaves the card at the bottom and ends the light above it", () => {
  const { light, card: at } = place({ left: 0, top: 0, right: 1280, bottom: 800 }, card, view);
  assert.ok(light.bottom <= at.top);
  assert.ok(at.top + card.height <= view.height);
});

test("nothing is scrolled where target and card can be seen, else the target comes into sight", () => {
  assert.equal(scrollFor({ left: 100, top: 100, right: 200, bottom: 140 }, card, view), 0);
  const below = { left: 100, top: 1500, right: 200, bottom: 1600 };
  const by = scrollFor(below, card, view);
  assert.ok(below.top - by >= 0 && below.bottom - by <= view.height);
});
