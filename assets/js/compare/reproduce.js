// The command that makes a figure again, and a button that copies it. Mounted by `Reproduce` in
// `app/components/views.py`, which has put the command on the page; used by `compare/verdict.js`.

import { h, viewRoot } from "../core/dom.js";
import { copyText, selected } from "../ui/copy.js";

/** @import { ViewParts } from "../core/types.js" */

/** @param {ViewParts} parts */
export function mount({ element, props }) {
  viewRoot(element).replaceChildren(reproduce(String(props.command)));
}

/** @param {string} command */
export function reproduce(command) {
  const code = h("code", { text: command });
  const copy = h("button", {
    type: "button",
    class: "imfn-button imfn-slim",
    text: "Copy",
    "aria-label": `Copy ${command}`,
    onclick: () => void copyText(command, copy, () => selected(code)),
  });
  return h("p", { class: "imfn-reproduce" }, h("span", { text: "reproduce:" }), code, copy);
}
