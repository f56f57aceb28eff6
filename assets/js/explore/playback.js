// The clock of the page: moves the selected frame while playing, looping inside the window. Started by `explore/tree_view.js`.

import { get, select, subscribe } from "./store.js";

/** Frames per second shown: the clip's own rate times the speed, with a readable default for still sequences. */
export const rate = (state) => (state.exploration.fps || 8) * state.speed;

export function startClock(element) {
  let running = false;
  let carried = 0;
  let before = 0;

  function tick(now) {
    const state = get();
    if (!state.playing || !element.isConnected) return void (running = false);
    carried += ((now - before) / 1000) * rate(state);
    before = now;
    const steps = Math.floor(carried);
    carried -= steps;
    if (steps) select({ frame: (state.selection.frame + steps) % state.exploration.window.count });
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
