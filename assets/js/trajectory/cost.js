// What taking in one more leaf costs, three ways. Mounted by `TrajectoryCost` in `app/components/views.py`.

import { h, viewRoot } from "../core/dom.js";
import { behindBones } from "../ui/skeleton.js";
import { withTerms } from "../ui/term.js";
import { subscribe } from "./store.js";

/** @import { StepCost, ViewParts } from "../core/types.js" */

/** @type {[key: string, name: string, words: string][]} */
const WAYS = [
  ["rebuild", "rebuild", "the whole tree again"],
  ["path update", "path update", "from the leaf to the root"],
  ["student", "student", "one step, no tree"],
  ["step", "one step", "a memory without a tree"],
];

/** @param {ViewParts} parts */
export function mount({ element }) {
  const root = viewRoot(element);
  const head = h(
    "div",
    { class: "imfn-card-head" },
    h(
      "div",
      { class: "imfn-head-words" },
      h("h2", { text: "Cost of one leaf" }),
      h("p", { text: "measured here; T leaves in all, t so far" }),
    ),
  );
  const body = h("tbody");
  const cells = ["way", "[merge|merges]", "ms", "work grows"].map((text) =>
    h("th", { scope: "col" }, ...withTerms(text)),
  );
  const wait = behindBones(
    root,
    head,
    h("table", { class: "imfn-levels imfn-cost" }, h("thead", {}, h("tr", {}, ...cells)), body),
  );
  subscribe(root, ({ trip }, what) => {
    wait(!trip);
    if (!trip || what === "time") return;
    const { costs } = trip;
    const absent = trip.stopped ? "–" : "…";
    const ways = WAYS.filter(([key]) => (costs ? key in costs : key !== "step"));
    body.replaceChildren(...ways.map((way) => row(way, costs?.[way[0]], absent)));
  });
}

/** @param {[key: string, name: string, words: string]} way @param {StepCost | undefined} cost missing while it is measured @param {string} absent */
function row([key, name, words], cost, absent) {
  const values = cost ? [cost.merges, cost.ms.toFixed(cost.ms < 10 ? 1 : 0), cost.grows] : [absent, absent, absent];
  return h(
    "tr",
    { class: key === "path update" ? "imfn-chosen" : null },
    h("th", { scope: "row", text: name, title: words }),
    ...values.map((text) => h("td", { text })),
  );
}
