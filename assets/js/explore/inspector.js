// The selected node: its memory as a heatmap, its numbers, and the error of every frame it holds.
// Mounted by `app/components/views.py` on #explore-inspector.

import { quality, viridis, viridisGradient } from "../core/colours.js";
import { contextOf, h, onWidth, sharpContext, viewRoot } from "../core/dom.js";
import { count, dB, frames, ratio, size } from "../core/format.js";
import { bytesOf } from "../ui/heatmap.js";
import { attachRoving, rove } from "../ui/roving.js";
import { cellPixels } from "../ui/sheets.js";
import { behindBones } from "../ui/skeleton.js";
import { term, withTerms } from "../ui/term.js";
import {
  framePsnr,
  hardest,
  limits,
  meanError,
  nodeBytes,
  nodeName,
  nodePsnr,
  nodeRatio,
  span,
} from "./exploration.js";
import { floatsOf, indexFloats, legend, paintSpent, unit } from "./spent.js";
import { get, select, subscribe } from "./store.js";

/** @import { Exploration, Heatmap, Limits, Selection, SpentMap, ViewParts } from "../core/types.js" */

/** @typedef {ReturnType<typeof build>} Parts */

/** @type {Record<string, () => HTMLElement>} */
const LABELS = {
  floats: () => term("floats"),
  "ratio of this memory": () => h("span", {}, ...withTerms("[ratio] of this [node]")),
};

/** @param {ViewParts} parts */
export function mount({ element }) {
  const root = viewRoot(element);
  const parts = build(root);
  onWidth(parts.box, () => {
    parts.shown = null;
    refresh(parts, get());
  });
  subscribe(root, (state) => refresh(parts, state));
}

/** @param {HTMLElement} root */
function build(root) {
  const title = h("h2");
  const words = h("p");
  const canvas = h("canvas", { class: "imfn-heatmap", role: "img", "aria-label": "The memory as a heatmap" });
  const box = h("div", { class: "imfn-heatmap-box" }, canvas);
  const range = h("div", { class: "imfn-heatmap-range" });
  const spent = h("figure", { class: "imfn-spent", hidden: true });
  const facts = h("dl", { class: "imfn-facts" });
  const bars = h("div", { class: "imfn-bars", role: "group" });
  attachRoving(
    bars,
    () => barsOf(bars),
    (bar) => select({ frame: Number(bar.dataset.frame) }),
  );
  const barWords = h("div", { class: "imfn-bar-words" });
  const wait = behindBones(
    root,
    h("div", { class: "imfn-card-head" }, h("div", { class: "imfn-head-words" }, title, words)),
    box,
    range,
    spent,
    facts,
    bars,
    barWords,
  );
  return {
    root,
    wait,
    title,
    words,
    canvas,
    box,
    range,
    spent,
    facts,
    bars,
    barWords,
    shown: /** @type {string | null} */ (null),
  };
}

/** @param {Parts} parts @param {ReturnType<typeof get>} state */
function refresh(parts, { exploration: e, selection }) {
  parts.wait(e === undefined);
  parts.root.classList.toggle("imfn-nothing", e === null);
  if (!e) {
    parts.shown = null;
    return;
  }
  const key = [e.id, e.window.index, selection.merges, selection.node].join();
  const leaf = selection.merges === 0;
  if (parts.shown !== key) showNode(parts, e, selection);
  parts.shown = leaf && !e.window.states[nodeName(0, selection.node)] ? null : key;
  const bars = barsOf(parts.bars);
  for (const bar of bars) bar.setAttribute("aria-pressed", String(Number(bar.dataset.frame) === selection.frame));
  rove(
    bars,
    bars.find((bar) => Number(bar.dataset.frame) === selection.frame),
  );
}

/** @param {Parts} parts @param {Exploration} e @param {Selection} selection */
function showNode(parts, e, { merges, node, frame }) {
  const { first, last } = span(e, merges, node);
  parts.title.textContent = merges === 0 ? `Leaf ${node + 1}` : `Node ${nodeName(merges, node)}`;
  parts.words.textContent = merges === 0 ? "one frame of the source" : frames(first, last);
  const memory = e.window.states[nodeName(merges, node)];
  if (memory) paintMemory(parts, memory);
  else paintLeaf(parts, e, merges, frame);
  paintWhere(parts.spent, e.window.spent?.[nodeName(merges, node)]);
  parts.facts.replaceChildren(
    ...factsOf(e, merges, node, first, last).flatMap(([name, value]) => [
      h("dt", {}, LABELS[name]?.() ?? name),
      h("dd", {}, value),
    ]),
  );
  paintBars(parts, e, merges, first, last);
}

/**
 * What is known of a node, as names and values.
 * @param {Exploration} e
 * @param {number} merges
 * @param {number} node
 * @param {number} first
 * @param {number} last
 */
function factsOf(e, merges, node, first, last) {
  const psnr = nodePsnr(e, merges, node);
  const worst = hardest(e, merges, node);
  const stored = merges === 0 ? e.height * e.width * e.channels : e.window.node_floats;
  const bytes = merges === 0 ? stored * (nodeBytes(e) / e.window.node_floats) : nodeBytes(e);
  /** @type {[name: string, value: string | HTMLElement][]} */
  const facts = [
    ["floats", count(stored)],
    ["size", size(bytes)],
    ["ratio of this memory", ratio(nodeRatio(e, merges, node))],
    ["frames held", count(last - first + 1)],
  ];
  const map = e.window.spent?.[nodeName(merges, node)];
  if (map) facts.push(["of them indices", count(indexFloats(map))], [`floats of a ${unit(map)}`, spread(map)]);
  if (merges > 0 && psnr !== null) facts.push(["PSNR, these frames", dB(psnr)]);
  if (worst !== null && last > first)
    facts.push([
      "hardest frame",
      h("button", {
        type: "button",
        class: "imfn-link",
        tabindex: -1, // the bars below, one stop, reach it too
        text: `${worst + 1} · ${dB(framePsnr(e, merges, worst))}`,
        onclick: () => select({ frame: worst }),
      }),
    ]);
  return facts;
}

