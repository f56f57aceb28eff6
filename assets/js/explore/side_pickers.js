// What chooses the sides: two menus, what swaps them, the rail of B's ratios, and what is said while another model is
// computed. Built by `explore/player.js`.

import { find, h } from "../core/dom.js";
import { ratio, size } from "../core/format.js";
import { rows } from "./exploration.js";
import { chooseA, chooseB, explorationOf, giveUp, sideA, sideB, sides, swap } from "./side_store.js";
import { clipRatio, keptBytes, parsed, plannedLevels, plannedName, sideName, written } from "./sides.js";
import { get } from "./store.js";

/** @import { Exploration } from "../core/types.js" */
/** @import { Side } from "./sides.js" */

/** Keys of the rail, and where they move. @type {Record<string, number>} */
const TURNS = { ArrowRight: 1, ArrowUp: 1, ArrowLeft: -1, ArrowDown: -1 };

/** The menus, the rail, the line of trouble, and what brings them up to date. */
export function sidePickers() {
  const a = menu("a", "Side A", chooseA);
  const b = menu("b", "Side B", chooseB);
  const turn = h("button", {
    type: "button",
    id: "explore-swap",
    class: "imfn-ab-swap",
    "aria-label": "Swap A and B (x)",
    title: "Swap A and B (x)",
    text: "⇌",
    onclick: swap,
  });
  const row = h("div", { class: "imfn-ab-menus" }, a.label, turn, b.label);
  const rail = h("div", { class: "imfn-ab-rail", role: "radiogroup", "aria-label": "Ratio of B" });
  const trouble = h("p", { class: "imfn-status imfn-ab-trouble", role: "status", hidden: true });
  const refresh = () => {
    const { exploration: e } = get();
    if (!e) return;
    fill(a.select, e, sideA());
    fill(b.select, e, sideB());
    a.label.hidden = turn.hidden = !e.source;
    refreshRail(rail, sideB());
    refreshTrouble(trouble);
  };
  return { row, rail, trouble, refresh };
}

/** @param {"a" | "b"} name @param {string} words @param {(side: Side) => void} choose */
function menu(name, words, choose) {
  const select = h("select", { id: `explore-side-${name}`, "aria-label": words });
  select.addEventListener("change", () => {
    const side = parsed(select.value);
    if (side) choose(side);
  });
  const label = h("label", { class: "imfn-ab-menu" }, h("b", { text: name.toUpperCase() }), select);
  return { select, label };
}

/** The menu's entries, made anew where what there is has changed. @param {HTMLSelectElement} select @param {Exploration} e @param {Side} side */
function fill(select, e, side) {
  const others = sides.get().models.map(({ name }) => [name, Boolean(explorationOf({ model: name, merges: 1 }))]);
  const key = JSON.stringify([e.id, e.explored, rows(e), others]);
  if (select.dataset.of !== key) {
    select.dataset.of = key;
    select.replaceChildren(...ownEntries(e), ...otherGroups(e.frames));
  }
  select.value = written(side);
}

/** @param {Exploration} e */
const ownEntries = (e) => [...rows(e)].reverse().map((merges) => entry({ model: null, merges }, sideName(e, merges)));

/** @param {number} frames of the clip */
function otherGroups(frames) {
  return sides.get().models.map(({ name, label, leaves }) => {
    const known = explorationOf({ model: name, merges: 1 });
    const levels = known ? known.levels.map((level) => level.merges) : plannedLevels(leaves, frames);
    const words = (/** @type {number} */ merges) =>
      known ? sideName(known, merges) : `${label}: ${plannedName(merges, leaves)}`;
    const entries = levels.map((merges) => entry({ model: name, merges }, words(merges)));
    return h("optgroup", { label: known ? label : `${label}, computed when chosen` }, ...entries);
  });
}

/** @param {Side} side @param {string} text */
const entry = (side, text) => h("option", { value: written(side), text });

/** @param {HTMLElement} rail @param {Side} side */
function refreshRail(rail, side) {
  const e = explorationOf(side);
  rail.classList.toggle("imfn-ab-waits", !e);
  if (!e) return;
  const levels = side.model === null ? [...rows(e)].reverse() : e.levels.map((level) => level.merges);
  const key = JSON.stringify([e.id, side.model, levels, levels.map((merges) => keptBytes(e, merges))]);
  if (rail.dataset.levels !== key) {
    rail.dataset.levels = key;
    rail.replaceChildren(...levels.map((merges) => stop(e, { model: side.model, merges }, levels)));
  }
  for (const button of /** @type {NodeListOf<HTMLElement>} */ (rail.querySelectorAll("[role=radio]"))) {
    const on = Number(button.dataset.merges) === side.merges;
    button.setAttribute("aria-checked", String(on));
    button.tabIndex = on ? 0 : -1;
  }
}

/** @param {Exploration} e @param {Side} side @param {number[]} levels */
function stop(e, side, levels) {
  const words = [
    h("b", { text: ratio(clipRatio(e, side.merges)) }),
    h("small", { text: size(keptBytes(e, side.merges)) }),
  ];
  const button = h(
    "button",
    { type: "button", role: "radio", "data-merges": side.merges, onclick: () => chooseB(side) },
    h("i"),
    ...words,
  );
  button.addEventListener("keydown", (event) => {
    const turn = TURNS[event.key];
    if (!turn) return;
    event.preventDefault();
    event.stopPropagation();
    const next = levels[(levels.indexOf(side.merges) + turn + levels.length) % levels.length];
    chooseB({ ...side, merges: next });
    const group = /** @type {HTMLElement} */ (button.parentElement);
    find(`[data-merges="${next}"]`, group).focus();
  });
  return button;
}

/** What is being computed, with Cancel; or why it could not be. @param {HTMLElement} line */
function refreshTrouble(line) {
  const names = [...new Set([sideA().model, sideB().model])].filter((name) => name !== null);
  const found = names
    .map((name) => ({ name, other: sides.get().others.get(name) }))
    .find(({ other }) => other?.message);
  const other = found?.other;
  line.hidden = !other || other.state === "done";
  if (!other || !found || line.hidden) return;
  const failed = other.state === "failed";
  line.className = `imfn-status imfn-ab-trouble ${failed ? "error" : "busy"}`;
  const back = h("button", {
    type: "button",
    class: "imfn-ab-back",
    text: failed ? "Back" : "Cancel",
    onclick: () => giveUp(found.name),
  });
  line.replaceChildren(h("span", { text: other.message }), back);
}
