// The trajectory that the Trajectory tab shows, and the one time that all its views follow. The time lives in the URL.
// `trajectory/server.js` puts trajectories in; every other `trajectory_*.js` subscribes.
// Also reachable as `window.imfnPath` (by the page's tests and by anyone curious in the console).

import { targetOf } from "../core/dom.js";
import { bound } from "../core/keymap.js";
import { Store } from "../core/store.js";
import { oneOf, opened, whole, writeSoon } from "../core/url.js";
import { INKS } from "./inks.js";

/** @import { Trajectory } from "../core/types.js" */
/** @import { Ink } from "./inks.js" */

/** @typedef {"umap" | "pca"} Method */
/**
 * @typedef {object} State
 * @property {Trajectory | null} trip
 * @property {number} t leaves that have arrived, 0 … count
 * @property {boolean} playing
 * @property {number} speed
 * @property {Method | null} method null: UMAP as soon as it is there
 * @property {2 | 3} dimensions
 * @property {boolean} sprites
 * @property {Ink} ink what the colours of points stand for, where there is a choice
 */
/** What changed. @typedef {"start" | "trip" | "more" | "time" | "look" | "playing"} Change */

/** @type {Method[]} */
const METHODS = ["umap", "pca"];

/** @type {Store<State, Change>} */
const store = new Store({
  trip: /** @type {State["trip"]} */ (null),
  t: 0,
  playing: false,
  speed: 1,
  method: oneOf(opened("method"), METHODS),
  dimensions: /** @type {State["dimensions"]} */ (opened("dimensions") === "3" ? 3 : 2),
  sprites: true,
  ink: oneOf(opened("colour"), INKS) ?? "time",
});
const { state } = store;
const PACE = 8; // leaves a second at speed 1
const wanted = whole(opened("t"));
let restored = false;
let clock = 0;

export const get = store.get;

/** The picture that is shown: the chosen one where it has been fitted, else what there is. @returns {Method} */
export function shown() {
  const { trip, method } = state;
  return trip?.pictures.umap && method !== "pca" ? "umap" : "pca";
}

/**
 * Call `heard(state, what)` on every change while `element` is on the page; and once now.
 * @param {Element} element
 * @param {(state: State, what: Change) => void} heard
 */
export const subscribe = (element, heard) => store.subscribe(element, heard);

/** @param {Change} what */
const tell = (what) => store.tell(what);

/** Take a trajectory: a new one, or the same one with more in it (memories, UMAP), which leaves the time alone. @param {Trajectory | null} trip */
export function travel(trip) {
  const fresh = !trip || !state.trip || state.trip.id !== trip.id;
  state.trip = trip;
  if (fresh) {
    stop();
    state.t = trip ? Math.min(trip.count, firstTime(trip)) : 0;
  }
  tell(fresh ? "trip" : "more");
}

/** @param {Trajectory} trip */
function firstTime(trip) {
  const asked = restored ? null : wanted;
  restored = true;
  return asked ?? Math.max(1, Math.round(trip.count * 0.66));
}

/** Show the time after t leaves. @param {number} t */
export function setTime(t) {
  if (!state.trip) return;
  const next = Math.max(0, Math.min(state.trip.count, Math.round(t)));
  if (next === state.t) return;
  state.t = next;
  tell("time");
  writeSoon({ t: state.t });
}

/**
 * Change how the trajectory is looked at.
 * @param {Partial<Pick<State, "method" | "dimensions" | "sprites" | "speed" | "ink">>} patch
 */
export function look(patch) {
  Object.assign(state, patch);
  tell("look");
}

/** @param {boolean} playing */
export function setPlaying(playing) {
  const { trip } = state;
  if (!playing || !trip) return stop();
  if (state.t >= trip.count) setTime(0);
  state.playing = true;
  clearInterval(clock);
  let last = performance.now();
  clock = window.setInterval(() => {
    const now = performance.now();
    const due = Math.floor(((now - last) / 1000) * PACE * state.speed);
    if (!due) return;
    last = now;
    if (state.t + due >= trip.count) {
      setTime(trip.count);
      stop();
    } else setTime(state.t + due);
  }, 40);
  tell("playing");
}

function stop() {
  clearInterval(clock);
  const was = state.playing;
  state.playing = false;
  if (was) tell("playing");
}

/** Step by n leaves, playing or not. @param {number} n */
export function step(n) {
  setPlaying(false);
  setTime(state.t + n);
}

const KEYS = bound("path", {
  play: () => setPlaying(!state.playing),
  back: () => step(-1),
  on: () => step(1),
  first: () => step(-state.t),
  last: () => state.trip && step(state.trip.count),
});

/** Space plays, arrows and comma / period step, Home and End jump, wherever the focus is inside `element`. @param {HTMLElement} element */
export function attachKeys(element) {
  element.addEventListener("keydown", (event) => {
    const typed = targetOf(event)?.closest("input, select, textarea");
    const pressed = event.key === " " && targetOf(event)?.closest("button");
    const act = typed || pressed || event.ctrlKey || event.metaKey || event.altKey ? null : KEYS[event.key];
    if (!act || !state.trip) return;
    event.preventDefault();
    act(event);
  });
}

window.imfnPath = { get, shown, setTime, setPlaying, look, travel };
