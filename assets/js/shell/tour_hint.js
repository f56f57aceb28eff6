// One line on Explore for somebody who is here for the first time; it offers the tour once. Built by
// `explore/player.js` with the player itself, so that nothing moves when it appears.

import { h, iconButton } from "../core/dom.js";
import { rememberTour, startTour, tourSeen } from "./tour.js";

/** The line, or null for those who have seen it. */
export function tourHint() {
  if (tourSeen()) return null;
  const go = h("button", { type: "button", class: "imfn-link", text: "Take the one-minute tour", onclick: startTour });
  const close = iconButton("close", "Dismiss", () => hint.remove());
  const hint = h("div", { class: "imfn-tour-hint", role: "note" }, h("span", {}, "New here? ", go), close);
  const shown = new IntersectionObserver((entries) => {
    if (!entries.some((entry) => entry.isIntersecting)) return;
    rememberTour();
    shown.disconnect();
  });
  shown.observe(hint);
  return hint;
}
