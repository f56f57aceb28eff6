import assert from "node:assert/strict";
import { test } from "node:test";
import { Store } from "../../assets/js/core/store.js";

test("a listener hears the start and every change while its element is on the page", () => {
  const store = new Store({ t: 0 });
  const element = { isConnected: true };
  const heard = /** @type {unknown[]} */ ([]);
  store.subscribe(element, (state, what) => heard.push(`${what} ${state.t}`));
  store.patch({ t: 1 }, "time");
  element.isConnected = false;
  store.patch({ t: 2 }, "time");
  element.isConnected = true;
  store.patch({ t: 3 }, "time");
  assert.deepEqual(heard, ["start 0", "time 1"]);
  assert.equal(store.get().t, 3);
});

test("a listener that joins or changes while others are told breaks nothing", () => {
  const store = new Store({ n: 0 });
  const element = { isConnected: true };
  const late = /** @type {unknown[]} */ ([]);
  let joined = false;
  store.subscribe(element, (_, what) => {
    if (what === "go" && !joined) {
      joined = true;
      store.subscribe(element, (_, heard) => late.push(heard));
    }
  });
  store.tell("go");
  store.tell("again");
  assert.deepEqual(late, ["start", "again"]);
});
