// Questions to the server: each a promise with a timeout, any number at once. `app/server/rpc.py` answers them. What the
// server could not hear is asked again when it is back.
// Called by the views of Explore, Trajectory, Live, Train and Compare with `parts.server` of their `mount`.

import { away, back, lost } from "./connection.js";

const KEPT = "imfn-visitor"; // in localStorage
const KEY = /^[0-9a-f]{32}$/;
const TIMEOUT = 30_000; // milliseconds an answer may take
const PAUSE = 400; // milliseconds until a question without an answer is asked again of a server that is there
const SILENT = "The server gives no answer to this; reload the page and try again.";
const UNSURE = "The server went away before it answered; look whether it was done before you try again.";

/** `timeout`: milliseconds from being sent, Infinity for none; `signal`: what ends the wait; `once`: never ask twice. @typedef {{ timeout?: number, signal?: AbortSignal, once?: boolean }} Patience */
/** @typedef {{ visitor: string, request: object }} Question what travels */
/** @typedef {(question: Question) => Promise<any>} ServerFunction undefined where the server cannot be reached */

/** @type {string | null} */
let own = null;

/**
 * The key by which the server knows this browser: 32 hexadecimal digits, kept in localStorage, so that a reload finds
 * what was started before; where nothing may be kept it lasts as long as the page.
 */
export function visitorKey() {
  own ??= keptKey() ?? newKey();
  return own;
}

function keptKey() {
  try {
    const kept = localStorage.getItem(KEPT);
    return kept && KEY.test(kept) ? kept : null;
  } catch {
    return null;
  }
}

function newKey() {
  const bytes = [...crypto.getRandomValues(new Uint8Array(16))];
  const key = bytes.map((byte) => byte.toString(16).padStart(2, "0")).join("");
  try {
    localStorage.setItem(KEPT, key);
  } catch {
    // nothing may be kept here
  }
  return key;
}

/**
 * The server functions of a component, each as `(request, {timeout, signal, once}) => Promise<answer>`. A question that
 * the server could not hear waits until it is back and is asked again, unless it may be asked only `once`. The promise
 * rejects with an Error whose message is the sentence to show, or with the signal's reason.
 * @param {Record<string, ServerFunction>} server `parts.server`
 * @param {{ timeout?: number }} [usual]
 * @returns {any} cast it to the type that `core/payloads.js` has for these questions
 */
export function rpc(server, { timeout = TIMEOUT } = {}) {
  const names = Object.keys(server ?? {});
  return Object.fromEntries(
    names.map((name) => [
      name,
      (/** @type {object} */ request = {}, /** @type {Patience} */ patience = {}) =>
        ask(server[name], request, { timeout, ...patience }),
    ]),
  );
}

/** @param {ServerFunction} send @param {object} request @param {Patience} patience */
async function ask(send, request, { timeout, signal, once = false }) {
  for (let refused = 0; ; refused += 1) {
    if (away()) await back(signal);
    const found = await within(send({ visitor: visitorKey(), request }), { timeout, signal });
    if (found?.ok) return found.answer;
    if (found?.message) throw new Error(found.message);
    const here = await lost();
    if (once) throw new Error(UNSURE);
    if (here && refused) throw new Error(SILENT);
    if (here) await new Promise((done) => setTimeout(done, PAUSE));
    else refused = -1; // the count begins anew when the server is back
  }
}

/**
 * A promise that is waited for only so long; what it gives later is dropped.
 * @template T
 * @param {Promise<T>} promise
 * @param {Patience} patience
 * @returns {Promise<T>}
 */
export function within(promise, { timeout = TIMEOUT, signal }) {
  return new Promise((resolve, reject) => {
    const late = () => end(() => reject(new Error(tooLate(timeout))));
    const abort = () => end(() => reject(signal?.reason));
    const timer = Number.isFinite(timeout) ? setTimeout(late, timeout) : undefined;
    const end = (/** @type {() => void} */ settle) => {
      clearTimeout(timer);
      signal?.removeEventListener("abort", abort);
      settle();
    };
    if (signal?.aborted) return abort();
    signal?.addEventListener("abort", abort, { once: true });
    promise.then(
      (value) => end(() => resolve(value)),
      (error) => end(() => reject(error)),
    );
  });
}

/** @param {number} timeout */
const tooLate = (timeout) => `There was no answer for ${Math.round(timeout / 1000)} seconds; try again.`;
