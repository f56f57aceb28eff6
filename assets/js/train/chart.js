// Curves of the chosen run and those laid over it: any metric against steps or seconds, smoothed or not, zoom kept.
// Built by `train/view.js`.

import { h, onTheme, palette } from "../core/dom.js";
import { dressed, plotly, resizeWithBox, settings } from "../ui/chart.js";
import { FIGURES, figure, figuresOf } from "./figures.js";

/** @import { Palette, PlotElement } from "../core/types.js" */
/** @import { TrainStore } from "./store.js" */

/**
 * @typedef {object} View
 * @property {TrainStore} store
 * @property {string} url of plotly.min.js
 * @property {PlotElement} plot
 * @property {HTMLElement} empty
 * @property {Promise<void>} turn
 * @property {string} drawn what the drawing on show was made of
 */

const DASHES = ["solid", "dot", "dash", "dashdot", "longdash", "longdashdot"];

/** The card of the curves, once a run is known to take steps: a closed form has none. @param {TrainStore} store @param {string} url of plotly.min.js */
export function curveCard(store, url) {
  const { tools, box } = curves(store, url);
  const head = h(
    "div",
    { class: "imfn-card-head imfn-run-line" },
    h("div", { class: "imfn-head-words" }, h("h2", { text: "Curves" })),
    tools,
  );
  const card = h("section", { class: "imfn-panel", "aria-label": "Curves" }, head, box);
  store.subscribe(() => {
    const shown = store.making ? [] : store.shown();
    card.hidden = shown.every((id) => !store.run(id)?.steps);
  });
  return card;
}

/** The chart and its controls. @param {TrainStore} store @param {string} url of plotly.min.js */
export function curves(store, url) {
  const metric = menu(
    "metric",
    Object.entries(FIGURES).map(([key, { text }]) => [key, text]),
    store.look.metric,
    (value) => store.see({ metric: value }),
  );
  const axis = menu(
    "x",
    [
      ["steps", "steps"],
      ["seconds", "seconds"],
    ],
    store.look.x,
    (value) => store.see({ x: value }),
  );
  const scale = menu(
    "y",
    [
      ["log", "log"],
      ["linear", "linear"],
    ],
    "log",
    (value) => store.see({ log: value === "log" }),
  );
  const smooth = h("input", {
    type: "range",
    class: "imfn-range imfn-smooth",
    min: 0,
    max: 0.95,
    step: 0.05,
    value: 0,
    "aria-label": "Smoothing",
    title: "Smoothing",
  });
  smooth.addEventListener("input", () => store.see({ smooth: Number(smooth.value) }));
  const tools = h(
    "div",
    { class: "imfn-curve-tools" },
    metric,
    axis,
    scale,
    h("label", { class: "imfn-smooth-label" }, "smooth", smooth),
  );
  const look = { class: "imfn-chart", style: "height:280px", role: "figure", "aria-label": "Training curves" };
  const plot = /** @type {PlotElement} */ (/** @type {HTMLElement} */ (h("div", look)));
  const empty = h("p", { class: "imfn-none imfn-curve-empty" });
  /** @type {View} */
  const view = { store, url, plot, empty, turn: Promise.resolve(), drawn: "" };
  store.subscribe(() => {
    offer(store, metric);
    draw(view);
  });
  onTheme(store.root, () => {
    view.drawn = "";
    draw(view);
  });
  resizeWithBox(plot);
  return { tools, box: h("div", { class: "imfn-curves" }, plot, empty) };
}

/** @param {string} label @param {string[][]} options keys and texts @param {string} value @param {(value: string) => void} choose */
function menu(label, options, value, choose) {
  const select = h(
    "select",
    { "data-menu": label },
    ...options.map(([key, text]) => h("option", { value: key, text })),
  );
  select.value = value;
  select.addEventListener("change", () => choose(select.value));
  return h("label", { class: "imfn-select-pill" }, h("span", { text: label }), select);
}

/** Offer what the shown runs have measured besides the common figures. @param {TrainStore} store @param {HTMLElement} pill */
function offer(store, pill) {
  const select = /** @type {HTMLSelectElement} */ (pill.querySelector("select"));
  const known = new Set([...select.options].map((option) => option.value));
  const names = figuresOf(store.shown().flatMap((id) => store.history(id).rows));
  for (const name of names.filter((each) => !known.has(each)))
    select.append(h("option", { value: name, text: figure(name).text }));
}

