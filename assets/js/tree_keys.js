// The keyboard of the Explore tab. On the tree: arrows walk, Home/End, z and Escape zoom, Page keys change the window.
// On tree and player alike: space plays, comma and period step. Attached by `tree_view.js` and `player.js`.

import { nodeCount, rows } from "./exploration.js";
import { askWindow, get, select, selectNode, setPlaying } from "./store.js";
import { step, togglePlay } from "./transport.js";

function sidewards(n) {
  const { exploration: e, selection } = get();
  const node = selection.node + n;
  if (node < 0) askWindow(e.window.index - 1, -1);
  else if (node >= nodeCount(e, selection.merges)) askWindow(e.window.index + 1, 0);
  else selectNode(selection.merges, node);
}

function upwards(n) {
  const { exploration: e, selection } = get();
  const levels = rows(e);
  const next = levels[levels.indexOf(selection.merges) - n];
  if (next !== undefined) select({ merges: next });
}

const WALK = {
  ArrowLeft: () => sidewards(-1),
  ArrowRight: () => sidewards(1),
  ArrowUp: () => upwards(1),
  ArrowDown: () => upwards(-1),
  Home: () => select({ frame: 0 }),
  End: () => select({ frame: get().exploration.window.count - 1 }),
  PageUp: () => askWindow(get().exploration.window.index - 1),
  PageDown: () => askWindow(get().exploration.window.index + 1),
};

const PLAY = { " ": togglePlay, ",": () => step(-1), ".": () => step(1) };

const zoomKeys = (tree) => ({
  z: () => tree.fit(get().selection.merges, get().selection.node),
  Escape: () => tree.showAll(),
  "+": () => tree.zoomBy(1.8),
  "=": () => tree.zoomBy(1.8),
  "-": () => tree.zoomBy(1 / 1.8),
});

/** Listen on `element`; with a tree, its walking and zooming keys work while its canvas has the focus. */
export function attachKeys(element, tree = null) {
  const zoom = tree ? zoomKeys(tree) : {};
  element.addEventListener("keydown", (event) => {
    if (!get().exploration || event.ctrlKey || event.metaKey || event.altKey) return;
    const walking = tree && event.target === tree.canvas;
    const typed = event.target.closest("input, select, textarea, button");
    const act = (walking && (WALK[event.key] || zoom[event.key])) || (!typed || event.key !== " " ? PLAY[event.key] : null);
    if (!act) return;
    event.preventDefault();
    if (walking && WALK[event.key] && get().playing) setPlaying(false);
    act();
  });
}
