// The page's tabs for scripts: which there are, what they are called, how one is opened.
// Called by `shell/permalink.js`, the Guide and the tour.

const EVERYWHERE = ".imfn-pages > .tab-wrapper [role=tab], .imfn-pages > .tab-wrapper .overflow-dropdown button";
/** @param {Element} element @returns {element is HTMLElement} */
const isElement = (element) => element instanceof HTMLElement;
const SHOWN = ".imfn-pages > .tab-wrapper .tab-container:not(.visually-hidden)";

/** The row of tabs. */
export const tabRow = () => document.querySelector(SHOWN);
/** The tabs' buttons from left to right. @returns {HTMLElement[]} */
export const tabButtons = () => [...document.querySelectorAll(`${SHOWN} [role=tab]`)].filter(isElement);
/** The name a tab has in addresses. @param {HTMLElement} button */
export const tabName = (button) => button.textContent.trim().toLowerCase();

/** The name of the tab that is open. */
export function openTabName() {
  const open = tabButtons().find((button) => button.getAttribute("aria-selected") === "true");
  return open ? tabName(open) : null;
}

/** Open a tab; one that does not fit the row is in Gradio's own menu, and its hidden twin takes the click. @param {string} name */
export function showTab(name) {
  const all = [...tabButtons(), ...[...document.querySelectorAll(EVERYWHERE)].filter(isElement)];
  all.find((button) => tabName(button) === name)?.click();
}
