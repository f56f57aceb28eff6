// What stands in the tree's place before anything was explored: the outline of a tree and what to do. Built by
// `explore/tree_view.js`.

import { h } from "../core/dom.js";

const LEVELS = [1, 2, 4, 8, 16];

function outline() {
  const rows = LEVELS.map((nodes) =>
    h("div", { class: "imfn-empty-row" }, ...Array.from({ length: nodes }, () => h("i"))),
  );
  return h("div", { class: "imfn-empty-tree", "aria-hidden": "true" }, ...rows);
}

/** The outline of a tree with its words. */
export function emptyTree() {
  const words =
    "Drop a video or some images, or pick a sample. Neighbouring frames are merged two by two until one memory is left, and here you will see what every level of that tree still remembers.";
  return h(
    "div",
    { class: "imfn-empty" },
    h("div", { class: "imfn-card-head" }, h("h2", { text: "The memory tree" })),
    outline(),
    h("p", { text: words }),
  );
}
