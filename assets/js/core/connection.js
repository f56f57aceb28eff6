// Whether the server is there. A small file of ours is looked at every few seconds while the page is in sight, at once
// when a question fails. `core/rpc.js` asks again what failed when the server is back; `shell/presence.js` says it.

import { Store } from "./store.js";

const EVERY = 5000; // milliseconds between two looks
const SOON = 1000; // the same while it is away
const PATIENCE = 4000; // milliseconds a look may take
const BROKEN = 500; // from this status on a proxy answers in place of a server

/** @typedef {{ away: boolean, losses: number }} Connection whether it is away, and how often a question got no answer */

/** @type {Store<Connection, "away">} */
const store = new Store({ away: false, losses: 0 });
const { state } = store;
/** @type {Set<() => void>} */
const waiting = new Set();
/** @type {Promise<boolean> | null} */
let looking = null;
/** @type {ReturnType<typeof setTimeout> | undefined} */
let timer;
let watched = false;

/**
 * Call `heard` now, and whenever the server goes away or comes back, while `element` is on the page.
 * @param {{ readonly isConnected: boolean }} element
 * @param {(state: Connection) => void} heard
 */
export const subscribe = (element, heard) => store.subscribe(element, heard);

/** Whether it is away. */
export const away = () => state.away;

/** How often a question got no answer so far: what was begun at another count may not be known to the server any more. */
export const losses = () => state.losses;

/** A question got no answer: look at once. @returns {Promise<boolean>} whether the server is there all the same */
export function lost() {
  state.losses += 1;
  return look();
}

/** Resolves when the server is there; at once where it was at the last look. @param {AbortSignal} [signal] @returns {Promise<void>} */
export function back(signal) {
  if (!state.away) return Promise.resolve();
  return new Promise((resolve, reject) => {
    const here = () => end(resolve);
    const aborted = () => end(() => reject(signal?.reason));
    const end = (/** @type {() => void} */ settle) => {
      waiting.delete(here);
      signal?.removeEventListener("abort", aborted);
      settle();
    };
    if (signal?.aborted) return aborted();
    waiting.add(here);
    signal?.addEventListener("abort", aborted, { once: true });
  });
}

/** Look every few seconds from now on; started once, by the shell. */
export function watch() {
  watched = true;
  addEventListener("offline", look);
  addEventListener("online", look);
  document.addEventListener("visibilitychange", () => document.hidden || look());
  again();
}

/** Look now. @returns {Promise<boolean>} whether the server is there */
export function look() {
  looking ??= answers().then((here) => {
    looking = null;
    took(here);
    return here;
  });
  return looking;
}

/** @param {boolean} here */
function took(here) {
  const changed = state.away === here;
  state.away = !here;
  if (changed) store.tell("away");
  if (here) for (const resolve of [...waiting]) resolve();
  again();
}

/** The next look; one that nobody sees the result of is left out. */
function again() {
  clearTimeout(timer);
  if (!watched && !state.away) return;
  const due = () => (globalThis.document?.hidden && !state.away ? again() : look());
  timer = setTimeout(due, state.away ? SOON : EVERY);
}

async function answers() {
  try {
    const signal = AbortSignal.timeout(PATIENCE);
    const { status } = await fetch(import.meta.url, { method: "HEAD", cache: "no-store", signal });
    return status < BROKEN;
  } catch {
    return false;
  }
}
