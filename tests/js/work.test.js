// A work that is followed: to its end, through a server that forgot it, and no further than it is wanted.

import assert from "node:assert/strict";
import test from "node:test";
import { lost } from "../../assets/js/core/connection.js";
import { followWork } from "../../assets/js/core/work.js";

globalThis.fetch = /** @type {any} */ (async () => ({ status: 200 }));

/** A server that has these things to tell, one a question; an Error is a refusal. @param {...any} news */
function server(...news) {
  const told = /** @type {any[]} */ ([]);
  let begun = 0;
  const work = {
    begin: async () => `work ${++begun}`,
    progress: async (/** @type {string} */ id) => {
      const next = news.shift();
      if (next instanceof Error) {
        if (next.message === "lost") await lost();
        throw next;
      }
      return { seen: 1, id, ...next };
    },
    heard: (/** @type {any} */ one) => told.push(`${one.id} ${one.state}`),
    wanted: () => true,
  };
  return { work, told };
}

test("a work is followed to its end", async () => {
  const { work, told } = server({ state: "busy" }, { state: "done" });
  await followWork(work);
  assert.deepEqual(told, ["work 1 busy", "work 1 done"]);
});

test("a server that was started anew does not know it, and it is begun again", async () => {
  const { work, told } = server({ state: "busy" }, new Error("lost"), { state: "done" });
  await followWork(work);
  assert.deepEqual(told, ["work 1 busy", "work 2 done"]);
});

test("what the server gave up while the page slept is begun again, but not for ever", async () => {
  const { work, told } = server({ state: "cancelled" }, { state: "done" });
  await followWork(work);
  assert.deepEqual(told, ["work 2 done"]);
  const gone = server(...Array(9).fill({ state: "cancelled" }));
  await followWork(gone.work);
  assert.deepEqual(gone.told, ["work 4 cancelled"]);
});

test("a refusal of a server that was there all the time is told", async () => {
  const { work } = server({ state: "busy" }, new Error("this is no video"));
  await assert.rejects(followWork(work), { message: "this is no video" });
});

test("what is not wanted any more is not heard", async () => {
  const { work, told } = server({ state: "busy" }, { state: "done" });
  await followWork({ ...work, wanted: () => !told.length });
  assert.deepEqual(told, ["work 1 busy"]);
});
