// Skill against lag: this round's beliefs as dots, what was recorded of the same kinds of memories as lines with their
// intervals, names at the ends. Called by `predict/view.js`.

import { h, svg } from "../core/dom.js";
import { factsOf, inkOf, labelOf } from "./beliefs.js";

/** @import { WalkAnswer } from "../core/payloads.js" */
/** @import { MemoryFacts, PredictStore } from "./store.js" */

const HEIGHT = 264;
const MARGIN = { left: 34, right: 150, top: 14, bottom: 36 };
const NARROW = { ...MARGIN, right: 144 }; // the longest name
const [FLOOR, TOP] = [-0.5, 1]; // of the axis: what lies lower stands on the floor, marked
const OLD = 10.5;
const GAP = 15; // pixels between two names

/** Where values are drawn. @typedef {{ x: (lag: number) => number, y: (value: number) => number, width: number, right: number }} Scale */

/** @param {number} width @param {number} steps @returns {Scale} */
export function scaleOf(width, steps) {
  const margin = width < 480 ? NARROW : MARGIN;
  const [inner, tall] = [width - margin.left - margin.right, HEIGHT - MARGIN.top - MARGIN.bottom];
  return {
    x: (lag) => margin.left + (inner * lag) / (steps - 1),
    y: (value) => MARGIN.top + (tall * (TOP - Math.max(FLOOR, Math.min(TOP, value)))) / (TOP - FLOOR),
    width,
    right: width - margin.right,
  };
}

/** Places for names, in the order of their lines, none nearer to another than they are tall. @param {number[]} wanted */
export function spread(wanted) {
  const order = wanted.map((y, index) => ({ y, index })).sort((a, b) => a.y - b.y);
  order.forEach((each, rank) => {
    if (rank) each.y = Math.max(each.y, order[rank - 1].y + GAP);
  });
  const over = order.length ? order[order.length - 1].y - (HEIGHT - MARGIN.bottom) : 0;
  const placed = /** @type {number[]} */ ([]);
  for (const { y, index } of order) placed[index] = over > 0 ? y - over : y;
  return placed;
}

/** The card, and what draws it. @param {PredictStore} store */
export function skillCard(store) {
  const plot = h("div", { class: "imfn-predict-plot", id: "predict-skill" });
  const words = h("p", { text: "dots: this round so far" });
  const note = h("p", { class: "imfn-predict-note", text: noteOf(store.shown) });
  const head = h(
    "div",
    { class: "imfn-head-words" },
    h("h2", { text: "Skill against how long ago it was lit" }),
    words,
  );
  const card = h(
    "section",
    { class: "imfn-card imfn-predict-skill" },
    h("div", { class: "imfn-card-head" }, head),
    plot,
    note,
  );
  const draw = () => {
    const width = plot.clientWidth;
    note.textContent = noteOf(store.shown);
    if (width) plot.replaceChildren(chart(store, card, width));
  };
  return { card, plot, draw };
}

/** What stands under the chart. @param {MemoryFacts[]} memories */
export function noteOf(memories) {
  const known = memories.filter(({ recorded }) => recorded);
  const missing = memories.filter(({ recorded }) => !recorded);
  if (!known.length) return "Nothing is recorded of these memories yet; dots are this round's alone.";
  const seeds = known.map(({ variant, recorded }) => `${variant} ${recorded?.seeds}`).join(", ");
  const none = missing.length
    ? ` Not recorded yet: ${missing.map(({ variant, label }) => variant || label).join(", ")}.`
    : "";
  return `Lines: recorded over 1,024 test rooms, other trainings of the same kinds at equal steps (seeds: ${seeds}), shades 95 % intervals.${none} One round is one sample: its dots scatter.`;
}

/** @param {PredictStore} store @param {Element} card @param {number} width */
function chart(store, card, width) {
  const { answer } = store.state;
  const scale = scaleOf(width, store.setup.steps);
  const names = answer?.beliefs.map(({ name }) => name) ?? store.shown.map(({ name }) => name);
  const root = svg("svg", {
    viewBox: `0 0 ${width} ${HEIGHT}`,
    width,
    height: HEIGHT,
    role: "img",
    "aria-label": saidOf(store),
  });
  root.append(...axes(scale, store.setup.steps));
  for (const name of names) root.append(...recordedLine(store, card, name, scale));
  if (answer) root.append(...askedLine(answer, store.state.round.asked, scale));
  const ends = names.map((name) => endOf(store, name));
  const places = spread(ends.map((value) => scale.y(value)));
  names.forEach((name, index) => {
    root.append(...dots(store, card, name, scale));
    const label = svg(
      "text",
      { x: scale.right + 8, y: places[index] + 4, class: "imfn-predict-name" },
      labelOf(store, name),
    );
    label.style.fill = inkOf(card, store, name);
    root.append(label);
  });
  return root;
}

/** What the chart shows, in a sentence. @param {PredictStore} store */
function saidOf(store) {
  const { answer } = store.state;
  if (!answer) return "Skill against lag";
  const lines = answer.beliefs.map(({ name, by_lag }) => {
    const bins = by_lag.flatMap((value, index) =>
      value === null ? [] : [`${binName(store, index)} ${value.toFixed(2)}`],
    );
    return `${labelOf(store, name)}: ${bins.join(", ")}`;
  });
  return `Skill by lag in this round. ${lines.join(". ")}`;
}

