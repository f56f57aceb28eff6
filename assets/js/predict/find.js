// "Light the 7 you saw": the visitor chooses a pose in the dark, every memory chooses one from its floats, and both are
// set against poses at random. Called by `predict/view.js`.

import { h } from "../core/dom.js";
import { bound } from "../core/keymap.js";
import { bytesOf } from "../ui/heatmap.js";
import { inkOf, labelOf, tag } from "./beliefs.js";
import { grey, named, outline, sheet } from "./paint.js";
import { act } from "./room.js";
import { poseNear, ROOM } from "./round.js";
import { lights } from "./store.js";
import { percent, place, wilson } from "./words.js";

/** @import { PredictStore, State } from "./store.js" */

/** A row of the score. @typedef {{ label: HTMLElement | string, mine: [number, number] | null, alone: [number, number] | null, recorded: number | null, sure?: boolean }} Row */

/** The card, and what draws it. @param {PredictStore} store */
export function findCard(store) {
  const title = h("h2", { text: "Light the 7 you saw" });
  const words = h("p");
  const go = h("button", {
    type: "button",
    id: "predict-find",
    class: "imfn-button imfn-slim",
    text: "Play",
    onclick: () => begin(),
  });
  const canvas = h("canvas", { "aria-hidden": "true" });
  const stage = h(
    "div",
    {
      id: "predict-dark",
      class: "imfn-predict-stage",
      tabindex: 0,
      role: "application",
      "aria-label": "The dark room: arrows aim, Enter lights",
    },
    canvas,
  );
  const said = h("p", { class: "imfn-predict-note", id: "predict-find-said", role: "status" });
  const table = h("div", { class: "imfn-predict-score", id: "predict-score" });
  const play = h("button", {
    type: "button",
    id: "predict-play",
    class: "imfn-button imfn-slim",
    onclick: () => store.play(),
  });
  const caption = h("p", { class: "imfn-predict-note" });
  const card = h(
    "section",
    { class: "imfn-card imfn-predict-find" },
    h("div", { class: "imfn-card-head" }, h("div", { class: "imfn-head-words" }, title, words), go),
    h("div", { class: "imfn-predict-play" }, h("div", {}, stage, said), h("div", {}, table, play, caption)),
  );
  const begin = () => {
    store.begin();
    if (store.state.game) stage.focus();
  };
  listen(stage, store);

  const draw = () => {
    const { answer, game } = store.state;
    if (!answer) return;
    title.textContent = game ? `Light the ${game.digit} you saw` : "Light the 7 you saw";
    words.textContent = answer.seen.length
      ? `lit by half so far: ${answer.seen.join(", ")}`
      : "light half of a digit first";
    go.textContent = game ? "Another" : "Play";
    go.disabled = !answer.seen.length;
    said.textContent = saidOf(store);
    drawDark(store, card, canvas, stage.clientWidth);
    table.replaceChildren(...rowsOf(store).map(line));
    play.textContent = store.state.playing ? "Playing …" : `Let the memories play ${store.setup.rooms} rooms`;
    play.disabled = store.state.playing;
    caption.textContent = captionOf(store);
  };
  return { card, stage, begin, draw };
}

/** @param {HTMLElement} stage @param {PredictStore} store */
function listen(stage, store) {
  const keys = bound("find", {
    left: () => store.aimBy(0, -1),
    right: () => store.aimBy(0, 1),
    up: () => store.aimBy(-1, 0),
    down: () => store.aimBy(1, 0),
    choose: () => (store.state.game ? store.choose() : store.begin()),
  });
  stage.addEventListener("keydown", (event) => act(event, keys));
  stage.addEventListener("click", (event) => {
    const edge = stage.getBoundingClientRect();
    const at = (/** @type {number} */ value) => (value * ROOM) / edge.width;
    if (!store.state.game) return store.begin();
    store.aim(poseNear(at(event.clientX - edge.left), at(event.clientY - edge.top)));
    store.choose();
  });
}

