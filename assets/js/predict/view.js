// The Predict tab: a walk through a dark room, and what three memories of it believe. Mounted by `PredictBoard` in
// `app/components/views.py` on #predict; `app/sessions/predict.py` answers.

import { h, onTheme, viewRoot } from "../core/dom.js";
import { rpc } from "../core/rpc.js";
import { behindBones } from "../ui/skeleton.js";
import { beliefsCard, labelOf, thereCard } from "./beliefs.js";
import { controls } from "./controls.js";
import { eventsCard, floatsCard } from "./facts.js";
import { findCard } from "./find.js";
import { attachBoardKeys, roomCard } from "./room.js";
import { skillCard } from "./skill.js";
import { PredictStore } from "./store.js";
import { described } from "./words.js";

/** @import { PredictionsServer } from "../core/payloads.js" */
/** @import { ViewParts } from "../core/types.js" */

const QUIET = 700; // milliseconds without another answer until it is read out

/** @param {ViewParts} parts */
export function mount({ element, props, server }) {
  const root = viewRoot(element);
  const setup = typeof props.setup === "string" ? JSON.parse(props.setup) : props.setup;
  /** @type {PredictionsServer} */
  const asked = rpc(server);
  const store = new PredictStore(asked, setup);
  const bar = controls(store);
  const [room, beliefs, there] = [roomCard(store), beliefsCard(store), thereCard(store)];
  const [skill, find, floats, events] = [skillCard(store), findCard(store), floatsCard(store), eventsCard(store)];
  const heard = h("div", { class: "imfn-said", "aria-live": "polite", id: "predict-heard" });
  const board = h(
    "div",
    { class: "imfn-predict" },
    bar.bar,
    h("div", { class: "imfn-predict-top" }, room.card, beliefs.card, there.card),
    h("div", { class: "imfn-predict-below" }, skill.card, find.card, floats.card, events.card),
    heard,
  );
  attachBoardKeys(board, store, find.begin);
  const wait = behindBones(root, board);
  wait(true);

  const cards = [room, beliefs, there, skill, find, floats, events];
  const draw = () => {
    for (const card of cards) card.draw();
    root.dataset.shows = shownOf(store);
  };
  const read = later(() => {
    const { answer } = store.state;
    if (answer) heard.textContent = described(answer, (name) => labelOf(store, name));
  });
  store.subscribe(root, (state, what) => {
    if (what === "answer") {
      wait(false);
      read();
    }
    if (state.answer && what === "round")
      room.draw(); // the beliefs are on their way
    else if (state.answer && what !== "message") draw();
    bar.draw();
    if (what === "message" && !state.answer) waitless(root, state.message);
  });
  onTheme(root, draw);
  new ResizeObserver(() => store.state.answer && draw()).observe(root);
  store.start();
  addEventListener("imfn-open-memory", (event) => store.open(/** @type {CustomEvent} */ (event).detail));
  window.imfnPredict = store;
}

/** What is drawn, for tests and screenshots: room, moves and pose. @param {PredictStore} store */
function shownOf({ state }) {
  const { answer, round } = state;
  return answer ? `${answer.seed} ${answer.moves} ${round.asked}` : "";
}

/** The first question failed: its sentence stands where the board would be. @param {HTMLElement} root @param {string} message */
function waitless(root, message) {
  root.querySelector(".imfn-bones")?.replaceWith(h("p", { class: "imfn-status error", role: "alert", text: message }));
}

/** A call that waits for a moment without another one. @param {() => void} call */
function later(call) {
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  let timer;
  return () => {
    clearTimeout(timer);
    timer = setTimeout(call, QUIET);
  };
}
