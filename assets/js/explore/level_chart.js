// The chart "error against depth": marks the selected level and selects the level whose point is clicked.
// Mounted by `LevelChart` in `app/components/figures.py` on #explore-chart.

import { mount as mountChart } from "../ui/chart.js";
import { get, select, subscribe } from "./store.js";

/** @import { Figure, Palette, ViewParts } from "../core/types.js" */

/** @param {ViewParts} parts */
export function mount(parts) {
  const chart = mountChart(parts, marked, (point) => {
    if (point.customdata) select({ merges: point.customdata });
  });
  let merges = -1;
  subscribe(parts.element, (state, what) => {
    const figure = state.exploration?.figure;
    if (what === "exploration" && figure !== undefined) chart.show(figure);
    if (state.selection.merges === merges) return;
    merges = state.selection.merges;
    chart.redraw();
  });
}

/** @type {Record<string, new (buffer: ArrayBuffer) => ArrayLike<number>>} */
const PACKED = { i1: Int8Array, i2: Int16Array, i4: Int32Array, u1: Uint8Array, f8: Float64Array };

/** The figure with the selected level's point large and orange. @param {Figure} figure @param {Palette} colours */
function marked(figure, colours) {
  const { merges } = get().selection;
  for (const trace of figure.data) {
    const levels = listOf(trace.customdata);
    if (!levels) continue;
    const on = levels.map((level) => level === merges);
    trace.line = { color: colours.teal, width: 2, ...trace.line };
    trace.marker = {
      ...trace.marker,
      size: on.map((is) => (is ? 12 : 8)),
      color: on.map((is) => (is ? colours.orange : colours.teal)),
      opacity: 1,
      line: { color: colours.card, width: 2 },
    };
    trace.cliponaxis = false;
  }
  return figure;
}

/** customdata as a list, also where plotly packed it as base64. @param {any} data @returns {number[] | null} */
export function listOf(data) {
  if (!data) return null;
  if (Array.isArray(data)) return data;
  const Packed = PACKED[data.dtype];
  return Array.from(new Packed(Uint8Array.from(atob(data.bdata), (letter) => letter.charCodeAt(0)).buffer));
}
