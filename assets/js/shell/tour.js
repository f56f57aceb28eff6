// The tour: a light on one real thing of the page and a small card beside it, step by step on the visitor's own clip.
// It blocks nothing; Escape ends it, and what was selected before is selected again. Started by `explore/tree_view.js` (the
// button in the header), by its hint and by the Guide.

import { calm, h } from "../core/dom.js";
import { askWindow, get, select, setPlaying } from "../explore/store.js";
import { openTabName, showTab } from "./tabs.js";
import { place, scrollFor } from "./tour_place.js";
import { STEPS } from "./tour_steps.js";

const SEEN = "imfn-tour"; // in localStorage, where the browser keeps it
let running = null;
let listening = false;

/** Listen to the header's button, once per page. */
export function attachTour() {
  if (listening) return;
  listening = true;
  document.addEventListener("click", (event) => event.target.closest?.("#tour-start") && startTour());
}

/** Whether a tour was offered or taken in this browser; without storage it counts as seen. */
export function tourSeen() {
  try {
    return localStorage.getItem(SEEN) !== null;
  } catch {
    return true;
  }
}

export function rememberTour() {
  try {
    localStorage.setItem(SEEN, "seen");
  } catch {
    // private windows and framed pages: then it is offered again
  }
}

export function startTour() {
  if (running) return running.card.focus();
  rememberTour();
  document.querySelector(".imfn-tour-hint")?.remove();
  running = new Tour();
}

class Tour {
  constructor() {
    this.found = {
      focus: document.activeElement,
      tab: openTabName(),
      scroll: window.scrollY,
      selection: { ...get().selection },
      playing: get().playing,
      id: get().exploration?.id,
    };
    this.at = -1;
    this.build();
    if (this.found.tab !== "explore") showTab("explore");
    setPlaying(false);
    this.heard = (event) => this.key(event);
    document.addEventListener("keydown", this.heard, true);
    requestAnimationFrame(() => {
      this.go(1);
      this.follow();
    });
  }

  build() {
    this.light = h("div", { class: "imfn-tour-light", "aria-hidden": "true" });
    this.title = h("h2", { id: "tour-title" });
    this.words = h("p", { id: "tour-words" });
    this.dots = h("div", { class: "imfn-tour-dots", role: "img" }, ...STEPS.map(() => h("i")));
    this.back = h("button", { type: "button", class: "imfn-button", text: "Back", onclick: () => this.go(-1) });
    this.next = h("button", { type: "button", class: "imfn-primary", text: "Next", onclick: () => this.go(1) });
    const skip = h("button", {
      type: "button",
      class: "imfn-tour-skip",
      text: "Skip",
      "aria-label": "Skip the tour",
      onclick: () => this.end(),
    });
    const live = h("div", { "aria-live": "polite", "aria-atomic": "true" }, this.title, this.words);
    this.card = h(
      "div",
      {
        class: "imfn-tour-card",
        role: "dialog",
        tabindex: -1,
        "aria-labelledby": "tour-title",
        "aria-describedby": "tour-words",
      },
      live,
      h("div", { class: "imfn-tour-foot" }, this.dots, skip, this.back, this.next),
    );
    document.body.append(this.light, this.card);
  }

  /** To the next step that way whose target is on the page; past the last one the tour is over. */
  go(way) {
    let at = this.at + way;
    while (STEPS[at] && !boxOf(STEPS[at])) at += way;
    if (!STEPS[at]) return way > 0 ? this.end() : undefined;
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
    this.card.dataset.step = this.at;
    this.dots.setAttribute("aria-label", `Step ${this.at + 1} of ${STEPS.length}`);
    [...this.dots.children].forEach((dot, i) => dot.classList.toggle("imfn-on", i <= this.at));
    this.back.disabled = this.at === 0;
    this.next.textContent = this.at === STEPS.length - 1 ? "Done" : "Next";
    if (!this.card.contains(document.activeElement) || document.activeElement.disabled)
      this.card.focus({ preventScroll: true });
  }

  /** Scroll the target to where card and target both have room. */
  reveal() {
    const target = STEPS[this.at].target();
    if (target instanceof Element) target.scrollIntoView({ block: "nearest", inline: "nearest", behavior: "instant" });
    const by = scrollFor(boxOf(STEPS[this.at]), this.size(), view());
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

  key(event) {
    const here = event.target === document.body || this.card.contains(event.target);
    const act =
      event.key === "Escape"
        ? () => this.end()
        : here && { ArrowRight: () => this.go(1), ArrowLeft: () => this.go(-1) }[event.key];
    if (!act || event.ctrlKey || event.metaKey || event.altKey) return;
    event.preventDefault();
    event.stopPropagation();
    act();
  }

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
      if (get().selection.window === selection.window) select({ merges: selection.merges, frame: selection.frame });
      else askWindow(selection.window, selection.frame);
      setPlaying(playing);
    }
    if (tab && tab !== openTabName()) showTab(tab);
    requestAnimationFrame(() => {
      window.scrollTo({ top: scroll, behavior: "instant" });
      (focus?.isConnected && focus !== document.body ? focus : document.querySelector("#tour-start"))?.focus({
        preventScroll: true,
      });
    });
  }
}

const view = () => ({ width: document.documentElement.clientWidth, height: window.innerHeight });

/** Where a step's target is, or null where it is missing or hidden. */
function boxOf(step) {
  const target = step?.target();
  const box = target instanceof Element ? target.getBoundingClientRect() : target;
  return box && box.right - box.left > 0 && box.bottom - box.top > 0 ? box : null;
}
