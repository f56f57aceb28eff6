// What every memory believes of the whole room, and what it says would be lit from another pose. A tap or the arrows
// choose that pose. Called by `predict/view.js`.

import { h } from "../core/dom.js";
import { bound } from "../core/keymap.js";
import { bytesOf } from "../ui/heatmap.js";
import { colourOf, grey, hatch, named, outline, sheet, variableOf } from "./paint.js";
import { act } from "./room.js";
import { cut, LIT, litWhen, meanError, poseNear, ROOM } from "./round.js";
import { place, reads, skill, viewed } from "./words.js";

/** @import { Belief } from "../core/payloads.js" */
/** @import { PredictStore } from "./store.js" */

const VIEW = 104; // pixels of a predicted view

/** The facts of a memory; undefined for a training's own. @param {PredictStore} store @param {string} name */
export const factsOf = (store, name) => store.setup.memories.find((memory) => memory.name === name);

/** What a memory is called. @param {PredictStore} store @param {string} name */
export const labelOf = (store, name) => factsOf(store, name)?.label ?? name;

/** A memory's name behind its colour. @param {PredictStore} store @param {string} name @param {string} [more] classes */
export function tag(store, name, more = "") {
  const style = `--own: var(${variableOf(factsOf(store, name))})`;
  return h("span", { class: `imfn-predict-tag ${more}`, style }, h("i"), labelOf(store, name));
}

/** One memory's picture and figures. @param {PredictStore} store @param {string} name */
function pane(store, name) {
  const canvas = h("canvas", { "aria-hidden": "true" });
  const [figure, old, read] = [h("b"), h("b"), h("span")];
  const element = h(
    "figure",
    { class: "imfn-predict-belief", "data-name": name },
    h("figcaption", {}, tag(store, name)),
    canvas,
    h("dl", {}, h("dt", { text: "skill" }), h("dd", {}, figure), h("dt", { text: "lag > 10" }), h("dd", {}, old)),
    h("p", { title: "The digit whose mean picture each quarter looks most like; ? where it is like none" }, read),
  );
  return { element, canvas, figure, old, read };
}

/** @typedef {ReturnType<typeof pane>} Pane */

/** The card, and what draws it. @param {PredictStore} store */
export function beliefsCard(store) {
  const grid = h("div", {
    id: "predict-beliefs",
    class: "imfn-predict-grid",
    tabindex: 0,
    role: "application",
    "aria-label": "Beliefs: arrows choose the pose that is asked about",
  });
  const title = h("h2", { text: "What each memory believes" });
  const third = h(
    "select",
    { id: "predict-third", "aria-label": "The third memory" },
    ...store.thirds.map(({ name, label }) => h("option", { value: name, text: label })),
  );
  third.addEventListener("change", () =>
    store.change({ third: third.value === store.thirds[0].name ? "" : third.value }),
  );
  const choice = h("label", { class: "imfn-predict-third", hidden: store.thirds.length < 2 }, "beside ", third);
  const floats = h("p");
  const legend = h(
    "p",
    { class: "imfn-predict-legend" },
    h("span", { class: "imfn-key-lantern" }, h("i"), "lantern now"),
    h("span", { class: "imfn-key-asked" }, h("i"), "pose asked"),
    h("span", { class: "imfn-key-unlit" }, h("i"), "never lit"),
    h("span", { class: "imfn-predict-formula", text: "skill = 1 − MSE / MSE of the mean room, on what was lit" }),
  );
  const card = h(
    "section",
    { class: "imfn-card imfn-predict-beliefs" },
    h("div", { class: "imfn-card-head" }, h("div", { class: "imfn-head-words" }, title, floats), choice),
    grid,
    legend,
  );
  /** @type {Map<string, Pane>} */
  const panes = new Map();
  grid.addEventListener("click", (event) => {
    const canvas = event.target instanceof HTMLCanvasElement ? event.target : null;
    if (!canvas) return;
    const edge = canvas.getBoundingClientRect();
    const at = (/** @type {number} */ value) => (value * ROOM) / edge.width;
    store.look(poseNear(at(event.clientX - edge.left), at(event.clientY - edge.top)));
  });
  const keys = bound("beliefs", {
    left: () => store.lookOn("l"),
    right: () => store.lookOn("r"),
    up: () => store.lookOn("u"),
    down: () => store.lookOn("d"),
  });
  grid.addEventListener("keydown", (event) => act(event, keys));

  /** Panes for the memories of an answer; one that stays keeps its element. @param {string[]} names */
  const panesFor = (names) => {
    if (names.join() === [...panes.keys()].join()) return;
    panes.clear();
    for (const name of names) panes.set(name, pane(store, name));
    grid.replaceChildren(...[...panes.values()].map(({ element }) => element));
    grid.style.setProperty("--panes", String(names.length));
  };
  panesFor(store.shown.map(({ name }) => name));

  const draw = () => {
    const { answer, round } = store.state;
    third.value = store.shown.at(-1)?.name ?? "";
    if (!answer) return;
    panesFor(answer.beliefs.map(({ name }) => name));
    const lags = bytesOf(answer.lags);
    const kept = new Set(store.setup.memories.map((memory) => memory.floats));
    floats.textContent = `decoded from ${[...kept].join(", ")} floats alone, after ${answer.step} of ${answer.steps} frames`;
    for (const belief of answer.beliefs) drawPane(belief, lags, round.asked);
  };

  /** @param {Belief} belief @param {Uint8Array} lags @param {number} asked */
  const drawPane = (belief, lags, asked) => {
    const own = panes.get(belief.name);
    const size = own ? Math.floor(own.element.clientWidth) : 0;
    if (!own || !size) return;
    const context = sheet(own.canvas, size);
    grey(context, bytesOf(belief.room), ROOM, size);
    hatch(context, lags, size);
    outline(context, asked, size, named(card, "asked"), { dashed: true, inset: 1 });
    outline(context, store.pose ?? 0, size, named(card, "lantern"));
    own.figure.textContent = skill(belief.skill);
    own.old.textContent = skill(belief.old);
    own.read.textContent = `looks like ${reads(belief)}`;
  };
  return { card, grid, draw };
}

