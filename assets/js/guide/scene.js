// What all scenes of the Guide have in common: a card with few words beside a live piece, the ratio slider, and the ways
// out to other tabs. Called by every `guide_*.js`.

import { h } from "../core/dom.js";
import { ratio } from "../core/format.js";
import { rows } from "../explore/exploration.js";
import { select } from "../explore/store.js";
import { showTab } from "../shell/tabs.js";

/** A card: `words` and buttons on the left, the piece on the right. `lacks(e)` says why it cannot be shown, if so. */
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
  /** Whether the piece can be drawn from this exploration; where not, a sentence stands in its place. */
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

export const action = (text, onclick, extra = {}) =>
  h("button", { type: "button", class: "imfn-button imfn-scene-action", text, onclick, ...extra });

/** "See it in Explore": select there what the scene shows. `wish` gives the selection when it is clicked. */
export const seeInExplore = (wish) =>
  action("See it in Explore", () => {
    select(wish());
    showTab("explore");
    requestAnimationFrame(() => {
      const canvas = document.querySelector("#explore-tree canvas.imfn-tree");
      canvas?.focus({ preventScroll: true });
      window.scrollTo(0, 0);
    });
  });

/** A slider over the levels that are shown, from `least` merges on; it moves the one selection. */
export function levelSlider(label, least = 0) {
  const input = h("input", { type: "range", class: "imfn-range", min: 0, step: 1, "aria-label": label });
  const ticks = h("div", { class: "imfn-ticks", "aria-hidden": "true" });
  const element = h("div", { class: "imfn-slider" }, input, ticks);
  let levels = [];
  input.addEventListener("input", () => select({ merges: levels[Number(input.value)] }));
  const refresh = (e, merges) => {
    levels = rows(e)
      .reverse()
      .filter((level) => level >= least);
    if (ticks.dataset.levels !== levels.join())
      ticks.replaceChildren(...levels.map((level) => h("span", { text: ratio(level) })));
    ticks.dataset.levels = levels.join();
    const at = Math.max(0, levels.indexOf(merges));
    input.max = Math.max(1, levels.length - 1);
    input.disabled = levels.length < 2;
    input.value = at;
    input.style.setProperty("--done", `${(100 * at) / Math.max(1, levels.length - 1)}%`);
    input.setAttribute("aria-valuetext", ratio(levels[at]));
    [...ticks.children].forEach((tick, i) => tick.classList.toggle("imfn-on", i === at));
    return levels[at];
  };
  return { element, refresh };
}
