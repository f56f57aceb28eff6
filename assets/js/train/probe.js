// The same window as training goes on: one sheet of pictures a saved look, a slider back through time.
// Built by `train/view.js`.

import { h } from "../core/dom.js";
import { shape, strip } from "./sheets.js";
import { ended } from "./store.js";
import { error } from "./words.js";

/** @import { Change, TrainStore } from "./store.js" */

/** @import { Sheet, Sheets } from "./sheets.js" */

/** @typedef {ReturnType<typeof parts>} View */

/** @param {TrainStore} store @param {Sheets} sheets */
const parts = (store, sheets) => ({
  store,
  sheets,
  total: /** @type {number | null} */ (null), // the step that is shown
  pinned: false, // an older look is held
  title: h("h2"),
  words: h("p"),
  range: h("input", {
    type: "range",
    class: "imfn-range",
    id: "train-look",
    min: 0,
    max: 0,
    value: 0,
    "aria-label": "Look at the probe",
  }),
  label: h("span", { class: "imfn-frame-label" }),
  transport: h("div", { class: "imfn-transport" }),
  rows: h("div", { class: "imfn-probe", id: "train-probe" }),
});

/** The probe's card. @param {TrainStore} store @param {Sheets} sheets */
export function probe(store, sheets) {
  const view = parts(store, sheets);
  view.range.addEventListener("input", () => {
    const { sheets } = store.history();
    view.pinned = Number(view.range.value) < sheets.length - 1;
    show(view, sheets[Number(view.range.value)]);
  });
  const head = h("div", { class: "imfn-card-head" }, h("div", { class: "imfn-head-words" }, view.title, view.words));
  view.transport.append(view.range, view.label);
  const card = h(
    "section",
    { class: "imfn-panel imfn-probe-card", "aria-label": "Probe" },
    head,
    view.rows,
    view.transport,
  );
  store.subscribe((what) => follow(view, card, what));
  return card;
}

/** The newest look, unless an older one is held. @param {View} view @param {HTMLElement} card @param {Change} what */
function follow(view, card, what) {
  const { store } = view;
  const run = store.run();
  const sheets = run && !store.making ? store.history().sheets : [];
  card.hidden = !sheets.length;
  if (what === "chosen") Object.assign(view, { pinned: false, total: null });
  if (!run || !sheets.length) return;
  const one = sheets.length < 2 && ended(run); // a closed form is looked at once
  view.title.textContent = one ? "Level by level" : "Level by level, as training goes on";
  view.transport.hidden = one;
  view.range.max = String(sheets.length - 1);
  const at = view.pinned ? Math.max(0, sheets.indexOf(view.total ?? -1)) : sheets.length - 1;
  view.range.value = String(at);
  view.range.style.setProperty("--done", `${sheets.length < 2 ? 100 : (100 * at) / (sheets.length - 1)}%`);
  view.range.disabled = sheets.length < 2;
  if (!view.pinned && sheets[at] !== view.total) show(view, sheets[at]);
}

/** @param {View} view @param {number} total */
async function show(view, total) {
  const { store } = view;
  const run = store.run();
  if (!run) return;
  view.total = total;
  view.label.textContent = total ? `step ${total}` : "closed form";
  const sheet = await view.sheets.look(run, total);
  if (sheet && view.total === total && store.chosen === run.id) paint(view, sheet, total); // else the next look will be there in a moment
}

/** A strip a row: what went in, then each level's memory of it, with its error. @param {View} view @param {Sheet} sheet @param {number} total */
function paint({ store, rows, words }, sheet, total) {
  const count = sheet.rows;
  const row = [...store.history().rows].reverse().find((each) => each.total === total && each.values.levels);
  const levels = row?.values.levels || [];
  words.textContent = row ? row.stage : "";
  const strips = [];
  for (let index = 0; index < count; index++) {
    const name = index === 0 ? "source" : levels[index - 1] || "";
    if (index === 1 && name === "1:1") continue;
    const value = index && row ? error(row.values.mse?.[index - 1]) : index ? "" : "MSE";
    strips.push(strip(sheet, index, name, value));
  }
  rows.replaceChildren(...strips);
  rows.dataset.shows = `${store.chosen} ${total}`;
  shape(rows, sheet);
}
