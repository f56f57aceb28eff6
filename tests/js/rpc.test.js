// Questions to the server, with functions in the server's place.

import assert from "node:assert/strict";
import test from "node:test";
import { losses } from "../../assets/js/core/connection.js";
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

/** The server as a look finds it, in place of the network. @param {() => boolean} here */
const network = (here) => {
  globalThis.fetch = /** @type {any} */ (
    async () => {
      if (!here()) throw new TypeError("Failed to fetch");
      return { status: 200 };
    }
  );
};

test("a question that a server does not hear is asked again when it is back, and the count of losses says so", async () => {
  let here = false;
  let asked = 0;
  network(() => here);
  const server = rpc({ ask: async () => (asked++ && here ? fine("here again") : undefined) });
  const before = losses();
  const waiting = server.ask();
  await new Promise((done) => setTimeout(done, 20));
  assert.equal(asked, 1);
  here = true;
  assert.equal(await waiting, "here again");
  assert.equal(losses(), before + 1);
});

test("what is asked while the server is away is sent when it is back, once", async () => {
  let here = false;
  let asked = 0;
  network(() => here);
  const server = rpc({ ask: async () => (here ? fine(++asked) : undefined), start: async () => fine(++asked) });
  const first = server.ask();
  await new Promise((done) => setTimeout(done, 20));
  const start = server.start({}, { once: true });
  const given = new AbortController();
  const abandoned = server.start({}, { signal: given.signal });
  given.abort(new Error("taken back"));
  await assert.rejects(abandoned, { message: "taken back" });
  assert.equal(asked, 0);
  here = true;
  await Promise.all([first, start]);
  assert.equal(asked, 2);
});

test("what may be done only once is not asked again, and the visitor is told to look", async () => {
  network(() => true);
  const server = rpc({ start: async () => undefined });
  await assert.rejects(server.start({}, { once: true }), /look whether it was done/);
});

test("a server that is there and gives no answer is said in a sentence", async () => {
  network(() => true);
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
