// The memory moving: the projection with its controls and the transport below it. Receives the journey for all views of
// the tab. Mounted by `TrajectoryMap` in `app/components/views.py` on #path-map.

import { h, iconButton, onTheme, palette, setIcon } from "../core/dom.js";
import { dressed, plotly, settings } from "../ui/chart.js";
import { withTerms } from "../ui/term.js";
import { figure, timeUpdate } from "./figure.js";
import { paintSprites, previewCard, showPreview } from "./sprites.js";
import { attachKeys, get, look, setPlaying, setTime, shown, step, subscribe, travel } from "./store.js";

const WORDS = {
  pair: "one point a [leaf]; teal the [teacher|tree], orange the [student]",
  many: "one point a [leaf]; solid the [teacher|tree], dotted the [student]",
  alone: "one point a [leaf]",
};
const SPEEDS = [0.5, 1, 2, 4];

export function mount({ element, props, watch }) {
  const root = element.querySelector(".imfn-root") || element;
  const view = build(root, props.height || 430);
  view.url = props.plotly;
  attachKeys(root);
  subscribe(root, (state, what) => refresh(view, state, what));
  onTheme(root, () => draw(view));
  new ResizeObserver(() => view.plot.data && view.plot.clientWidth && window.Plotly.Plots.resize(view.plot)).observe(
    view.plot,
  );
  const take = () => travel(props.value ? JSON.parse(props.value) : null);
  watch("value", take);
  take();
}

function build(root, height) {
  const title = h("h2", {}, ...withTerms("The [memory] moving"));
  const words = h("p", {}, ...withTerms(WORDS.pair));
  const tools = controls();
  const head = h(
    "div",
    { class: "imfn-card-head imfn-path-head" },
    h("div", { class: "imfn-head-words" }, title, words),
    tools.bar,
  );
  const plot = h("div", {
    class: "imfn-path-plot imfn-bone imfn-bone-figure",
    style: `height:${height}px`,
    role: "figure",
    "aria-label": "Projection of the memory's path",
  });
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
  root.replaceChildren(head, stage, bar.bar, said);
  return {
    root,
    words,
    tools,
    plot,
    sprites,
    preview,
    stage,
    empty,
    bar,
    said,
    turn: Promise.resolve(),
    key: "",
    zooms: {},
    picture: "",
  };
}

function segments(label, options, choose) {
  const buttons = options.map(([value, text, title]) =>
    h("button", { type: "button", role: "radio", "data-value": value, title, text, onclick: () => choose(value) }),
  );
  return h("div", { class: "imfn-segments", role: "radiogroup", "aria-label": label }, ...buttons);
}

