// Questions to the server, with functions in the server's place.

import assert from "node:assert/strict";
import test from "node:test";
import { rpc, visitorKey, within } from "../../assets/js/core/rpc.js";

/** @param {any} answer */
const fine = (answer) => ({ ok: true, answer });
const never = () => new Promise(() => {});

test("a question carries the visitor's key and its request, and gives the answer", async () => {
  /** @type {any[]} */
  const sent = [];
  const server = rpc({
    double: async (question) => {
      sent.push(question);
      return fine({ value: 2 * /** @type {any} */ (question.request).value });
    },
  });
  assert.deepEqual(await server.double({ value: 21 }), { value: 42 });
  assert.deepEqual(sent, [{ visitor: visitorKey(), request: { value: 21 } }]);
});

test("the key is 32 hexadecimal digits and stays the same", () => {
  assert.match(visitorKey(), /^[0-9a-f]{32}$/);
  assert.equal(visitorKey(), visitorKey());
});

test("several questions may be under way at once, and end in any order", async () => {
  /** @type {Record<string, (value: any) => void>} */
  const end = {};
  const server = rpc({ wait: ({ request }) => new Promise((done) => (end[/** @type {any} */ (request).name] = done)) });
  /** @type {string[]} */
  const order = [];
  const both = ["first", "second"].map((name) => server.wait({ name }).then(() => order.push(name)));
  end.second(fine(null));
  await both[1];
  end.first(fine(null));
  await both[0];
  assert.deepEqual(order, ["second", "first"]);
});

test("a refusal rejects with the server's sentence", async () => {
  const server = rpc({ ask: async () => ({ ok: false, message: "There is no such run." }) });
  await assert.rejects(server.ask(), { message: "There is no such run." });
});

test("a server that cannot be reached is said in a sentence", async () => {
  const server = rpc({ ask: async () => undefined });
  await assert.rejects(server.ask(), /gives no answer/);
});

test("an answer that takes too long rejects, and the next question is not held up", async () => {
  const server = rpc({ slow: never, quick: async () => fine("here") }, { timeout: 20 });
  await assert.rejects(server.slow(), /no answer for 0 seconds; try again/);
  assert.equal(await server.quick(), "here");
});

test("an AbortSignal ends the wait, before or after the question was sent", async () => {
  const server = rpc({ slow: never });
  const controller = new AbortController();
  const waiting = server.slow({}, { signal: controller.signal });
  controller.abort(new Error("taken back"));
  await assert.rejects(waiting, { message: "taken back" });
  await assert.rejects(server.slow({}, { signal: controller.signal }), { message: "taken back" });
});

test("a view without server functions has no questions", () => {
  assert.deepEqual(Object.keys(rpc(/** @type {any} */ (undefined))), []);
});

test("what is waited for without end is not given up", async () => {
  assert.equal(await within(Promise.resolve(3), { timeout: Number.POSITIVE_INFINITY }), 3);
});
