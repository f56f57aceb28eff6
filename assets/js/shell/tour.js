// The tour: a light on one real thing of the page and a small card beside it, step by step on the visitor's own clip.
// It blocks nothing; Escape ends it, and what was selected before is selected again. Started by `shell/shell.js`
// (the button in the header), by its hint and by the Guide.

import { calm, h, targetOf } from "../core/dom.js";
import { askWindow, get, select, setPlaying } from "../explore/store.js";
import { openTabName, showTab } from "./tabs.js";
import { place, scrollFor } from "./tour_place.js";
import { STEPS } from "./tour_steps.js";

/** @import { Edges } from "../core/types.js" */
/** @import { Step } from "./tour_steps.js" */

const SEEN = "imfn-tour"; // in localStorage, where the browser keeps it
/** @type {Tour | null} */
let running = null;
let listening = false;

/** Listen to the header's button, once per page. */
export function attachTour() {
  if (listening) return;
  listening = true;
  document.addEventListener("click", (event) => targetOf(event)?.closest("#tour-start") && startTour());
}

/** Whether a tour was offered or taken in this browser; without storage it counts as seen. */
export function tourSeen() {
  try {
    return localStorage.getItem(SEEN) !== null;
  } catch {
    return true;
  }
}

/** Offer no tour in this browser again. */
export function rememberTour() {
  try {
    localStorage.setItem(SEEN, "seen");
  } catch {
    // private windows and framed pages: then it is offered again
  }
}

/** Start the tour, or return to the one that runs. */
export function startTour() {
  if (running) return running.card.focus();
  rememberTour();
  document.querySelector(".imfn-tour-hint")?.remove();
  running = new Tour();
}

class Tour {
  /** The page as it was found. */
  found = {
    focus: /** @type {HTMLElement | null} */ (document.activeElement),
    tab: openTabName(),
    scroll: window.scrollY,
    selection: { ...get().selection },
    playing: get().playing,
    id: get().exploration?.id,
  };
  at = -1;
  spot = ""; // where light and card stand
  /** @type {(() => void) | undefined} */
  undo = undefined;
  light = h("div", { class: "imfn-tour-light", "aria-hidden": "true" });
  title = h("h2", { id: "tour-title" });
  words = h("p", { id: "tour-words" });
  dots = h("div", { class: "imfn-tour-dots", role: "img" }, ...STEPS.map(() => h("i")));
  back = h("button", { type: "button", class: "imfn-button", text: "Back", onclick: () => this.go(-1) });
  next = h("button", { type: "button", class: "imfn-primary", text: "Next", onclick: () => this.go(1) });
  card = h("div", {
    class: "imfn-tour-card",
    role: "dialog",
    tabindex: -1,
    "aria-labelledby": "tour-title",
    "aria-describedby": "tour-words",
  });

  constructor() {
    this.build();
    if (this.found.tab !== "explore") showTab("explore");
    setPlaying(false);
    document.addEventListener("keydown", this.heard, true);
    requestAnimationFrame(() => {
      this.go(1);
      this.follow();
    });
  }

  build() {
    const skip = h("button", {
      type: "button",
      class: "imfn-tour-skip",
      text: "Skip",
      "aria-label": "Skip the tour",
      onclick: () => this.end(),
    });
    const live = h("div", { "aria-live": "polite", "aria-atomic": "true" }, this.title, this.words);
    this.card.append(live, h("div", { class: "imfn-tour-foot" }, this.dots, skip, this.back, this.next));
    document.body.append(this.light, this.card);
  }

  /** To the next step that way whose target is on the page; past the last one the tour is over. @param {1 | -1} way */
  go(way) {
    let at = this.at + way;
    while (STEPS[at] && !boxOf(STEPS[at])) at += way;
    if (!STEPS[at] && way > 0) this.end();
    if (!STEPS[at]) return;
    this.undo?.();
    this.at = at;
    this.undo = STEPS[at].act?.();
    this.write();
    this.reveal();
  }

