// The clock of the page: moves the selected frame while playing, looping inside the window. Started by
// `explore/tree_view.js`.

import { get, select, subscribe } from "./store.js";

/** @import { Exploration } from "../core/types.js" */

/**
 * Frames per second shown: the clip's rate times the speed, 8 for still images.
 * @param {Exploration} e
 * @param {number} speed
 */
export const rate = (e, speed) => (e.fps || 8) * speed;

/** Keep the frame moving while the store says so and `element` is on the page. @param {HTMLElement} element */
export function startClock(element) {
  let running = false;
  let carried = 0;
  let before = 0;

  /** @param {number} now */
  function tick(now) {
    const { playing, exploration: e, selection, speed } = get();
    running = Boolean(playing && e && element.isConnected);
    if (!running || !e) return;
    carried += ((now - before) / 1000) * rate(e, speed);
    before = now;
    const steps = Math.floor(carried);
    carried -= steps;
    if (steps) select({ frame: (selection.frame + steps) % e.window.count });
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
