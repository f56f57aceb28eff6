// Gives the marked words that Python wrote their cards. Mounted by `card` in app/components/toolbox.py, called by
// `trajectory/controls.js`; the marks are made in app/components/term.py.

import { term } from "./term.js";

/** @import { ViewParts } from "../core/types.js" */

/** @param {ViewParts} parts */
export const mount = ({ element }) => markTerms(element);

/** Give the marked words inside an element their cards. @param {Element} element */
export function markTerms(element) {
  for (const mark of /** @type {NodeListOf<HTMLElement>} */ (element.querySelectorAll("[data-word]")))
    mark.replaceWith(term(mark.dataset.word ?? "", mark.textContent));
}
