// What a training will take: a sentence beside Start, and the figures beside the form. Called by `train/form.js`.

import { h } from "../core/dom.js";
import { bytes, duration, million } from "./words.js";

/** What a run would take. @typedef {{ parameters: number, steps: number, memory: number, disk: number, seconds: number | null, basis?: string }} Estimate */

/** How long a training takes, as a card says it. @param {Estimate | null} estimate */
export function timeWords(estimate) {
  if (!estimate) return "";
  if (estimate.seconds === null) return estimate.steps ? "how long is not known" : "seconds to minutes, by its length";
  return `about ${duration(estimate.seconds)} here`;
}

/** The card "What it will take", and the sentence. */
export function costs() {
  const facts = h("dl", { class: "imfn-facts" });
  const basis = h("p", { class: "imfn-results-note" });
  const sentence = h("p", { class: "imfn-start-cost", id: "train-takes" });
  const head = h(
    "div",
    { class: "imfn-card-head" },
    h("div", { class: "imfn-head-words" }, h("h2", { text: "What it will take" })),
  );
  const card = h(
    "section",
    { class: "imfn-panel", id: "train-cost", "aria-label": "What it will take", "aria-live": "polite" },
    head,
    facts,
    basis,
  );
  /** @param {string} name @param {string} value */
  const pair = (name, value) => [h("dt", { text: name }), h("dd", { text: value })];
  /** @param {string} value */
  const say = (value) => {
    if (!facts.children.length) facts.append(...pair("parameters", value));
  };
  /** @param {Estimate | null} estimate */
  const filled = (estimate) => {
    sentence.textContent = estimate ? `${timeWords(estimate)}, ${million(estimate.parameters)} parameters` : "";
    if (!estimate) return facts.replaceChildren(...pair("parameters", "–"));
    const { parameters, steps, memory, disk, seconds, basis: words } = estimate;
    facts.replaceChildren(
      ...pair("parameters", million(parameters)),
      ...pair("steps", steps ? steps.toLocaleString("en") : "none, fitted"),
      ...pair("time on this machine", seconds === null ? "unknown" : `about ${duration(seconds)}`),
      ...pair("memory while training", bytes(memory)),
      ...pair("on disk", bytes(disk)),
    );
    basis.textContent = words || "";
  };
  return { card, sentence, say, fill: filled };
}
