// What the tour shows and does, step by step, on whatever clip is explored. A step has a title, words (30 at most), a
// target (an element or a box, null where there is none) and may act; what `act` returns is undone on leaving.
// Called by `shell/tour.js`.

import { calm } from "../core/dom.js";
import { count, dB, plural, ratio } from "../core/format.js";
import { framePsnr, rowRatio, rows } from "../explore/exploration.js";
import { get, select, setPlaying } from "../explore/store.js";
import { tabRow } from "./tabs.js";

/** @import { Edges, Exploration, Selection } from "../core/types.js" */

/**
 * @typedef {object} Step
 * @property {string} title
 * @property {() => string} words
 * @property {() => Element | Edges | null | undefined} target
 * @property {() => (() => void) | undefined} [act] returns how to undo what it did
 */

const PLAYS = 2000; // milliseconds
const STRIDE = 420; // milliseconds between two levels on the way down

/** @param {string} selector */
const find = (selector) => () => document.querySelector(selector);
const explored = () => get().exploration;
/** A step's target where something is explored. @param {Step["target"]} target */
const onTree = (target) => () => (explored() ? target() : null);

/** Select the root, and with it the whole window. */
function selectRoot() {
  const e = explored();
  if (e) select({ merges: rows(e)[0] });
  return undefined;
}

/** @type {Step[]} */
export const STEPS = [
  {
    title: "Start with a clip",
    words: () =>
      `Drop a video or images anywhere on the page, or pick a sample.${explored() ? ` This is ${explored()?.name}.` : ""}`,
    target: find("#explore-upload"),
  },
  {
    title: "One memory",
    words: () =>
      `The top row is the whole clip, recovered from one memory of ${count(explored()?.window.node_floats ?? 0)} floats. Each row below keeps twice as many.`,
    target: onTree(find("#explore-tree .imfn-stage")),
    act: selectRoot,
  },
  {
    title: "Walk down",
    words: () =>
      "Orange is the selected node, teal the path of its frame. Two halves lie under each node. Click a cell, or walk with the arrow keys.",
    target: onTree(() => window.imfn.tree?.boxOf(get().selection.merges, get().selection.node)),
    act: walkDown,
  },
  {
    title: "Play",
    words: () =>
      `Time runs through all rows at once${calm() ? "; press play to see it" : ""}. Space plays, comma and period step.`,
    target: onTree(find("#explore-player .imfn-transport")),
    act: playAWhile,
  },
  {
    title: "What is left",
    words: () => whatIsLeft(explored(), get().selection),
    target: onTree(find("#explore-player .imfn-ab-stage")),
    act: selectRoot,
  },
  {
    title: "Go on from here",
    words: () =>
      "Trajectory shows the memory moving, Train makes your own, Compare has the numbers, Predict asks what is foreseen, and the Guide explains it all.",
    target: tabRow,
  },
];

/** Select a lower level every so often, down to single merges. */
function walkDown() {
  const e = explored();
  const [, ...lower] = e ? rows(e).filter((level) => level > 0) : [];
  if (calm()) {
    select({ merges: lower.pop() });
    return undefined;
  }
  const timer = setInterval(() => {
    const merges = lower.shift();
    if (merges === undefined) clearInterval(timer);
    else select({ merges });
  }, STRIDE);
  return () => clearInterval(timer);
}

function playAWhile() {
  if (calm()) return undefined;
  setPlaying(true);
  const timer = setTimeout(() => setPlaying(false), PLAYS);
  return () => {
    clearTimeout(timer);
    setPlaying(false);
  };
}

/** @param {Exploration | null | undefined} e @param {Selection} selection */
function whatIsLeft(e, { merges, frame }) {
  if (!e?.source)
    return "This is what the memory alone gives back. Its source is not in the file, so there is no error to show.";
  const psnr = dB(framePsnr(e, merges, frame));
  return `A is the source, B what the memory gives back: drag the divider. At ${ratio(rowRatio(e, merges))}, after ${plural(merges, "merge")}, frame ${frame + 1} keeps ${psnr}.`;
}