function controls() {
  const method = segments(
    "Projection",
    [
      ["umap", "UMAP", "Keeps neighbours together"],
      ["pca", "PCA", "A straight view, nothing bent"],
    ],
    (value) => look({ method: value }),
  );
  const dimensions = segments(
    "Dimensions",
    [
      [2, "2-D"],
      [3, "3-D"],
    ],
    (value) => look({ dimensions: Number(value) }),
  );
  const sprites = h("button", {
    type: "button",
    class: "imfn-pill imfn-small",
    id: "path-sprites",
    title: "Leaves as pictures on the points",
    text: "pictures",
    onclick: () => look({ sprites: !get().sprites }),
  });
  const trust = h("span", { class: "imfn-trust", hidden: true }, ...withTerms("[trust] "), h("b"));
  return {
    bar: h("div", { class: "imfn-path-tools" }, method, dimensions, sprites, trust),
    method,
    dimensions,
    sprites,
    trust,
  };
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
  speed.value = 1;
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

function refresh(view, state, what) {
  const { trip } = state;
  view.root.classList.toggle("imfn-no-trip", !trip);
  view.empty.textContent = trip
    ? ""
    : "A memory is a point; every leaf moves it. Choose a sequence above to see where it goes.";
  if (!trip) return;
  if (what !== "time") {
    refreshTools(view, state);
    draw(view);
  } else move(view, state);
  refreshTransport(view.bar, state);
  if (what === "trip") view.said.textContent = `Path of ${trip.name}, ${trip.count} leaves.`;
}

function refreshTools({ words, tools, root }, state) {
  const { trip } = state;
  const method = shown();
  root.dataset.method = method;
  for (const pill of document.querySelectorAll('#trajectory-samples button[id^="path-"]'))
    pill.setAttribute("aria-pressed", pill.id === `path-${trip.chosen}`);
  say(words, trip.series.length > 1 ? "many" : trip.student ? "pair" : "alone");
  for (const [group, value] of [
    [tools.method, method],
    [tools.dimensions, String(state.dimensions)],
  ]) {
    for (const button of group.children) button.setAttribute("aria-checked", button.dataset.value === value);
  }
  const umap = tools.method.firstChild;
  umap.disabled = !trip.pictures.umap;
  umap.classList.toggle("imfn-pending", umap.disabled);
  umap.title = umap.disabled ? "Still being fitted; PCA is shown until then" : "Keeps neighbours together";
  tools.sprites.hidden = state.dimensions === 3;
  tools.sprites.setAttribute("aria-pressed", state.sprites);
  const trust = trip.pictures[method].trust;
  tools.trust.hidden = trust === null || trust === undefined;
  tools.trust.lastChild.textContent = tools.trust.hidden ? "" : trust.toFixed(2);
}

/** Anew only where they change: somebody may be reading a word's card. */
function say(words, kind) {
  if ((words.dataset.kind || "pair") !== kind) words.replaceChildren(...withTerms(WORDS[kind]));
  words.dataset.kind = kind;
}

function refreshTransport({ play, range, label }, { trip, t, playing }) {
  const name = playing ? "pause" : "play";
  if (play.dataset.icon !== name) setIcon(play, name, playing ? "Pause (space)" : "Play (space)");
  play.dataset.icon = name;
  range.max = trip.count;
  range.value = t;
  range.style.setProperty("--done", `${(100 * t) / trip.count}%`);
  range.setAttribute("aria-valuetext", `${t} of ${trip.count} leaves`);
  label.textContent = `leaf ${t} / ${trip.count}`;
}

/** Draw everything, one drawing after the other; Plotly keeps zoom and camera while the uirevision stays. */
function draw(view) {
  view.turn = view.turn
    .then(() => render(view))
    .catch((error) => {
      view.empty.textContent = error.message;
    });
}

async function render(view) {
  if (!get().trip) return;
  const Plotly = await plotly(view.url);
  const state = get();
  const { plot } = view;
  const key = `${state.dimensions}`;
  if (view.key && view.key !== key) Plotly.purge(plot);
  const fresh = view.key !== key;
  view.key = key;
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
  view.drawnAt = state.t;
  paint(view);
}

function listen(view) {
  const { plot, stage, preview } = view;
  plot.on("plotly_click", ({ points }) => {
    setPlaying(false);
    setTime(points[0].customdata);
  });
  plot.on("plotly_hover", ({ points, event }) => {
    const edge = stage.getBoundingClientRect();
    showPreview(
      preview,
      get(),
      points[0],
      (event?.clientX ?? edge.left) - edge.left,
      (event?.clientY ?? edge.top) - edge.top,
      stage,
    );
  });
  plot.on("plotly_unhover", () => (preview.card.hidden = true));
  plot.on("plotly_relayouting", () => paint(view));
  plot.on("plotly_relayout", () => {
    keepZoom(view);
    paint(view);
  });
}

/** Every picture (method, dimensions) has a zoom of its own, found again when it is shown again. */
function keepZoom({ plot, zooms, picture }) {
  const { xaxis, yaxis, scene } = plot.layout;
  if (scene) zooms[picture] = { camera: scene.camera };
  else if (xaxis.autorange) delete zooms[picture];
  else zooms[picture] = { x: [...xaxis.range], y: [...yaxis.range] };
}

function restoreZoom(layout, zoom) {
  if (!zoom) return;
  if (zoom.camera) layout.scene.camera = zoom.camera;
  else {
    layout.xaxis = { ...layout.xaxis, range: zoom.x, autorange: false };
    layout.yaxis = { ...layout.yaxis, range: zoom.y, autorange: false };
  }
}

function paint(view) {
  paintSprites(view.sprites, view.plot, get(), palette(), () => paint(view));
  view.root.dataset.shows = `${get().trip.id} ${shown()} ${get().dimensions} ${get().t}`;
}

/** Only the time has changed: move the marks, leave the rest. */
function move(view) {
  if (view.waiting) return;
  view.waiting = true;
  view.turn = view.turn
    .then(async () => {
      view.waiting = false;
      if (!view.plot.data || !get().trip) return;
      const [update, indices] = timeUpdate(get(), palette());
      await window.Plotly.restyle(view.plot, update, indices);
      paint(view);
    })
    .catch((error) => {
      view.empty.textContent = error.message;
    });
}
