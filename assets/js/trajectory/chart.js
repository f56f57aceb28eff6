// Along the time axis: how far the student is from the tree, or what each memory gets wrong, with a cursor at the time.
// Mounted by `TrajectoryDistance` in `app/components/views.py` on #path-distance.

import { h, onTheme, palette, viewRoot } from "../core/dom.js";
import { dressed, plotElement, plotly, resizeWithBox, settings } from "../ui/chart.js";
import { behindBones } from "../ui/skeleton.js";
import { get, setPlaying, setTime, subscribe } from "./store.js";
import { memoryName } from "./walk.js";

/** @import { Palette, Trajectory, ViewParts } from "../core/types.js" */

const FEW = 10; // leaves up to which each has its tick

/** @typedef {"distance" | "error" | "skill"} Kind */
/** @typedef {ReturnType<typeof build>} View */

/** @type {Record<Kind, { text: string, title: string, words: string }>} */
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
  skill: {
    text: "skill",
    title: "How right each belief is",
    words: "skill on what was lit so far: 1 is the true room, 0 what the mean room gives",
  },
};

/** @param {ViewParts} parts */
export function mount({ element, props }) {
  const view = build(viewRoot(element), props.plotly, props.height || 170);
  subscribe(view.root, (_, what) => (what === "time" ? cursor(view) : draw(view)));
  onTheme(view.root, () => draw(view));
  resizeWithBox(view.plot);
}

/** @param {HTMLElement} root @param {string} url of plotly.min.js @param {number} height */
function build(root, url, height) {
  const title = h("h2");
  const words = h("p");
  /** @param {Kind} kind */
  const choose = (kind) => {
    view.kind = kind;
    draw(view);
  };
  const buttons = /** @type {Kind[]} */ (Object.keys(KINDS)).map((kind) => pill(kind, () => choose(kind)));
  const group = { class: "imfn-segments", role: "radiogroup", "aria-label": "Along the path" };
  const pills = h("div", group, ...buttons);
  const plot = plotElement("imfn-chart", height);
  const said = h("div", { class: "imfn-head-words" }, title, words);
  const wait = behindBones(root, h("div", { class: "imfn-card-head imfn-path-head" }, said, pills), plot);
  const kind = /** @type {Kind} */ ("distance");
  const view = { root, url, title, words, pills, buttons, plot, wait, kind, turn: Promise.resolve(), waiting: false };
  return view;
}

/** @param {Kind} kind @param {() => void} onclick */
const pill = (kind, onclick) =>
  h("button", { type: "button", role: "radio", "data-kind": kind, text: KINDS[kind].text, onclick });

/** @param {View} view */
function draw(view) {
  const { trip } = get();
  view.wait(!trip);
  if (!trip) return;
  const known = trip.walks ? "skill" : "error";
  const kind = trip.student && view.kind === "distance" ? "distance" : known;
  for (const button of view.buttons) button.hidden = !["distance", known].includes(button.dataset.kind ?? "");
  view.pills.hidden = !trip.student;
  for (const button of view.buttons) button.setAttribute("aria-checked", String(button.dataset.kind === kind));
  view.title.textContent = KINDS[kind].title;
  const absent = trip.stopped ? "cancelled before the memories were read back" : "being read back …";
  view.words.textContent = kind !== "distance" && !trip.memories ? absent : KINDS[kind].words;
  view.plot.setAttribute("aria-label", KINDS[kind].title);
  view.turn = view.turn
    .then(() => render(view, kind))
    .catch((error) => {
      view.words.textContent = error.message;
    });
}

/** @param {View} view @param {Kind} kind */
async function render(view, kind) {
  const Plotly = await plotly(view.url);
  const { trip } = get();
  if (!trip) return;
  const colours = palette();
  const fresh = !view.plot.data;
  const layout = {
    uirevision: `${trip.id} ${kind}`,
    margin: { l: 56, r: 12, t: 8, b: 34 },
    showlegend: kind !== "distance" && Boolean(trip.student),
    legend: { orientation: "h", x: 1, xanchor: "right", y: 1, bgcolor: "rgba(0,0,0,0)", font: { size: 11.5 } },
    xaxis: {
      range: [0, trip.count],
      ...(trip.count <= FEW ? { dtick: 1 } : {}), // no half leaves
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

/** @param {Trajectory} trip @param {Kind} kind @param {Palette} colours */
export function traces(trip, kind, colours) {
  /** @param {(number | null)[]} y @param {number} from @param {string} name @param {string} colour @param {string} [dash] */
  const line = (y, from, name, colour, dash = "solid") => ({
    x: y.map((_, i) => i + from),
    y,
    name,
    type: "scatter",
    mode: "lines",
    line: { color: colour, width: 2, dash },
    hovertemplate: `${name} %{y:.4g} after %{x}<extra></extra>`,
  });
  if (kind === "distance") return trip.distance ? [line(trip.distance, 0, "distance", colours.orange)] : [];
  const { tree, student } = kind === "skill" ? skills(trip) : (trip.memories?.mse ?? {});
  return [
    ...(tree ? [line(tree, 1, memoryName(trip, "tree"), colours.teal)] : []),
    ...(student ? [line(student, 1, "student", colours.orange, "dot")] : []),
  ];
}

/** The skill of every belief along the first walk. @param {Trajectory} trip @returns {{ tree?: (number | null)[], student?: (number | null)[] }} */
function skills(trip) {
  const { tree, student } = trip.memories?.beliefs?.[0] ?? {};
  return { tree: tree?.skill, student: student?.skill };
}

/** @param {Palette} colours */
const cursorShape = (colours) => ({
  type: "line",
  x0: get().t,
  x1: get().t,
  yref: "paper",
  y0: 0,
  y1: 1,
  line: { color: colours.ink, width: 1.5, dash: "dot" },
});

/** Only the time has changed: move the cursor. @param {View} view */
function cursor(view) {
  if (!view.plot.data || view.waiting) return;
  view.waiting = true;
  view.turn = view.turn.then(async () => {
    view.waiting = false;
    if (view.plot.data) await window.Plotly.relayout(view.plot, { "shapes[0].x0": get().t, "shapes[0].x1": get().t });
  });
}
