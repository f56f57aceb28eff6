// What all scenes of the Guide have in common: a card with few words beside a live piece, the ratio slider, and the
// ways out to other tabs. Called by every `guide_*.js`.

import { find, h } from "../core/dom.js";
import { ratio } from "../core/format.js";
import { rowRatio, rows } from "../explore/exploration.js";
import { get, select } from "../explore/store.js";
import { showTab } from "../shell/tabs.js";

/** @import { Exploration, Selection } from "../core/types.js" */
/** @import { Attributes } from "../core/dom.js" */

/**
 * A scene as the Guide draws it: `refresh` is called whenever the exploration or the selection has changed.
 * @typedef {object} Scene
 * @property {HTMLElement} element
 * @property {(e: Exploration, selection: Selection, later: () => void) => unknown} refresh
 */

/**
 * A card: words and buttons on the left, the piece on the right.
 * @param {object} card
 * @param {string} card.id
 * @param {string} card.title
 * @param {string} card.words
 * @param {HTMLElement[]} [card.actions]
 * @param {HTMLElement[]} card.piece
 * @param {(e: Exploration) => string | null} [card.lacks] says why it cannot be shown, if so
 */
export function scene({ id, title, words, actions = [], piece, lacks = () => null }) {
  const none = h("p", { class: "imfn-scene-none", hidden: true });
  const left = h(
    "div",
    { class: "imfn-scene-words" },
    h("h2", { text: title }),
    h("p", { text: words }),
    h("div", { class: "imfn-scene-actions" }, ...actions),
  );
  const element = h(
    "section",
    { class: "imfn-card imfn-scene", id: `guide-${id}`, "aria-label": title },
    left,
    h("div", { class: "imfn-scene-piece" }, none, ...piece),
  );
  /** Whether the piece can be drawn from this exploration; where not, a sentence says so. @param {Exploration} e */
  const ready = (e) => {
    const why = lacks(e);
    none.hidden = !why;
    none.textContent = why || "";
    for (const part of [...piece, ...actions]) part.hidden = Boolean(why);
    return !why;
  };
  return { element, ready };
}

export const WITHOUT_SOURCE =
  "This clip was opened from a memory file, and its source is not in it. Pick a sample or upload a clip to see this piece.";

/** A button of a scene. @param {string} text @param {() => void} onclick @param {Attributes} [extra] */
export const action = (text, onclick, extra = {}) =>
  h("button", { type: "button", class: "imfn-button imfn-scene-action", text, onclick, ...extra });

/**
 * "See it in Explore": select there what the scene shows when it is clicked.
 * @param {(e: Exploration) => { merges?: number, frame?: number }} selected
 */
export const seeInExplore = (selected) =>
  action("See it in Explore", () => {
    const e = get().exploration;
    if (e) select(selected(e));
    showTab("explore");
    requestAnimationFrame(() => {
      find("#explore-tree canvas.imfn-tree").focus({ preventScroll: true });
      window.scrollTo(0, 0);
    });
  });

/** A slider over the levels that are shown, from `least` merges on; it moves the one selection. @param {string} label @param {number} [least] */
export function levelSlider(label, least = 0) {
  const input = h("input", { type: "range", class: "imfn-range", min: 0, step: 1, "aria-label": label });
  const ticks = h("div", { class: "imfn-ticks", "aria-hidden": "true" });
  const element = h("div", { class: "imfn-slider" }, input, ticks);
  let levels = /** @type {number[]} */ ([]);
  input.addEventListener("input", () => select({ merges: levels[Number(input.value)] }));
  /** @param {Exploration} e @param {number} merges @returns {number} the level it stands on */
  const refresh = (e, merges) => {
    levels = rows(e)
      .reverse()
      .filter((level) => level >= least);
    const names = levels.map((level) => ratio(rowRatio(e, level)));
    if (ticks.dataset.levels !== names.join()) ticks.replaceChildren(...names.map((text) => h("span", { text })));
    ticks.dataset.levels = names.join();
    const at = Math.max(0, levels.indexOf(merges));
    input.max = String(Math.max(1, levels.length - 1));
    input.disabled = levels.length < 2;
    input.value = String(at);
    input.style.setProperty("--done", `${(100 * at) / Math.max(1, levels.length - 1)}%`);
    input.setAttribute("aria-valuetext", names[at] ?? "");
    for (const [i, tick] of [...ticks.children].entries()) tick.classList.toggle("imfn-on", i === at);
    return levels[at];
  };
  return { element, refresh };
}
