// Scene 1, the problem: many frames, few numbers. Frames above, memories below, every one drawn as wide as a frame, so
// that what is kept can be seen shrinking. Called by `guide/view.js`.

import { calm, h, palette, sharpContext, widthOf } from "../core/dom.js";
import { count, plural, ratio } from "../core/format.js";
import { nodeCount, nodeName, rowFloats, rowRatio, rows } from "../explore/exploration.js";
import { get } from "../explore/store.js";
import { heatmap } from "../ui/heatmap.js";
import { drawCell } from "../ui/sheets.js";
import { levelSlider, scene, seeInExplore } from "./scene.js";

/** @import { Exploration, Selection } from "../core/types.js" */

/** Which level is shown, and the one it came from. @typedef {{ key: string, from: number, to: number, begun: number }} Glide */
/** @typedef {ReturnType<typeof geometry>} Geometry */

const GLIDE = 320; // milliseconds in which neighbours come together

/** The scene; its piece follows the level that is selected. */
export function budget() {
  const came = row("in"),
    kept = row("kept");
  const slider = levelSlider("Ratio of floats in to floats kept");
  const level = () => get().selection.merges;
  const card = scene({
    id: "budget",
    title: "Many frames, one small memory",
    words:
      "A clip is a growing pile of numbers. Merging its frames two by two leaves half as many memories each time, and all of them are equally large. Drag the ratio down to a single one.",
    actions: [seeInExplore(() => ({ merges: level() }))],
    piece: [came.element, kept.element, slider.element],
  });
  const shown = { key: "", from: 0, to: 0, begun: 0 };
  /** @param {Exploration} e @param {Selection} selection @param {() => void} later */
  const refresh = (e, selection, later) => {
    if (!card.ready(e)) return;
    const merges = slider.refresh(e, selection.merges);
    say(came, e.source ? plural(e.window.count, "frame") + " in" : "frames it stands for", rowFloats(e, 0));
    say(
      kept,
      merges
        ? `${nodeCount(e, merges) === 1 ? "1 memory" : `${count(nodeCount(e, merges))} memories`} kept`
        : "all frames kept",
      rowFloats(e, merges),
    );
    const share = (100 * rowFloats(e, merges)) / rowFloats(e, 0);
    kept.share.textContent = merges ? `${share < 10 ? share.toFixed(1) : Math.round(share)} %` : "";
    const t = glide(shown, e, merges, later);
    paintFrames(came.canvas, e, later);
    paintKept(kept.canvas, e, merges, t < 1 ? shown.from : merges, t, later);
    came.canvas.setAttribute("aria-label", `${plural(e.window.count, "frame")} of the clip`);
    kept.canvas.setAttribute(
      "aria-label",
      `${count(nodeCount(e, merges))} memories at ${ratio(rowRatio(e, merges))}, each drawn as wide as a frame`,
    );
  };
  return { element: card.element, refresh };
}

/** @param {string} name */
function row(name) {
  const words = h("span"),
    floats = h("b", { class: `imfn-floats-${name}` }),
    share = h("span", { class: "imfn-share" });
  const canvas = h("canvas", { role: "img", "aria-label": name });
  return {
    words,
    floats,
    share,
    canvas,
    element: h(
      "div",
      { class: `imfn-budget-row imfn-budget-${name}` },
      h("div", { class: "imfn-row-head" }, words, h("span", {}, share, floats)),
      canvas,
    ),
  };
}

/** @param {ReturnType<typeof row>} row @param {string} text @param {number} number of floats */
function say({ words, floats }, text, number) {
  words.textContent = text;
  floats.textContent = `${count(number)} floats`;
}

/**
 * How far a change of level has come, 0…1; asks for further pictures until it is there.
 * @param {Glide} shown
 * @param {Exploration} e
 * @param {number} merges
 * @param {() => void} later
 */
