// Scene 2, one merge: two frames of the clip, the state that their merge leaves, and both frames as the inverse gives
// them back. Called by `guide/view.js`.

import { contextOf, h, iconButton, svg } from "../core/dom.js";
import { count, dB } from "../core/format.js";
import { framePsnr, nodeCount, nodeName, rows } from "../explore/exploration.js";
import { paint, pane } from "../explore/panes.js";
import { get, select } from "../explore/store.js";
import { heatmap } from "../ui/heatmap.js";
import { cellPixels } from "../ui/sheets.js";
import { scene, seeInExplore, WITHOUT_SOURCE } from "./scene.js";

/** @import { Exploration, Selection } from "../core/types.js" */
/** @import { Pane } from "../explore/panes.js" */

/** The scene; its pair is the one that holds the selected frame. */
export function merging() {
  const sources = [pane("first frame"), pane("second frame")];
  const recovered = [pane("first frame recovered"), pane("second frame recovered")];
  const memory = pane("memory");
  const stepper = pairSwitch();
  const flow = h(
    "div",
    { class: "imfn-merge" },
    column(sources),
    funnel("merge"),
    h("div", { class: "imfn-merge-middle" }, memory.figure),
    funnel("inverse", true),
    column(recovered),
  );
  const card = scene({
    id: "merging",
    title: "One merge",
    words:
      "Two frames go in, one state comes out that is no larger than the state of one frame. The learned inverse splits it again, so that nothing is a black box. Step through the pairs.",
    actions: [seeInExplore(() => ({ merges: 1 }))],
    piece: [flow, stepper.element],
    lacks: (e) => (e.source && rows(e).includes(1) ? null : WITHOUT_SOURCE),
  });
  /** @param {Exploration} e @param {Selection} selection @param {() => void} later */
  const refresh = (e, { frame }, later) => {
    if (!card.ready(e)) return;
    const pair = frame >> 1;
    stepper.refresh(e, pair);
    paintMemory(memory, e, pair);
    for (const side of [0, 1]) paintSide(sources[side], recovered[side], e, 2 * pair + side, later);
    flow.style.setProperty("--shape", (e.window.sheet.width / e.window.sheet.height).toFixed(3));
    flow.dataset.pair = String(pair);
  };
  return { element: card.element, refresh };
}

/** @param {Pane[]} panes */
const column = (panes) => h("div", { class: "imfn-merge-pair" }, ...panes.map((one) => one.figure));

/** Two lines that meet in one, and the name of what happens there. @param {string} name @param {boolean} [turned] */
function funnel(name, turned = false) {
  const ends = turned
    ? "M0 50 H40 C60 50 60 22 100 22 M40 50 C60 50 60 78 100 78"
    : "M0 22 C40 22 40 50 60 50 H100 M0 78 C40 78 40 50 60 50";
  const attributes = { viewBox: "0 0 100 100", preserveAspectRatio: "none", "aria-hidden": "true" };
  const lines = svg("svg", attributes, svg("path", { d: ends, "vector-effect": "non-scaling-stroke" }));
  return h("div", { class: "imfn-funnel" }, lines, h("span", { text: name }));
}

function pairSwitch() {
  /** @param {number} n */
  const go = (n) => () => select({ frame: 2 * ((get().selection.frame >> 1) + n) });
  const back = iconButton("left", "Previous pair", go(-1));
  const next = iconButton("right", "Next pair", go(1));
  const label = h("span", { class: "imfn-pair-label", "aria-live": "polite" });
  const element = h("div", { class: "imfn-pairs", role: "group", "aria-label": "Pair of frames" }, back, label, next);
  /** @param {Exploration} e @param {number} pair */
  const refresh = (e, pair) => {
    label.textContent = `pair ${pair + 1} of ${nodeCount(e, 1)}`;
    back.disabled = pair === 0;
    next.disabled = pair >= nodeCount(e, 1) - 1;
  };
  return { element, refresh };
}

/** @param {Pane} pane @param {Exploration} e @param {number} pair */
function paintMemory({ canvas, caption }, e, pair) {
  const memory = e.window.states[nodeName(1, pair)];
  caption.replaceChildren(
    h("span", { text: `memory ${nodeName(1, pair)}` }),
    h("b", { text: `${count(e.window.node_floats)} floats` }),
  );
  if (!memory) return;
  const cells = heatmap(memory);
  [canvas.width, canvas.height] = [cells.height, cells.width]; // on its side: the memory stands between two columns
  const context = contextOf(canvas);
  context.setTransform(0, 1, 1, 0, 0, 0);
  context.drawImage(cells, 0, 0);
  canvas.setAttribute("aria-label", `The memory of the pair as a heat map, ${count(e.window.node_floats)} floats`);
}

/** @param {Pane} source @param {Pane} recovered @param {Exploration} e @param {number} frame @param {() => void} later */
function paintSide(source, recovered, e, frame, later) {
  const there = frame < e.window.count;
  for (const one of [source, recovered]) one.figure.classList.toggle("imfn-absent", !there);
  const before = there && cellPixels(e, 0, frame, later);
  const after = there && cellPixels(e, 1, frame, later);
  if (before) paint(source, before, `frame ${frame + 1} of the source`);
  if (after) paint(recovered, after, `frame ${frame + 1} as the inverse gives it back`);
  source.caption.replaceChildren(h("span", { text: there ? `frame ${frame + 1}` : "an empty place" }));
  const again = there
    ? [h("span", { class: "imfn-roomy", text: `frame ${frame + 1}` }), h("b", { text: dB(framePsnr(e, 1, frame)) })]
    : ["dropped again"];
  recovered.caption.replaceChildren(...again);
}