/** "If I moved there": the view of every memory beside the true one. @param {PredictStore} store */
export function thereCard(store) {
  const where = h("p");
  const views = h("div", { class: "imfn-predict-views", id: "predict-views" });
  const said = h("p", { class: "imfn-predict-note" });
  const heard = h("div", { class: "imfn-said", "aria-live": "polite" });
  const head = h("div", { class: "imfn-head-words" }, h("h2", { text: "If I moved there" }), where);
  const card = h(
    "section",
    { class: "imfn-card imfn-predict-there" },
    h("div", { class: "imfn-card-head" }, head),
    views,
    said,
    heard,
  );
  /** @type {Map<string, { canvas: HTMLCanvasElement, figure: HTMLElement }>} */
  const parts = new Map();

  /** @param {string[]} names "" is the truth */
  const partsFor = (names) => {
    if (names.join() === [...parts.keys()].join()) return;
    parts.clear();
    const made = names.map((name) => {
      const canvas = h("canvas", { "aria-hidden": "true" });
      const figure = h("b");
      parts.set(name, { canvas, figure });
      const label = name
        ? tag(store, name)
        : h("span", { class: "imfn-predict-tag imfn-predict-true" }, h("i"), "true");
      return h("figure", {}, canvas, h("figcaption", {}, label, figure));
    });
    views.replaceChildren(...made);
  };
  partsFor(["", ...store.shown.map(({ name }) => name)]);

  let told = -1; // the pose that was last said: only another one is worth hearing

  const draw = () => {
    const { answer, round } = store.state;
    if (!answer) return;
    partsFor(["", ...answer.beliefs.map(({ name }) => name)]);
    const [lags, truth] = [bytesOf(answer.lags), cut(bytesOf(answer.truth), round.asked)];
    where.textContent = place(round.asked);
    const errors = answer.beliefs.map((belief) => {
      const view = cut(bytesOf(belief.room), round.asked);
      const error = meanError(view, truth);
      drawView(belief.name, view, error.toFixed(3));
      return { label: labelOf(store, belief.name), error };
    });
    drawView("", truth, "");
    said.textContent = `Tap a belief, or use the arrows on it. This pose was ${litWhen(lags, round.asked)}; figures are mean squared errors.`;
    if (told >= 0 && told !== round.asked) heard.textContent = viewed(round.asked, lags, errors);
    told = round.asked;
  };

  /** @param {string} name @param {Uint8ClampedArray} view @param {string} figure */
  const drawView = (name, view, figure) => {
    const part = parts.get(name);
    if (!part) return;
    grey(sheet(part.canvas, VIEW), view, LIT, VIEW);
    part.figure.textContent = figure;
  };
  return { card, draw };
}

/** The colour of a belief's memory, for charts. @param {Element} element @param {PredictStore} store @param {string} name */
export const inkOf = (element, store, name) => colourOf(element, factsOf(store, name));
