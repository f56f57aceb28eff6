// The list of runs: state, progress, what can be done with each. Built by `train/view.js`.

import { h, palette } from "../core/dom.js";
import { percent, stateLine, whenLine } from "./words.js";

/** @import { Run } from "../core/types.js" */
/** @import { TrainStore } from "./store.js" */

/** The list and the button above it. @param {TrainStore} store */
export function runList(store) {
  const make = h("button", {
    type: "button",
    class: "imfn-primary imfn-wide",
    id: "train-new",
    text: "New run",
    onclick: () => store.make(true),
  });
  const list = h("ul", { class: "imfn-runs", id: "train-runs" });
  const gone = h("div", { class: "imfn-gone" });
  const card = h(
    "section",
    { class: "imfn-panel", "aria-label": "Runs" },
    make,
    h(
      "div",
      { class: "imfn-card-head imfn-runs-head" },
      h("div", { class: "imfn-head-words" }, h("h2", { text: "Runs" }), h("p", { text: "one at a time, in order" })),
    ),
    list,
    gone,
  );
  const refresh = () => draw(store, list, gone);
  store.subscribe(refresh);
  return card;
}

/** @param {TrainStore} store @param {HTMLElement} list @param {HTMLElement} gone */
function draw(store, list, gone) {
  const key = JSON.stringify([
    store.chosen,
    store.overlaid,
    store.making,
    store.runs.map((run) => [run.id, run.name, run.state, percent(run.progress), run.stage, whenLine(run, 0)]),
    store.deleted.map((run) => run.id),
  ]);
  if (list.dataset.key === key) return;
  list.dataset.key = key;
  const queue = store.runs
    .filter((run) => run.state === "queued")
    .map((run) => run.id)
    .reverse();
  const focus = /** @type {HTMLElement | null} */ (document.activeElement?.closest(".imfn-run"))?.dataset.run;
  list.replaceChildren(...store.runs.map((run) => row(store, run, queue.indexOf(run.id))));
  if (focus) /** @type {HTMLElement | null} */ (list.querySelector(`[data-run="${focus}"] .imfn-run-name`))?.focus();
  if (!store.runs.length && store.ready)
    list.append(h("li", { class: "imfn-none", text: "No run yet. Start the 30-second one to see a memory learn." }));
  gone.replaceChildren(...store.deleted.slice(0, 3).map((run) => undo(store, run)));
}

/** @param {TrainStore} store @param {Run} run @param {number} place in the queue, -1 for one that does not wait */
function row(store, run, place) {
  const colours = palette();
  const on = store.shown().includes(run.id);
  const swatch = h(
    "button",
    {
      type: "button",
      class: "imfn-swatch",
      title: on ? "Take out of the chart" : "Lay over the chart",
      "aria-label": `${run.name} in the chart`,
      "aria-pressed": String(on),
      onclick: () => run.id !== store.chosen && store.overlay(run.id),
    },
    h("i", { style: `background:${on ? store.colour(run.id, colours) : "transparent"}` }),
  );
  const name = h(
    "button",
    { type: "button", class: "imfn-run-name", onclick: () => store.choose(run.id) },
    h("b", { text: run.name }),
    h("span", { text: stateLine(run) }),
  );
  const bar = run.state === "running" ? h("i", { class: "imfn-run-bar" }) : null;
  if (bar) bar.style.width = percent(run.progress || 0).replace(" ", "");
  return h(
    "li",
    {
      class: `imfn-run imfn-run-${run.state}${run.id === store.chosen && !store.making ? " imfn-chosen" : ""}`,
      "data-run": run.id,
      "data-state": run.state,
    },
    swatch,
    name,
    h("span", { class: "imfn-run-when", text: whenLine(run, place) }),
    bar,
  );
}

/** @param {TrainStore} store @param {Run} run */
function undo(store, run) {
  return h(
    "p",
    {},
    `${run.name} was deleted. `,
    h("button", { type: "button", class: "imfn-link", text: "Undo", onclick: () => store.act("undelete", run.id) }),
  );
}
