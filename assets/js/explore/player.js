// Source, recovered frame and error side by side, always in step with the selection; the ratio is chosen here.
// Mounted by `app/components/views.py` on #explore-player.

import { infernoGradient, infernoTable } from "../core/colours.js";
import { contextOf, find, h, viewRoot } from "../core/dom.js";
import { count, dB, ratio } from "../core/format.js";
import { cellPixels } from "../ui/sheets.js";
import { behindBones } from "../ui/skeleton.js";
import { framePsnr, nodeName, rows } from "./exploration.js";
import { cover, indexFloats, legend, patchAt, patchWords } from "./spent.js";
import { get, select, subscribe } from "./store.js";
import { attachKeys } from "./tree_keys.js";

const GAIN = 5;
let showsSpent = false;

/** @import { Exploration, Selection, ViewParts } from "../core/types.js" */

/** @typedef {ReturnType<typeof build>} Parts */
/** A figure with a canvas and its words. @typedef {ReturnType<typeof pane>} Pane */

/** @param {ViewParts} parts */
export function mount({ element }) {
  const root = viewRoot(element);
  const parts = build(root);
  attachKeys(root);
  listenForSpent(parts);
  subscribe(root, (state) => refresh(parts, state));
}

/** @param {HTMLElement} root */
function build(root) {
  const title = h("h2");
  const words = h("p");
  const pills = h("div", { class: "imfn-segments", role: "radiogroup", "aria-label": "Ratio" });
  const toggle = h("button", {
    id: "explore-spent",
    type: "button",
    class: "imfn-spent-toggle",
    "aria-pressed": "false",
    text: "where the floats went",
    hidden: true,
  });
  const spent = h("p", { class: "imfn-spent-line", hidden: true });
  const head = h(
    "div",
    { class: "imfn-card-head" },
    h("div", { class: "imfn-head-words" }, title, words),
    toggle,
    pills,
  );
  const panes = { source: pane("source"), recovered: pane("recovered"), error: pane("error") };
  const row = h(
    "div",
    { class: "imfn-panes", tabindex: 0, "aria-label": "Player: space plays, comma and period step" },
    ...Object.values(panes).map((p) => p.figure),
  );
  const wait = behindBones(root, head, row, spent);
  return { root, wait, title, words, pills, row, toggle, spent, ...panes };
}

/** An empty pane. @param {string} name */
export function pane(name) {
  const canvas = h("canvas", { role: "img", "aria-label": name });
  const caption = h("figcaption");
  return { canvas, caption, figure: h("figure", { class: `imfn-pane imfn-pane-${name}` }, canvas, caption) };
}

/** @param {Parts} parts @param {{ exploration?: Exploration | null, selection: Selection }} state */
function refresh(parts, { exploration: e, selection }) {
  parts.wait(e === undefined);
  parts.root.classList.toggle("imfn-nothing", e === null);
  if (!e) return;
  parts.row.style.setProperty("--frame", `${e.width} / ${e.height}`); // its place before its picture is here
  const again = () => refresh(parts, get()); // a sheet that comes late meets whatever is selected by then
  const { merges, frame, node } = selection;
  parts.title.textContent = `Frame ${frame + 1}`;
  parts.words.textContent = wordsFor(e, merges, node);
  refreshPills(parts.pills, e, merges);
  parts.row.classList.toggle("imfn-alone", !e.source);
  const recovered = cellPixels(e, merges, frame, again);
  const source = e.source ? cellPixels(e, 0, frame, again) : null;
  if (recovered) paint(parts.recovered, recovered, `frame ${frame + 1} recovered at ${ratio(merges)}`);
  if (source) paint(parts.source, source, `frame ${frame + 1} of the source`);
  if (source && recovered)
    paint(parts.error, errorPicture(source, recovered), `error at ${ratio(merges)}, brighter is larger`);
  refreshSpent(parts, e, nodeName(merges, node), Boolean(recovered));
  const complete = recovered && (source || !e.source);
  parts.row.dataset.shows = complete ? `${e.id} ${e.window.index} ${merges} ${frame}` : "";
  writeCaptions(parts, e, merges, frame);
}

/** @param {Exploration} e @param {number} merges @param {number} node */
function wordsFor(e, merges, node) {
  if (!e.source) return "opened from a memory file: the source is not in it";
  return merges === 0
    ? "the source itself, nothing merged yet"
    : `recovered at ${ratio(merges)} from node ${nodeName(merges, node)}`;
}

/**
 * Where the floats of the selected node went, over the recovered frame, while that is asked for.
 * @param {Parts} parts
 * @param {Exploration} e
 * @param {string} node
 * @param {boolean} drawn
 */
