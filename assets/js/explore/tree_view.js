// The memory tree of the Explore tab: receives explorations from Python, draws them, and sends `window`.
// Mounted by `app/components/views.py` on #explore-tree.

import { viridisGradient } from "../core/colours.js";
import { calm, h, iconButton, onTheme, onWidth, palette, sharpContext, viewRoot } from "../core/dom.js";
import { loadAll } from "../ui/sheets.js";
import { behindBones } from "../ui/skeleton.js";
import { withTerms } from "../ui/term.js";
import { describe, limits, span } from "./exploration.js";
import { startClock } from "./playback.js";
import { explore, get, sendWith, subscribe } from "./store.js";
import { windowSwitch } from "./transport.js";
import { emptyTree } from "./tree_empty.js";
import { clampView, layout, nodeBox, rowOf, rowStyle, wholeView, xOf, zoomed } from "./tree_geometry.js";
import { attachGestures, attachMinimap } from "./tree_gestures.js";
import { attachKeys } from "./tree_keys.js";
import { paintTree } from "./tree_paint.js";
import { preview } from "./tree_preview.js";

const HINT =
  "leaves merge up to one [root]; each row is the clip as its memories [inverse|give it back]; pick one and it is B";

/** @import { Edges, Exploration, Palette, Selection, Spot, Token, ViewParts } from "../core/types.js" */
/** @import { Layout, View } from "./tree_geometry.js" */

/** @param {ViewParts} parts */
export function mount({ element, props, trigger, watch }) {
  const tree = new Tree(viewRoot(element));
  sendWith(trigger, { otherwise: true });
  window.imfn.tree = tree;
  const take = () => receive(typeof props.value === "string" && props.value ? JSON.parse(props.value) : null);
  watch("value", take);
  take();
  return tree;
}

/** Show an exploration once its pictures are here, so that a change of window does not blink. @param {Exploration | null} next */
export function receive(next) {
  const current = get().exploration;
  if (!next || !current || current.id !== next.id) return explore(next);
  let shown = false;
  const show = () => {
    if (!shown) {
      shown = true;
      explore(next);
    }
  };
  loadAll(next, show);
  setTimeout(show, 1500);
}

export class Tree {
  /** @type {View} */
  view = { start: 0, span: 16 };
  /** @type {Spot | null} */
  hover = null;
  /** @type {string | null} the exploration on show */
  id = null;
  /** @type {Palette | null} read again when the page turns light or dark */
  colours = null;
  width = 0;
  asked = 0; // the animation frame that will draw
  moving = 0; // the animation frame of a glide
  nudging = 0; // the timer that hides the nudge

  canvas = h("canvas", {
    class: "imfn-tree",
    tabindex: 0,
    role: "application",
    "aria-roledescription": "memory tree",
    "aria-label": "Memory tree: arrow keys walk, space plays, z zooms on the node, Escape shows all",
  });
  preview = preview();
  thumb = h("div", { class: "imfn-minimap-thumb" });
  minimap = h("div", { class: "imfn-minimap", "aria-hidden": "true" }, this.thumb);
  nudge = h("div", { class: "imfn-nudge", text: "Ctrl + wheel zooms", "aria-hidden": "true" });
  stage = h("div", { class: "imfn-stage" }, this.canvas, this.minimap, this.nudge, this.preview.card);
  notes = h("ul", { class: "imfn-notes" });
  legend = h("div", { class: "imfn-legend" });
  node = h(
    "span",
    { class: "imfn-key" },
    h("i", { style: "background:var(--imfn-orange)" }),
    h("span", {}, "selected node"),
  );
  keys = keyHint();
  said = h("div", { class: "imfn-said", "aria-live": "polite" });
  full = h("div", { class: "imfn-full" });
  empty = emptyTree();

  /** @param {HTMLElement} root */
  constructor(root) {
    const windows = windowSwitch();
    const head = h("div", { class: "imfn-card-head imfn-tree-head" }, headWords(), windows, this.zoomButtons());
    this.full.append(head, this.notes, this.stage, this.legend, this.said);
    this.wait = behindBones(root, this.empty, this.full);
    this.listen(root);
  }

  zoomButtons() {
    const keyed = { tabindex: -1 }; // the tree, one stop before, has keys for all three
    return h(
      "span",
      { class: "imfn-zoom", role: "group", "aria-label": "Zoom" },
      iconButton("minus", "Zoom out (−)", () => this.zoomBy(1 / 1.8), keyed),
      iconButton("fit", "Fit the selected node (z), or show all (Escape)", () => this.toggleFit(), keyed),
      iconButton("plus", "Zoom in (+)", () => this.zoomBy(1.8), keyed),
    );
  }

