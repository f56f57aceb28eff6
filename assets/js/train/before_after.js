// Before and after: the same frames as they are, before the training, and after it. Before is the start in closed form; of
// a run that is nothing but a closed form, the bundled model of its kind. Built by `train/view.js`.

import { h } from "../core/dom.js";
import { dB } from "../core/format.js";
import { shape, strip } from "./sheets.js";

/** @import { MetricRow, Run } from "../core/types.js" */
/** @import { Sheets } from "./sheets.js" */
/** @import { History, TrainStore } from "./store.js" */

/** What a row of the run's says of its root after a step. @param {History} history @param {number} total */
function rootPsnr({ rows }, total) {
  const row = rows.findLast((each) => each.total === total && each.values.levels);
  const psnr = row?.values.psnr?.at(-1);
  return psnr === null || psnr === undefined ? "" : dB(psnr);
}

/**
 * Which pictures there are to set against each other: the first and the newest look, or the clip.
 * @param {History} history
 */
export function pictures({ sheets, clip }) {
  if (sheets.length > 1)
    return { kind: /** @type {const} */ ("looks"), first: sheets[0], last: sheets[sheets.length - 1] };
  return clip ? { kind: /** @type {const} */ ("clip"), clip } : null;
}

/** @param {TrainStore} store @param {Sheets} sheets */
export function beforeAfter(store, sheets) {
  const rows = h("div", { class: "imfn-probe", id: "train-before-after" });
  const words = h("p");
  const head = h(
    "div",
    { class: "imfn-card-head" },
    h("div", { class: "imfn-head-words" }, h("h2", { text: "Before and after" }), words),
  );
  const card = h("section", { class: "imfn-panel", "aria-label": "Before and after" }, head, rows);
  store.subscribe(() => {
    const run = store.making ? null : store.run();
    const found = run && pictures(store.history());
    card.hidden = !found;
    if (!run || !found) return;
    const key = `${run.id} ${run.attempt} ${found.kind === "clip" ? "clip" : `${found.first} ${found.last}`}`;
    if (rows.dataset.shows === key) return;
    if (rows.dataset.shows?.split(" ")[0] !== run.id) rows.replaceChildren();
    rows.dataset.shows = key;
    draw(run);
  });

  /** @param {Run} run */
  async function draw(run) {
    const history = store.history();
    const found = pictures(history);
    if (!found) return;
    const key = rows.dataset.shows;
    const all = found.kind === "clip" ? [await sheets.clip(run)] : await looks(run, found.first, found.last);
    if (rows.dataset.shows !== key) return;
    if (all.some((sheet) => !sheet)) {
      rows.dataset.shows = `${run.id} again`; // with the next refresh
      return;
    }
    const [before, after] = /** @type {import("./sheets.js").Sheet[]} */ (all);
    shape(rows, before);
    if (found.kind === "clip") {
      const { own, other, beside, clip, frames } = found.clip;
      words.textContent = `${clip}, ${frames === 1 ? "1 frame" : `${frames} frames`}`;
      /** @param {number | null} psnr */
      const said = (psnr) => (psnr === null ? "exact" : dB(psnr));
      rows.replaceChildren(
        strip(before, 0, "clip", ""),
        strip(before, 1, other, said(beside.psnr)),
        strip(before, 2, "this run", said(own.psnr)),
      );
    } else {
      words.textContent = "the same frames of the training data, recovered from the root";
      rows.replaceChildren(
        strip(before, 0, "frames", ""),
        strip(before, before.rows - 1, found.first ? `step ${found.first}` : "before", rootPsnr(history, found.first)),
        strip(after, after.rows - 1, `step ${found.last.toLocaleString("en")}`, rootPsnr(history, found.last)),
      );
    }
  }

  /** @param {Run} run @param {number} first @param {number} last */
  const looks = (run, first, last) => Promise.all([sheets.look(run, first), sheets.look(run, last)]);
  return card;
}
