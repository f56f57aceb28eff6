// Where two runs differ that are both in the chart: their settings by the names of the form, and what came of each.
// Built by `train/view.js`.

import { h } from "../core/dom.js";
import { dB, messageOf } from "../core/format.js";
import { panel } from "./detail.js";
import { duration, million } from "./words.js";

/** @import { Run } from "../core/types.js" */
/** @import { Setting } from "./fields.js" */
/** @import { TrainStore } from "./store.js" */

/** A line of the table. @typedef {{ name: string, help: string, first: string, second: string }} Line */

/** @param {unknown} value */
const text = (value) => {
  if (value === null || value === undefined) return "–";
  if (typeof value === "boolean") return value ? "yes" : "no";
  return Array.isArray(value) ? value.join(", ") : String(value) || "none";
};

/**
 * Settings that differ, by the names and with the help of the form.
 * @param {{ setting: string, first: unknown, second: unknown }[]} rows @param {Setting[]} form @returns {Line[]}
 */
export function settingLines(rows, form) {
  return rows
    .filter(({ setting }) => setting !== "name")
    .map(({ setting, first, second }) => {
      const row = form.find(({ key }) => key === setting);
      return { name: row?.name ?? setting, help: row?.help ?? "", first: text(first), second: text(second) };
    });
}

/** What came of two runs. @param {TrainStore} store @param {Run} a @param {Run} b @returns {Line[]} */
function outcomes(store, a, b) {
  /** @param {Run} run */
  const psnr = (run) => {
    const row = store.history(run.id).rows.findLast((each) => each.values.psnr);
    return dB(row?.values.psnr.at(-1) ?? null);
  };
  /** @type {[string, string, (run: Run) => string][]} */
  const told = [
    ["PSNR at the root", "of the probe, at the last look; two data sets have two probes", psnr],
    ["parameters", "", (run) => million(run.parameters)],
    ["trained for", "", (run) => duration(run.trained_seconds)],
    ["data", "", (run) => run.data],
  ];
  return told.map(([name, help, of]) => ({ name, help, first: of(a), second: of(b) }));
}

/** @param {TrainStore} store @param {Setting[]} form */
export function differences(store, form) {
  const { card, body } = panel("Where they differ");
  store.subscribe(() => {
    const shown = store.making ? [] : store.shown();
    card.hidden = shown.length !== 2;
    const [a, b] = shown.map((id) => store.run(id));
    if (card.hidden || !a || !b) return;
    const key = JSON.stringify([a, b].map((run) => [run.id, run.name, run.state, store.history(run.id).cursor]));
    if (body.dataset.key === key) return;
    body.dataset.key = key;
    draw(a, b);
  });

  /** @param {Run} a @param {Run} b */
  async function draw(a, b) {
    const key = body.dataset.key;
    try {
      const { rows } = await store.server.diff({ first: a.id, second: b.id });
      if (body.dataset.key !== key) return;
      const lines = settingLines(rows, form);
      body.replaceChildren(
        table(a, b, [...outcomes(store, a, b), ...lines]),
        ...(lines.length ? [] : [h("p", { class: "imfn-none", text: "All settings are the same." })]),
      );
    } catch (problem) {
      body.replaceChildren(h("p", { class: "imfn-none", text: messageOf(problem) }));
    }
  }
  return card;
}

/** @param {Run} a @param {Run} b @param {Line[]} lines */
function table(a, b, lines) {
  const head = ["", a.name, b.name].map((title) => h("th", { scope: "col", text: title }));
  const rows = lines.map(({ name, help, first, second }) =>
    h(
      "tr",
      { class: first === second ? "imfn-same" : "" },
      h(
        "th",
        { scope: "row" },
        h("span", { text: name }),
        help ? h("small", { class: "imfn-help", text: help }) : null,
      ),
      h("td", { text: first }),
      h("td", { text: second }),
    ),
  );
  return h(
    "div",
    { class: "imfn-scroll", tabindex: 0, role: "group", "aria-label": "Where they differ, as a table" },
    h(
      "table",
      { class: "imfn-levels imfn-differences" },
      h("thead", {}, h("tr", {}, ...head)),
      h("tbody", {}, ...rows),
    ),
  );
}