  /** @param {HTMLElement} root */
  listen(root) {
    onWidth(this.stage, (width) => {
      this.width = width;
      this.draw();
    });
    onTheme(root, () => {
      this.colours = null;
      this.redraw();
    });
    subscribe(root, (state, what) => this.changed(state, what));
    attachGestures(this);
    attachMinimap(this);
    attachKeys(this.full, this);
    startClock(root);
  }

  /** @param {ReturnType<typeof get>} state @param {string} what */
  changed(state, what) {
    const e = state.exploration;
    this.wait(e === undefined);
    this.full.hidden = !e;
    this.empty.hidden = Boolean(e);
    this.full.classList.toggle("imfn-loading-window", state.waiting !== null);
    if (!e) return;
    this.width ||= this.stage.clientWidth;
    if (what === "exploration" || what === "start") this.arrived(e);
    if (what === "selection") this.follow();
    if (!state.playing) this.said.textContent = describe(e, state.selection);
    this.writeLegend(e, state.selection);
    if (what === "exploration")
      this.draw(); // at once: a canvas not drawn yet has another height
    else this.redraw();
  }

  /** @param {Exploration} e */
  arrived(e) {
    this.view = e.id === this.id ? clampView(e, this.view) : wholeView(e);
    this.id = e.id;
    this.hover = null;
    this.preview.hide();
    this.notes.replaceChildren(...(e.notes || []).map((note) => h("li", { text: note })));
    this.notes.hidden = !this.notes.childElementCount;
    this.follow();
  }

  /** @param {Exploration} e @param {Selection} selection */
  writeLegend(e, selection) {
    const path = colourKey("teal", `path of frame ${selection.frame + 1}`);
    this.legend.replaceChildren(...scaleOf(e), path, this.node, this.keys);
  }

  /** @returns {Layout | null} */
  layout() {
    const e = get().exploration;
    return e && this.width ? layout(e, this.width, this.view) : null;
  }

  redraw() {
    if (this.asked) return;
    this.asked = requestAnimationFrame(() => {
      this.asked = 0;
      this.draw();
    });
  }

  draw() {
    const L = this.layout();
    if (!L) return;
    this.colours ||= palette();
    const context = sharpContext(this.canvas, L.width, L.height);
    const pixelRatio = this.canvas.width / L.width;
    paintTree(context, {
      L,
      selection: get().selection,
      hover: this.hover,
      colours: this.colours,
      limits: limits(L.e),
      pixelRatio,
      ready: () => this.redraw(),
    });
    this.placeMinimap(L);
  }

  /** @param {Layout} L */
  placeMinimap(L) {
    const whole = wholeView(L.e).span;
    this.minimap.classList.toggle("imfn-on", zoomed(L.e, L.view));
    this.minimap.style.marginLeft = `${L.plot.x}px`;
    this.minimap.style.width = `${L.plot.w}px`;
    this.thumb.style.left = `${(100 * L.view.start) / whole}%`;
    this.thumb.style.width = `${(100 * L.view.span) / whole}%`;
  }

  /** @param {Spot} spot @param {Layout} L */
  setHover(spot, L) {
    const same = JSON.stringify(spot) === JSON.stringify(this.hover);
    this.hover = spot;
    this.showPreview(spot, L);
    if (!same) this.redraw();
  }

  clearHover() {
    const was = this.hover;
    this.hover = null;
    this.preview.hide();
    if (was) this.redraw();
  }

  /** @param {Spot} spot @param {Layout} L */
  showPreview(spot, L) {
    const row = rowOf(L, spot.merges);
    if (!row) return;
    const below = row.y + L.rowH / 2 < L.bottom / 2;
    const x = L.plot.x + ((spot.frame + 0.5 - L.view.start) / L.view.span) * L.plot.w;
    this.preview.show(L.e, spot, x, 0, L.width);
    const own = this.preview.card.offsetHeight;
    this.preview.card.style.top = `${below ? row.y + L.rowH + 10 : row.y - own - 10}px`;
  }

  /** Change the view at once. @param {View} view */
  setView(view) {
    const e = get().exploration;
    if (!e) return;
    cancelAnimationFrame(this.moving);
    this.view = clampView(e, view);
    this.redraw();
  }

