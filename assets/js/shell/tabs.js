// The page's tabs for scripts: which there are, which is open, how one is opened. The open tab is kept in the address, as
// a step of the browser's history. Called by `shell/shell.js`, the keys, the Guide and the tour.

import { current, leaveOut, onBack, opened, push } from "../core/url.js";
import { notice, quoted } from "../ui/notice.js";
import { attachRoving, rove } from "../ui/roving.js";

/** @param {Element} element @returns {element is HTMLElement} */
const isElement = (element) => element instanceof HTMLElement;
const SHOWN = ".imfn-pages > .tab-wrapper .tab-container:not(.visually-hidden)";
const FIRST = "explore"; // the tab without a name in the address
const TRIES = 80; // times that a tab of the address is asked for until Gradio listens
const PAUSE = 100; // milliseconds between them

/** @type {(name: string) => void} */
let open = () => {};

/** The row of tabs. */
export const tabRow = () => document.querySelector(SHOWN);
/** The buttons of the row, from left to right. @returns {HTMLElement[]} */
export const tabButtons = () => [...document.querySelectorAll(`${SHOWN} [role=tab]`)].filter(isElement);
/** The name of a tab, as the server registered it. @param {HTMLElement} button */
export const tabName = (button) => button.dataset.tabId ?? "";

/** The name of the tab that is open, or null. */
export function openTabName() {
  const found = tabButtons().find((button) => button.getAttribute("aria-selected") === "true");
  return found ? tabName(found) : null;
}

/** Open a tab. @param {string} name */
export const showTab = (name) => open(name);

/**
 * Open the tab that the address names, and follow what is opened from then on.
 * @param {(event: string) => void} trigger the shell's, whose events `app/components/shell.py` has wired
 * @param {string[]} events those there are
 */
export function attachTabs(trigger, events) {
  open = (name) => events.includes(`open_${name}`) && trigger(`open_${name}`);
  onBack(() => showTab(current("tab") ?? FIRST));
  const wanted = opened("tab");
  const known = wanted && wanted !== FIRST && events.includes(`open_${wanted}`);
  if (wanted && wanted !== FIRST && !known) notice(`There is no tab ${quoted(wanted)}; Explore is open instead.`);
  if (wanted && !known) leaveOut("tab"); // else the first look at the row would be a step, and cut off those ahead
  openFirst(known ? wanted : null, TRIES);
}

/** @param {string | null} name @param {number} tries */
function openFirst(name, tries) {
  const row = tabRow();
  if (row && (!name || openTabName() === name || tries <= 0)) {
    document.documentElement.classList.remove("imfn-elsewhere");
    return follow(row);
  }
  if (name) showTab(name);
  setTimeout(() => openFirst(name, tries - 1), PAUSE);
}

/** Keep the open tab in the address. @param {Element} row */
function follow(row) {
  const told = () => {
    const name = openTabName();
    rove(
      tabButtons(),
      tabButtons().find((button) => tabName(button) === name),
    );
    if (name) push({ tab: name === FIRST ? null : name });
  };
  attachRoving(row, tabButtons, (button) => showTab(tabName(button)));
  if (openTabName() === FIRST) rove(tabButtons(), null);
  else told(); // opened before this script was there
  const watched = { subtree: true, attributes: true, attributeFilter: ["aria-selected"] };
  new MutationObserver(told).observe(row, watched);
}
