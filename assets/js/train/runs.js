// The list of runs: state, progress, what can be done with each. Built by `train/view.js`.

import { h, palette } from "../core/dom.js";
import { attachRoving, rove } from "../ui/roving.js";
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
  /** @type {Map<number, boolean>} */
  const open = new Map();
  const refresh = () => draw(store, list, gone, open);
  attachRoving(
    list,
    () => buttonsOf(list),
    () => {},
  );
  store.subscribe(refresh);
  return card;
}

/** A run alone, or all that there are of a comparison. @typedef {{ number: number | null, runs: Run[] }} Group */

/** Runs in their order, those of a comparison together where its newest stands. @param {Run[]} runs @returns {Group[]} */
export function grouped(runs) {
  /** @type {Group[]} */
  const groups = [];
  for (const run of runs) {
    const there = run.comparison === null ? null : groups.find(({ number }) => number === run.comparison);
    if (there) there.runs.push(run);
    else groups.push({ number: run.comparison ?? null, runs: [run] });
  }
  return groups;
}

/** "4 runs · 1 running, 3 finished". @param {Run[]} runs */
export function groupLine(runs) {
  const states = [...new Set(runs.map(({ state }) => state))];
  const counts = states.map((state) => `${runs.filter((run) => run.state === state).length} ${state}`);
  return `${runs.length} runs · ${states.length === 1 ? states[0] : counts.join(", ")}`;
}

/** @param {TrainStore} store @param {HTMLElement} list @param {HTMLElement} gone @param {Map<number, boolean>} open which groups somebody has opened or closed */
function draw(store, list, gone, open) {
  const key = JSON.stringify([
    store.chosen,
    store.overlaid,
    store.making,
    [...open],
    store.runs.map((run) => [run.id, run.name, run.state, percent(run.progress), stateLine(run), whenLine(run, 0)]),
    store.deleted.map((run) => run.id),
  ]);
  if (list.dataset.key === key) return;
  list.dataset.key = key;
  const queue = store.runs
    .filter((run) => run.state === "queued")
    .map((run) => run.id)
    .reverse();
  const focus = list.contains(document.activeElement) ? document.activeElement?.getAttribute("data-button") : null;
  const rowOf = (/** @type {Run} */ run) => row(store, run, queue.indexOf(run.id));
  list.replaceChildren(
    ...grouped(store.runs).map((each) =>
      each.number === null || each.runs.length < 2
        ? rowOf(each.runs[0])
        : group(store, each, open, rowOf, () => draw(store, list, gone, open)),
    ),
  );
  const buttons = buttonsOf(list);
  const focused = focus && buttons.find((button) => button.dataset.button === focus);
  rove(buttons, focused || buttons.find((button) => button.dataset.button === `name ${store.chosen}`));
  if (focused) focused.focus();
  if (!store.runs.length && store.ready) list.append(h("li", { class: "imfn-none", text: "No run yet." }));
  gone.replaceChildren(...store.deleted.slice(0, 3).map((run) => undo(store, run)));
}

/** @param {HTMLElement} list */
const buttonsOf = (list) => /** @type {HTMLElement[]} */ ([...list.querySelectorAll("button")]);

/**
 * Members of a comparison below its name; open while one of them is chosen, until somebody says otherwise.
 * @param {TrainStore} store @param {Group} each @param {Map<number, boolean>} open
 * @param {(run: Run) => HTMLElement} rowOf @param {() => void} again
 */
function group(store, { number, runs }, open, rowOf, again) {
  const key = /** @type {number} */ (number);
  const shown = open.get(key) ?? runs.some((run) => run.id === store.chosen);
  const head = h(
    "button",
    {
      type: "button",
      class: "imfn-run-name imfn-group-name",
      "data-button": `group ${key}`,
      "aria-expanded": String(shown),
      onclick: () => {
        open.set(key, !shown);
        again();
      },
    },
    h("b", { text: `Comparison ${key}` }),
    h("span", { text: groupLine(runs) }),
  );
  return h(
    "li",
    { class: "imfn-run-group", "data-comparison": key },
    head,
    shown ? h("ul", { class: "imfn-runs", "aria-label": `Runs of comparison ${key}` }, ...runs.map(rowOf)) : null,
  );
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
      "data-button": `chart ${run.id}`,
      title: on ? "Take out of the chart" : "Lay over the chart",
      "aria-label": `${run.name} in the chart`,
      "aria-pressed": String(on),
      onclick: () => run.id !== store.chosen && store.overlay(run.id),
    },
    h("i", { style: `background:${on ? store.colour(run.id, colours) : "transparent"}` }),
  );
  const name = h(
    "button",
    { type: "button", class: "imfn-run-name", "data-button": `name ${run.id}`, onclick: () => store.choose(run.id) },
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
