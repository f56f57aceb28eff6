// Along the time axis: how far the student is from the tree, or what each memory gets wrong, with a cursor at the time.
// Mounted by `TrajectoryDistance` in `app/components/views.py` on #path-distance.

import { h, onTheme, palette } from "../core/dom.js";
import { dressed, plotly, settings } from "../ui/chart.js";
import { behindBones } from "../ui/skeleton.js";
import { get, setPlaying, setTime, subscribe } from "./store.js";

const KINDS = {
  distance: {
    text: "distance",
    title: "How far the student is from the tree",
    words: "root mean square over the memory's coordinates",
  },
  error: {
    text: "error",
    title: "What each memory gets wrong",
    words: "MSE of the leaves so far, decoded from the memory of that time",
  },
};

export function mount({ element, props }) {
  const root = element.querySelector(".imfn-root") || element;
  const view = { root, url: props.plotly, kind: "distance", turn: Promise.resolve() };
  view.title = h("h2");
  view.words = h("p");
  view.pills = h(
    "div",
    { class: "imfn-segments", role: "radiogroup", "aria-label": "Along the path" },
    ...Object.entries(KINDS).map(([kind, { text }]) =>
      h("button", {
        type: "button",
        role: "radio",
        "data-kind": kind,
        text,
        onclick: () => {
          view.kind = kind;
          draw(view);
        },
      }),
    ),
  );
  view.plot = h("div", {
    class: "imfn-chart imfn-bone imfn-bone-figure",
    style: `height:${props.height || 170}px`,
    role: "figure",
  });
  const head = h(
    "div",
    { class: "imfn-card-head imfn-path-head" },
    h("div", { class: "imfn-head-words" }, view.title, view.words),
    view.pills,
  );
  view.wait = behindBones(root, head, view.plot);
  subscribe(root, (state, what) => (what === "time" ? cursor(view) : draw(view)));
  onTheme(root, () => draw(view));
  new ResizeObserver(() => view.plot.data && view.plot.clientWidth && window.Plotly.Plots.resize(view.plot)).observe(
    view.plot,
  );
}

function draw(view) {
  const { trip } = get();
  view.wait(!trip);
  if (!trip) return;
  const kind = trip.student ? view.kind : "error";
  view.pills.hidden = !trip.student;
  for (const button of view.pills.children) button.setAttribute("aria-checked", button.dataset.kind === kind);
  view.title.textContent = KINDS[kind].title;
  view.words.textContent = kind === "error" && !trip.memories ? "being read back …" : KINDS[kind].words;
  view.plot.setAttribute("aria-label", KINDS[kind].title);
  view.turn = view.turn
    .then(() => render(view, kind))
    .catch((error) => {
      view.words.textContent = error.message;
    });
}

async function render(view, kind) {
  const Plotly = await plotly(view.url);
  const { trip } = get();
  if (!trip) return;
  const colours = palette();
  const fresh = !view.plot.data;
  const layout = {
    uirevision: `${trip.id} ${kind}`,
    margin: { l: 56, r: 12, t: 8, b: 34 },
    showlegend: kind === "error" && Boolean(trip.student),
    legend: { orientation: "h", x: 1, xanchor: "right", y: 1, bgcolor: "rgba(0,0,0,0)", font: { size: 11.5 } },
    xaxis: {
      range: [0, trip.count],
      title: { text: "leaves that have arrived", font: { size: 11.5 }, standoff: 6 },
      showgrid: false,
    },
    yaxis: { rangemode: "tozero", nticks: 4 },
    shapes: [cursorShape(colours)],
  };
  await Plotly.react(
    view.plot,
    traces(trip, kind, colours),
    dressed(layout, colours, view.plot.clientHeight),
    settings(view.plot),
  );
  view.plot.classList.remove("imfn-bone", "imfn-bone-figure");
  if (fresh)
    view.plot.on("plotly_click", ({ points }) => {
      setPlaying(false);
      setTime(points[0].x);
    });
}

function traces(trip, kind, colours) {
  const line = (y, from, name, colour, dash = "solid") => ({
    x: y.map((_, i) => i + from),
    y,
    name,
    type: "scatter",
    mode: "lines",
    line: { color: colour, width: 2, dash },
    hovertemplate: `${name} %{y:.4g} after %{x}<extra></extra>`,
  });
  if (kind === "distance") return [line(trip.distance, 0, "distance", colours.orange)];
  if (!trip.memories) return [];
  const { mse } = trip.memories;
  return [
    line(mse.tree, 1, "tree", colours.teal),
    ...(mse.student ? [line(mse.student, 1, "student", colours.orange, "dot")] : []),
  ];
}

const cursorShape = (colours) => ({
  type: "line",
  x0: get().t,
  x1: get().t,
  yref: "paper",
  y0: 0,
  y1: 1,
  line: { color: colours.ink, width: 1.5, dash: "dot" },
});

/** Only the time has changed: move the cursor. */
function cursor(view) {
  if (!view.plot.data || view.waiting) return;
  view.waiting = true;
  view.turn = view.turn.then(async () => {
    view.waiting = false;
    if (view.plot.data) await window.Plotly.relayout(view.plot, { "shapes[0].x0": get().t, "shapes[0].x1": get().t });
  });
}