  write() {
    const step = STEPS[this.at];
    this.title.textContent = step.title;
    this.words.textContent = step.words();
    this.card.dataset.step = String(this.at);
    this.dots.setAttribute("aria-label", `Step ${this.at + 1} of ${STEPS.length}`);
    for (const [i, dot] of [...this.dots.children].entries()) dot.classList.toggle("imfn-on", i <= this.at);
    this.back.disabled = this.at === 0;
    this.next.textContent = this.at === STEPS.length - 1 ? "Done" : "Next";
    const focused = document.activeElement;
    if (!this.card.contains(focused) || focused?.matches(":disabled")) this.card.focus({ preventScroll: true });
  }

  /** Scroll the target to where card and target both have room. */
  reveal() {
    const target = STEPS[this.at].target();
    if (target instanceof Element) target.scrollIntoView({ block: "nearest", inline: "nearest", behavior: "instant" });
    const box = boxOf(STEPS[this.at]);
    const by = box ? scrollFor(box, this.size(), view()) : 0;
    if (by) window.scrollBy({ top: by, behavior: calm() ? "instant" : "smooth" });
  }

  size() {
    return { width: this.card.offsetWidth, height: this.card.offsetHeight };
  }

  /** Stay beside a target that moves, is scrolled or is drawn anew. */
  follow() {
    if (running !== this) return;
    const box = boxOf(STEPS[this.at]);
    if (!box) this.go(1);
    else this.stand(place(box, this.size(), view()));
    requestAnimationFrame(() => this.follow());
  }

  /** @param {ReturnType<typeof place>} places */
  stand({ light, card }) {
    const spot = [light.left, light.top, light.right - light.left, light.bottom - light.top, card.left, card.top].map(
      Math.round,
    );
    if (spot.join() === this.spot) return;
    this.spot = spot.join();
    const [left, top, width, height, x, y] = spot.map((value) => `${value}px`);
    Object.assign(this.light.style, { left, top, width, height });
    Object.assign(this.card.style, { left: x, top: y });
  }

  /** Escape ends the tour from anywhere, arrows walk where nothing else needs them. @param {KeyboardEvent} event */
  heard = (event) => {
    const target = targetOf(event);
    const here = target === document.body || this.card.contains(target);
    const way = here && event.key === "ArrowRight" ? 1 : here && event.key === "ArrowLeft" ? -1 : null;
    const other = way === null && event.key !== "Escape";
    if (other || event.ctrlKey || event.metaKey || event.altKey) return;
    event.preventDefault();
    event.stopPropagation();
    if (way) this.go(way);
    else this.end();
  };

  /** Take everything away and leave the page as it was found. */
  end() {
    running = null;
    this.undo?.();
    document.removeEventListener("keydown", this.heard, true);
    this.light.remove();
    this.card.remove();
    this.restore();
  }

  restore() {
    const { focus, tab, selection, id, playing, scroll } = this.found;
    if (get().exploration?.id === id) {
      if (get().selection.window !== selection.window) askWindow(selection.window, selection.frame);
      select({ merges: selection.merges, frame: selection.frame });
      setPlaying(playing);
    }
    if (tab && tab !== openTabName()) showTab(tab);
    requestAnimationFrame(() => {
      window.scrollTo({ top: scroll, behavior: "instant" });
      const start = /** @type {HTMLElement | null} */ (document.querySelector("#tour-start"));
      const back = focus?.isConnected && focus !== document.body ? focus : start;
      back?.focus({ preventScroll: true });
    });
  }
}

const view = () => ({ width: document.documentElement.clientWidth, height: window.innerHeight });

/** Where a step's target is, or null where it is missing or hidden. @param {Step} [step] @returns {Edges | null} */
function boxOf(step) {
  const target = step?.target();
  const box = target instanceof Element ? target.getBoundingClientRect() : target;
  return box && box.right - box.left > 0 && box.bottom - box.top > 0 ? box : null;
}
