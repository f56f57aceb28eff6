// The button "Train on this clip" of Explore's player, which leads to the form of a new run with that clip chosen. Called
// by `explore/player.js`; `train/view.js` hears of it, also where it is mounted only afterwards.

import { h } from "../core/dom.js";
import { subscribe } from "../explore/store.js";
import { showTab } from "../shell/tabs.js";

/** @type {(() => void) | null} */
let heard = null;
let waiting = false; // it was pressed before anybody heard of it

/** Call `learn` when a training on the clip is asked for, at once where it has been. @param {() => void} learn */
export function onLearn(learn) {
  heard = learn;
  if (waiting) learn();
  waiting = false;
}

function press() {
  waiting = !heard;
  heard?.();
  showTab("train");
}

/** The button; not there for a memory file, which has no source to learn from. */
export function trainButton() {
  const button = h("button", {
    type: "button",
    class: "imfn-button imfn-slim",
    id: "explore-train",
    text: "Train on this clip",
    onclick: press,
  });
  subscribe(button, ({ exploration }) => {
    button.hidden = !exploration?.source;
  });
  return button;
}
