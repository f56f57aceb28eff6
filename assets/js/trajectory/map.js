// The memory moving: the projection with its controls and the transport below it. Mounted by `TrajectoryMap` in `app/components/views.py` on #path-map.

import { h, iconButton, onTheme, palette, setIcon, viewRoot } from "../core/dom.js";
import { leafCount } from "../core/format.js";
import { dressed, plotElement, plotly, resizeWithBox, settings } from "../ui/chart.js";
import { segments } from "../ui/segments.js";
import { withTerms } from "../ui/term.js";
import { figure, timeUpdate } from "./figure.js";
import { INKS, inkOf } from "./inks.js";
import { legend, refreshLegend } from "./legend.js";
import { previewCard, showPreview } from "./preview.js";
import { paintSprites } from "./sprites.js";
import { attachKeys, get, look, setPlaying, setTime, shown, step, subscribe } from "./store.js";

/** @import { Figure, ViewParts } from "../core/types.js" */
/** @import { Shown } from "./figure.js" */
/** @import { Change, State } from "./store.js" */

/** @typedef {ReturnType<typeof build>} View */
/** @typedef {{ camera: unknown } | { x: number[], y: number[] }} Zoom */

/** @type {Record<string, string>} */
const WORDS = {
  pair: "one point a [leaf]; point at one to see both",
  alone: "one point a [leaf]",
};
const SPEEDS = [0.5, 1, 2, 4];

/** @param {ViewParts} parts */
export function mount({ element, props }) {
  const root = viewRoot(element);
  const view = build(root, props.height || 430, props.plotly);
  attachKeys(root);
  subscribe(root, (state, what) => refresh(view, state, what));
  onTheme(root, () => draw(view));
  resizeWithBox(view.plot);
}

/** @param {HTMLElement} root @param {number} height @param {string} url of plotly.min.js */
function build(root, height, url) {
  const title = h("h2", {}, ...withTerms("The [memory] moving"));
  const words = h("p", {}, ...withTerms(WORDS.pair));
  const tools = controls();
  const head = h(
    "div",
    { class: "imfn-card-head imfn-path-head" },
    h("div", { class: "imfn-head-words" }, title, words),
    tools.bar,
  );
  const plot = plotElement("imfn-path-plot", height, "Projection of the memory's path");
  const sprites = h("canvas", { class: "imfn-path-sprites", "aria-hidden": "true" });
  const preview = previewCard();
  const empty = h("p", { class: "imfn-path-empty" });
  const stage = h(
    "div",
    { class: "imfn-stage imfn-path-stage", tabindex: 0, "aria-label": "Path: space plays, arrows step" },
    plot,
    sprites,
    preview.card,
    empty,
  );
  const said = h("div", { class: "imfn-said", "aria-live": "polite" });
  const bar = transport();
  const keys = legend();
  const below = h("div", { class: "imfn-path-keys" }, keys, tools.coloured);
  root.replaceChildren(head, stage, below, bar.bar, said);
  return {
    root,
    url,
    words,
    tools,
    plot,
    sprites,
    preview,
    stage,
    empty,
    keys,
    bar,
    said,
    over: /** @type {import("./sprites.js").Spot | null} */ (null), // the point under the pointer
    turn: Promise.resolve(),
    waiting: false, // a move is due
    key: "", // of the kind of plot that is drawn
    zooms: /** @type {Record<string, Zoom>} */ ({}), // by picture
    picture: "",
  };
}

const METHODS = [
  { value: "umap", text: "UMAP", title: "Keeps neighbours together" },
  { value: "pca", text: "PCA", title: "A straight view, nothing bent" },
];
const DIMENSIONS = [
  { value: "2", text: "2-D" },
  { value: "3", text: "3-D" },
];

const COLOURS = [
  { value: "time", text: "step", title: "Coloured by time" },
  { value: "pose", text: "pose", title: "Coloured by where the lantern is" },
  { value: "quarter", text: "last seen", title: "Coloured by the quarter that the lantern lights, what was last seen" },
];