function glide(shown, e, merges, later) {
  const key = [e.id, e.window.index, merges].join();
  if (shown.key !== key) {
    const same = shown.key.startsWith(`${e.id},${e.window.index},`);
    Object.assign(shown, { key, from: same && !calm() ? shown.to : merges, to: merges, begun: performance.now() });
  }
  const t = shown.from === shown.to ? 1 : Math.min(1, (performance.now() - shown.begun) / GLIDE);
  if (t < 1) setTimeout(later, 0);
  return t;
}

/** @param {HTMLCanvasElement} canvas @param {Exploration} e */
function geometry(canvas, e) {
  const width = widthOf(canvas.parentElement);
  const cell = Math.min(132, width / e.window.count);
  const shape = e.window.sheet.width / e.window.sheet.height;
  const height = Math.round(Math.max(34, Math.min(74, cell / Math.min(1.6, shape))));
  return { width, cell, height, context: sharpContext(canvas, width, height), ratio: canvas.width / width || 1 };
}

/** The finest level that can be shown. @param {Exploration} e */
const firstLevel = (e) => (e.source ? 0 : rows(e)[0]);

/** @param {HTMLCanvasElement} canvas @param {Exploration} e @param {() => void} later */
function paintFrames(canvas, e, later) {
  const g = geometry(canvas, e);
  let per = 1;
  while (g.cell * per < Math.min(26, g.height)) per *= 2;
  for (let first = 0; first < e.window.count; first += per) {
    const frame = Math.min(e.window.count - 1, first + (per >> 1));
    const wide = Math.min(per, e.window.count - first) * g.cell;
    clipped(g.context, first * g.cell, wide - 2, g.height, () =>
      drawCell(
        g.context,
        e,
        firstLevel(e),
        frame,
        { x: first * g.cell, y: 0, w: wide - 2, h: g.height },
        g.ratio,
        later,
      ),
    );
  }
}

/** @param {CanvasRenderingContext2D} context @param {number} x @param {number} w @param {number} h @param {() => void} draw */
function clipped(context, x, w, h, draw) {
  context.save();
  context.beginPath();
  context.roundRect(x, 0, Math.max(0.8, w), h, Math.min(5, Math.max(0.8, w) / 3));
  context.clip();
  draw();
  context.restore();
}

/**
 * Memories at their places; while gliding those of the finer level move to where their merged ones will be.
 * @param {HTMLCanvasElement} canvas
 * @param {Exploration} e
 * @param {number} merges
 * @param {number} from the level before
 * @param {number} t how far the glide has come, 0…1
 * @param {() => void} later
 */
function paintKept(canvas, e, merges, from, t, later) {
  if (merges === 0 && t >= 1) return paintFrames(canvas, e, later);
  const g = geometry(canvas, e);
  const [fine, coarse] = [Math.min(from, merges), Math.max(from, merges)];
  const level = t < 1 ? Math.max(fine, firstState(e)) : merges;
  const together = t >= 1 ? 0 : merges > from ? ease(t) : 1 - ease(t);
  for (let node = nodeCount(e, level) - 1; node >= 0; node--) {
    const target = node >> (coarse - level);
    const x = (node + (target - node) * together) * g.cell;
    const gap = g.cell > 12 ? 2 : g.cell > 4 ? 1 : 0;
    clipped(g.context, x, g.cell - gap, g.height, () => paintState(g, e, level, node, x));
  }
}

/** The finest level of memories. @param {Exploration} e */
const firstState = (e) => Math.min(...rows(e).filter((level) => level > 0));
/** @param {number} t */
const ease = (t) => 1 - (1 - t) ** 3;

/** @param {Geometry} place @param {Exploration} e @param {number} merges @param {number} node @param {number} x */
function paintState({ context, cell, height }, e, merges, node, x) {
  const memory = e.window.states[nodeName(merges, node)];
  context.fillStyle = palette().teal;
  context.fillRect(x, 0, cell, height);
  context.imageSmoothingEnabled = false;
  if (memory) context.drawImage(heatmap(memory), x, 0, cell, height);
}
