// Buttons that save the tree as a picture, made in the browser. Mounted by `app/components/views.py`; the memory, video
// and numbers stand beside them as Gradio download buttons inside `.imfn-takeaway`.

import { viridis } from "../core/colours.js";
import { h, viewRoot } from "../core/dom.js";
import { savePng, saveSvg } from "./picture.js";
import { subscribe } from "./store.js";

/** @import { ViewParts } from "../core/types.js" */

/** @param {ViewParts} parts */
export function mount({ element }) {
  const root = viewRoot(element);
  const png = h("button", {
    type: "button",
    id: "explore-picture-png",
    class: "imfn-button",
    text: "picture, PNG",
    onclick: () => savePng(viridis),
  });
  const svg = h("button", {
    type: "button",
    id: "explore-picture-svg",
    class: "imfn-button",
    text: "picture, SVG",
    onclick: () => saveSvg(),
  });
  root.replaceChildren(h("h2", { text: "Take away" }), png, svg);
  subscribe(root, ({ exploration }) => root.classList.toggle("imfn-nothing", exploration === null));
}
