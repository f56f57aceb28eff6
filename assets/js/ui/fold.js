// A card that shows its title alone until it is opened. Mounted by `fold` in `app/components/sub_views.py`, whose styles
// hide the rest of a card that is not `imfn-unfolded`.

import { targetOf } from "../core/dom.js";

/** @import { ViewParts } from "../core/types.js" */

/** @param {ViewParts} parts */
export function mount({ element }) {
  element.addEventListener("click", (event) => {
    const button = targetOf(event)?.closest("button");
    const card = element.closest(".imfn-fold");
    if (button && card) setOpen(card, !card.classList.contains("imfn-unfolded"));
  });
}

/** Open or close a fold. @param {Element} card @param {boolean} open */
export function setOpen(card, open) {
  card.classList.toggle("imfn-unfolded", open);
  card.querySelector(".imfn-fold-head button")?.setAttribute("aria-expanded", String(open));
}