/** @param {PredictStore} store @param {number} index */
function binName(store, index) {
  const [low, high] = store.setup.bins[index];
  return low === high ? `lag ${low}` : `lags ${low} to ${high}`;
}

/** @param {Scale} scale @param {number} steps */
function axes(scale, steps) {
  const lines = [];
  const [low, high] = [scale.y(FLOOR), scale.y(TOP)];
  lines.push(
    svg("rect", {
      x: scale.x(OLD),
      y: high,
      width: scale.x(steps - 1) - scale.x(OLD),
      height: low - high,
      class: "imfn-predict-old",
    }),
  );
  const primary = svg("text", {
    x: scale.x(steps - 1) - 6,
    y: high + 14,
    class: "imfn-predict-tick",
    "text-anchor": "end",
  });
  primary.textContent = scale.width < 480 ? "lag > 10" : "primary figure: lag > 10";
  lines.push(primary);
  for (const value of [1, 0.5, 0, -0.5]) {
    const y = scale.y(value);
    lines.push(
      svg("line", {
        x1: scale.x(0),
        x2: scale.x(steps - 1),
        y1: y,
        y2: y,
        class: value ? "imfn-predict-rule" : "imfn-predict-zero",
      }),
    );
    lines.push(
      svg(
        "text",
        { x: scale.x(0) - 8, y: y + 4, class: "imfn-predict-tick", "text-anchor": "end" },
        String(value).replace("-", "−"),
      ),
    );
  }
  for (let lag = 0; lag < steps; lag += 5)
    lines.push(
      svg(
        "text",
        { x: scale.x(lag), y: HEIGHT - 20, class: "imfn-predict-tick", "text-anchor": "middle" },
        String(lag),
      ),
    );
  lines.push(
    svg(
      "text",
      { x: (scale.x(0) + scale.right) / 2, y: HEIGHT - 4, class: "imfn-predict-tick", "text-anchor": "middle" },
      scale.width < 480 ? "lag, in steps" : "lag: steps since a pixel was lit; 0 = the mean room",
    ),
  );
  return lines;
}

/** @param {PredictStore} store @param {Element} card @param {string} name @param {Scale} scale */
function recordedLine(store, card, name, scale) {
  const recorded = factsOf(store, name)?.recorded;
  if (!recorded) return [];
  const colour = inkOf(card, store, name);
  const points = (/** @type {number[]} */ values) => values.map((value, lag) => `${scale.x(lag)},${scale.y(value)}`);
  const band = svg("polygon", {
    points: [...points(recorded.high), ...points(recorded.low).reverse()].join(" "),
    class: "imfn-predict-band",
  });
  const line = svg("polyline", { points: points(recorded.skill).join(" "), class: "imfn-predict-line" });
  band.style.fill = line.style.stroke = colour;
  return [band, line];
}

/** Where the name of a memory stands: at the end of its line, or of its last dot. @param {PredictStore} store @param {string} name */
function endOf(store, name) {
  const recorded = factsOf(store, name)?.recorded;
  if (recorded) return recorded.skill[recorded.skill.length - 1];
  const live = store.state.answer?.beliefs.find((belief) => belief.name === name)?.by_lag ?? [];
  return live.findLast((value) => value !== null) ?? 0;
}

/** This round's beliefs, a dot a bin of lags, joined. @param {PredictStore} store @param {Element} card @param {string} name @param {Scale} scale */
function dots(store, card, name, scale) {
  const belief = store.state.answer?.beliefs.find((each) => each.name === name);
  if (!belief) return [];
  const colour = inkOf(card, store, name);
  const found = belief.by_lag.flatMap((value, index) => {
    if (value === null) return [];
    const [low, high] = store.setup.bins[index];
    return [{ x: scale.x((low + high) / 2), y: scale.y(value), value, index }];
  });
  const line = svg("polyline", { points: found.map(({ x, y }) => `${x},${y}`).join(" "), class: "imfn-predict-live" });
  line.style.stroke = colour;
  const marks = found.map(({ x, y, value, index }) => {
    const mark =
      value < FLOOR ? svg("path", { d: `M${x - 4} ${y - 6}h8l-4 6z` }) : svg("circle", { cx: x, cy: y, r: 3.6 });
    mark.style.fill = colour;
    mark.append(svg("title", {}, `${labelOf(store, name)}, ${binName(store, index)}: ${value.toFixed(2)}`));
    return mark;
  });
  return [line, ...marks];
}

/** The lag of the pose that is asked about: a line at the newest of its pixels. @param {WalkAnswer} answer @param {number} asked @param {Scale} scale */
function askedLine(answer, asked, scale) {
  const last = answer.poses.lastIndexOf(asked);
  if (last < 0) return [];
  const x = scale.x(answer.poses.length - 1 - last);
  return [svg("line", { x1: x, x2: x, y1: scale.y(TOP), y2: scale.y(FLOOR), class: "imfn-predict-askedline" })];
}
