// What the map's lines and colours stand for, below it. Called by `trajectory/map.js`.

import { viridisGradient } from "../core/colours.js";
import { h } from "../core/dom.js";
import { GRID } from "../predict/round.js";
import { QUARTERS as QUARTER_NAMES } from "../predict/words.js";
import { withTerms } from "../ui/term.js";
import { colourOf, paths } from "./figure.js";
import { inkOf, poseInk, QUARTERS, SHAPES } from "./inks.js";

/** @import { Palette, Trajectory } from "../core/types.js" */
/** @import { Shown } from "./figure.js" */

const POSES = "Poses: from left to right blue to orange, from top to bottom light to dark";

/** The legend, empty until there is a trajectory. */
export const legend = () => h("div", { class: "imfn-legend imfn-path-legend" });

/**
 * Say what is drawn: both memories of one sequence, or the sequences where there are several; the colours of time.
 * @param {HTMLElement} element
 * @param {Shown} state
 * @param {Palette} colours
 */
export function refreshLegend(element, state, colours) {
  const { trip } = state;
  const ink = inkOf(state);
  const key = `${trip.id} ${colours.teal} ${trip.series.length} ${ink}`;
  if (element.dataset.key === key) return; // somebody may be reading a word's card
  element.dataset.key = key;
  const several = trip.series.length > 1;
  /** @param {string} text @param {string} colour @param {boolean} [dotted] */
  const line = (text, colour, dotted = false) =>
    h(
      "span",
      { class: "imfn-key imfn-key-line" },
      h("i", { style: `border-top: 2.5px ${dotted ? "dotted" : "solid"} ${colour}` }),
      h("span", {}, ...withTerms(text)),
    );
  const trees = paths(state).filter(({ kind }) => kind === "tree");
  const sequences = several ? trees.map((path) => line(path.name, colourOf(state, path, colours))) : [];
  element.replaceChildren(
    ...sequences,
    line(
      trip.called && trip.called !== "tree" ? trip.called : "[teacher|tree]",
      several ? colours.muted : colours.teal,
    ),
    ...(trip.student ? [line("[student]", several ? colours.muted : colours.orange, true)] : []),
    ...(ink === "time" ? [timeKey()] : ink === "pose" ? [poseKey()] : quarterKeys(trip)),
    h("span", { class: "imfn-key" }, h("i", { class: "imfn-key-now" }), "now"),
  );
}

const timeKey = () =>
  h("span", { class: "imfn-scale" }, end("first"), h("i", { style: `background:${viridisGradient}` }), end("last"));

/** The 36 poses as they lie in the room. */
function poseKey() {
  const cells = Array.from({ length: GRID * GRID }, (_, pose) => h("i", { style: `background:${poseInk(pose)}` }));
  const grid = h("span", { class: "imfn-pose-key", role: "img", "aria-label": POSES }, ...cells);
  return h("span", { class: "imfn-key imfn-key-poses", title: POSES }, grid, "the lantern's place in the room");
}

/** The quarters, with their digits where one room is shown. @param {Trajectory} trip */
function quarterKeys({ walks }) {
  const [first] = walks ?? [];
  const digit = (/** @type {number} */ index) => (walks?.length === 1 ? `${first.digits[index]}, ` : "");
  return QUARTER_NAMES.map((name, index) =>
    h(
      "span",
      { class: "imfn-key" },
      h("i", { class: `imfn-quarter imfn-quarter-${SHAPES[index]}`, style: `background:${QUARTERS[index]}` }),
      `${digit(index)}${name}`,
    ),
  );
}

/** An end of the scale, one word where there is little room. @param {string} text */
const end = (text) => h("span", {}, text, h("span", { class: "imfn-wide-only", text: " leaf" }));
