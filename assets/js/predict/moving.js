// Moving digits below the board of Predict: ten frames are shown to a memory, and what it foretells of the ten that
// follow stands beside what came and beside what needs no memory. Mounted by `MovingDigits` in `app/components/views.py`.

import { h, onTheme, viewRoot } from "../core/dom.js";
import { rpc } from "../core/rpc.js";
import { behindBones } from "../ui/skeleton.js";
import { errorChart } from "./moving_errors.js";
import { film, scenes } from "./moving_film.js";
import { MovingStore } from "./moving_store.js";

/** @import { ForetellAnswer, ForetellingsServer } from "../core/payloads.js" */
/** @import { ViewParts } from "../core/types.js" */

/** @param {ViewParts} parts */
export function mount({ element, props, server }) {
  const root = viewRoot(element);
  /** @type {ForetellingsServer} */
  const asked = rpc(server);
  const store = new MovingStore(asked, typeof props.setup === "string" ? JSON.parse(props.setup) : props.setup);
  const words = h("p");
  const fresh = h("button", {
    type: "button",
    id: "moving-new",
    class: "imfn-button imfn-slim",
    text: "New digits",
    onclick: () => store.fresh(),
  });
  const said = h("p", { class: "imfn-predict-note", id: "moving-said", role: "status" });
  const [stage, strips, errors] = [scenes(store), film(store), errorChart(store)];
  const head = h("div", { class: "imfn-head-words" }, h("h2", { text: "Moving digits: what comes next?" }), words);
  const board = h(
    "div",
    { class: "imfn-moving" },
    h("div", { class: "imfn-card-head" }, head, fresh),
    h("div", { class: "imfn-moving-parts" }, stage.element, strips.element, errors.element),
    said,
  );
  const wait = behindBones(root, board);
  wait(true);

  const draw = () => {
    const { answer } = store.state;
    if (!answer) return;
    words.textContent = titleOf(answer, store.setup.seen);
    for (const part of [stage, strips, errors]) part.draw();
    root.dataset.shows = `${answer.seed} ${store.state.frame}`;
  };
  store.subscribe(root, ({ answer, asking, playing, message }, what) => {
    if (what === "answer") wait(false);
    if (message && !answer) {
      root
        .querySelector(".imfn-bones")
        ?.replaceWith(h("p", { class: "imfn-status error", role: "alert", text: message }));
      return;
    }
    fresh.disabled = asking;
    draw();
    if (!playing && answer) said.textContent = message || takenAway(answer, store.state.frame, store.setup.seen);
  });
  onTheme(root, draw);
  new ResizeObserver(draw).observe(root);
  document.addEventListener("visibilitychange", () => document.hidden && store.play(false));
  store.ask();
  window.imfnMoving = store;
}

/** What is kept, in numbers. @param {ForetellAnswer} answer @param {number} seen */
function titleOf({ rows, side }, seen) {
  const floats = [...new Set(rows.flatMap((row) => (row.floats === null ? [] : [row.floats])))];
  const pixels = (seen * side * side).toLocaleString("en-US");
  return `${seen} frames are shown, ${pixels} pixels; ${floats.join(", ")} floats are kept and asked for the frames after`;
}

/** How far the memory is ahead of the best that needs none, over the sequence and at the frame that is looked at. @param {ForetellAnswer} answer @param {number} frame @param {number} seen */
export function takenAway(answer, frame, seen) {
  const [memory, ...others] = answer.rows;
  if (!memory || !others.length) return "";
  const mean = (/** @type {number[]} */ values) => values.reduce((sum, value) => sum + value, 0) / values.length;
  const best = others.reduce((a, b) => (mean(a.errors) <= mean(b.errors) ? a : b));
  const whole = `Squared error a frame: ${mean(memory.errors).toFixed(1)} by the memory, ${mean(best.errors).toFixed(1)} by the ${best.name}, the best without one.`;
  if (frame < seen) return `${whole} Frame ${frame + 1} was shown to the memory.`;
  const ahead = frame - seen;
  return `${whole} Frame ${frame + 1}, ${ahead + 1} ahead: ${memory.errors[ahead].toFixed(1)} and ${best.errors[ahead].toFixed(1)}.`;
}
