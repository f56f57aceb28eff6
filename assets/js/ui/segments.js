// A group of buttons of which one is on: one stop of the Tab key, arrows move within. Used by `compare/verdict.js`,
// `trajectory/map.js` and `ui/sub_views.js`.

import { h } from "../core/dom.js";

/** @typedef {{ value: string, text: string, title?: string, id?: string, controls?: string }} Segment */

/**
 * @typedef {object} Segments
 * @property {HTMLElement} element
 * @property {HTMLButtonElement[]} buttons in the order of the options
 * @property {(value: string) => void} show press another one without telling of it
 */

/**
 * @param {object} parts
 * @param {string} parts.label
 * @param {Segment[]} parts.options
 * @param {string} parts.value the one that is on
 * @param {(value: string) => void} parts.choose
 * @param {"radio" | "tab"} [parts.role]
 * @returns {Segments}
 */
export function segments({ label, options, value, choose, role = "radio" }) {
  const [group, on] = role === "tab" ? ["tablist", "aria-selected"] : ["radiogroup", "aria-checked"];
  const buttons = options.map((each) =>
    h("button", {
      type: "button",
      role,
      id: each.id ?? null,
      "data-value": each.value,
      "aria-controls": each.controls ?? null,
      title: each.title,
      text: each.text,
      onclick: () => pick(each.value),
    }),
  );
  const show = (/** @type {string} */ wanted) => {
    for (const button of buttons) {
      const pressed = button.dataset.value === wanted;
      button.setAttribute(on, String(pressed));
      button.tabIndex = pressed ? 0 : -1;
    }
  };
  const pick = (/** @type {string} */ wanted) => {
    show(wanted);
    choose(wanted);
  };
  const element = h("div", { class: "imfn-segments", role: group, "aria-label": label }, ...buttons);
  element.addEventListener("keydown", (event) => {
    const there = buttons.filter((button) => !button.disabled);
    const index = there.indexOf(/** @type {HTMLButtonElement} */ (event.target));
    const next = moved(event.key, index, there.length);
    if (index < 0 || next === null) return;
    event.preventDefault();
    event.stopPropagation();
    pick(there[next].dataset.value ?? "");
    there[next].focus();
  });
  show(value);
  return { element, buttons, show };
}

/**
 * Where a key leads within a row of buttons, round its ends; null for another key.
 * @param {string} key
 * @param {number} index
 * @param {number} count
 */
export function moved(key, index, count) {
  const steps = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1 };
  if (key === "Home") return 0;
  if (key === "End") return count - 1;
  const step = /** @type {Record<string, number>} */ (steps)[key];
  return step ? (index + step + count) % count : null;
}
