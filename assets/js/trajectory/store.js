// The journey that the Trajectory tab shows, and the one time that all its views follow. The time lives in the URL.
// `trajectory/map.js` puts journeys in; every other `trajectory_*.js` subscribes.
// Also reachable as `window.imfnPath` (by the page's tests and by anyone curious in the console).

import { bound } from "../core/keymap.js";
import { Store } from "../core/store.js";
import { oneOf, opened, whole, writeSoon } from "../core/url.js";

const store = new Store({
  trip: null,
  t: 0, // leaves that have arrived, 0 … count
  playing: false,
  speed: 1,
  method: oneOf(opened("method"), ["umap", "pca"]), // null: UMAP as soon as it is there
  dimensions: opened("dimensions") === "3" ? 3 : 2,
  sprites: true,
});
const { state } = store;
const PACE = 8; // leaves a second at speed 1
const wanted = whole(opened("t"));
let restored = false;
let clock = 0;

export const get = store.get;

/** The picture that is shown: the chosen one where it has been fitted, else what there is. */
export function shown() {
  const { trip, method } = state;
  if (!trip) return null;
  return method in trip.pictures ? method : "umap" in trip.pictures && method === null ? "umap" : "pca";
}

/** Call `heard(state, what)` on every change while `element` is on the page; and once now. */
export const subscribe = (element, heard) => store.subscribe(element, heard);

const tell = (what) => store.tell(what);

/** Take a journey: a new one, or the same one with more in it (memories, UMAP), which leaves the time alone. */
export function travel(trip) {
  const fresh = !trip || !state.trip || state.trip.id !== trip.id;
  state.trip = trip;
  if (fresh) {
    stop();
    state.t = trip ? Math.min(trip.count, firstTime(trip)) : 0;
  }
  tell(fresh ? "trip" : "more");
}

function firstTime(trip) {
  const asked = restored ? null : wanted;
  restored = true;
  return asked ?? Math.max(1, Math.round(trip.count * 0.66));
}

export function setTime(t) {
  if (!state.trip) return;
  const next = Math.max(0, Math.min(state.trip.count, Math.round(t)));
  if (next === state.t) return;
  state.t = next;
  tell("time");
  writeSoon({ t: state.t });
}

/** Change how the journey is looked at: method, dimensions, sprites, speed. */
export function look(patch) {
  Object.assign(state, patch);
  tell("look");
}

export function setPlaying(playing) {
  if (!playing || !state.trip) return stop();
  if (state.t >= state.trip.count) setTime(0);
  state.playing = true;
  clearInterval(clock);
  let last = performance.now();
  clock = setInterval(() => {
    const now = performance.now();
    const due = Math.floor(((now - last) / 1000) * PACE * state.speed);
    if (!due) return;
    last = now;
    if (state.t + due >= state.trip.count) {
      setTime(state.trip.count);
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

/** Step by n leaves, playing or not. */
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

/** Space plays, arrows and comma / period step, Home and End jump, wherever the focus is inside `element`. */
export function attachKeys(element) {
  element.addEventListener("keydown", (event) => {
    const typed = event.target.closest("input, select, textarea");
    const pressed = event.key === " " && event.target.closest("button");
    const act = typed || pressed || event.ctrlKey || event.metaKey || event.altKey ? null : KEYS[event.key];
    if (!act || !state.trip) return;
    event.preventDefault();
    act();
  });
}

window.imfnPath = { get, shown, setTime, setPlaying, look, travel };
