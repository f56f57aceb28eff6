// Mouse, touch and wheel on the memory tree: hover, click, scrub, pan, pinch. Attached by `explore/tree_view.js`.

import { get, select, setPlaying } from "./store.js";
import { domain, hit, leafAt, zoomed } from "./tree_geometry.js";

const SLACK = 5; // pixels a finger may wander during a click

function place(event, canvas) {
  const box = canvas.getBoundingClientRect();
  return { x: event.clientX - box.left, y: event.clientY - box.top };
}

export function attachGestures(tree) {
  const { canvas } = tree;
  const fingers = new Map();
  let drag = null;

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
    if (fingers.size === 2) pinch(tree, drag, [...fingers.values()]);
    else if (drag && fingers.size) move(tree, L, drag, point);
    else if (event.pointerType === "mouse") hoverAt(tree, L, point);
  });

  const release = (event) => {
    const L = tree.layout();
    if (fingers.delete(event.pointerId) && L && drag && !drag.moved && event.type === "pointerup")
      click(L, place(event, canvas));
    if (!fingers.size) drag = null;
    canvas.classList.remove("imfn-dragging");
  };
  canvas.addEventListener("pointerup", release);
  canvas.addEventListener("pointercancel", release);
  canvas.addEventListener("pointerleave", () => tree.setHover(null));
  canvas.addEventListener("dblclick", (event) => fitUnder(tree, place(event, canvas)));
  canvas.addEventListener("wheel", (event) => wheel(tree, event, canvas), { passive: false });
}

function begin(tree, L, point, fingers) {
  const spot = hit(L, point.x, point.y);
  const apart = fingers.size === 2 ? distance([...fingers.values()]) : 0;
  return { point, view: tree.view, merges: spot && spot.merges, moved: fingers.size > 1, apart };
}

function move(tree, L, drag, point) {
  if (!drag.moved && Math.hypot(point.x - drag.point.x, point.y - drag.point.y) < SLACK) return;
  drag.moved = true;
  tree.setHover(null);
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

const distance = ([a, b]) => Math.max(20, Math.abs(a.x - b.x));

function pinch(tree, drag, points) {
  const L = tree.layout();
  if (!drag.apart) return;
  const middle = (points[0].x + points[1].x) / 2;
  const wide = (drag.view.span * drag.apart) / distance(points);
  const share = (middle - L.plot.x) / L.plot.w;
  drag.anchor ??= drag.view.start + share * drag.view.span;
  tree.setView({ start: drag.anchor - share * wide, span: wide });
}

function hoverAt(tree, L, point) {
  const spot = hit(L, point.x, point.y);
  tree.canvas.style.cursor = spot ? "pointer" : "default";
  tree.setHover(spot, L);
}

function click(L, point) {
  const spot = hit(L, point.x, point.y);
  if (spot) select({ merges: spot.merges, frame: spot.frame });
}

function fitUnder(tree, point) {
  const L = tree.layout();
  const spot = L && hit(L, point.x, point.y);
  if (spot) tree.fit(spot.merges, spot.node);
}

/** Ctrl, ⌘ or a pinch on a touchpad zooms, sideways pans; a plain wheel is left to the page. */
function wheel(tree, event, canvas) {
  const L = tree.layout();
  if (!L) return;
  const sideways = event.shiftKey ? event.deltaY || event.deltaX : event.deltaX;
  if (event.ctrlKey || event.metaKey) {
    event.preventDefault();
    tree.setHover(null);
    tree.zoomBy(Math.exp(-event.deltaY * (event.deltaMode ? 0.06 : 0.004)), leafAt(L, place(event, canvas).x), false);
  } else if (zoomed(L.e, L.view) && Math.abs(sideways) > (event.shiftKey ? 0 : Math.abs(event.deltaY))) {
    event.preventDefault();
    tree.setView({ start: L.view.start + sideways / L.cell, span: L.view.span });
  } else if (L.per > 1) nudge(tree);
}

function nudge(tree) {
  clearTimeout(tree.nudging);
  tree.nudge.classList.add("imfn-on");
  tree.nudging = setTimeout(() => tree.nudge.classList.remove("imfn-on"), 900);
}

/** The bar under a zoomed tree: drag it to move along. */
export function attachMinimap(tree) {
  const bar = tree.minimap;
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
