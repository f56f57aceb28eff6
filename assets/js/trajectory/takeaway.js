// What can be taken away of a trajectory, made by the server. Mounted by `app/components/views.py` on #path-takeaway.

import { h, viewRoot } from "../core/dom.js";
import { take } from "./server.js";

/** @import { ViewParts } from "../core/types.js" */

/** @param {ViewParts} parts */
export function mount({ element }) {
  /** @param {"states" | "coordinates"} kind */
  const button = (kind) =>
    h("button", { type: "button", id: `path-${kind}`, class: "imfn-button", text: kind, onclick: () => take(kind) });
  viewRoot(element).replaceChildren(h("h2", { text: "Take away" }), button("states"), button("coordinates"));
}
