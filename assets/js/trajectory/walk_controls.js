// The row for walks through Lantern rooms below the sequences: which room, another one, which memory follows. Shown while
// a walk is followed. Also the way here from Predict: `followWalk` names a walk, `trajectory/controls.js` follows it, when
// the tab is first opened where it has not been. Called by `trajectory/controls.js` and `predict/controls.js`.

import { find } from "../core/dom.js";
import { showTab } from "../shell/tabs.js";
import { showView } from "../ui/sub_views.js";
import { subscribe } from "./store.js";
import { another, nameOf, seedOf, wayOf, wayWords } from "./walk.js";

/** @import { Way } from "./walk.js" */

const EVENT = "imfn-follow-walk";
/** @type {string | null} what was asked for before there was anybody to hear it */
let waiting = null;

/** Follow a walk on the Trajectory tab. @param {Way} way */
export function followWalk(way) {
  waiting = nameOf(way);
  showView("trajectory", "path");
  showTab("trajectory");
  dispatchEvent(new CustomEvent(EVENT));
  window.scrollTo(0, 0);
}

/** The walk that was asked for and is not followed yet; it is asked for once. */
export function takeWalk() {
  const taken = waiting;
  waiting = null;
  return taken;
}

/**
 * Let the row choose walks.
 * @param {Element} element
 * @param {number} first the room where none is named
 * @param {(name: string) => unknown} choose
 * @param {(sentence: string) => void} refuse
 * @returns {() => string} the name of the walk that the pill stands for
 */
export function attachWalks(element, first, choose, refuse) {
  const row = find("#path-walk", element);
  const room = /** @type {HTMLInputElement} */ (find("#path-room input", element));
  const words = find("#path-walk-words", element);
  let way = /** @type {Way} */ ({ seed: first, moves: "", screen: true });
  const walkTo = (/** @type {number} */ seed) => {
    way = { ...way, seed, moves: "" };
    room.value = String(seed);
    choose(nameOf(way));
  };
  const typed = () => {
    const seed = seedOf(room.value);
    if (seed === null) refuse(`The room is ${room.value.slice(0, 12) || "empty"}; type a number from 0 to 999,999.`);
    else if (seed !== way.seed) walkTo(seed);
  };
  room.addEventListener("change", typed);
  find("#path-another", element).addEventListener("click", () => walkTo(another(way.seed)));
  addEventListener(EVENT, () => {
    const name = takeWalk();
    if (name) choose(name);
  });
  subscribe(element, ({ trip }, what) => {
    if (what === "time") return;
    row.hidden = !trip?.walks;
    find("#path-padding", element).hidden = Boolean(trip?.walks);
    find("#path-padding-none", element).hidden = !trip?.walks;
    const shown = trip && wayOf(trip.chosen);
    if (!trip?.walks || !shown) return;
    way = shown;
    if (document.activeElement !== room) room.value = String(way.seed);
    words.textContent = wayWords(way, trip.count);
  });
  return () => nameOf(way);
}
