// The keyboard of the Explore tab. On the tree: arrows walk, Home/End, z and Escape zoom, Page keys change the window.
// On tree and player alike: space plays, comma and period step. Attached by `explore/tree_view.js` and
// `explore/player.js`.

import { targetOf } from "../core/dom.js";
import { bound } from "../core/keymap.js";
import { nodeCount, rows } from "./exploration.js";
import { askWindow, get, select, selectNode, setPlaying } from "./store.js";
import { step, togglePlay } from "./transport.js";

/** @import { KeyAction } from "../core/keymap.js" */
/** @import { Tree } from "./tree_view.js" */

/** @param {number} n */
function sidewards(n) {
  const { exploration: e, selection } = get();
  if (!e) return;
  const node = selection.node + n;
  if (node < 0) askWindow(e.window.index - 1, -1);
  else if (node >= nodeCount(e, selection.merges)) askWindow(e.window.index + 1, 0);
  else selectNode(selection.merges, node);
}

/** @param {number} n */
function upwards(n) {
  const { exploration: e, selection } = get();
  if (!e) return;
  const levels = rows(e);
  const next = levels[levels.indexOf(selection.merges) - n];
  if (next !== undefined) select({ merges: next });
}

const PLAY = bound("player", { play: togglePlay, back: () => step(-1), on: () => step(1) });

/** Ask for the window n after the one on show. @param {number} n */
function windowsOn(n) {
  const e = get().exploration;
  if (e) askWindow(e.window.index + n);
}

/** @param {Tree} tree */
const treeKeys = (tree) =>
  bound("tree", {
    left: () => sidewards(-1),
    right: () => sidewards(1),
    up: () => upwards(1),
    down: () => upwards(-1),
    first: () => select({ frame: 0 }),
    last: () => select({ frame: (get().exploration?.window.count ?? 1) - 1 }),
    earlier: () => windowsOn(-1),
    later: () => windowsOn(1),
    fit: () => tree.fit(get().selection.merges, get().selection.node),
    all: () => tree.showAll(),
    closer: () => tree.zoomBy(1.8),
    wider: () => tree.zoomBy(1 / 1.8),
  });

const STOPS = new Set(["ArrowLeft", "ArrowRight", "ArrowUp", "ArrowDown", "Home", "End", "PageUp", "PageDown"]); // playing

/**
 * Listen on `element`; with a tree, its walking and zooming keys work while its canvas has the focus.
 * @param {HTMLElement} element
 * @param {Tree | null} [tree]
 */
export function attachKeys(element, tree = null) {
  /** @type {Record<string, KeyAction>} */
  const walk = tree ? treeKeys(tree) : {};
  element.addEventListener("keydown", (event) => {
    if (!get().exploration || event.ctrlKey || event.metaKey || event.altKey) return;
    const walking = tree && event.target === tree.canvas;
    const typed = targetOf(event)?.closest("input, select, textarea, button");
    const act = (walking && walk[event.key]) || (!typed || event.key !== " " ? PLAY[event.key] : null);
    if (!act) return;
    event.preventDefault();
    if (walking && STOPS.has(event.key) && get().playing) setPlaying(false);
    act(event);
  });
}
