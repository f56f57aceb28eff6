// The large picture of the player: A on the left of a divider, B on its right; a loupe that shows both magnified; the
// whole screen. Built by `explore/player.js`, which paints the canvases.

import { contextOf, h, iconButton } from "../core/dom.js";

const STEP = 2; // per cent that an arrow key moves the divider
const ZOOM = 5;
const LENS = 104; // CSS pixels of a side of the loupe

/** @typedef {ReturnType<typeof stage>} Stage */
/** A picture, its words and where the pointer is over it. @typedef {{ x: number, y: number }} Point */

/** A side's canvas. @param {"a" | "b"} name */
const pictureOf = (name) => h("canvas", { class: `imfn-ab-picture imfn-ab-${name}`, role: "img", "aria-label": name });

/** The stage; `pointed` hears where the pointer is over the picture, as parts of its width and height. @param {(point: Point | null) => void} pointed */
export function stage(pointed) {
  const canvases = { a: pictureOf("a"), b: pictureOf("b") };
  const words = { a: h("span", { class: "imfn-ab-words" }), b: h("span", { class: "imfn-ab-words imfn-ab-right" }) };
  const knob = h("div", {
    class: "imfn-ab-knob",
    id: "explore-divider",
    role: "slider",
    tabindex: 0,
    "aria-label": "Divider: A on its left, B on its right",
    "aria-valuemin": 0,
    "aria-valuemax": 100,
  });
  const lens = loupe(canvases);
  const frame = h("div", { class: "imfn-ab-frame" }, canvases.a, canvases.b, knob, words.a, words.b, lens.box);
  const tools = h(
    "span",
    { class: "imfn-ab-tools" },
    iconButton("search", "Loupe (z)", () => lens.toggle(), { id: "explore-loupe", "aria-pressed": "false" }),
    iconButton("fit", "Whole screen (f)", () => wholeScreen(), { id: "explore-whole", tabindex: -1 }),
  );
  const element = h("div", { class: "imfn-ab-stage" }, frame, tools);
  const wholeScreen = () => {
    if (document.fullscreenElement) document.exitFullscreen();
    else element.requestFullscreen?.().catch(() => {}); // a page within a page may not
  };
  divide(frame, knob);
  point(frame, (at) => {
    lens.move(at);
    pointed(at);
  });
  return { element, frame, canvases, words, wholeScreen, loupe: lens, knob };
}

/** The divider: dragged anywhere on the picture, or moved by keys. @param {HTMLElement} frame @param {HTMLElement} knob */
function divide(frame, knob) {
  let at = 50;
  /** @param {number} next */
  const move = (next) => {
    at = Math.max(0, Math.min(100, next));
    frame.style.setProperty("--at", `${at}%`);
    knob.setAttribute("aria-valuenow", String(Math.round(at)));
    knob.setAttribute("aria-valuetext", `A over ${Math.round(at)} per cent of the picture`);
  };
  move(at);
  /** @param {PointerEvent} event */
  const drag = (event) => {
    const box = frame.getBoundingClientRect();
    move((100 * (event.clientX - box.left)) / box.width);
  };
  frame.addEventListener("pointerdown", (event) => {
    if (event.button !== 0) return;
    frame.setPointerCapture(event.pointerId);
    drag(event);
  });
  frame.addEventListener("pointermove", (event) => {
    if (frame.hasPointerCapture(event.pointerId)) drag(event);
  });
  /** @type {Record<string, () => number>} */
  const keys = { ArrowLeft: () => at - STEP, ArrowRight: () => at + STEP, Home: () => 0, End: () => 100 };
  knob.addEventListener("keydown", (event) => {
    const next = keys[event.key];
    if (!next || event.ctrlKey || event.metaKey || event.altKey) return;
    event.preventDefault();
    event.stopPropagation();
    move(next());
  });
}

/** @param {HTMLElement} frame @param {(point: Point | null) => void} heard */
function point(frame, heard) {
  frame.addEventListener("pointermove", (event) => {
    const box = frame.getBoundingClientRect();
    heard({ x: (event.clientX - box.left) / box.width, y: (event.clientY - box.top) / box.height });
  });
  frame.addEventListener("pointerleave", () => heard(null));
}

/** Both sides magnified around a point. @param {{ a: HTMLCanvasElement, b: HTMLCanvasElement }} canvases */
function loupe(canvases) {
  const lenses = { a: lensOf("A"), b: lensOf("B") };
  const box = h("div", { class: "imfn-ab-loupe", hidden: true }, lenses.a.figure, lenses.b.figure);
  let centre = { x: 0.5, y: 0.5 };
  const draw = () => {
    if (box.hidden) return;
    for (const name of /** @type {("a" | "b")[]} */ (["a", "b"])) magnify(lenses[name].canvas, canvases[name], centre);
  };
  /** @param {Point | null} next */
  const move = (next) => {
    if (next) centre = next;
    draw();
  };
  /** @param {number} dx @param {number} dy parts of the picture */
  const nudge = (dx, dy) =>
    move({ x: Math.max(0, Math.min(1, centre.x + dx)), y: Math.max(0, Math.min(1, centre.y + dy)) });
  const toggle = () => {
    box.hidden = !box.hidden;
    document.getElementById("explore-loupe")?.setAttribute("aria-pressed", String(!box.hidden));
    draw();
  };
  return { box, draw, move, nudge, toggle, open: () => !box.hidden };
}

/** @param {string} name */
function lensOf(name) {
  const canvas = h("canvas", { width: LENS, height: LENS, role: "img", "aria-label": `${name}, ${ZOOM} times` });
  return { canvas, figure: h("span", {}, canvas, h("b", { text: `${name} ×${ZOOM}` })) };
}

/** @param {HTMLCanvasElement} lens @param {HTMLCanvasElement} from @param {Point} centre */
function magnify(lens, from, { x, y }) {
  const side = LENS / ZOOM;
  const [w, t] = [Math.min(side, from.width), Math.min(side, from.height)];
  const left = Math.max(0, Math.min(from.width - w, x * from.width - w / 2));
  const top = Math.max(0, Math.min(from.height - t, y * from.height - t / 2));
  const context = contextOf(lens);
  context.imageSmoothingEnabled = false;
  context.drawImage(from, left, top, w, t, 0, 0, lens.width, lens.height);
}
