// On a phone, what can be changed about the clip stands in a sheet that "Change" raises from below; on a wide page it
// stands in the card and there is no such button. Started by `explore/clip_card.js`; drawn by `assets/css/clip_sheet.css`.

import { find, targetOf } from "../core/dom.js";

const PHONE = "(max-width: 640px)"; // as in clip_sheet.css

/** @param {HTMLElement} card */
export function attachSheet(card) {
  const button = find("#explore-change", card);
  const place = /** @type {HTMLElement} */ (card.parentElement);
  const isOpen = () => card.dataset.sheet === "open";
  const set = (/** @type {boolean} */ open) => {
    if (open === isOpen()) return;
    place.style.minHeight = open ? `${place.offsetHeight}px` : ""; // what lies below does not move up
    card.dataset.sheet = open ? "open" : "closed";
    button.setAttribute("aria-expanded", String(open));
    button.textContent = open ? "Close" : "Change";
    button.setAttribute("aria-label", open ? "Close" : "Change range, model and resolution");
  };
  button.addEventListener("click", () => set(!isOpen()));
  find("#explore-run", card).addEventListener("click", () => set(false));
  card.addEventListener("keydown", (event) => {
    if (event.key !== "Escape" || !isOpen()) return;
    event.stopPropagation();
    set(false);
    button.focus();
  });
  // A press beside the sheet closes it and does nothing else.
  const beside = (/** @type {Event} */ event) => {
    if (!isOpen() || card.contains(targetOf(event))) return;
    event.preventDefault();
    event.stopPropagation();
    if (event.type === "click") set(false);
  };
  for (const press of ["pointerdown", "click"]) document.addEventListener(press, beside, true);
  matchMedia(PHONE).addEventListener("change", () => set(false));
}
