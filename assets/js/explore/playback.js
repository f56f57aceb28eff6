// The clock of the page: moves the selected frame while playing, on into the next window, and
// from the last one to the first. Started by
// `explore/tree_view.js`.

import { askWindow, fetchAhead, get, select, subscribe } from "./store.js";

/** @import { Exploration } from "../core/types.js" */

/**
 * Frames per second shown: the clip's rate times the speed, 8 for still images.
 * @param {Exploration} e
 * @param {number} speed
 */
export const rate = (e, speed) => (e.fps || 8) * speed;

/** Go to a frame of the window, or to the start of the next one. @param {Exploration} e @param {number} frame */
function playOn(e, frame) {
  const next = (e.window.index + 1) % e.explored;
  if (frame < e.window.count) select({ frame });
  else if (e.explored < 2) select({ frame: frame % e.window.count });
  else askWindow(next, 0, { playing: true });
  if (e.explored > 1 && frame === Math.floor(e.window.count / 2)) fetchAhead(next);
}

/** Keep the frame moving while the store says so and `element` is on the page. @param {HTMLElement} element */
export function startClock(element) {
  let running = false;
  let carried = 0;
  let before = 0;

  /** @param {number} now */
  function tick(now) {
    const { playing, exploration: e, selection, speed, waiting } = get();
    running = Boolean(playing && e && element.isConnected);
    if (!running || !e) return;
    carried += ((now - before) / 1000) * rate(e, speed);
    before = now;
    const steps = Math.floor(carried);
    carried -= steps;
    if (steps && waiting === null) playOn(e, selection.frame + steps);
    requestAnimationFrame(tick);
  }

  subscribe(element, (state) => {
    if (!state.playing || running) return;
    running = true;
    carried = 0;
    before = performance.now();
    requestAnimationFrame(tick);
  });
}
