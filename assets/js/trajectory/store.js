// The journey that the Trajectory tab shows, and the one time that all its views follow. The time lives in the URL.
// `trajectory/map.js` puts journeys in; every other `trajectory_*.js` subscribes.
// Also reachable as `window.imfnPath` (by the page's tests and by anyone curious in the console).

import { bound } from "../core/keymap.js";

const query = new URLSearchParams(location.search);
const state = {
  trip: null,
  t: 0, // leaves that have arrived, 0 … count
  playing: false,
  speed: 1,
  method: ["umap", "pca"].includes(query.get("method")) ? query.get("method") : null, // null: UMAP as soon as it is there
  dimensions: query.get("dimensions") === "3" ? 3 : 2,
  sprites: true,
};
const PACE = 8; // leaves a second at speed 1
const listeners = new Set();
const wanted = parseInt(query.get("t"), 10);
let restored = false;
let clock = 0;
let urlTimer = 0;

export const get = () => state;

/** The picture that is shown: the chosen one where it has been fitted, else what there is. */
export function shown() {
  const { trip, method } = state;
  if (!trip) return null;
  return method in trip.pictures ? method : "umap" in trip.pictures && method === null ? "umap" : "pca";
}

/** Call `heard(state, what)` on every change while `element` is on the page; and once now. */
export function subscribe(element, heard) {
  const listener = (what) => {
    if (element.isConnected) heard(state, what);
    else listeners.delete(listener);
  };
  listeners.add(listener);
  heard(state, "start");
}

function tell(what) {
  for (const listener of [...listeners]) listener(what);
}

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
  const asked = !restored && wanted >= 0;
  restored = true;
  return asked ? wanted : Math.max(1, Math.round(trip.count * 0.66));
}

export function setTime(t) {
  if (!state.trip) return;
  const next = Math.max(0, Math.min(state.trip.count, Math.round(t)));
  if (next === state.t) return;
  state.t = next;
  tell("time");
  clearTimeout(urlTimer);
  urlTimer = setTimeout(writeUrl, 150);
}

function writeUrl() {
  const url = new URL(location.href);
  url.searchParams.set("t", state.t);
  history.replaceState(history.state, "", url);
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
