// Frames of moving digits: two large ones of the frame that is looked at, what came and what the memory says, and strips
// of all of them, a row for each way to foretell. Called by `predict/moving.js`.

import { h, targetOf } from "../core/dom.js";
import { bytesOf } from "../ui/heatmap.js";
import { grey, named, sheet } from "./paint.js";

/** @import { ForetellAnswer, ForetoldRow } from "../core/payloads.js" */
/** @import { MovingStore } from "./moving_store.js" */

const GAP = 3; // pixels between two frames of a strip

/** The colour of a row, as a class. @param {number} index of the row */
export const colourClass = (index) => `imfn-moving-${["memory", "last", "inputs", "image"][index] ?? "image"}`;

/** What a row is called. @param {ForetoldRow} row */
export const nameOf = ({ name, floats }) => (floats === null ? name : `memory, ${floats} floats`);

/** One frame's bytes of several. @param {Uint8Array} bytes @param {number} index @param {number} side */
export const frameOf = (bytes, index, side) => bytes.subarray(index * side * side, (index + 1) * side * side);

/** The two large pictures, the slider and Play. @param {MovingStore} store */
export function scenes(store) {
  const { seen } = store.setup;
  const [came, told] = [h("canvas", { "aria-hidden": "true" }), h("canvas", { "aria-hidden": "true" })];
  const [under, beside] = [h("figcaption"), h("figcaption")];
  const range = h("input", {
    type: "range",
    class: "imfn-range",
    id: "moving-frame",
    min: 1,
    max: store.frames,
    value: seen + 1,
    "aria-label": "Frame that is looked at",
  });
  range.addEventListener("input", () => {
    const frame = Number(range.value) - 1; // read before anything is drawn, which sets it
    store.play(false);
    store.look(frame);
  });
  const play = h("button", {
    type: "button",
    id: "moving-play",
    class: "imfn-button imfn-slim",
    text: "Play",
    onclick: () => store.play(),
  });
  const pictures = h(
    "div",
    { class: "imfn-moving-scenes" },
    h("figure", {}, came, under),
    h("figure", {}, told, beside),
  );
  const element = h(
    "div",
    { class: "imfn-moving-stage" },
    pictures,
    h("div", { class: "imfn-moving-play" }, play, range),
  );

  const draw = () => {
    const { answer, frame, playing } = store.state;
    if (!answer) return;
    const size = Math.floor((pictures.clientWidth - 12) / 2);
    if (size <= 0) return;
    const ahead = frame - seen;
    const [shown, truth] = [bytesOf(answer.seen), bytesOf(answer.truth)];
    const memory = answer.rows[0] ? bytesOf(answer.rows[0].frames) : truth;
    const now = ahead < 0 ? frameOf(shown, frame, answer.side) : frameOf(truth, ahead, answer.side);
    grey(sheet(came, size), now, answer.side, size);
    grey(sheet(told, size), ahead < 0 ? now : frameOf(memory, ahead, answer.side), answer.side, size);
    under.textContent = `frame ${frame + 1}: ${ahead < 0 ? "shown" : "what came"}`;
    beside.textContent = ahead < 0 ? "shown to the memory" : `what the memory says, ${ahead + 1} ahead`;
    told.classList.toggle("imfn-on", ahead >= 0);
    range.value = String(frame + 1);
    range.setAttribute("aria-valuetext", `${frame + 1} of ${store.frames}, ${ahead < 0 ? "shown" : "foretold"}`);
    play.textContent = playing ? "Stop" : "Play";
  };
  return { element, draw };
}

/** The strips: what was shown, what came, then a row for each way to foretell. @param {MovingStore} store */
export function film(store) {
  const element = h("div", { class: "imfn-moving-film", id: "moving-film" });
  element.addEventListener("click", (event) => {
    const canvas = targetOf(event)?.closest("canvas");
    if (!canvas) return;
    const column = Math.floor((event.offsetX * store.setup.ahead) / canvas.clientWidth);
    store.play(false);
    store.look(column + (canvas.dataset.part === "seen" ? 0 : store.setup.seen));
  });
  /** @type {ForetellAnswer | null} */
  let drawn = null;
  const draw = () => {
    const { answer } = store.state;
    if (!answer) return;
    if (answer !== drawn) element.replaceChildren(...lines(answer));
    drawn = answer;
    for (const canvas of element.querySelectorAll("canvas")) drawStrip(canvas, answer, store);
  };
  return { element, draw };
}

/** A row of the film as elements: its name, its strip, its mean error. @param {ForetellAnswer} answer */
function lines(answer) {
  const strip = (/** @type {string} */ part) => h("canvas", { "data-part": part, "aria-hidden": "true" });
  const mean = (/** @type {number[]} */ values) => values.reduce((sum, value) => sum + value, 0) / values.length;
  const plain = (/** @type {string} */ text, /** @type {string} */ part, /** @type {string} */ figure) => [
    h("span", { class: "imfn-predict-tag", text }),
    strip(part),
    h("b", { class: "imfn-moving-head", text: figure }),
  ];
  const rows = answer.rows.flatMap((row, index) => [
    h("span", { class: `imfn-predict-tag ${colourClass(index)}` }, h("i"), nameOf(row)),
    strip(String(index)),
    h("b", { text: mean(row.errors).toFixed(1) }),
  ]);
  return [...plain("shown", "seen", ""), ...plain("what came", "truth", "error"), ...rows];
}

/** @param {HTMLCanvasElement} canvas @param {ForetellAnswer} answer @param {MovingStore} store */
function drawStrip(canvas, answer, store) {
  const { seen, ahead } = store.setup;
  const part = canvas.dataset.part ?? "";
  const bytes = bytesOf(
    part === "seen" ? answer.seen : part === "truth" ? answer.truth : answer.rows[Number(part)].frames,
  );
  const width = Math.floor(canvas.parentElement ? columnWidth(canvas.parentElement) : 0);
  if (width <= 0) return;
  const size = (width - GAP * (ahead - 1)) / ahead;
  const context = sheet(canvas, width, size);
  const at = store.state.frame - (part === "seen" ? 0 : seen);
  for (let index = 0; index < ahead; index++) {
    context.save();
    context.translate(index * (size + GAP), 0);
    grey(context, frameOf(bytes, index, answer.side), answer.side, size);
    if (index === at) {
      context.strokeStyle = named(canvas, "asked");
      context.lineWidth = 2;
      context.strokeRect(1, 1, size - 2, size - 2);
    }
    context.restore();
  }
}

/** Width of a strip: its column beside the names, or all of the film where names stand above. @param {Element} element */
function columnWidth(element) {
  const columns = getComputedStyle(element).gridTemplateColumns.split(" ").map(Number.parseFloat);
  return columns.length === 3 ? columns[1] : element.clientWidth;
}
