// What organises the space of a walk's memories, in words and figures: whether the nearest memories of other rooms share
// the lantern's pose, the quarter that it lights, the digit there. Mounted by `TrajectoryOrder` in
// `app/components/views.py` on #path-order; computed by `engine/evaluation/walks.py`. Away where no walk is followed.

import { h, viewRoot } from "../core/dom.js";
import { percent } from "../predict/words.js";
import { subscribe } from "./store.js";
import { memoryName } from "./walk.js";

/** @import { PathKind, SharedLabel, Trajectory, ViewParts, WalkOrder } from "../core/types.js" */

/** @type {Record<string, string>} */
const LABELS = { pose: "the pose", quarter: "the quarter lit", digit: "the digit lit" };
/** @type {Record<string, string>} */
const ORGANISES = { pose: "where the lantern is", quarter: "the quarter that is lit", digit: "the digit that is lit" };

/** @param {ViewParts} parts */
export function mount({ element }) {
  const root = viewRoot(element);
  const words = h("p", { class: "imfn-order-words" });
  const head = h(
    "div",
    { class: "imfn-card-head" },
    h("div", { class: "imfn-head-words" }, h("h2", { text: "What lies near what" }), words),
  );
  const body = h("tbody");
  const cells = ["memory", "shares", "found", "chance", "at most"].map((text) => h("th", { scope: "col", text }));
  const table = h("table", { class: "imfn-levels imfn-order" }, h("thead", {}, h("tr", {}, ...cells)), body);
  const note = h("p", { class: "imfn-hint" });
  root.replaceChildren(head, table, note);
  subscribe(root, ({ trip }, what) => {
    if (what === "time") return;
    root.dataset.walks = trip?.walks ? "yes" : "no";
    const order = trip?.memories?.order;
    table.hidden = note.hidden = !trip || !order || !Object.keys(order.shared).length;
    if (!trip) return;
    words.textContent = orderWords(trip);
    if (!order) return;
    note.textContent = noteOf(order);
    const rows = /** @type {[PathKind, SharedLabel[]][]} */ (Object.entries(order.shared));
    body.replaceChildren(...rows.flatMap(([kind, found]) => found.map((each, i) => row(trip, kind, each, i))));
  });
}

/** @param {Trajectory} trip @param {PathKind} kind @param {SharedLabel} found @param {number} index */
function row(trip, kind, { label, share, chance, most }, index) {
  const above = share > most;
  return h(
    "tr",
    { class: above ? "imfn-chosen" : null },
    h("td", { text: index ? "" : memoryName(trip, kind) }),
    h("th", { scope: "row", text: LABELS[label] ?? label }),
    ...[share, chance, most].map((value) => h("td", { text: percent(value) })),
  );
}

/** What the figures say, in sentences. @param {Trajectory} trip */
export function orderWords(trip) {
  const order = trip.memories?.order;
  if (!order) return trip.stopped ? "cancelled before it was computed" : "being computed …";
  const kinds = /** @type {[PathKind, SharedLabel[]][]} */ (Object.entries(order.shared));
  if (!kinds.length)
    return `Too short a walk to tell order from chance: it takes ${order.fewest} frames. Walk further on Predict, or take a walk at random.`;
  const said = kinds.map(([kind, found]) => ({ kind, text: organisedBy(found) }));
  const alike = said.every(({ text }) => text === said[0].text);
  if (alike && said.length > 1) return `Tree and student alike: ${said[0].text}.`;
  return `${said.map(({ kind, text }) => `${capital(memoryName(trip, kind))}: ${text}`).join(". ")}.`;
}

/** By what memories of different rooms lie together. @param {SharedLabel[]} found */
export function organisedBy(found) {
  const [above, below] = [true, false].map((wanted) =>
    found.filter(({ share, most }) => share > most === wanted).map(({ label }) => ORGANISES[label] ?? label),
  );
  if (!above.length) return "neither pose nor content brings memories of different rooms together more than chance";
  const not = below.length
    ? `; ${below.join(" and ")} ${below.length > 1 ? "count" : "counts"} no more than chance`
    : "";
  return `memories of different rooms lie together by ${above.join(" and ")}${not}`;
}

/** @param {WalkOrder} order */
const noteOf = ({ neighbours, rooms }) =>
  `Of every memory's ${neighbours} nearest in ${rooms} other rooms, by distance in the floats themselves and not in the picture. Chance: the same neighbours with the walk moved on in time, mean and most over all such moves.`;

/** @param {string} text */
const capital = (text) => text[0].toUpperCase() + text.slice(1);
