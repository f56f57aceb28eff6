// Of a walk through a Lantern room: the frame that came in last, the true room, what each memory believes of it, and
// where tree and student differ. Called by `trajectory/now.js` in place of its strips: these memories are asked, most of
// them give no frames back.

import { infernoGradient } from "../core/colours.js";
import { contextOf, h, sharpContext } from "../core/dom.js";
import { errorPicture } from "../explore/panes.js";
import { hatch } from "../predict/paint.js";
import { lagsOf, ROOM } from "../predict/round.js";
import { skill } from "../predict/words.js";
import { bytesOf } from "../ui/heatmap.js";
import { drawRoom } from "./preview.js";
import { drawLeaf } from "./sprites.js";
import { beliefOf, litWords, memoryName } from "./walk.js";

/** @import { PathKind, Trajectory, Walk } from "../core/types.js" */

/** @typedef {ReturnType<typeof pane>} Pane */
/** @typedef {ReturnType<typeof beliefPanes>} BeliefPanes */

const GAP = 12;
const FORMULA =
  "skill = 1 − MSE / MSE of the mean room, on what was lit so far; lag > 10: on what was lit more than ten frames ago. Hatched: never lit.";

/** @param {string} name */
function pane(name) {
  const label = h("figcaption");
  const canvas = h("canvas", { role: "img", "aria-label": name });
  const figures = h("p", { class: "imfn-belief-figures" });
  const figure = h("figure", { class: `imfn-belief imfn-belief-${name}` }, label, canvas, figures);
  return { figure, label, canvas, figures };
}

/** The pictures, hidden until a walk is shown. */
export function beliefPanes() {
  const panes = {
    frame: pane("frame"),
    room: pane("room"),
    tree: pane("tree"),
    student: pane("student"),
    difference: pane("difference"),
  };
  const formula = h("p", {
    class: "imfn-hint",
    text: FORMULA,
  });
  const figures = Object.values(panes).map(({ figure }) => figure);
  return { element: h("div", { class: "imfn-belief-grid", hidden: true }, ...figures, formula), ...panes };
}

/**
 * Draw them at a time; false while a picture is loading.
 * @param {BeliefPanes} panes
 * @param {Trajectory} trip
 * @param {number} t
 * @param {number} width of the card
 * @param {() => void} again
 */
export function drawBeliefs(panes, trip, t, width, again) {
  const walk = trip.walks?.[0];
  if (!walk) return true;
  const side = Math.floor((width - GAP) / 2);
  panes.student.figure.hidden = panes.difference.figure.hidden = !trip.student;
  const ready = drawFrame(panes.frame, trip, walk, t, side, again);
  panes.room.label.textContent = "the true room";
  panes.room.canvas.setAttribute("aria-label", `the true room of ${walk.digits.join(", ")}, quarter by quarter`);
  drawRoom(panes.room.canvas, bytesOf(walk.room), walk, t, side);
  const kinds = /** @type {PathKind[]} */ (trip.student ? ["tree", "student"] : ["tree"]);
  for (const kind of kinds) drawBelief(panes[kind], trip, walk, kind, t, side);
  if (trip.student) drawDifference(panes.difference, trip, t, side);
  return ready && (t === 0 || Boolean(trip.memories));
}

/** @param {Pane} own @param {Trajectory} trip @param {Walk} walk @param {number} t @param {number} side @param {() => void} again */
function drawFrame({ label, canvas, figures }, trip, walk, t, side, again) {
  const source = trip.sources[0];
  const context = blank(canvas, side, Math.round((side * source.height) / source.width));
  label.textContent = t ? `frame ${t} came in` : "no frame yet";
  canvas.setAttribute("aria-label", litWords(walk, t));
  figures.textContent = t ? litWords(walk, t).replace(/^frame \d+: /, "") : "";
  const box = { x: 0, y: 0, w: side, h: Math.round((side * source.height) / source.width) };
  return t === 0 || drawLeaf(context, source, t - 1, box, again);
}

/** @param {Pane} own @param {Trajectory} trip @param {Walk} walk @param {PathKind} kind @param {number} t @param {number} side */
function drawBelief({ label, canvas, figures }, trip, walk, kind, t, side) {
  const name = memoryName(trip, kind);
  const belief = beliefOf(trip, 0, kind, t);
  label.textContent = `${name} believes`;
  figures.replaceChildren();
  canvas.setAttribute("aria-label", `the room as the ${name} believes it`);
  if (!belief) return void blank(canvas, side, side);
  drawRoom(canvas, belief, walk, t, side);
  hatch(contextOf(canvas), lagsOf(walk.poses.slice(0, t)), side);
  const { skill: all, old } = trip.memories?.beliefs?.[0]?.[kind] ?? { skill: [], old: [] };
  const figure = (/** @type {string} */ text, /** @type {number | null} */ value) =>
    h("span", {}, `${text} `, h("b", { text: skill(value) }));
  figures.append(figure("skill", all[t - 1]), " ", figure("lag > 10", old[t - 1]));
}

/** @param {Pane} own @param {Trajectory} trip @param {number} t @param {number} side */
function drawDifference({ label, canvas }, trip, t, side) {
  const [tree, student] = /** @type {PathKind[]} */ (["tree", "student"]).map((kind) => beliefOf(trip, 0, kind, t));
  const scale = { class: "imfn-error-scale", title: "0 to 0.2 of full range" };
  label.replaceChildren(
    "difference ×5 ",
    h("span", scale, "0", h("i", { style: `background:${infernoGradient}` }), "0.2"),
  );
  canvas.setAttribute("aria-label", "where tree and student believe differently");
  const context = blank(canvas, side, side);
  if (!tree || !student) return;
  const small = h("canvas", { width: ROOM, height: ROOM });
  contextOf(small).putImageData(errorPicture(imageOf(tree), imageOf(student)), 0, 0);
  context.imageSmoothingEnabled = false;
  context.drawImage(small, 0, 0, side, side);
}

/** An empty canvas of a size in CSS pixels. @param {HTMLCanvasElement} canvas @param {number} width @param {number} height */
function blank(canvas, width, height) {
  canvas.style.width = `${width}px`;
  return sharpContext(canvas, width, height);
}

/** @param {Uint8Array} bytes */
function imageOf(bytes) {
  const image = new ImageData(ROOM, ROOM);
  bytes.forEach((value, i) => {
    image.data.set([value, value, value, 255], 4 * i);
  });
  return image;
}
