// A group of buttons that is one stop of the Tab key: arrows, Home and End move within it. Called by
// `explore/inspector.js`, `explore/levels_table.js` and `shell/tabs.js`.

import { moved } from "./segments.js";

/** @typedef {() => HTMLElement[]} Buttons the group's buttons as they are now */

/**
 * Let arrows move the focus within a group, and `chosen` hear of it.
 * @param {Element} group
 * @param {Buttons} buttons
 * @param {(button: HTMLElement) => void} chosen
 */
export function attachRoving(group, buttons, chosen) {
  group.addEventListener("keydown", (event) => {
    const { key, ctrlKey, metaKey, altKey } = /** @type {KeyboardEvent} */ (event);
    const there = buttons();
    const index = there.indexOf(/** @type {HTMLElement} */ (event.target));
    const next = index < 0 || ctrlKey || metaKey || altKey ? null : moved(key, index, there.length);
    if (next === null) return;
    event.preventDefault();
    event.stopPropagation();
    chosen(there[next]);
    rove(there, there[next]);
    there[next].focus();
  });
}

/** Make one button the group's stop, the first one where it is none of them. @param {HTMLElement[]} buttons @param {HTMLElement | null | undefined} stop */
export function rove(buttons, stop) {
  const at = stop && buttons.includes(stop) ? stop : buttons[0];
  for (const button of buttons) {
    const index = button === at ? 0 : -1;
    if (button.tabIndex !== index) button.tabIndex = index;
  }
}
