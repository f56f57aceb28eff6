// The row above the board: another room, the screen, undo, fork and the two branches, and the line that says what has
// happened. Called by `predict/view.js`.

import { h } from "../core/dom.js";
import { followWalk } from "../trajectory/walk_controls.js";
import { skill } from "./words.js";

/** @import { WalkAnswer } from "../core/payloads.js" */
/** @import { PredictStore } from "./store.js" */

/** @param {string} id @param {string} text @param {string} title @param {() => void} onclick @param {string} [kind] */
const button = (id, text, title, onclick, kind = "imfn-pill") =>
  h("button", { type: "button", id: `predict-${id}`, class: kind, text, title, onclick });

/** The controls, and what draws them. @param {PredictStore} store */
export function controls(store) {
  const floats = [...new Set(store.setup.memories.map((memory) => memory.floats))];
  const screen = h("input", { type: "checkbox", id: "predict-screen", role: "switch" });
  screen.addEventListener("change", () => store.change({ distractor: screen.checked }));
  const step = h("span", { class: "imfn-pill imfn-predict-step" });
  const undo = button("undo", "Undo", "Undo a step (u)", () => store.undo());
  const fork = button("fork", "Fork", "Keep the memory as it is and go on with a copy (f)", () => store.fork());
  const swap = button("swap", "", "Go to the other branch (b)", () => store.swap());
  const walk = button("walk", "Walk", "Walk at random, or stop (w)", () => store.stroll());
  const trail = button("trail", "See on Trajectory", "", () => {
    const { seed, moves, distractor } = store.state.round;
    followWalk({ seed, moves, screen: distractor });
  });
  const row = h(
    "div",
    { class: "imfn-controls" },
    button("new", "New room", "Another room (n)", () => store.fresh(), "imfn-primary"),
    h(
      "span",
      { class: "imfn-predict-floats-pill imfn-pill" },
      "memory ",
      h("b", { text: floats.join(", ") }),
      " floats",
    ),
    h(
      "label",
      {
        class: "imfn-predict-switch",
        title: "Another digit in every frame beside the room, which the memory need not keep",
      },
      screen,
      h("i"),
      "distractor screen",
    ),
    h("span", { class: "imfn-push" }),
    step,
    undo,
    fork,
    swap,
    walk,
    trail,
    button("again", "Start again", "The same room from its first frame", () => store.restart()),
  );
  const said = h("p", { class: "imfn-status", id: "predict-said", role: "status" });
  const bar = h("div", { class: "imfn-predict-controls" }, row, h("div", { class: "imfn-status-box" }, said));

  const draw = () => {
    const { round, aside, message } = store.state;
    screen.checked = round.distractor;
    step.replaceChildren("step ", h("b", { text: String(store.step) }), ` of ${store.setup.steps}`);
    undo.disabled = trail.disabled = !round.moves;
    trail.title = round.moves
      ? "Where this walk takes the memory: its path on the Trajectory tab"
      : "Walk a step first: a memory of one frame has no path";
    swap.hidden = round.other === null;
    swap.textContent = round.other === null ? "" : `Other branch, step ${round.other.length + 1}`;
    walk.setAttribute("aria-pressed", String(Boolean(store.walking)));
    walk.textContent = store.walking ? "Stop" : "Walk";
    said.textContent = message || usual(store, aside);
  };
  return { bar, draw };
}

/** What the line says while nothing has happened. @param {PredictStore} store @param {WalkAnswer | null} aside */
function usual(store, aside) {
  if (aside && aside.moves === store.state.round.other && store.state.answer) {
    const best = (/** @type {WalkAnswer} */ answer) => answer.beliefs.map((belief) => skill(belief.skill)).join(" / ");
    return `This branch, step ${store.state.answer.step}: skill ${best(store.state.answer)}. The other, step ${aside.step}: ${best(aside)}.`;
  }
  return "Walk the lantern with the arrow keys, the buttons, or a tap on the room: every memory below has seen only what you lit.";
}