  /** Glide to a view. @param {View} view */
  moveTo(view) {
    const e = get().exploration;
    if (!e) return;
    const [from, to] = [this.view, clampView(e, view)];
    if (calm()) return this.setView(to);
    const begun = performance.now();
    cancelAnimationFrame(this.moving);
    /** @param {number} now */
    const glide = (now) => {
      const t = Math.min(1, (now - begun) / 240);
      const s = 1 - (1 - t) ** 3;
      const wide = from.span * (to.span / from.span) ** s;
      const k = Math.abs(to.span - from.span) < 1e-6 ? s : (wide - from.span) / (to.span - from.span);
      this.view = { start: from.start + (to.start - from.start) * k, span: wide };
      this.draw();
      if (t < 1) this.moving = requestAnimationFrame(glide);
      else this.setView(to);
    };
    this.moving = requestAnimationFrame(glide);
  }

  /**
   * Zoom by a factor around a leaf, the selected frame unless told.
   * @param {number} factor
   * @param {number | null} [around]
   * @param {boolean} [glide]
   */
  zoomBy(factor, around = null, glide = true) {
    const { exploration: e, selection } = get();
    if (!e) return;
    const centre = around ?? selection.frame + 0.5;
    const wide = clampView(e, { start: 0, span: this.view.span / factor }).span;
    const kept = around === null && !zoomed(e, this.view) ? 0.5 : (centre - this.view.start) / this.view.span;
    const view = { start: centre - kept * wide, span: wide };
    if (glide) this.moveTo(view);
    else this.setView(view);
  }

  /** Fit a node to the width, with a little of its neighbours. @param {number} merges @param {number} node */
  fit(merges, node) {
    const e = get().exploration;
    if (!e) return;
    const { first, last } = span(e, merges, node);
    const frames = Math.max(2, last - first + 1);
    this.moveTo({ start: first - frames * 0.03, span: frames * 1.06 });
  }

  toggleFit() {
    const { exploration: e, selection } = get();
    if (!e) return;
    if (zoomed(e, this.view)) this.moveTo(wholeView(e));
    else this.fit(selection.merges, selection.node);
  }

  showAll() {
    const e = get().exploration;
    if (e) this.moveTo(wholeView(e));
  }

  /** Keep the selected frame in sight. */
  follow() {
    const { exploration: e, selection } = get();
    if (!e || !zoomed(e, this.view)) return;
    const { start, span: wide } = this.view;
    if (selection.frame >= start && selection.frame + 1 <= start + wide) return;
    this.setView({ start: selection.frame + 0.5 - wide / 2, span: wide });
  }

  /**
   * Where a frame of a row stands in the window, and how its row is drawn; null where it is not shown. For tests.
   * @param {number} merges
   * @param {number} frame
   */
  placeOf(merges, frame) {
    const L = this.layout();
    const row = L && rowOf(L, merges);
    if (!row) return null;
    const box = this.canvas.getBoundingClientRect();
    return { x: box.left + xOf(L, frame + 0.5), y: box.top + row.y + L.rowH / 2, style: rowStyle(L, row) };
  }

  /**
   * Where a node stands in the window, for the tour; null where its row is not shown.
   * @param {number} merges
   * @param {number} node
   * @returns {Edges | null}
   */
  boxOf(merges, node) {
    const L = this.layout();
    const row = L && rowOf(L, merges);
    if (!row) return null;
    const { x, y, w, h } = nodeBox(L, row, node);
    const box = this.canvas.getBoundingClientRect();
    const [left, right] = [Math.max(0, x), Math.min(L.width, x + w)];
    return box.width
      ? { left: box.left + left, right: box.left + right, top: box.top + y, bottom: box.top + y + h }
      : null;
  }
}

const headWords = () =>
  h(
    "div",
    { class: "imfn-head-words" },
    h("h2", {}, ...withTerms("The [memory] tree")),
    h("p", {}, ...withTerms(HINT)),
  );

function keyHint() {
  const words = ["← ↑ → ↓", " walk   ", "space", " play   ", "z", " zoom"];
  const parts = words.map((text, i) => (i % 2 ? text : h("kbd", { text })));
  return h("span", { class: "imfn-keys imfn-wide-only" }, ...parts);
}

/** @param {Token} colour @param {string} words */
const colourKey = (colour, words) =>
  h("span", { class: "imfn-key" }, h("i", { style: `background:var(--imfn-${colour})` }), words);

/** The colour scale between its limits, where something was measured. @param {Exploration} e */
function scaleOf(e) {
  const range = limits(e);
  if (!range) return [];
  const low = h("span", { text: `${range[0]} dB` });
  const high = h("span", { text: `${range[1]} dB, the line under a node` });
  return [h("span", { class: "imfn-scale" }, low, h("i", { style: `background:${viridisGradient}` }), high)];
}
