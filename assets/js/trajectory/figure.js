// The projection as a Plotly figure: for every sequence the tree's path and the student's, what has not arrived yet
// faint. Called by `trajectory/map.js`. Traces per path: the whole of it (faint), what has arrived (strong), where it
// is now.

import { inkOf, inksOf, shapesOf } from "./inks.js";
import { shown } from "./store.js";

/** @import { Figure, Palette, PathKind, Points, Trajectory } from "../core/types.js" */
/** @import { State } from "./store.js" */

/** The state where there is something to draw. @typedef {State & { trip: Trajectory }} Shown */
/** One path of a sequence. @typedef {{ name: string, series: number, kind: PathKind }} Path */

const SERIES = ["teal", "#7a6ff0", "#c79a1c", "#c2548f"];
const TIME = [
  [0, "#440154"],
  [0.25, "#3b528b"],
  [0.5, "#21918c"],
  [0.75, "#5ec962"],
  [1, "#fde725"],
]; // viridis
const PARTS = 3; // traces a path

/**
 * The points of a path in the picture that is shown: [[x, y, z?], …] from t = 0.
 * @param {Shown} state
 * @param {number} series
 * @param {PathKind} kind
 * @returns {Points}
 */
export function pointsOf(state, series, kind) {
  const { pictures } = state.trip;
  const picture = pictures[shown()] ?? pictures.pca;
  const rows = state.dimensions === 3 ? picture.points3 || picture.points : picture.points;
  return rows[series][kind] ?? [];
}

/** Every path on the picture: series by series, tree before student. @param {Shown} state @returns {Path[]} */
export function paths(state) {
  const { series, pictures } = state.trip;
  /** @param {number} at */
  const kinds = (at) => /** @type {PathKind[]} */ (Object.keys(pictures.pca.points[at]));
  return series.flatMap((name, at) => kinds(at).map((kind) => ({ name, series: at, kind })));
}

/**
 * Everything that is shown at the time of the state.
 * @param {Shown} state
 * @param {Palette} colours
 * @returns {Figure}
 */
export function figure(state, colours) {
  const data = paths(state).flatMap((path) => tracesOf(state, path, colours));
  return { data, layout: layoutOf(state, colours) };
}

/** @param {Shown} state @param {Path} path @param {Palette} colours */
export function colourOf(state, { series, kind }, colours) {
  const own = SERIES[series % SERIES.length];
  if (state.trip.series.length === 1) return kind === "student" ? colours.orange : colours.teal;
  return own === "teal" ? colours.teal : own;
}

/** @param {Shown} state @param {Path} path @param {Palette} colours */
function tracesOf(state, path, colours) {
  const points = pointsOf(state, path.series, path.kind);
  const colour = colourOf(state, path, colours);
  const inks = inksOf(state, path, points.length, colours);
  const line = { color: colour, width: 2, dash: path.kind === "student" ? "dot" : "solid" };
  const name = state.trip.series.length === 1 ? path.kind : `${path.name}, ${path.kind}`;
  const whole = {
    ...at(points, state),
    mode: "lines+markers",
    name,
    line,
    opacity: 0.28,
    marker: markers(state, path, inks, points.length, colours),
  };
  const arrived = points.slice(0, state.t + 1);
  const strong = {
    ...at(arrived, state),
    mode: "lines+markers",
    line,
    name: path.name,
    marker: markers(state, path, inks.slice(0, state.t + 1), points.length, colours),
  };
  const now = {
    ...at(points.slice(state.t, state.t + 1), state),
    mode: "markers",
    marker: { size: state.dimensions === 3 ? 8 : 15, color: colour, line: { color: colours.card, width: 2.5 } },
    customdata: [state.t],
  };
  return [whole, strong, now].map((trace) => ({ hoverinfo: "none", meta: path, ...trace }));
}

/** @param {Points} points @param {Shown} state */
function at(points, state) {
  const columns = { x: points.map((p) => p[0]), y: points.map((p) => p[1]), customdata: points.map((_, t) => t) };
  if (state.dimensions === 3) return { type: "scatter3d", ...columns, z: points.map((p) => p[2]) };
  return { type: "scatter", ...columns };
}

/**
 * Markers in the colours of time, or of what else they stand for: those are larger, since they are what is looked at.
 * @param {Shown} state
 * @param {Path} path
 * @param {(number | string)[]} inks
 * @param {number} count points of the whole path
 * @param {Palette} colours
 */
function markers(state, path, inks, count, colours) {
  const flat = state.dimensions === 2;
  const size = (path.kind === "student" ? 5 : 6) * (flat ? 1 : 0.5);
  if (inkOf(state) !== "time") {
    const edge = { color: colours.muted, width: flat ? 0.75 : 0 };
    return { size: size + (flat ? 4 : 2), color: inks, symbol: shapesOf(state, path), line: edge };
  }
  return {
    size,
    color: inks,
    colorscale: TIME,
    cmin: 0,
    cmax: Math.max(1, count - 1),
    line: { color: colours.card, width: flat ? 0.5 : 0 },
  };
}

/** @param {Shown} state @param {Palette} colours @returns {Figure["layout"]} */
function layoutOf(state, colours) {
  const key = `${state.trip.id} ${shown()} ${state.dimensions}`;
  const bare = { showgrid: false, zeroline: false, showticklabels: false, showline: false, title: { text: "" } };
  const common = {
    uirevision: key,
    margin: { l: 6, r: 6, t: 6, b: 6 },
    showlegend: false, // legend.js draws it
    hovermode: "closest",
  };
  if (state.dimensions === 3) {
    const axis = {
      showgrid: true,
      gridcolor: colours.line,
      zeroline: false,
      showticklabels: false,
      title: { text: "" },
      showbackground: false,
      showspikes: false,
    };
    return { ...common, scene: { xaxis: axis, yaxis: axis, zaxis: axis, aspectmode: "data", uirevision: key } };
  }
  return { ...common, xaxis: bare, yaxis: { ...bare, scaleanchor: "x", scaleratio: 1 } };
}

/**
 * What to restyle when only the time has changed: columns for Plotly.restyle, and the indices of their traces.
 * @param {Shown} state
 * @param {Palette} colours
 * @returns {[update: Record<string, unknown[]>, traces: number[]]}
 */
export function timeUpdate(state, colours) {
  const moved = paths(state).flatMap((path, index) => movedTraces(state, path, index * PARTS, colours));
  const columns = { x: moved.map((part) => part.x), y: moved.map((part) => part.y) };
  const update = {
    ...columns,
    ...(state.dimensions === 3 ? { z: moved.map((part) => part.z) } : {}),
    customdata: moved.map((part) => part.times),
    "marker.color": moved.map((part) => part.colour),
  };
  return [update, moved.map((part) => part.trace)];
}

/**
 * What has arrived of a path, and where it is now.
 * @param {Shown} state
 * @param {Path} path
 * @param {number} first
 * @param {Palette} colours
 */
function movedTraces(state, path, first, colours) {
  const points = pointsOf(state, path.series, path.kind);
  /** @param {number} trace @param {number} from */
  const part = (trace, from) => {
    const seen = points.slice(from, state.t + 1);
    const [x, y, z] = [0, 1, 2].map((axis) => seen.map((point) => point[axis]));
    return { trace, x, y, z, times: seen.map((_, i) => from + i) };
  };
  const arrived = part(first + 1, 0);
  const now = part(first + 2, state.t);
  return [
    { ...arrived, colour: inksOf(state, path, points.length, colours).slice(0, state.t + 1) },
    { ...now, colour: colourOf(state, path, colours) },
  ];
}
