// What to compare: models, size, steps and seeds, what it will take, and Start. Called by `compare/comparison_view.js`.

import { h } from "../core/dom.js";
import { messageOf } from "../core/format.js";
import { bytes, duration } from "../train/words.js";

/** @import { ComparisonCost, LiveComparisonsServer } from "../core/payloads.js" */

/** Who is asked, and what shows the comparison that has begun. @typedef {{ server: LiveComparisonsServer, look_at: (number: number) => void }} Board */
/** What can be compared: models, and floats of a memory by number of leaves. @typedef {{ models: { key: string, label: string }[], sizes: Record<string, number> }} Setup */

const ALWAYS = ["linear", "mean"];
const START_WORDS = "Start";
const FORECAST = 120_000; // milliseconds: the operations of a new size are counted

/** @param {Board} store @param {Setup} setup */
export function formCard(store, setup) {
  const chosen = new Set(["imfn", "transformer", "frame"]);
  let changed = () => {};
  const pills = setup.models.map(({ key, label }) => {
    const fixed = ALWAYS.includes(key);
    const pill = h("button", {
      type: "button",
      class: "imfn-pill imfn-small",
      "data-model": key,
      "aria-pressed": String(fixed || chosen.has(key)),
      disabled: fixed,
      title: fixed ? "Always on the table" : "Take part",
      text: label,
    });
    pill.addEventListener("click", () => {
      chosen[chosen.has(key) ? "delete" : "add"](key);
      pill.setAttribute("aria-pressed", String(chosen.has(key)));
      changed();
    });
    return pill;
  });
  const leaves = h(
    "select",
    { id: "compare-leaves", "aria-label": "T" },
    ...Object.entries(setup.sizes).map(([t, d]) => h("option", { value: t, text: `T = ${t}, d = ${d}` })),
  );
  leaves.value = "32";
  const steps = h("input", {
    type: "text",
    id: "compare-steps",
    inputmode: "numeric",
    value: "200",
    "aria-label": "Steps",
  });
  const seeds = h(
    "select",
    { id: "compare-seeds", "aria-label": "Seeds" },
    ...[1, 2, 3, 5].map((n) => h("option", { value: n, text: String(n) })),
  );
  const trouble = h("p", { class: "imfn-problem", role: "alert" });
  const cost = h("p", { class: "imfn-comparison-cost", id: "compare-cost", role: "status" });
  const begin = h("button", { type: "button", class: "imfn-primary", id: "compare-start", text: START_WORDS });
  const request = () => ({
    models: [...chosen],
    leaves: Number(leaves.value),
    steps: Number(steps.value),
    seeds: Number(seeds.value),
  });
  let asked = 0;
  /** Say at once what is wrong; what is mended is not said any longer. */
  const check = async () => {
    const mark = ++asked;
    const plain = plainProblem(steps.value, chosen.size);
    trouble.textContent = plain;
    begin.disabled = plain !== "";
    if (plain) return;
    const { problem } = await store.server.check_comparison(request());
    if (mark !== asked) return;
    trouble.textContent = problem;
    begin.disabled = problem !== "";
    cost.textContent = problem ? "" : "Estimating …";
    if (problem) return;
    const answer = await store.server.estimate_comparison(request(), { timeout: FORECAST });
    if (mark === asked) cost.textContent = costLine(answer.cost);
  };
  /** What cannot be asked now is asked again by Start; an estimate is never in its way. */
  changed = () => {
    cost.textContent = "";
    void check().catch(() => {
      cost.textContent = "";
    });
  };
  steps.addEventListener("input", changed);
  for (const menu of [leaves, seeds]) menu.addEventListener("change", changed);
  begin.addEventListener("click", async () => {
    asked += 1;
    begin.disabled = true;
    begin.textContent = "Starting …";
    trouble.textContent = "";
    try {
      const { number } = await store.server.start_comparison(request(), { once: true });
      store.look_at(number);
    } catch (problem) {
      trouble.textContent = messageOf(problem);
    }
    begin.textContent = START_WORDS;
    begin.disabled = false;
  });
  const head = h(
    "div",
    { class: "imfn-card-head" },
    h(
      "div",
      { class: "imfn-head-words" },
      h("h2", { text: "Compare for yourself" }),
      h("p", { text: "the same digits, steps, batches and floats for everything; 8 floats an image" }),
    ),
  );
  /** @param {string} label @param {HTMLElement} input */
  const field = (label, input) => h("label", { class: "imfn-select-pill" }, h("span", { text: label }), input);
  const row = h(
    "div",
    { class: "imfn-comparison-form" },
    ...pills,
    h("span", { class: "imfn-space" }),
    field("size", leaves),
    field("steps", steps),
    field("seeds", seeds),
    begin,
  );
  // The first estimate counts a model's operations, which takes seconds: not before the view is looked at.
  const seen = new ResizeObserver(() => {
    if (!row.clientWidth) return;
    seen.disconnect();
    changed();
  });
  seen.observe(row);
  return h("section", { class: "imfn-panel", "aria-label": "Compare for yourself" }, head, row, cost, trouble);
}

/** What a comparison takes, in a line. @param {ComparisonCost | null} cost */
export function costLine(cost) {
  if (!cost) return "";
  const { runs, seconds, memory, slowest } = cost;
  const time = seconds === null ? "of unknown length" : `about ${duration(seconds)} in all if nothing else runs`;
  return `${runs} runs, one after the other, the cheapest first: ${time}${slowest ? `, ${slowest} the longest` : ""}; ${bytes(memory)} of memory.`;
}

/** What is plainly wrong with a comparison, "" for nothing. @param {string} steps as typed @param {number} models */
export function plainProblem(steps, models) {
  if (!models) return "No model is chosen; press at least one.";
  if (!/^\s*\d+\s*$/.test(steps))
    return `steps is ${steps.trim() ? `“${steps.trim()}”` : "empty"}; it must be a whole number.`;
  return "";
}

/** What will stand here, while there is no comparison yet. */
export function emptyCard() {
  const steps = [
    [
      "Every model sees the same digits",
      "in the same batches, for the same number of steps, into the same number of floats.",
    ],
    [
      "The cheapest run first",
      "so that the mean image and the closed form stand there in seconds, for the others to beat.",
    ],
    [
      "The verdict grows on top",
      "with a bar a model as it finishes, its interval, and whether a lead could be chance.",
    ],
  ];
  const rows = steps.map(([what, why]) => h("li", {}, h("b", { text: what }), ` ${why}`));
  return h(
    "section",
    { class: "imfn-panel imfn-comparison-empty", "aria-label": "What a comparison shows" },
    h("h2", { text: "What you will see" }),
    h("ol", {}, ...rows),
  );
}