/** The fewest and the most that a patch or a frame has. @param {SpentMap} map */
const spread = (map) => `${count(Math.min(...floatsOf(map)))} to ${count(map.most)}`;

/** Where a node's floats went, as a small picture. @param {HTMLElement} figure @param {SpentMap | undefined} map */
function paintWhere(figure, map) {
  figure.hidden = !map;
  if (!map) return;
  const canvas = h("canvas", { class: "imfn-spent-map", role: "img" });
  paintSpent(canvas, map);
  figure.replaceChildren(canvas, h("figcaption", {}, "where its floats went ", legend(map)));
}

/**
 * The memory as crisp cells, no taller than a thumb is long.
 * @param {Pick<Parts, "canvas" | "box" | "range">} parts
 * @param {Heatmap} memory
 */
function paintMemory({ canvas, box, range }, memory) {
  const width = box.clientWidth || 270;
  const cell = width / memory.columns;
  const height = Math.round(Math.max(72, Math.min(132, cell * memory.rows)));
  const context = sharpContext(canvas, width, height);
  const tall = height / memory.rows;
  const gap = cell > 7 && tall > 7 ? 1 : 0;
  const values = bytesOf(memory.data);
  for (let i = 0; i < values.length; i++) {
    context.fillStyle = viridis(values[i] / 255);
    const [x, y] = [(i % memory.columns) * cell, Math.floor(i / memory.columns) * tall];
    context.fillRect(snap(x), snap(y), snap(x + cell) - snap(x) - gap, snap(y + tall) - snap(y) - gap);
  }
  canvas.setAttribute(
    "aria-label",
    `The memory as a heatmap, values from ${memory.low.toFixed(2)} to ${memory.high.toFixed(2)}`,
  );
  range.hidden = false;
  range.replaceChildren(
    h("span", { text: signed(memory.low) }),
    h("i", { style: `background:${viridisGradient}` }),
    h("span", { text: signed(memory.high) }),
  );
}

/** @param {number} value */
const snap = (value) => Math.round(value * 2) / 2;
/** @param {number} value */
const signed = (value) => value.toFixed(Math.abs(value) < 10 ? 2 : 0).replace("-", "−");

/**
 * A leaf has no memory of its own in the payload: its picture stands in.
 * @param {Pick<Parts, "canvas" | "box" | "range">} parts
 * @param {Exploration} e
 * @param {number} merges
 * @param {number} frame
 */
function paintLeaf({ canvas, box, range }, e, merges, frame) {
  const width = box.clientWidth || 270;
  const height = 132;
  const context = sharpContext(canvas, width, height);
  range.hidden = true;
  const pixels = cellPixels(e, merges, frame, () =>
    paintLeaf({ canvas, box, range }, e, merges, get().selection.frame),
  );
  if (!pixels) return;
  const small = document.createElement("canvas");
  small.width = pixels.width;
  small.height = pixels.height;
  contextOf(small).putImageData(pixels, 0, 0);
  const w = Math.min(width, (height * pixels.width) / pixels.height);
  context.imageSmoothingEnabled = pixels.width > 64;
  context.drawImage(small, (width - w) / 2, 0, w, height);
  canvas.setAttribute("aria-label", `Frame ${frame + 1}`);
}

/** @param {HTMLElement} bars */
const barsOf = (bars) => [.../** @type {NodeListOf<HTMLElement>} */ (bars.querySelectorAll("button"))];

/** @param {Parts} parts @param {Exploration} e @param {number} merges @param {number} first @param {number} last */
function paintBars({ bars, barWords }, e, merges, first, last) {
  const known = merges > 0 && last > first && meanError(e, merges) !== null;
  bars.hidden = barWords.hidden = !known;
  if (!known) return void bars.replaceChildren();
  const errors = e.window.mse[merges].slice(first, last + 1);
  const most = Math.max(...errors, 1e-12);
  const range = limits(e);
  bars.setAttribute("aria-label", "Error of every frame in this node");
  bars.classList.toggle("imfn-many", errors.length > 40);
  bars.replaceChildren(
    ...errors.map((error, i) => bar(first + i, error / most, framePsnr(e, merges, first + i), range)),
  );
  barWords.replaceChildren(
    h("span", { text: `${first + 1}` }),
    h("span", { text: "error of each frame" }),
    h("span", { text: `${last + 1}` }),
  );
}

/**
 * @param {number} frame
 * @param {number} share of the largest error
 * @param {number | null} psnr
 * @param {Limits | null} range
 */
function bar(frame, share, psnr, range) {
  const words = `Frame ${frame + 1}, ${dB(psnr)}`;
  const fill = h("i", { style: `height:${Math.max(4, share * 100)}%;background:${quality(psnr, range)}` });
  return h(
    "button",
    { type: "button", "data-frame": frame, title: words, "aria-label": words, onclick: () => select({ frame }) },
    fill,
  );
}
