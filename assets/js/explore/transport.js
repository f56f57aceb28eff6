// Play, scrub through the whole clip, step and speed, under the player; and the switch between windows, over the tree.
// Built by `explore/player.js` and `explore/tree_view.js`.

import { h, iconButton, setIcon } from "../core/dom.js";
import { askWindow, get, select, setPlaying, setSpeed, subscribe } from "./store.js";

/** @typedef {ReturnType<typeof get>} State */

const SPEEDS = [0.25, 0.5, 1, 2];

/** Step the frame by n; beyond the edge the neighbouring window is asked for. @param {number} n */
export function step(n) {
  const { exploration: e, selection } = get();
  if (!e) return;
  const frame = selection.frame + n;
  setPlaying(false);
  if (frame < 0) askWindow(e.window.index - 1, -1);
  else if (frame >= e.window.count) askWindow(e.window.index + 1, 0);
  else select({ frame });
}

/** Play, or pause. */
export const togglePlay = () => setPlaying(!get().playing);

/** The bar under the player. */
export function transport() {
  const play = iconButton("play", "Play (space)", togglePlay, {
    id: "explore-play",
    class: "imfn-icon-button imfn-play",
  });
  // the slider's arrows step, too: these two need no stop of the Tab key
  const back = iconButton("back", "Previous frame (,)", () => step(-1), {
    class: "imfn-icon-button imfn-wide-only",
    tabindex: -1,
  });
  const forward = iconButton("forward", "Next frame (.)", () => step(1), {
    class: "imfn-icon-button imfn-wide-only",
    tabindex: -1,
  });
  const range = h("input", {
    id: "explore-scrub",
    type: "range",
    min: 0,
    max: 1,
    value: 0,
    class: "imfn-range",
    "aria-label": "Frame",
  });
  range.addEventListener("input", () => goTo(Number(range.value)));
  const label = h("span", { class: "imfn-frame-label" });
  const speed = speedMenu();
  const fps = h("span", { class: "imfn-fps imfn-wide-only" });
  const bar = h(
    "div",
    { class: "imfn-transport", role: "group", "aria-label": "Playback" },
    play,
    back,
    forward,
    range,
    label,
    fps,
    speed,
  );
  subscribe(bar, (state) => refresh(state, { play, range, label, fps, speed }));
  return { bar };
}

/** Go to a frame of the clip, counted from 0; one of another window is asked for. @param {number} frame */
function goTo(frame) {
  const e = get().exploration;
  if (!e) return;
  const inside = frame - e.window.first;
  if (inside >= 0 && inside < e.window.count) select({ frame: inside });
  else askWindow(Math.floor(frame / e.leaves), frame % e.leaves);
}

function speedMenu() {
  const options = SPEEDS.map((value) => h("option", { value, text: `${value}×` }));
  const menu = h("select", { class: "imfn-speed", "aria-label": "Speed", title: "Speed" }, ...options);
  menu.addEventListener("change", () => setSpeed(Number(menu.value)));
  return menu;
}

/**
 * @typedef {object} Controls
 * @property {HTMLElement} play
 * @property {HTMLInputElement} range
 * @property {HTMLElement} label
 * @property {HTMLElement} fps
 * @property {HTMLSelectElement} speed
 */

/** @param {State} state @param {Controls} parts */
function refresh({ exploration: e, selection, playing, speed }, parts) {
  if (!e) return;
  const name = playing ? "pause" : "play";
  if (parts.play.dataset.icon !== name) setIcon(parts.play, name, playing ? "Pause (space)" : "Play (space)");
  parts.play.dataset.icon = name;
  const [at, last] = [e.window.first + selection.frame, e.frames - 1];
  parts.range.max = String(last);
  parts.range.value = String(at);
  parts.range.disabled = last < 1;
  parts.range.style.setProperty("--done", `${(100 * at) / Math.max(1, last)}%`);
  parts.range.setAttribute("aria-valuetext", `frame ${at + 1} of ${e.frames}`);
  parts.label.textContent = `frame ${at + 1} / ${e.frames}`;
  parts.fps.textContent = e.fps ? `${Number(e.fps.toFixed(2))} fps` : "";
  parts.speed.value = String(speed);
}

/** Which window of the clip the tree shows. */
export function windowSwitch() {
  /** @param {number} n */
  const go = (n) => () => askWindow((get().waiting ?? get().exploration?.window.index ?? 0) + n);
  const keyed = { tabindex: -1 }; // the tree has Page Up and Page Down for them, the slider reaches every window
  const back = iconButton("left", "Previous window", go(-1), keyed);
  const next = iconButton("right", "Next window", go(1), keyed);
  const label = h("span", { class: "imfn-window-label" });
  const group = h(
    "span",
    { class: "imfn-windows", role: "group", "aria-label": "Window of the clip" },
    back,
    label,
    next,
  );
  subscribe(group, ({ exploration: e, waiting }) => {
    group.hidden = !e || e.windows < 2;
    if (!e || group.hidden) return;
    const index = waiting ?? e.window.index;
    label.replaceChildren(
      h("span", { class: "imfn-roomy", text: "window " }),
      h("b", { text: `${index + 1} / ${e.windows}` }),
    );
    back.disabled = index === 0;
    next.disabled = index === e.windows - 1;
    group.classList.toggle("imfn-waiting", waiting !== null);
  });
  return group;
}
