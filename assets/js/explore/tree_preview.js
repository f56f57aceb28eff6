// The card that follows the pointer over the tree: the frame at that level beside the source, large, with its numbers.
// Owned by `explore/tree_view.js`.

import { contextOf, h } from "../core/dom.js";
import { dB, frames, ratio } from "../core/format.js";
import { cellPixels } from "../ui/sheets.js";
import { framePsnr, nodeName, nodePsnr, rowRatio, span } from "./exploration.js";

/** @import { Exploration, Spot } from "../core/types.js" */

/** @typedef {ReturnType<typeof pane>} Pane */
/** @typedef {{ card: HTMLElement, recovered: Pane, source: Pane, words: HTMLElement }} Parts */

/** The card, and how it is shown for a spot (x, y in the stage's pixels, `width` of the stage) and hidden. */
export function preview() {
  const recovered = pane();
  const source = pane();
  const words = h("div", { class: "imfn-preview-words" });
  const card = h(
    "div",
    { class: "imfn-preview", hidden: true, "aria-hidden": "true" },
    h("div", { class: "imfn-preview-panes" }, source.figure, recovered.figure),
    words,
  );
  return {
    card,
    /** @param {Exploration} e @param {Spot} spot @param {number} x @param {number} y @param {number} width */
    show: (e, spot, x, y, width) => show({ card, recovered, source, words }, e, spot, x, y, width),
    hide() {
      card.hidden = true;
    },
  };
}

function pane() {
  const canvas = h("canvas");
  const caption = h("figcaption");
  return { canvas, caption, figure: h("figure", {}, canvas, caption) };
}

/** @param {Pane} pane @param {Exploration} e @param {number} merges @param {number} frame @param {string} words */
function fill({ canvas, figure, caption }, e, merges, frame, words) {
  const pixels = cellPixels(e, merges, frame);
  figure.hidden = !pixels;
  if (!pixels) return;
  canvas.width = pixels.width;
  canvas.height = pixels.height;
  canvas.classList.toggle("imfn-crisp", pixels.width <= 64);
  contextOf(canvas).putImageData(pixels, 0, 0);
  caption.textContent = words;
}

/**
 * @param {Parts} parts
 * @param {Exploration} e
 * @param {Spot} spot
 * @param {number} x
 * @param {number} y
 * @param {number} width
 */
function show(parts, e, spot, x, y, width) {
  const { merges, node, frame } = spot;
  fill(parts.source, e, 0, frame, "source");
  fill(parts.recovered, e, merges, frame, `${ratio(rowRatio(e, merges))} · ${dB(framePsnr(e, merges, frame))}`);
  if (merges === 0) parts.recovered.figure.hidden = true;
  const { first, last } = span(e, merges, node);
  const psnr = nodePsnr(e, merges, node);
  const title = h("b", { text: merges === 0 ? `Frame ${frame + 1}` : `Node ${nodeName(merges, node)}` });
  const rest =
    merges === 0
      ? "the source itself"
      : [frames(first, last), psnr === null ? null : dB(psnr)].filter(Boolean).join(" · ");
  parts.words.replaceChildren(title, h("span", { text: rest }));
  parts.card.hidden = false;
  const own = parts.card.offsetWidth;
  parts.card.style.left = `${Math.max(0, Math.min(width - own, x - own / 2))}px`;
  parts.card.style.top = `${y}px`;
}
