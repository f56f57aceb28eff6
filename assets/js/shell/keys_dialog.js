// "?" and the footer's button open the list of keys, made from `core/keymap.js`; digits open the tabs in their order.
// Started by `shell/shell.js`, once per page. A native dialog keeps the focus, closes on Escape and gives the
// focus back.

import { find, h, targetOf } from "../core/dom.js";
import { bound, KEYMAP } from "../core/keymap.js";
import { showTab, tabButtons, tabName } from "./tabs.js";

/** @import { KeyEntry } from "../core/keymap.js" */

/** @type {Record<string, string>} */
const NAMES = {
  ArrowLeft: "←",
  ArrowRight: "→",
  ArrowUp: "↑",
  ArrowDown: "↓",
  " ": "space",
  "-": "−",
  PageUp: "page up",
  PageDown: "page down",
  Escape: "esc",
};
const TYPED = "input, select, textarea, [contenteditable]:not([contenteditable=false])";

/** Put the dialog on the page, and listen to its key and to the tabs' digits; once per page. */
export function attachKeysDialog() {
  if (document.querySelector("#page-keys")) return;
  const dialog = build();
  find(".gradio-container").append(dialog);
  const act = bound("page", { help: open, tabs: (event) => tab(Number(event.key) - 1) });
  document.addEventListener("keydown", (event) => {
    const meant = event.ctrlKey || event.metaKey || event.altKey || event.defaultPrevented; // for something else
    if (meant || dialog.open || targetOf(event)?.closest(TYPED) || !act[event.key]) return;
    event.preventDefault();
    act[event.key](event);
  });
}

function open() {
  const dialog = /** @type {HTMLDialogElement} */ (find("#page-keys"));
  if (!dialog.open) dialog.showModal();
}

/** The footer's button. */
export const keysButton = () =>
  h("button", {
    type: "button",
    id: "page-keys-button",
    class: "imfn-footer-button",
    "aria-haspopup": "dialog",
    text: "Keys",
    title: "All keys (?)",
    onclick: open,
  });

/** Open a tab by its place in the row. @param {number} index */
function tab(index) {
  const button = tabButtons()[index];
  if (!button) return;
  showTab(tabName(button));
  button.focus();
}

function build() {
  const close = h("button", {
    type: "button",
    class: "imfn-button imfn-slim",
    text: "Close",
    onclick: () => dialog.close(),
  });
  const head = h("div", { class: "imfn-keys-head" }, h("h2", { id: "page-keys-title", text: "Keys" }), close);
  /** @type {HTMLDialogElement} */
  const dialog = h(
    "dialog",
    { id: "page-keys", class: "imfn-keys-dialog", "aria-labelledby": "page-keys-title" },
    head,
    h("div", { class: "imfn-keys-parts" }, ...Object.values(KEYMAP).map(part)),
  );
  dialog.addEventListener("click", (event) => event.target === dialog && dialog.close()); // the ground around it
  return dialog;
}

/** @param {{ title: string, keys: Record<string, KeyEntry> }} group */
function part({ title, keys }) {
  const rows = Object.values(keys).flatMap(({ keys: names, shown, says }) => [
    h("dt", {}, ...(shown ? [shown] : names).map((name) => h("kbd", { text: NAMES[name] || name }))),
    h("dd", { text: says }),
  ]);
  return h("section", {}, h("h3", { text: title }), h("dl", {}, ...rows));
}
