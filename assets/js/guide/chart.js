// A small line chart as SVG: few points, one of them marked, names below. Called by the Guide's scenes; the charts that
// are zoomed and clicked are plotly's (`ui/chart.js`).

import { svg } from "../core/dom.js";

/** @import { Token } from "../core/types.js" */

/** @typedef {{ values: (number | null)[], colour: Token, dash?: string }} Line */
/** @typedef {(i: number) => number} Along */
/** @typedef {(value: number) => number} Height */

const EDGE = { left: 26, right: 26, top: 44, bottom: 22 };

/**
 * A chart of lines over named places; `at` is the marked one, -1 for none.
 * @param {object} chart
 * @param {number} chart.width
 * @param {number} chart.height
 * @param {string} chart.title
 * @param {string} chart.words what a screen reader says
 * @param {string[]} chart.names
 * @param {Line[]} chart.lines
 * @param {number} chart.at
 * @param {boolean} [chart.log] a logarithmic height
 * @param {((value: number) => string) | null} [chart.label] words at the marked point of the first line
 */
export function lineChart({ width, height, title, words, names, lines, at, log = false, label = null }) {
  const chart = svg("svg", {
    viewBox: `0 0 ${width} ${height}`,
    width,
    height,
    role: "img",
    "aria-label": words,
    class: "imfn-line-chart",
  });
  /** @type {Along} */
  const x = (i) => EDGE.left + (i / Math.max(1, names.length - 1)) * (width - EDGE.left - EDGE.right);
  const y = scale(
    lines.flatMap((line) => line.values),
    height,
    log,
  );
  const ground = height - EDGE.bottom;
  chart.append(
    svg("text", { x: 2, y: 12, class: "imfn-chart-title" }, title),
    svg("path", { d: `M2 ${ground + 0.5}H${width - 2}`, class: "imfn-chart-ground" }),
  );
  if (at >= 0) chart.append(svg("path", { d: `M${x(at)} ${EDGE.top - 12}V${ground}`, class: "imfn-chart-at" }));
  for (const line of lines) chart.append(...drawn(line, x, y, at, lines.length === 1));
  for (const [i, name] of names.entries())
    if (fits(i, names, width, at)) chart.append(nameAt(x(i), height, name, i === at));
  const marked = lines[0].values[at];
  if (label && typeof marked === "number")
    chart.append(svg("text", { x: x(at), y: y(marked) - 12, class: "imfn-chart-value" }, label(marked)));
  return chart;
}

/** @param {number} x @param {number} height @param {string} name @param {boolean} on */
const nameAt = (x, height, name, on) =>
  svg("text", { x, y: height - 6, class: on ? "imfn-chart-name imfn-on" : "imfn-chart-name" }, name);

/** A name every 38 pixels at most, the marked one always. @param {number} i @param {string[]} names @param {number} width @param {number} at */
export function fits(i, names, width, at) {
  const every = Math.max(1, Math.ceil((names.length * 38) / width));
  return i === at || (i % every === 0 && Math.abs(i - at) >= every);
}

/** @param {(number | null)[]} values @param {number} height @param {boolean} log @returns {Height} */
export function scale(values, height, log) {
  const known = values.filter((value) => typeof value === "number").map((value) => (log ? Math.log(value) : value));
  const [low, high] = [Math.min(...known), Math.max(...known)];
  const tall = height - EDGE.top - EDGE.bottom - 8;
  return (value) => EDGE.top + tall * (1 - ((log ? Math.log(value) : value) - low) / (high - low || 1));
}

/** A line and its dots; what was not measured is left out. @param {Line} line @param {Along} x @param {Height} y @param {number} at @param {boolean} alone */
function drawn({ values, colour, dash }, x, y, at, alone) {
  const places = values.flatMap((value, i) => (value === null ? [] : [{ i, cx: x(i), cy: y(value) }]));
  const points = places.map(({ cx, cy }) => `${cx.toFixed(1)} ${cy.toFixed(1)}`);
  const line = svg("path", {
    d: `M${points.join("L")}`,
    class: "imfn-chart-line",
    style: `stroke:var(--imfn-${colour})`,
    ...(dash ? { "stroke-dasharray": dash } : {}),
  });
  const dots = places.map(({ i, cx, cy }) =>
    svg("circle", {
      cx,
      cy,
      r: i === at ? 5.5 : 3,
      class: "imfn-chart-dot",
      style: `fill:var(--imfn-${i === at && alone ? "orange" : colour})`,
    }),
  );
  return [line, ...dots];
}
