// The quiet row at the page's end: the link to what is shown, and the keys. Started by `shell/shell.js`, once per
// page.

import { find, h } from "../core/dom.js";
import { copyLink } from "./copy_link.js";
import { keysButton } from "./keys_dialog.js";

/** Put the row on the page, once. */
export function attachFooter() {
  if (document.querySelector(".imfn-footer")) return;
  const main = document.querySelector(".gradio-container > .main") ?? find(".gradio-container");
  main.append(h("footer", { class: "imfn-footer" }, keysButton(), ...copyLink()));
}
