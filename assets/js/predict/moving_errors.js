// Squared error by how far ahead: this sequence as dots, the mean over others as lines. Called by `predict/moving.js`.

import { h, svg } from "../core/dom.js";
import { colourClass, nameOf } from "./moving_film.js";

/** @import { ForetellAnswer } from "../core/payloads.js" */
/** @import { MovingStore } from "./moving_store.js" */

const HEIGHT = 230;
const MARGIN = { left: 34, right: 10, top: 12, bottom: 36 };
const TICKS = 4;

/** A round number of at least `most`, and the step between ticks. @param {number} most */
export function axisOf(most) {
  const raw = Math.max(most, 1) / TICKS;
  const power = 10 ** Math.floor(Math.log10(raw));
  const step = [1, 2, 2.5, 5, 10].map((times) => times * power).find((each) => each >= raw) ?? raw;
  return { step, top: step * Math.ceil(Math.max(most, step) / step) };
}

/** The chart and its caption. @param {MovingStore} store */
export function errorChart(store) {
  const plot = h("div", { class: "imfn-moving-plot", id: "moving-errors" });
  const note = h("p", { class: "imfn-predict-note" });
  const element = h("div", { class: "imfn-moving-chart" }, plot, note);
  const draw = () => {
    const { answer, frame } = store.state;
    const width = plot.clientWidth;
    if (!answer || !width) return;
    plot.replaceChildren(chart(answer, frame - store.setup.seen, width));
    note.textContent = `Lines: means over ${answer.others} other sequences of digits that were not trained on, just now; dots: this one.`;
  };
  return { element, draw };
}

/** @param {ForetellAnswer} answer @param {number} ahead frames, from 0; below 0 for one that was shown @param {number} width */
function chart(answer, ahead, width) {
  const count = answer.rows[0]?.errors.length ?? 0;
  const { step, top } = axisOf(Math.max(...answer.rows.flatMap(({ errors, usual }) => [...errors, ...usual])));
  const x = (/** @type {number} */ at) => MARGIN.left + ((width - MARGIN.left - MARGIN.right) * (at + 0.5)) / count;
  const y = (/** @type {number} */ value) => MARGIN.top + (HEIGHT - MARGIN.top - MARGIN.bottom) * (1 - value / top);
  const root = svg("svg", {
    viewBox: `0 0 ${width} ${HEIGHT}`,
    width,
    height: HEIGHT,
    role: "img",
    "aria-label": saidOf(answer),
  });
  root.append(...axes(count, step, top, x, y, width));
  if (ahead >= 0)
    root.append(svg("line", { x1: x(ahead), x2: x(ahead), y1: y(0), y2: y(top), class: "imfn-predict-askedline" }));
  answer.rows.forEach(({ errors, usual, name }, index) => {
    const group = svg("g", { class: colourClass(index) });
    group.append(
      svg("polyline", {
        points: usual.map((value, at) => `${x(at)},${y(value)}`).join(" "),
        class: "imfn-moving-line",
      }),
    );
    errors.forEach((value, at) => {
      const dot = svg("circle", { cx: x(at), cy: y(value), r: 3 });
      dot.append(svg("title", {}, `${name}, ${at + 1} ahead: ${value.toFixed(1)}`));
      group.append(dot);
    });
    root.append(group);
  });
  return root;
}

/** @param {number} count @param {number} step @param {number} top @param {(at: number) => number} x @param {(value: number) => number} y @param {number} width */
function axes(count, step, top, x, y, width) {
  const found = [];
  for (let value = 0; value <= top + 1e-9; value += step) {
    found.push(
      svg("line", {
        x1: MARGIN.left,
        x2: width - MARGIN.right,
        y1: y(value),
        y2: y(value),
        class: "imfn-predict-rule",
      }),
    );
    found.push(
      svg(
        "text",
        { x: MARGIN.left - 7, y: y(value) + 4, class: "imfn-predict-tick", "text-anchor": "end" },
        String(value),
      ),
    );
  }
  for (let at = 0; at < count; at++)
    found.push(
      svg("text", { x: x(at), y: HEIGHT - 20, class: "imfn-predict-tick", "text-anchor": "middle" }, String(at + 1)),
    );
  const middle = (MARGIN.left + width - MARGIN.right) / 2;
  found.push(
    svg(
      "text",
      { x: middle, y: HEIGHT - 4, class: "imfn-predict-tick", "text-anchor": "middle" },
      "frames ahead; squared error a frame",
    ),
  );
  return found;
}

/** What the chart shows, in a sentence. @param {ForetellAnswer} answer */
function saidOf({ rows, others }) {
  const lines = rows.map((row) => `${nameOf(row)}: ${row.usual.map((value) => value.toFixed(0)).join(", ")}`);
  return `Squared error by frames ahead, mean over ${others} sequences. ${lines.join(". ")}`;
}
