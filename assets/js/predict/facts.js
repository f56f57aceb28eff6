// What went into a memory and what it consists of, and what it says of door and cues. Called by `predict/view.js`.

import { h } from "../core/dom.js";
import { count } from "../core/format.js";
import { bytesOf, heatmap } from "../ui/heatmap.js";
import { tag } from "./beliefs.js";
import { grey, sheet } from "./paint.js";
import { cut, LIT } from "./round.js";
import { percent } from "./words.js";

/** @import { PredictStore } from "./store.js" */

const CELL = 24; // pixels of a view in the strip

/** "64 floats are 6 % of the pixels seen": the views that came in, and every memory's floats. @param {PredictStore} store */
export function floatsCard(store) {
  const title = h("h2");
  const words = h("p");
  const strip = h("canvas", { class: "imfn-predict-strip", "aria-hidden": "true" });
  const memories = h("div", { class: "imfn-predict-memories" });
  const head = h("div", { class: "imfn-head-words" }, title, words);
  const card = h(
    "section",
    { class: "imfn-card imfn-predict-floats" },
    h("div", { class: "imfn-card-head" }, head),
    strip,
    memories,
  );
  const draw = () => {
    const { answer } = store.state;
    if (!answer) return;
    const floats = store.setup.memories[0]?.floats ?? 0;
    const pixels = answer.step * LIT * LIT;
    title.textContent = `${floats} floats = ${percent(floats / pixels)} of the pixels seen`;
    words.textContent = `${answer.step} × ${LIT * LIT} = ${count(pixels)}, repeats counted`;
    drawStrip(
      strip,
      card.clientWidth - 30,
      answer.poses.map((pose) => cut(bytesOf(answer.truth), pose)),
    );
    memories.replaceChildren(
      ...answer.beliefs.map((belief) => {
        const columns = Math.ceil(Math.sqrt(floats));
        const picture = heatmap({ rows: Math.ceil(floats / columns), columns, data: belief.memory, low: 0, high: 255 });
        picture.setAttribute("aria-hidden", "true");
        return h("figure", {}, picture, h("figcaption", {}, tag(store, belief.name)));
      }),
    );
  };
  return { card, draw };
}

/** @param {HTMLCanvasElement} canvas @param {number} width @param {Uint8ClampedArray[]} views */
function drawStrip(canvas, width, views) {
  const cell = Math.max(8, Math.min(CELL, Math.floor(width / views.length) - 2));
  const context = sheet(canvas, width, CELL);
  views.forEach((view, index) => {
    context.save();
    context.translate(index * (cell + 2), (CELL - cell) / 2);
    grey(context, view, LIT, cell);
    context.restore();
  });
}

/** Door and cues: what every memory says, exact inference beside it. @param {PredictStore} store */
export function eventsCard(store) {
  const words = h("p", { text: "what can be known of them is bits, not pixels" });
  const body = h("tbody");
  const table = h(
    "table",
    { class: "imfn-levels imfn-predict-events", id: "predict-events" },
    h("thead", {}, h("tr", {}, ...["", "door opens", "cue A first"].map((text) => h("th", { scope: "col", text })))),
    body,
  );
  const note = h("p", { class: "imfn-predict-note" });
  const head = h("div", { class: "imfn-head-words" }, h("h2", { text: "Door and cues" }), words);
  const card = h(
    "section",
    { class: "imfn-card imfn-predict-door" },
    h("div", { class: "imfn-card-head" }, head),
    table,
    note,
  );
  const draw = () => {
    const { answer, truth } = store.state;
    if (!answer) return;
    const cell = (/** @type {number | null} */ value) =>
      h("td", { text: value === null ? "not asked yet" : percent(value) });
    const row = (/** @type {Node | string} */ name, /** @type {number} */ door, /** @type {number | null} */ cue) =>
      h("tr", {}, h("th", { scope: "row" }, name), cell(door), cell(cue));
    const exact = answer.cue === null ? null : Number(answer.cue === "A");
    body.replaceChildren(
      ...answer.beliefs.map((belief) => row(tag(store, belief.name), belief.door, belief.cue)),
      row("exact inference", answer.door_exact, exact),
    );
    note.textContent = noteOf(answer.key, answer.door, truth);
  };
  return { card, draw };
}

/** What is known of the door. @param {boolean} glinted @param {boolean} opens @param {boolean} truth whether it may be told */
function noteOf(glinted, opens, truth) {
  const key = glinted
    ? "The key has glinted, so it does."
    : "No glint so far: the key lies somewhere and glints in a quarter of the frames that light it.";
  const told = truth && !glinted ? ` In truth the key was ${opens ? "" : "not "}lit.` : "";
  return `The door opens only if the key was lit. ${key}${told}`;
}
