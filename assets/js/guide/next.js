// Scene 8, where to go next: the other tabs, each with what it is for. Called by `guide/view.js`.

import { h } from "../core/dom.js";
import { showTab } from "../shell/tabs.js";
import { startTour } from "../shell/tour.js";

/** @type {[title: string, words: string, go: () => void][]} */
const WAYS = [
  ["Upload a clip", "your video, images or a zip; every piece here follows", upload],
  ["Train your own", "a memory for your own data, in minutes", () => leave("train")],
  ["Walk in the dark", "what memories believe of a room", () => leave("predict")],
  ["Compare models", "the same floats, bytes and budgets", () => leave("compare")],
  ["Take the tour", "one minute on the Explore tab", () => startTour()],
];

/** The scene: a button a tab. */
export function next() {
  const buttons = WAYS.map(([title, words, go]) =>
    h(
      "button",
      { type: "button", class: "imfn-next", onclick: go },
      h("b", { text: title }),
      h("span", { text: words }),
    ),
  );
  const element = h(
    "section",
    { class: "imfn-card imfn-scene-next", id: "guide-next", "aria-label": "Where to go next" },
    h("h2", { text: "Where to go next" }),
    h("div", { class: "imfn-nexts" }, ...buttons),
  );
  return { element, refresh: () => {} };
}

/** @param {string} name */
function leave(name) {
  showTab(name);
  window.scrollTo(0, 0);
}

/** Choose a file here and now: browsers open the dialogue only while the click is fresh. */
function upload() {
  dispatchEvent(new Event("imfn-upload"));
  leave("explore");
}
