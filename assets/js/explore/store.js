// The one selection that every view follows, and the exploration it points into. The selection lives in the URL.
// `explore/tree_view.js` puts explorations in and takes events out; all other views subscribe.
// Also reachable as `window.imfn` (by the page's tests and by anyone curious in the console).

import { Store } from "../core/store.js";
import { opened, whole, writeSoon } from "../core/url.js";
import { nodeCount, nodeOf, rows } from "./exploration.js";
import { beyondFirst } from "./link.js";

/** @import { Exploration, Selection } from "../core/types.js" */

/**
 * @typedef {object} State
 * @property {Exploration | null | undefined} exploration null once it is known that there is none
 * @property {Selection} selection
 * @property {boolean} playing
 * @property {number} speed
 * @property {number | null} waiting the window that was asked for and has not arrived
 * @property {boolean} settled what the address names has been shown, or the visitor chose something else
 */
/** What changed. @typedef {"start" | "exploration" | "selection" | "waiting" | "playing"} Change */
/** Where to begin. @typedef {{ merges: number, frame: number, window?: number }} Start */

/** @type {Store<State, Change>} */
const store = new Store({
  exploration: /** @type {State["exploration"]} */ (undefined),
  selection: { window: 0, merges: 0, node: 0, frame: 0 },
  playing: false,
  speed: 1,
  waiting: /** @type {State["waiting"]} */ (null),
  settled: false,
});
const { state } = store;
const PATIENCE = 30000; // milliseconds until a window that never came is given up
/** @type {((event: string, detail?: unknown) => void) | null} */
let send = null;
let patience = 0;
let dropped = /** @type {number | null} */ (null); // the window that playing asked for before it was stopped
/** @type {number | null} */
let landing = null; // frame to select when the window that was asked for arrives

const wanted = ["window", "merges", "frame"].some((name) => opened(name) !== null)
  ? { window: whole(opened("window")), merges: whole(opened("merges")), frame: whole(opened("frame")) }
  : null;
let askedAt = -1; // windows there were when one that was still to come was asked for
/** @type {{ sample: string | null, model: string | null, clip: string | null } | null} */
let restoring = { sample: opened("sample"), model: opened("model"), clip: opened("clip") }; // until that is here

export const get = store.get;

/**
 * Call `heard(state, what)` on every change while `element` is on the page; and once now.
 * @param {Element} element
 * @param {(state: State, what: Change) => void} heard
 */
export const subscribe = (element, heard) => store.subscribe(element, heard);

/** @param {Change} what */
const tell = (what) => store.tell(what);

/**
 * Who brings another window; with `otherwise` only where nobody else does.
 * @param {(event: string, detail?: unknown) => void} sender
 * @param {{ otherwise?: boolean }} [options]
 */
export function sendWith(sender, { otherwise = false } = {}) {
  if (otherwise && send) return;
  send = sender;
  // a link's window may have been asked for before whoever brings it was mounted
  if (state.waiting !== null && state.exploration) send("window", { window: state.waiting, id: state.exploration.id });
}

/** Take a new exploration, or null. The selection is kept within one clip and restored from the URL at first. @param {Exploration | null} exploration */
export function explore(exploration) {
  const before = state.exploration;
  const late = exploration?.window.index === dropped && before?.id === exploration?.id;
  dropped = late ? null : dropped;
  if (late) return;
  state.exploration = exploration;
  if (!exploration) {
    state.waiting = null;
    state.playing = false;
    return tell("exploration");
  }
  const same = before?.id === exploration.id;
  state.settled ||= !restoring || named(exploration) || Boolean(before && !before.sample);
  const restored = restore(exploration);
  const start = restored || (same ? carry(exploration) : firstLook(exploration));
  if (!same || state.waiting === exploration.window.index) state.waiting = null;
  if (!same) state.playing = false;
  state.selection = settle(exploration, start);
  tell("exploration");
  if (restored) state.waiting = null;
  if (restored?.window !== undefined && restored.window !== exploration.window.index)
    askWindow(restored.window, restored.frame);
  else announce();
}

/** Whether this is what the address names; any is where it names none. @param {Exploration} exploration */
function named({ id, sample, model }) {
  if (!restoring) return true;
  if (restoring.clip !== null) return restoring.clip === id;
  return [null, sample].includes(restoring.sample) && [null, model].includes(restoring.model);
}

