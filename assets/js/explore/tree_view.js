// The memory tree of the Explore tab: receives explorations from Python, draws them, and sends `window`.
// Mounted by `app/components/views.py` on #explore-tree.

import { viridisGradient } from "../core/colours.js";
import { calm, h, iconButton, onTheme, onWidth, palette, sharpContext } from "../core/dom.js";
import { attachDrop } from "../shell/drop.js";
import { attachKeysDialog } from "../shell/keys_dialog.js";
import { attachFooter } from "../shell/page_footer.js";
import { attachPermalink } from "../shell/permalink.js";
import { attachPresence } from "../shell/presence.js";
import { attachTour } from "../shell/tour.js";
import { tourHint } from "../shell/tour_hint.js";
import { loadAll } from "../ui/sheets.js";
import { behindBones } from "../ui/skeleton.js";
import { withTerms } from "../ui/term.js";
import { describe, limits, span } from "./exploration.js";
import { startClock } from "./playback.js";
import { attachRunCancel } from "./run_cancel.js";
import { explore, get, sendWith, subscribe } from "./store.js";
import { transport } from "./transport.js";
import { emptyTree } from "./tree_empty.js";
import { clampView, layout, nodeBox, rowOf, rowStyle, wholeView, xOf, zoomed } from "./tree_geometry.js";
import { attachGestures, attachMinimap } from "./tree_gestures.js";
import { attachKeys } from "./tree_keys.js";
import { paintTree } from "./tree_paint.js";
import { preview } from "./tree_preview.js";

const HINT = "[leaf|leaves] [merge] up to one [root]; each row is the clip as its memories [inverse|give it back]";

export function mount({ element, props, trigger, watch }) {
  const tree = new Tree(element.querySelector(".imfn-root") || element);
  sendWith(trigger);
  window.imfn.tree = tree;
  attachDrop(element);
  watch("value", () => receive(props.value));
  receive(props.value);
  attachRunCancel();
  attachKeysDialog();
  attachFooter();
  attachPresence();
  attachPermalink(element);
  attachTour();
  return tree;
}

