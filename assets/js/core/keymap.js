// The keys of the page, once: handlers look their actions up here by name, the dialog of `shell/keys_dialog.js` lists
// the words. `explore/tree_keys.js`, `trajectory/store.js`, the views of `predict/` and `shell/keys_dialog.js` bind what
// is named here; a key without an action throws.

/** What a key does: its names in KeyboardEvent.key, and the words of the dialog. */
/** @typedef {{ keys: string[], says: string, shown?: string }} KeyEntry */
/** @typedef {"tree" | "player" | "sides" | "path" | "room" | "beliefs" | "find" | "predict" | "page"} KeyGroup */
/** @typedef {(event: KeyboardEvent) => unknown} KeyAction */

/** @type {Record<KeyGroup, { title: string, keys: Record<string, KeyEntry> }>} */
export const KEYMAP = {
  tree: {
    title: "Explore: on the memory tree",
    keys: {
      left: { keys: ["ArrowLeft"], says: "the node before, also in the window before" },
      right: { keys: ["ArrowRight"], says: "the node after" },
      up: { keys: ["ArrowUp"], says: "one merge up" },
      down: { keys: ["ArrowDown"], says: "one merge down" },
      first: { keys: ["Home"], says: "first frame" },
      last: { keys: ["End"], says: "last frame" },
      earlier: { keys: ["PageUp"], says: "window before" },
      later: { keys: ["PageDown"], says: "window after" },
      fit: { keys: ["z"], says: "fit the node to the width" },
      all: { keys: ["Escape"], says: "show the whole tree" },
      closer: { keys: ["+", "="], says: "zoom in" },
      wider: { keys: ["-"], says: "zoom out" },
    },
  },
  player: {
    title: "Explore: tree and player",
    keys: {
      play: { keys: [" "], says: "play or pause" },
      back: { keys: [","], says: "one frame back" },
      on: { keys: ["."], says: "one frame on" },
    },
  },
  sides: {
    title: "Explore: on the player",
    keys: {
      swap: { keys: ["x"], says: "swap A and B" },
      loupe: { keys: ["z"], says: "the loupe, on or off" },
      whole: { keys: ["f"], says: "the whole screen, and back" },
      left: { keys: ["ArrowLeft"], says: "the loupe to the left" },
      right: { keys: ["ArrowRight"], says: "the loupe to the right" },
      up: { keys: ["ArrowUp"], says: "the loupe up" },
      down: { keys: ["ArrowDown"], says: "the loupe down" },
    },
  },
  path: {
    title: "Trajectory: on the map",
    keys: {
      play: { keys: [" "], says: "play or pause" },
      back: { keys: ["ArrowLeft", ","], says: "one leaf back" },
      on: { keys: ["ArrowRight", "."], says: "one leaf on" },
      first: { keys: ["Home"], says: "before the first leaf" },
      last: { keys: ["End"], says: "after the last leaf" },
    },
  },
  room: {
    title: "Predict: in the room",
    keys: {
      left: { keys: ["ArrowLeft"], says: "the lantern to the left" },
      right: { keys: ["ArrowRight"], says: "the lantern to the right" },
      up: { keys: ["ArrowUp"], says: "the lantern up" },
      down: { keys: ["ArrowDown"], says: "the lantern down" },
      stay: { keys: ["."], says: "stay for a frame" },
    },
  },
  beliefs: {
    title: "Predict: on the beliefs",
    keys: {
      left: { keys: ["ArrowLeft"], says: "ask about the pose to the left" },
      right: { keys: ["ArrowRight"], says: "to the right" },
      up: { keys: ["ArrowUp"], says: "above" },
      down: { keys: ["ArrowDown"], says: "below" },
    },
  },
  find: {
    title: "Predict: light the 7",
    keys: {
      left: { keys: ["ArrowLeft"], says: "aim to the left" },
      right: { keys: ["ArrowRight"], says: "aim to the right" },
      up: { keys: ["ArrowUp"], says: "aim up" },
      down: { keys: ["ArrowDown"], says: "aim down" },
      choose: { keys: ["Enter", " "], says: "light what is aimed at" },
    },
  },
  predict: {
    title: "Predict: anywhere on the tab",
    keys: {
      undo: { keys: ["u"], says: "undo a step" },
      fork: { keys: ["f"], says: "fork the memory here" },
      swap: { keys: ["b"], says: "the other branch" },
      fresh: { keys: ["n"], says: "a new room" },
      truth: { keys: ["t"], says: "show or hide the truth" },
      walk: { keys: ["w"], says: "walk at random, or stop" },
      find: { keys: ["g"], says: "play light the 7" },
    },
  },
  page: {
    title: "Anywhere",
    keys: {
      help: { keys: ["?"], says: "these keys" },
      tabs: {
        keys: ["1", "2", "3", "4", "5", "6", "7", "8", "9"],
        shown: "1 2 3 …",
        says: "the tabs from left to right",
      },
    },
  },
};

/**
 * Actions by key, from actions by name: {left: fn} becomes {ArrowLeft: fn}. An Error names what has no action.
 * @param {KeyGroup} part
 * @param {Record<string, KeyAction>} actions
 */
export function bound(part, actions) {
  const table = /** @type {Record<string, KeyAction>} */ ({});
  for (const [name, { keys }] of Object.entries(KEYMAP[part].keys)) {
    if (!actions[name]) throw new Error(`nobody acts on ${part} ${name}`);
    for (const key of keys) table[key] = actions[name];
  }
  return table;
}
