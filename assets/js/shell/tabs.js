// The page's tabs for scripts: which there are, what they are called, how one is opened.
// Called by `shell/permalink.js`, the Guide and the tour.

const SHOWN = ".imfn-pages > .tab-wrapper .tab-container:not(.visually-hidden)";

export const tabRow = () => document.querySelector(SHOWN);
export const tabButtons = () => [...document.querySelectorAll(`${SHOWN} [role=tab]`)];
export const tabName = (button) => button.textContent.trim().toLowerCase();

/** The name of the tab that is open. */
export function openTabName() {
  const open = tabButtons().find((button) => button.getAttribute("aria-selected") === "true");
  return open ? tabName(open) : null;
}

/** Open a tab; one that does not fit the row is in Gradio's own menu, and its hidden twin takes the click. */
export function showTab(name) {
  const all = [
    ...tabButtons(),
    ...document.querySelectorAll(
      ".imfn-pages > .tab-wrapper [role=tab], .imfn-pages > .tab-wrapper .overflow-dropdown button",
    ),
  ];
  all.find((button) => tabName(button) === name)?.click();
}