function controls() {
  const method = segments({
    label: "Projection",
    options: METHODS,
    value: "umap",
    choose: (value) => look({ method: value === "pca" ? "pca" : "umap" }),
  });
  const dimensions = segments({
    label: "Dimensions",
    options: DIMENSIONS,
    value: "2",
    choose: (value) => look({ dimensions: value === "3" ? 3 : 2 }),
  });
  const sprites = h("button", {
    type: "button",
    class: "imfn-pill imfn-small",
    id: "path-sprites",
    title: "Leaves as pictures on the points",
    text: "pictures",
    onclick: () => look({ sprites: !get().sprites }),
  });
  const colours = segments({
    label: "Colours of the points",
    options: COLOURS.map((each) => ({ ...each, id: `path-colour-${each.value}` })),
    value: "time",
    choose: (value) => look({ ink: INKS.find((ink) => ink === value) ?? "time" }),
  });
  const coloured = h("div", { class: "imfn-path-tools", hidden: true }, "coloured by", colours.element);
  const trusted = h("b");
  const trust = h("span", { class: "imfn-trust", hidden: true }, ...withTerms("[trust] "), trusted);
  const bar = h("div", { class: "imfn-path-tools" }, method.element, dimensions.element, sprites, trust);
  return { bar, method, dimensions, colours, coloured, sprites, trust, trusted };
}

function transport() {
  const play = iconButton("play", "Play (space)", () => setPlaying(!get().playing), {
    id: "path-play",
    class: "imfn-icon-button imfn-play",
  });
  const back = iconButton("back", "One leaf back (,)", () => step(-1), { class: "imfn-icon-button imfn-wide-only" });
  const forward = iconButton("forward", "One leaf on (.)", () => step(1), { class: "imfn-icon-button imfn-wide-only" });
  const range = h("input", {
    id: "path-scrub",
    type: "range",
    min: 0,
    max: 1,
    value: 0,
    class: "imfn-range",
    "aria-label": "Leaves that have arrived",
  });
  range.addEventListener("input", () => setTime(Number(range.value)));
  const label = h("span", { class: "imfn-frame-label" });
  const speed = h(
    "select",
    { class: "imfn-speed", "aria-label": "Speed", title: "Speed" },
    ...SPEEDS.map((value) => h("option", { value, text: `${value}×` })),
  );
  speed.value = "1";
  speed.addEventListener("change", () => look({ speed: Number(speed.value) }));
  return {
    bar: h(
      "div",
      { class: "imfn-transport", role: "group", "aria-label": "Playback" },
      play,
      back,
      forward,
      range,
      label,
      speed,
    ),
    play,
    range,
    label,
  };
}

/** @param {View} view @param {State} state @param {Change} what */
function refresh(view, state, what) {
  const { trip } = state;
  view.root.classList.toggle("imfn-no-trip", !trip);
  view.empty.textContent = trip
    ? ""
    : "A memory is a point; every leaf moves it. Choose a sequence above to see where it goes.";
  if (!trip) return;
  const drawn = { ...state, trip };
  if (what !== "time") {
    view.over = null;
    refreshTools(view, drawn);
    draw(view);
  } else move(view);
  refreshTransport(view.bar, drawn);
  if (what === "trip") view.said.textContent = `Path of ${trip.name}, ${leafCount(trip.count)}.`;
}

/** @param {View} view @param {Shown} state */
function refreshTools({ words, tools, root }, state) {
  const { trip } = state;
  const method = shown();
  root.dataset.method = method;
  say(words, trip.student ? "pair" : "alone");
  tools.method.show(method);
  tools.dimensions.show(String(state.dimensions));
  tools.coloured.hidden = !trip.walks;
  tools.colours.show(inkOf(state));
  const [umap] = tools.method.buttons;
  umap.disabled = !trip.pictures.umap;
  umap.classList.toggle("imfn-pending", umap.disabled && !trip.stopped);
  const absent = trip.stopped ? "Cancelled before it was fitted" : "Still being fitted; PCA is shown until then";
  umap.title = umap.disabled ? absent : "Keeps neighbours together";
  tools.sprites.hidden = state.dimensions === 3;
  tools.sprites.setAttribute("aria-pressed", String(state.sprites));
  const trust = trip.pictures[method]?.trust;
  tools.trust.hidden = typeof trust !== "number";
  tools.trusted.textContent = typeof trust === "number" ? trust.toFixed(2) : "";
}

/** Anew only where they change: somebody may be reading a word's card. @param {HTMLElement} words @param {string} kind */
function say(words, kind) {
  if ((words.dataset.kind || "pair") !== kind) words.replaceChildren(...withTerms(WORDS[kind]));
  words.dataset.kind = kind;
}

