// Gives the marked words of a heading that Python wrote their cards. Mounted by `card` in app/tabs/compare.py and by
// the hint of app/tabs/trajectory.py; the marks are made in app/components/term.py.

import { term } from "./term.js";

/** @import { ViewParts } from "../core/types.js" */

/** @param {ViewParts} parts */
export function mount({ element }) {
  for (const mark of /** @type {NodeListOf<HTMLElement>} */ (element.querySelectorAll("[data-word]")))
    mark.replaceWith(term(mark.dataset.word ?? "", mark.textContent));
}