/** Show an exploration once its pictures are here, so that a change of window does not blink. */
function receive(value) {
  const next = typeof value === "string" && value ? JSON.parse(value) : null;
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

class Tree {
  constructor(root) {
    this.view = { start: 0, span: 16 };
    this.hover = null;
    this.width = 0;
    this.build(root);
    this.listen(root);
  }

  build(root) {
    this.canvas = h("canvas", {
      class: "imfn-tree",
      tabindex: 0,
      role: "application",
      "aria-roledescription": "memory tree",
      "aria-label": "Memory tree: arrow keys walk, space plays, z zooms on the node, Escape shows all",
    });
    this.preview = preview();
    this.minimap = h(
      "div",
      { class: "imfn-minimap", "aria-hidden": "true" },
      h("div", { class: "imfn-minimap-thumb" }),
    );
    this.nudge = h("div", { class: "imfn-nudge", text: "Ctrl + wheel zooms", "aria-hidden": "true" });
    this.stage = h("div", { class: "imfn-stage" }, this.canvas, this.minimap, this.nudge, this.preview.card);
    this.zoomButtons = h(
      "span",
      { class: "imfn-zoom", role: "group", "aria-label": "Zoom" },
      iconButton("minus", "Zoom out (−)", () => this.zoomBy(1 / 1.8)),
      iconButton("fit", "Fit the selected node (z), or show all (Escape)", () => this.toggleFit()),
      iconButton("plus", "Zoom in (+)", () => this.zoomBy(1.8)),
    );
    const { bar, windows } = transport();
    const words = h(
      "div",
      { class: "imfn-head-words" },
      h("h2", {}, ...withTerms("The [memory] tree")),
      h("p", {}, ...withTerms(HINT)),
    );
    this.notes = h("ul", { class: "imfn-notes" });
    this.node = h(
      "span",
      { class: "imfn-key" },
      h("i", { style: "background:var(--imfn-orange)" }),
      h("span", {}, ...withTerms("selected [node]")),
    );
    this.legend = h("div", { class: "imfn-legend" });
    this.keys = h(
      "span",
      { class: "imfn-keys imfn-wide-only" },
      ...["← ↑ → ↓", " walk   ", "space", " play   ", "z", " zoom"].map((words, i) =>
        i % 2 ? words : h("kbd", { text: words }),
      ),
    );
    this.said = h("div", { class: "imfn-said", "aria-live": "polite" });
    this.full = h(
      "div",
      { class: "imfn-full" },
      h("div", { class: "imfn-card-head imfn-tree-head" }, words, windows, this.zoomButtons),
      this.notes,
      this.stage,
      bar,
      this.legend,
      tourHint() ?? "",
      this.said,
    );
    this.empty = emptyTree();
    this.wait = behindBones(root, this.empty, this.full);
  }

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

  arrived(e) {
    this.view = e.id === this.id ? clampView(e, this.view) : wholeView(e);
    this.id = e.id;
    this.hover = null;
    this.preview.hide();
    this.notes.replaceChildren(...(e.notes || []).map((note) => h("li", { text: note })));
    this.notes.hidden = !this.notes.childElementCount;
    this.follow();
  }

  writeLegend(e, selection) {
    const range = limits(e);
    const scale =
      range &&
      h(
        "span",
        { class: "imfn-scale" },
        h("span", { text: `${range[0]} dB` }),
        h("i", { style: `background:${viridisGradient}` }),
        h("span", { text: `${range[1]} dB, the line under a node` }),
      );
    const key = (colour, words) =>
      h("span", { class: "imfn-key" }, h("i", { style: `background:var(--imfn-${colour})` }), words);
    this.legend.replaceChildren(
      ...[scale, key("teal", `path of frame ${selection.frame + 1}`), this.node, this.keys].filter(Boolean),
    );
  }

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

  placeMinimap(L) {
    const whole = wholeView(L.e).span;
    const thumb = this.minimap.firstChild;
    this.minimap.classList.toggle("imfn-on", zoomed(L.e, L.view));
    this.minimap.style.marginLeft = `${L.plot.x}px`;
    this.minimap.style.width = `${L.plot.w}px`;
    thumb.style.left = `${(100 * L.view.start) / whole}%`;
    thumb.style.width = `${(100 * L.view.span) / whole}%`;
  }

  setHover(spot, L) {
    const same = JSON.stringify(spot) === JSON.stringify(this.hover);
    this.hover = spot;
    if (!spot) this.preview.hide();
    else this.showPreview(spot, L);
    if (!same) this.redraw();
  }

  showPreview(spot, L) {
    const row = rowOf(L, spot.merges);
    const below = row.y + L.rowH / 2 < L.bottom / 2;
    const x = L.plot.x + ((spot.frame + 0.5 - L.view.start) / L.view.span) * L.plot.w;
    this.preview.show(L.e, spot, x, 0, L.width);
    const own = this.preview.card.offsetHeight;
    this.preview.card.style.top = `${below ? row.y + L.rowH + 10 : row.y - own - 10}px`;
  }

  /** Change the view at once. */
  setView(view) {
    const e = get().exploration;
    if (!e) return;
    cancelAnimationFrame(this.moving);
    this.view = clampView(e, view);
    this.redraw();
  }

  /** Glide to a view. */
  moveTo(view) {
    const e = get().exploration;
    const [from, to] = [this.view, clampView(e, view)];
    if (calm()) return this.setView(to);
    const begun = performance.now();
    cancelAnimationFrame(this.moving);
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

  /** Zoom by a factor around a leaf (the selected frame unless told). */
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

  /** Fit a node to the width, with a little of its neighbours. */
  fit(merges, node) {
    const e = get().exploration;
    const { first, last } = span(e, merges, node);
    const frames = Math.max(2, last - first + 1);
    this.moveTo({ start: first - frames * 0.03, span: frames * 1.06 });
  }

  toggleFit() {
    const { exploration: e, selection } = get();
    if (zoomed(e, this.view)) this.moveTo(wholeView(e));
    else this.fit(selection.merges, selection.node);
  }

  showAll() {
    this.moveTo(wholeView(get().exploration));
  }

  /** Keep the selected frame in sight. */
  follow() {
    const { exploration: e, selection } = get();
    if (!zoomed(e, this.view)) return;
    const { start, span: wide } = this.view;
    if (selection.frame >= start && selection.frame + 1 <= start + wide) return;
    this.setView({ start: selection.frame + 0.5 - wide / 2, span: wide });
  }

  /** Where a frame of a row stands in the window, and how its row is drawn; for tests and guides. */
  placeOf(merges, frame) {
    const L = this.layout();
    const row = rowOf(L, merges);
    const box = this.canvas.getBoundingClientRect();
    return { x: box.left + xOf(L, frame + 0.5), y: box.top + row.y + L.rowH / 2, style: rowStyle(L, row) };
  }
  /** Where a node stands in the window, for the tour; null where its row is not shown. */
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
