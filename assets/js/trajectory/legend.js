// What the map's lines and colours stand for, below it. Called by `trajectory/map.js`.

import { viridisGradient } from "../core/colours.js";
import { h } from "../core/dom.js";
import { withTerms } from "../ui/term.js";
import { colourOf, paths } from "./figure.js";

/** @import { Palette } from "../core/types.js" */
/** @import { Shown } from "./figure.js" */

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
  const key = `${trip.id} ${colours.teal} ${trip.series.length}`;
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
    line("[teacher|tree]", several ? colours.muted : colours.teal),
    ...(trip.student ? [line("[student]", several ? colours.muted : colours.orange, true)] : []),
    h("span", { class: "imfn-scale" }, end("first"), h("i", { style: `background:${viridisGradient}` }), end("last")),
    h("span", { class: "imfn-key" }, h("i", { class: "imfn-key-now" }), "now"),
  );
}

/** An end of the scale, one word where there is little room. @param {string} text */
const end = (text) => h("span", {}, text, h("span", { class: "imfn-wide-only", text: " leaf" }));