function refreshSpent({ toggle, spent, recovered }, e, node, drawn) {
  const map = e.window.spent?.[node];
  toggle.hidden = !map;
  spent.hidden = !map || !showsSpent;
  toggle.setAttribute("aria-pressed", String(showsSpent));
  if (!map || !showsSpent) return;
  if (drawn) cover(recovered.canvas, map, e.width);
  if (spent.dataset.node === `${e.id} ${e.window.index} ${node}`) return;
  spent.dataset.node = `${e.id} ${e.window.index} ${node}`;
  const share = `${count(indexFloats(map))} of the ${count(e.window.node_floats)} are indices.`;
  spent.replaceChildren(legend(map), h("span", { text: `${share} Point at a patch to see what it got.` }));
}

/** The button, and the words for the patch under the pointer. @param {Parts} parts */
function listenForSpent(parts) {
  const again = () => refresh(parts, get());
  parts.toggle.addEventListener("click", () => {
    showsSpent = !showsSpent;
    again();
  });
  parts.recovered.canvas.addEventListener("pointermove", (event) => {
    const { exploration: e, selection } = get();
    const map = e?.window.spent?.[nodeName(selection.merges, selection.node)];
    if (!e || !map || !showsSpent) return;
    const patch = patchAt(event, parts.recovered.canvas, map, e);
    if (patch !== null && parts.spent.lastChild) parts.spent.lastChild.textContent = `${patchWords(map, patch)}.`;
  });
}

/** @param {Parts} parts @param {Exploration} e @param {number} merges @param {number} frame */
function writeCaptions(parts, e, merges, frame) {
  const psnr = framePsnr(e, merges, frame);
  parts.source.caption.textContent = "source";
  parts.recovered.caption.replaceChildren(
    h("span", { class: "imfn-pane-word", text: "recovered" }),
    h("b", { text: merges === 0 ? "1:1" : psnr === null ? ratio(merges) : dB(psnr) }),
  );
  const scale = h(
    "span",
    { class: "imfn-error-scale", title: `0 to ${1 / GAIN} of full range` },
    "0",
    h("i", { style: `background:${infernoGradient}` }),
    String(1 / GAIN),
  );
  parts.error.caption.replaceChildren(h("span", { text: `error ×${GAIN}` }), scale);
}

/**
 * Put a frame on a pane's canvas, crisp where it is small, and say what it is.
 * @param {Pane} pane
 * @param {ImageData} pixels
 * @param {string} words
 */
export function paint({ canvas }, pixels, words) {
  if (canvas.width !== pixels.width || canvas.height !== pixels.height) {
    canvas.width = pixels.width;
    canvas.height = pixels.height;
    canvas.classList.toggle("imfn-crisp", pixels.width <= 64);
  }
  contextOf(canvas).putImageData(pixels, 0, 0);
  canvas.setAttribute("aria-label", words);
}

/**
 * Mean absolute difference over the channels, times GAIN, through inferno.
 * @param {ImageData} a
 * @param {ImageData} b
 */
export function errorPicture(a, b) {
  const out = new ImageData(a.width, a.height);
  for (let i = 0; i < out.data.length; i += 4) {
    const difference =
      Math.abs(a.data[i] - b.data[i]) +
      Math.abs(a.data[i + 1] - b.data[i + 1]) +
      Math.abs(a.data[i + 2] - b.data[i + 2]);
    const level = Math.min(255, Math.round((difference * GAIN) / 3)) * 3;
    out.data[i] = infernoTable[level];
    out.data[i + 1] = infernoTable[level + 1];
    out.data[i + 2] = infernoTable[level + 2];
    out.data[i + 3] = 255;
  }
  return out;
}

/** @param {HTMLElement} group @param {Exploration} e @param {number} merges */
function refreshPills(group, e, merges) {
  const levels = rows(e).reverse();
  const key = levels.join();
  if (group.dataset.levels !== key) {
    group.dataset.levels = key;
    group.replaceChildren(...levels.map((level) => pill(level, levels)));
  }
  for (const button of /** @type {NodeListOf<HTMLElement>} */ (group.querySelectorAll("[role=radio]"))) {
    const on = Number(button.dataset.merges) === merges;
    button.setAttribute("aria-checked", String(on));
    button.tabIndex = on ? 0 : -1;
  }
}

/** Keys of a radio group, and where they move. @type {Record<string, number>} */
const TURNS = { ArrowRight: 1, ArrowUp: 1, ArrowLeft: -1, ArrowDown: -1 };

/** @param {number} level @param {number[]} levels */
function pill(level, levels) {
  const button = h("button", {
    type: "button",
    role: "radio",
    "data-merges": level,
    text: ratio(level),
    onclick: () => select({ merges: level }),
  });
  button.addEventListener("keydown", (event) => {
    const turn = TURNS[event.key];
    if (!turn) return;
    event.preventDefault();
    const next = levels[(levels.indexOf(level) + turn + levels.length) % levels.length];
    select({ merges: next });
    const group = /** @type {HTMLElement} */ (button.parentElement);
    find(`[data-merges="${next}"]`, group).focus();
  });
  return button;
}
