// What the tour shows and does, step by step, on whatever clip is explored. A step has a title, words (30 at most), a
// target (an element or a box, null where there is none) and may act; what `act` returns is undone on leaving.
// Called by `shell/tour.js`.

import { calm } from "../core/dom.js";
import { count, dB, ratio } from "../core/format.js";
import { depth, framePsnr, rows } from "../explore/exploration.js";
import { get, select, setPlaying } from "../explore/store.js";
import { tabRow } from "./tabs.js";

const PLAYS = 2000; // milliseconds
const STRIDE = 420; // milliseconds between two levels on the way down

const find = (selector) => () => document.querySelector(selector);
const explored = () => get().exploration;
const onTree = (target) => () => (explored() ? target() : null);

export const STEPS = [
  {
    title: "Start with a clip",
    words: () =>
      `Drop a video or images anywhere on the page, or pick a sample.${explored() ? ` This is ${explored().name}.` : ""}`,
    target: find("#explore-upload"),
  },
  {
    title: "One memory",
    words: () =>
      `The top row is the whole clip, recovered from one memory of ${count(explored().window.node_floats)} floats. Each row below keeps twice as many.`,
    target: onTree(find("#explore-tree .imfn-stage")),
    act: () => void select({ merges: rows(explored())[0] }),
  },
  {
    title: "Walk down",
    words: () =>
      "Orange is the selected node, teal the path of its frame. Two halves lie under each node. Click a cell, or walk with the arrow keys.",
    target: onTree(() => window.imfn.tree?.boxOf(get().selection.merges, get().selection.node)),
    act: () => walkDown(rows(explored()).filter((level) => level > 0)),
  },
  {
    title: "Play",
    words: () =>
      `Time runs through all rows at once${calm() ? "; press play to see it" : ""}. Space plays, comma and period step.`,
    target: onTree(find("#explore-tree .imfn-transport")),
    act: playAWhile,
  },
  {
    title: "What is left",
    words: () => whatIsLeft(explored(), get().selection),
    target: onTree(find("#explore-player .imfn-panes")),
    act: () => void select({ merges: rows(explored())[0] }),
  },
  {
    title: "Go on from here",
    words: () =>
      "Trajectory shows the memory moving, Train makes your own, Compare has the numbers, and the Guide explains it all on this clip.",
    target: tabRow,
  },
];

/** Select a lower level every so often; returns how to stop. */
function walkDown(levels) {
  if (calm()) return void select({ merges: levels[levels.length - 1] });
  let at = 0;
  const timer = setInterval(
    () => (++at < levels.length ? select({ merges: levels[at] }) : clearInterval(timer)),
    STRIDE,
  );
  return () => clearInterval(timer);
}

function playAWhile() {
  if (calm()) return null;
  setPlaying(true);
  const timer = setTimeout(() => setPlaying(false), PLAYS);
  return () => {
    clearTimeout(timer);
    setPlaying(false);
  };
}

function whatIsLeft(e, { merges, frame }) {
  if (!e.source)
    return "This is what the memory alone gives back. Its source is not in the file, so there is no error to show.";
  const psnr = dB(framePsnr(e, merges, frame));
  return `Source, recovered frame and error, five times as bright. At ${ratio(merges)}, after ${depth(e)} merges, frame ${frame + 1} keeps ${psnr}.`;
}
