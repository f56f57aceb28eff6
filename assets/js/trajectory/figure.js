// The projection as a Plotly figure: for every sequence the tree's path and the student's, what has not arrived yet faint.
// Called by `trajectory/map.js`. Traces per path: the whole of it (faint), what has arrived (strong), where it is now.

import { shown } from "./store.js";

const SERIES = ["teal", "#7a6ff0", "#c79a1c", "#c2548f"];
const TIME = [
  [0, "#440154"],
  [0.25, "#3b528b"],
  [0.5, "#21918c"],
  [0.75, "#5ec962"],
  [1, "#fde725"],
]; // viridis
const PARTS = 3; // traces a path

/** The points of a path in the picture that is shown: [[x, y, z?], …] from t = 0. */
export function pointsOf(state, series, kind) {
  const picture = state.trip.pictures[shown()];
  const rows = state.dimensions === 3 ? picture.points3 || picture.points : picture.points;
  return rows[series][kind];
}

/** Every path on the picture: series by series, tree before student. */
export function paths(state) {
  return state.trip.series.flatMap((name, series) =>
    Object.keys(state.trip.pictures.pca.points[series]).map((kind) => ({ name, series, kind })),
  );
}

export function figure(state, colours) {
  const data = paths(state).flatMap((path) => tracesOf(state, path, colours));
  return { data, layout: layoutOf(state, colours) };
}

function colourOf(state, { series, kind }, colours) {
  const own = SERIES[series % SERIES.length];
  if (state.trip.series.length === 1) return kind === "student" ? colours.orange : colours.teal;
  return own === "teal" ? colours.teal : own;
}

function tracesOf(state, path, colours) {
  const points = pointsOf(state, path.series, path.kind);
  const colour = colourOf(state, path, colours);
  const line = { color: colour, width: 2, dash: path.kind === "student" ? "dot" : "solid" };
  const flat = state.dimensions === 2;
  const name = state.trip.series.length === 1 ? path.kind : `${path.name}, ${path.kind}`;
  const whole = {
    ...at(points, state),
    mode: "lines+markers",
    name,
    line,
    opacity: 0.28,
    showlegend: false,
    marker: timed(points, path, colours, flat),
  };
  const arrived = points.slice(0, state.t + 1);
  const strong = {
    ...at(arrived, state),
    mode: "lines+markers",
    line,
    name: path.name,
    marker: timed(arrived, path, colours, flat, points.length),
    showlegend: path.kind === "tree",
  };
  const now = { ...at(points.slice(state.t, state.t + 1), state), mode: "markers", showlegend: false };
  now.marker = { size: state.dimensions === 3 ? 8 : 15, color: colour, line: { color: colours.card, width: 2.5 } };
  now.customdata = [state.t];
  return [whole, strong, now].map((trace) => ({ hoverinfo: "none", meta: path, ...trace }));
}

function at(points, state) {
  const columns = { x: points.map((p) => p[0]), y: points.map((p) => p[1]), customdata: points.map((_, t) => t) };
  if (state.dimensions === 3) return { type: "scatter3d", ...columns, z: points.map((p) => p[2]) };
  return { type: "scatter", ...columns };
}

function timed(points, path, colours, flat, count = points.length) {
  const size = (path.kind === "student" ? 5 : 6) * (flat ? 1 : 0.5);
  return {
    size,
    color: points.map((_, t) => t),
    colorscale: TIME,
    cmin: 0,
    cmax: Math.max(1, count - 1),
    line: { color: colours.card, width: flat ? 0.5 : 0 },
  };
}

function layoutOf(state, colours) {
  const key = `${state.trip.id} ${shown()} ${state.dimensions}`;
  const bare = { showgrid: false, zeroline: false, showticklabels: false, showline: false, title: { text: "" } };
  const legend = { orientation: "h", x: 0, y: -0.01, yanchor: "top", bgcolor: "rgba(0,0,0,0)", font: { size: 11.5 } };
  const several = state.trip.series.length > 1;
  const common = {
    uirevision: key,
    margin: { l: 6, r: 6, t: 6, b: several ? 30 : 6 },
    showlegend: several,
    legend,
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

/** What to restyle when only the time has changed: [update, trace indices]. */
export function timeUpdate(state, colours) {
  const update = { x: [], y: [], customdata: [], "marker.color": [] };
  if (state.dimensions === 3) update.z = [];
  const indices = [];
  paths(state).forEach((path, index) => {
    const points = pointsOf(state, path.series, path.kind);
    const arrived = points.slice(0, state.t + 1);
    const now = points.slice(state.t, state.t + 1);
    for (const [offset, part, first] of [
      [1, arrived, 0],
      [2, now, state.t],
    ]) {
      indices.push(index * PARTS + offset);
      update.x.push(part.map((p) => p[0]));
      update.y.push(part.map((p) => p[1]));
      if (update.z) update.z.push(part.map((p) => p[2]));
      update.customdata.push(part.map((_, i) => first + i));
      update["marker.color"].push(offset === 1 ? part.map((_, i) => i) : colourOf(state, path, colours));
    }
  });
  return [update, indices];
}
