// Mouse, touch and wheel on the memory tree: hover, click, scrub, pan, pinch. Attached by `explore/tree_view.js`.

import { get, select, setPlaying } from "./store.js";
import { domain, hit, leafAt, zoomed } from "./tree_geometry.js";

/** @import { Layout, View } from "./tree_geometry.js" */
/** @import { Tree } from "./tree_view.js" */

/** @typedef {{ x: number, y: number }} Point */

/**
 * A press that goes on: where it began and with which view; `apart` is the fingers' distance, `anchor` the leaf
 * between them.
 * @typedef {{ point: Point, view: View, merges: number | null, moved: boolean, apart: number, anchor?: number }} Drag
 */

const SLACK = 5; // pixels a finger may wander during a click

/** @param {MouseEvent} event @param {HTMLElement} canvas @returns {Point} */
function place(event, canvas) {
  const box = canvas.getBoundingClientRect();
  return { x: event.clientX - box.left, y: event.clientY - box.top };
}

/** @param {Tree} tree */
export function attachGestures(tree) {
  const { canvas } = tree;
  const fingers = /** @type {Map<number, Point>} */ (new Map());
  let drag = /** @type {Drag | null} */ (null);

  canvas.addEventListener("pointerdown", (event) => {
    const L = tree.layout();
    if (!L || event.button) return;
    canvas.setPointerCapture(event.pointerId);
    fingers.set(event.pointerId, place(event, canvas));
    drag = begin(tree, L, place(event, canvas), fingers);
  });

  canvas.addEventListener("pointermove", (event) => {
    const L = tree.layout();
    if (!L) return;
    const point = place(event, canvas);
    if (fingers.has(event.pointerId)) fingers.set(event.pointerId, point);
    if (fingers.size === 2 && drag) pinch(tree, drag, [...fingers.values()]);
    else if (drag && fingers.size) move(tree, L, drag, point);
    else if (event.pointerType === "mouse") hoverAt(tree, L, point);
  });

  /** @param {PointerEvent} event */
  const release = (event) => {
    const L = tree.layout();
    if (fingers.delete(event.pointerId) && L && drag && !drag.moved && event.type === "pointerup")
      click(L, place(event, canvas));
    if (!fingers.size) drag = null;
    canvas.classList.remove("imfn-dragging");
  };
  canvas.addEventListener("pointerup", release);
  canvas.addEventListener("pointercancel", release);
  canvas.addEventListener("pointerleave", () => tree.clearHover());
  canvas.addEventListener("dblclick", (event) => fitUnder(tree, place(event, canvas)));
  canvas.addEventListener("wheel", (event) => wheel(tree, event, canvas), { passive: false });
}

/** @param {Tree} tree @param {Layout} L @param {Point} point @param {Map<number, Point>} fingers @returns {Drag} */
function begin(tree, L, point, fingers) {
  const spot = hit(L, point.x, point.y);
  const apart = fingers.size === 2 ? distance([...fingers.values()]) : 0;
  return { point, view: tree.view, merges: spot?.merges ?? null, moved: fingers.size > 1, apart };
}

/** @param {Tree} tree @param {Layout} L @param {Drag} drag @param {Point} point */
function move(tree, L, drag, point) {
  if (!drag.moved && Math.hypot(point.x - drag.point.x, point.y - drag.point.y) < SLACK) return;
  drag.moved = true;
  tree.clearHover();
  if (zoomed(L.e, drag.view)) {
    tree.canvas.classList.add("imfn-dragging");
    tree.setView({ start: drag.view.start - (point.x - drag.point.x) / L.cell, span: drag.view.span });
  } else if (drag.merges !== null) {
    setPlayingOff();
    select({ merges: drag.merges, frame: Math.floor(leafAt(L, point.x)) });
  }
}

function setPlayingOff() {
  if (get().playing) setPlaying(false);
}

/** Pixels between two fingers, at least 20. @param {Point[]} points */
const distance = ([a, b]) => Math.max(20, Math.abs(a.x - b.x));

/** @param {Tree} tree @param {Drag} drag @param {Point[]} points */
function pinch(tree, drag, points) {
  const L = tree.layout();
  if (!L || !drag.apart) return;
  const middle = (points[0].x + points[1].x) / 2;
  const wide = (drag.view.span * drag.apart) / distance(points);
  const share = (middle - L.plot.x) / L.plot.w;
  drag.anchor ??= drag.view.start + share * drag.view.span;
  tree.setView({ start: drag.anchor - share * wide, span: wide });
}

/** @param {Tree} tree @param {Layout} L @param {Point} point */
function hoverAt(tree, L, point) {
  const spot = hit(L, point.x, point.y);
  tree.canvas.style.cursor = spot ? "pointer" : "default";
  if (spot) tree.setHover(spot, L);
  else tree.clearHover();
}

/** @param {Layout} L @param {Point} point */
function click(L, point) {
  const spot = hit(L, point.x, point.y);
  if (spot) select({ merges: spot.merges, frame: spot.frame });
}

/** @param {Tree} tree @param {Point} point */
function fitUnder(tree, point) {
  const L = tree.layout();
  const spot = L && hit(L, point.x, point.y);
  if (spot) tree.fit(spot.merges, spot.node);
}

/**
 * Ctrl, ⌘ or a pinch on a touchpad zooms, sideways pans; a plain wheel is left to the page.
 * @param {Tree} tree
 * @param {WheelEvent} event
 * @param {HTMLElement} canvas
 */
function wheel(tree, event, canvas) {
  const L = tree.layout();
  if (!L) return;
  const sideways = event.shiftKey ? event.deltaY || event.deltaX : event.deltaX;
  if (event.ctrlKey || event.metaKey) {
    event.preventDefault();
    tree.clearHover();
    tree.zoomBy(Math.exp(-event.deltaY * (event.deltaMode ? 0.06 : 0.004)), leafAt(L, place(event, canvas).x), false);
  } else if (zoomed(L.e, L.view) && Math.abs(sideways) > (event.shiftKey ? 0 : Math.abs(event.deltaY))) {
    event.preventDefault();
    tree.setView({ start: L.view.start + sideways / L.cell, span: L.view.span });
  } else if (L.per > 1) nudge(tree);
}

/** @param {Tree} tree */
function nudge(tree) {
  clearTimeout(tree.nudging);
  tree.nudge.classList.add("imfn-on");
  tree.nudging = window.setTimeout(() => tree.nudge.classList.remove("imfn-on"), 900);
}

/** The bar under a zoomed tree: drag it to move along. @param {Tree} tree */
export function attachMinimap(tree) {
  const bar = tree.minimap;
  /** @param {PointerEvent} event */
  const go = (event) => {
    const box = bar.getBoundingClientRect();
    const L = tree.layout();
    if (!L || !event.buttons) return;
    const leaf = ((event.clientX - box.left) / box.width) * domain(L.e);
    tree.setView({ start: leaf - tree.view.span / 2, span: tree.view.span });
  };
  bar.addEventListener("pointerdown", (event) => {
    bar.setPointerCapture(event.pointerId);
    go(event);
  });
  bar.addEventListener("pointermove", go);
}
