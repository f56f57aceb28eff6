// "What is read" beside the status line opens the tables of docs/formats.md, which stand on the page already
// (`app/components/formats.py`). Started by `explore/controls.js`.

import { find } from "../core/dom.js";

/** @param {HTMLElement} element the controls */
export function attachFormats(element) {
  const dialog = /** @type {HTMLDialogElement} */ (find("#page-formats", element));
  find("#explore-formats", element).addEventListener("click", () => dialog.showModal());
  find("button", dialog).addEventListener("click", () => dialog.close());
  dialog.addEventListener("click", ({ target }) => target === dialog && dialog.close()); // the ground around it
}