/** Draw only when something that is shown has changed. @param {View} view */
function draw(view) {
  const { store } = view;
  const key = JSON.stringify([
    store.look,
    store.shown().map((id) => [id, store.run(id)?.name, store.history(id).cursor, store.history(id).rows.length]),
    waiting(store),
  ]);
  if (key === view.drawn || store.making) return;
  view.drawn = key;
  view.turn = view.turn
    .then(() => render(view))
    .catch((error) => {
      view.empty.textContent = error.message;
    });
}

/** @param {View} view */
async function render({ store, url, plot, empty }) {
  const Plotly = await plotly(url);
  const colours = palette();
  const { metric, x, log } = store.look;
  const data = store.shown().flatMap((id) => tracesOf(store, id, colours));
  empty.textContent = data.some((trace) => trace.y.length) ? "" : waiting(store);
  const layout = {
    uirevision: `${metric} ${x} ${log} ${store.chosen}`,
    margin: { l: 58, r: 12, t: 26, b: 40 },
    showlegend: data.length > 1,
    legend: { orientation: "h", x: 0, y: 1.02, yanchor: "bottom", font: { size: 11 } },
    xaxis: {
      title: { text: x === "steps" ? "steps" : "seconds of training", font: { size: 11.5 }, standoff: 8 },
      rangemode: "tozero",
      showgrid: false,
    },
    yaxis: {
      title: { text: figure(metric).title, font: { size: 11.5 }, standoff: 8 },
      type: log && !figure(metric).linear ? "log" : "linear",
      nticks: 6,
      exponentformat: "power",
    },
    hovermode: "closest",
  };
  await Plotly.react(plot, data, dressed(layout, colours, plot.clientHeight), settings(plot));
}

/** What stands where no curve is yet. @param {TrainStore} store */
export function waiting(store) {
  const runs = store.shown().map((id) => store.run(id));
  const run = runs.find((each) => each?.state === "running") ?? runs[0];
  if (!run) return "";
  if (run.state === "queued") return "It waits for its turn.";
  if (run.state === "running")
    return store.look.metric === "loss" && run.steps === 0
      ? "This run has no optimiser: it is fitted, and shows its figures when it is done."
      : "The first figures arrive in a few seconds …";
  return "Nothing was measured.";
}

/**
 * One line a run; the chosen run alone has one line a level where the metric has levels.
 * @param {TrainStore} store
 * @param {string} id
 * @param {Palette} colours
 */
function tracesOf(store, id, colours) {
  const { metric, x, smooth } = store.look;
  const { rows } = store.history(id);
  const run = store.run(id);
  const known = rows.filter((row) => row.values[metric] !== undefined && row.values[metric] !== null);
  /** @type {string[] | null} */
  const levels = known.length && Array.isArray(known[0].values[metric]) ? known[0].values.levels : null;
  const alone = store.shown().length === 1;
  const wanted = levels
    ? alone
      ? levels.map((_, i) => i).slice(levels.length > 2 ? 1 : 0)
      : [levels.length - 1]
    : [null];
  return wanted.map((level, place) => {
    const y = known.map((row) => (level === null ? row.values[metric] : row.values[metric][level]));
    const name = levels && level !== null && alone ? levels[level] : run?.name;
    const colour = level === null || !alone ? store.colour(id, colours) : shade(place, wanted.length);
    return {
      x: known.map((row) => (x === "steps" ? row.total : row.seconds)),
      y: smoothed(y, smooth),
      text: known.map((row) => row.stage),
      name,
      type: "scatter",
      mode: known.length < 3 ? "markers+lines" : "lines",
      line: { color: colour, width: 2, dash: level !== null && alone ? DASHES[0] : "solid" },
      hovertemplate: `${name}: %{y:.4g} after %{x} ${x}<br>%{text}<extra></extra>`,
    };
  });
}

const VIRIDIS = ["#440154", "#46327e", "#365c8d", "#277f8e", "#1fa187", "#4ac16d", "#a0da39", "#fde725"];

/**
 * From the lowest level to the root, dark to light on the scale for depth; light pages leave out its palest end.
 * @param {number} place
 * @param {number} count
 */
const shade = (place, count) =>
  VIRIDIS[Math.round((count < 2 ? 0.5 : place / (count - 1)) * 6 + (document.body.classList.contains("dark") ? 1 : 0))];

/** Exponential moving average, corrected for its start; gaps stay gaps. @param {(number | null)[]} values @param {number} weight 0…1 */
export function smoothed(values, weight) {
  if (!weight) return values;
  let [mean, mass] = [0, 0];
  return values.map((value) => {
    if (value === null) return null;
    mean = weight * mean + (1 - weight) * value;
    mass = weight * mass + (1 - weight);
    return mean / mass;
  });
}