/** The dark room with the aim; after the choice, the truth with everybody's. @param {PredictStore} store @param {Element} card @param {HTMLCanvasElement} canvas @param {number} size */
function drawDark(store, card, canvas, size) {
  const { answer, game } = store.state;
  if (!answer || !size) return;
  const context = sheet(canvas, size);
  const over = game?.over ?? false;
  grey(context, over ? bytesOf(answer.truth) : new Uint8Array(ROOM * ROOM), ROOM, size);
  if (!game) return;
  if (over)
    answer.beliefs.forEach(({ name, pose }, index) => {
      if (pose !== null) outline(context, pose, size, inkOf(card, store, name), { inset: 3 * (index + 1) });
    });
  outline(context, game.mine ?? game.cursor, size, named(card, "asked"), { label: "you" });
}

/** What there is to do, or how it went. @param {PredictStore} store */
function saidOf(store) {
  const { answer, game } = store.state;
  if (!answer || !game) return "A digit that was lit, now dark: choose the pose that lights it, as every memory does.";
  if (game.mine === null)
    return `Where was the ${game.digit}? Arrows aim (${place(game.cursor)}), Enter lights; or tap.`;
  if (!game.over) return "The memories choose …";
  const mine = lights(answer, game.mine, game.digit) ? "You lit it." : "You missed it.";
  const others = answer.beliefs.map(({ name, right }) => `${labelOf(store, name)} ${right ? "lit it" : "missed it"}`);
  return `${mine} ${others.join(", ")}.`;
}

/** Rows of the score: the visitor, the memories, random, the oracle. @param {PredictStore} store @returns {Row[]} */
function rowsOf(store) {
  const { answer, score, alone } = store.state;
  const { rates, random, memories } = store.setup;
  const names = answer?.beliefs.map(({ name }) => name) ?? [];
  const of = (/** @type {State["score"]} */ { played, right }, /** @type {string} */ name) =>
    played[name] ? /** @type {[number, number]} */ ([right[name] ?? 0, played[name]]) : null;
  return [
    { label: "you", mine: score.rounds ? [score.mine, score.rounds] : null, alone: null, recorded: null },
    ...names.map((name) => ({
      label: tag(store, name),
      mine: of(score, name),
      alone: of(alone, name),
      recorded: rates[memories.find((memory) => memory.name === name)?.variant ?? ""]?.rate ?? null,
    })),
    {
      label: "random",
      mine: score.rounds ? [score.random, score.rounds] : null,
      alone: alone.rounds ? [alone.random, alone.rounds] : null,
      recorded: random,
      sure: true,
    },
    {
      label: "oracle",
      mine: score.rounds ? [score.rounds, score.rounds] : null,
      alone: alone.rounds ? [alone.rounds, alone.rounds] : null,
      recorded: 1,
      sure: true,
    },
  ];
}

/** A row as elements: name, with you, a bar of what was played alone with its interval, recorded as a tick. @param {Row} row */
function line({ label, mine, alone, recorded, sure }) {
  const share = alone ? alone[0] / alone[1] : 0;
  const [low, high] = alone && !sure ? wilson(alone[0], alone[1]) : [0, 0];
  const bar = h("span", { class: "imfn-predict-bar" });
  if (alone) bar.append(h("i", { style: `width:${100 * share}%` }));
  if (alone && !sure) bar.append(h("em", { style: `left:${100 * low}%;width:${100 * (high - low)}%` }));
  if (recorded !== null)
    bar.append(h("u", { style: `left:${100 * recorded}%`, title: `recorded: ${percent(recorded)}` }));
  const shown = (/** @type {number} */ value) => (Number.isInteger(value) ? String(value) : value.toFixed(1));
  const name = label instanceof Node ? label : h("span", { class: "imfn-predict-plain", text: label });
  return h(
    "div",
    { class: "imfn-predict-row" },
    name,
    h("span", { class: "imfn-predict-with", text: mine ? `${shown(mine[0])} of ${mine[1]}` : "" }),
    bar,
    h("b", {
      text: alone ? percent(share) : recorded === null ? "" : percent(recorded),
      class: alone ? "" : "imfn-predict-only",
    }),
  );
}

/** What the score means. @param {PredictStore} store */
function captionOf(store) {
  const { alone } = store.state;
  const ticks = Object.keys(store.setup.rates).length ? " Ticks: recorded over the test rooms, see Evidence." : "";
  return alone.rounds
    ? `Bars: ${alone.rounds} rooms after 32 random steps, just now; lines are 95 % intervals.${ticks}`
    : `Grey figures are recorded ones.${ticks}`;
}