/** @param {View["bar"]} bar @param {Shown} state */
function refreshTransport({ play, range, label }, { trip, t, playing }) {
  const name = playing ? "pause" : "play";
  if (play.dataset.icon !== name) setIcon(play, name, playing ? "Pause (space)" : "Play (space)");
  play.dataset.icon = name;
  range.max = String(trip.count);
  range.value = String(t);
  range.style.setProperty("--done", `${(100 * t) / trip.count}%`);
  range.setAttribute("aria-valuetext", `${t} of ${leafCount(trip.count)}`);
  label.textContent = `leaf ${t} / ${trip.count}`;
}

/** Draw everything, one drawing after the other; Plotly keeps zoom and camera while the uirevision stays. @param {View} view */
function draw(view) {
  view.turn = view.turn
    .then(() => render(view))
    .catch((error) => {
      view.empty.textContent = error.message;
    });
}

/** The state where there is a trajectory. @returns {Shown | null} */
function shownState() {
  const { trip } = get();
  return trip && { ...get(), trip };
}

/** @param {View} view */
async function render(view) {
  if (!get().trip) return;
  const Plotly = await plotly(view.url);
  const state = shownState();
  if (!state) return;
  const { plot } = view;
  const key = `${state.dimensions}`;
  if (view.key && view.key !== key) Plotly.purge(plot);
  const fresh = view.key !== key;
  view.key = key;
  refreshLegend(view.keys, state, palette());
  const { data, layout } = figure(state, palette());
  const picture = layout.uirevision;
  if (view.picture !== picture) restoreZoom(layout, view.zooms[picture]);
  view.picture = picture;
  await Plotly.react(
    plot,
    data,
    { ...dressed(layout, palette(), plot.clientHeight), dragmode: state.dimensions === 3 ? "orbit" : "pan" },
    { ...settings(plot), scrollZoom: true },
  );
  plot.classList.remove("imfn-bone", "imfn-bone-figure");
  if (fresh) listen(view);
  paint(view);
}

/** @param {View} view */
function listen(view) {
  const { plot, stage, preview } = view;
  plot.on("plotly_click", ({ points }) => {
    setPlaying(false);
    setTime(points[0].customdata);
  });
  plot.on("plotly_hover", ({ points, event }) => {
    const state = shownState();
    const edge = stage.getBoundingClientRect();
    const [x, y] = [(event?.clientX ?? edge.left) - edge.left, (event?.clientY ?? edge.top) - edge.top];
    if (!state) return;
    showPreview(preview, state, points[0], x, y, stage);
    view.over = { series: points[0].data.meta.series, t: points[0].customdata };
    paint(view);
  });
  plot.on("plotly_unhover", () => {
    preview.card.hidden = true;
    view.over = null;
    paint(view);
  });
  plot.on("plotly_relayouting", () => paint(view));
  plot.on("plotly_relayout", () => {
    keepZoom(view);
    paint(view);
  });
}

/** Every picture (method, dimensions) has a zoom of its own, found again when it is shown again. @param {View} view */
function keepZoom({ plot, zooms, picture }) {
  const { xaxis, yaxis, scene } = plot.layout;
  if (scene) zooms[picture] = { camera: scene.camera };
  else if (xaxis.autorange) delete zooms[picture];
  else zooms[picture] = { x: [...xaxis.range], y: [...yaxis.range] };
}

/** @param {Figure["layout"]} layout @param {Zoom} [zoom] */
function restoreZoom(layout, zoom) {
  if (!zoom) return;
  if ("camera" in zoom) layout.scene.camera = zoom.camera;
  else {
    layout.xaxis = { ...layout.xaxis, range: zoom.x, autorange: false };
    layout.yaxis = { ...layout.yaxis, range: zoom.y, autorange: false };
  }
}

/** @param {View} view */
function paint(view) {
  const state = shownState();
  if (!state) return;
  paintSprites(view.sprites, view.plot, state, palette(), () => paint(view), view.over);
  view.root.dataset.joined = view.over ? `${view.over.series} ${view.over.t}` : "";
  view.root.dataset.shows = `${state.trip.id} ${shown()} ${state.dimensions} ${state.t}`;
}

/** Only the time has changed: move the marks, leave the rest. @param {View} view */
function move(view) {
  if (view.waiting) return;
  view.waiting = true;
  view.turn = view.turn
    .then(async () => {
      view.waiting = false;
      const state = shownState();
      if (!view.plot.data || !state) return;
      const [update, indices] = timeUpdate(state, palette());
      await window.Plotly.restyle(view.plot, update, indices);
      paint(view);
    })
    .catch((error) => {
      view.empty.textContent = error.message;
    });
}
