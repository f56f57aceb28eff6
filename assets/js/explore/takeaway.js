// What can be taken away: memory, video and numbers, made by the server, and the tree as a picture, made in the browser.
// Mounted by `app/components/views.py`.

import { viridis } from "../core/colours.js";
import { h, viewRoot } from "../core/dom.js";
import { savePng, saveSvg } from "./picture.js";
import { take } from "./server.js";
import { subscribe } from "./store.js";

/** @import { ViewParts } from "../core/types.js" */

/** @param {ViewParts} parts */
export function mount({ element }) {
  const root = viewRoot(element);
  /** @param {string} id @param {string} text @param {() => void} onclick */
  const button = (id, text, onclick) => h("button", { type: "button", id, class: "imfn-button", text, onclick });
  root.replaceChildren(
    h("h2", { text: "Take away" }),
    button("explore-memory", "memory", () => take("memory")),
    button("explore-video", "video", () => take("video")),
    button("explore-json", "JSON", () => take("json")),
    button("explore-csv", "CSV", () => take("csv")),
    button("explore-picture-png", "picture, PNG", () => savePng(viridis)),
    button("explore-picture-svg", "picture, SVG", () => saveSvg()),
  );
  subscribe(root, ({ exploration }) => root.classList.toggle("imfn-nothing", exploration === null));
}
