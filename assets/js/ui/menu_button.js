// A button with a list of actions under it: opens with a press, closes with Escape, a choice, or when the focus or the
// pointer goes elsewhere. Called by `explore/takeaway.js` and `explore/recent.js`.

import { h } from "../core/dom.js";

/**
 * @param {string} id
 * @param {string} text
 * @param {...HTMLElement} entries
 */
export function menuButton(id, text, ...entries) {
  const list = h("div", { class: "imfn-menu-list", id: `${id}-list`, hidden: true }, ...entries);
  const button = h("button", {
    type: "button",
    id,
    class: "imfn-button imfn-menu-button",
    "aria-expanded": "false",
    "aria-controls": `${id}-list`,
    text,
  });
  const box = h("div", { class: "imfn-menu" }, button, list);
  /** @param {boolean} open */
  const show = (open) => {
    list.hidden = !open;
    button.setAttribute("aria-expanded", String(open));
  };
  button.addEventListener("click", () => show(list.hidden === true));
  list.addEventListener("click", ({ target }) => {
    if (!(/** @type {Element} */ (target).closest("button"))) return;
    show(false);
    button.focus();
  });
  box.addEventListener("keydown", (event) => {
    if (event.key !== "Escape" || list.hidden) return;
    event.stopPropagation();
    show(false);
    button.focus();
  });
  box.addEventListener("focusout", (event) => {
    if (!box.contains(/** @type {Node | null} */ (event.relatedTarget)) && event.relatedTarget) show(false);
  });
  document.addEventListener("pointerdown", (event) => {
    if (!box.contains(/** @type {Node} */ (event.target))) show(false);
  });
  return box;
}