/** Do not wait for what the address names any longer: it is not to be had, or the visitor chose something else. */
export function leaveLink() {
  restoring = null;
  state.settled = true;
}

/** @param {Exploration} exploration @returns {Start | null} */
function restore(exploration) {
  if (!restoring || !named(exploration)) return null;
  const { explored, windows } = exploration;
  const more = explored < windows || beyondFirst({ window: opened("window") }, exploration);
  const coming = (wanted?.window ?? -1) >= explored && more; // its window has not been explored yet
  if (coming && explored === askedAt) return null;
  if (coming) askedAt = explored;
  else restoring = null;
  if (!wanted) return null;
  return {
    ...firstLook(exploration),
    ...Object.fromEntries(Object.entries(wanted).filter(([, value]) => value !== null)),
  };
}

/** A first selection that shows what a tree is: a node in the middle of it. @param {Exploration} exploration @returns {Start} */
function firstLook(exploration) {
  const levels = rows(exploration);
  return { merges: levels[Math.floor((levels.length - 1) / 2)], frame: Math.floor(exploration.window.count * 0.6) };
}

/** @param {Exploration} exploration @returns {Start} */
function carry(exploration) {
  const frame = landing === null ? state.selection.frame : landing;
  landing = null;
  return { merges: state.selection.merges, frame: frame < 0 ? exploration.window.count - 1 : frame };
}

/** A selection that exists: a level that is shown, a frame in the window, the node that holds it. @param {Exploration} exploration @param {Start} start @returns {Selection} */
function settle(exploration, { merges, frame }) {
  const levels = rows(exploration);
  const level = levels.includes(merges) ? merges : levels[0];
  const inside = Math.max(0, Math.min(exploration.window.count - 1, frame || 0));
  return { window: exploration.window.index, merges: level, node: nodeOf(level, inside), frame: inside };
}

/** Change the selection: any of merges and frame; the node follows. @param {{ merges?: number, frame?: number }} patch */
export function select(patch) {
  if (!state.exploration) return;
  restoring = null;
  const next = settle(state.exploration, { ...state.selection, ...patch });
  const old = state.selection;
  if (next.merges === old.merges && next.frame === old.frame && next.window === old.window) return;
  state.selection = next;
  tell("selection");
  if (!state.playing) announce();
}

/** Select a node, keeping the frame where the node holds it. @param {number} merges @param {number} node */
export function selectNode(merges, node) {
  const e = state.exploration;
  if (!e || node < 0 || node >= nodeCount(e, merges)) return;
  const { frame } = state.selection;
  const offset = frame & (2 ** merges - 1);
  select({ merges, frame: nodeOf(merges, frame) === node ? frame : node * 2 ** merges + offset });
}

/**
 * Move to another window of the clip.
 * @param {number} index
 * @param {number} [frame] where to land, -1 for its last
 * @param {{ playing?: boolean }} [options] whether it goes on playing there
 */
export function askWindow(index, frame = 0, { playing = false } = {}) {
  const e = state.exploration;
  if (!e || index < 0 || index >= e.windows || index === state.waiting) return;
  if (index === e.window.index && state.waiting === null) return;
  state.waiting = index;
  dropped = null;
  landing = frame;
  state.playing = playing && state.playing;
  tell("waiting");
  send?.("window", { window: index, id: e.id });
  clearTimeout(patience);
  patience = window.setTimeout(stopWaiting, PATIENCE);
}

/** Have a window's pictures here before they are shown. @param {number} window */
export function fetchAhead(window) {
  const e = state.exploration;
  if (e) send?.("ahead", { window, id: e.id });
}

/** A window that was asked for will not come: stop waiting. */
export function stopWaiting() {
  state.waiting = null;
  tell("waiting");
}

/** @param {boolean} playing */
export function setPlaying(playing) {
  const stopped = state.playing && !playing && state.waiting !== null;
  state.playing = Boolean(playing && state.exploration && state.exploration.window.count > 1);
  if (stopped) {
    dropped = state.waiting;
    landing = null;
    stopWaiting();
  }
  tell("playing");
  if (!state.playing) announce();
}

/** @param {number} speed */
export function setSpeed(speed) {
  state.speed = speed;
  tell("playing");
}

/** The selection joins the address. */
const announce = () => writeSoon(state.selection);

window.imfn = { get, select, selectNode, askWindow, stopWaiting, setPlaying, setSpeed, explore };
