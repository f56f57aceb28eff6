// What the Live card is laid out of: panes, strips, the legend, and the pixels of a picture that came.
// Called by `live/picture.js`.

import { infernoGradient, viridisGradient } from "../core/colours.js";
import { contextOf, h } from "../core/dom.js";
import { LIMITS } from "./strips.js";

/** @param {string} name */
export function pane(name) {
  const canvas = h("canvas", { role: "img", "aria-label": name });
  const caption = h("figcaption");
  return { canvas, caption, figure: h("figure", { class: `imfn-pane imfn-pane-${name}` }, canvas, caption) };
}

/** The line's colours, and what the ring marks. */
export function legend() {
  const scale = h("i", { style: `background:${viridisGradient}` });
  const ring = h("i", { style: "background:var(--imfn-teal)" });
  return h(
    "div",
    { class: "imfn-legend" },
    h("span", { class: "imfn-scale" }, `line under a frame: ${LIMITS[0]}`, scale, `${LIMITS[1]} dB`),
    h("span", { class: "imfn-key" }, ring, "newest frame and its path"),
  );
}

/** @param {string} word @param {string} title @param {string} text */
export function lesson(word, title, text) {
  return h("div", {}, h("i", { "aria-hidden": "true", text: word }), h("p", {}, h("b", { text: title }), text));
}

/** @param {ReturnType<typeof pane>} pane @param {ImageData} data @param {string} words @param {string} name @param {string} number */
export function show({ canvas, caption }, data, words, name, number) {
  canvas.width = data.width;
  canvas.height = data.height;
  canvas.classList.toggle("imfn-crisp", data.width <= 64);
  contextOf(canvas).putImageData(data, 0, 0);
  canvas.setAttribute("aria-label", words);
  const scale = name.startsWith("error")
    ? h("span", { class: "imfn-error-scale" }, "0", h("i", { style: `background:${infernoGradient}` }), "0.2")
    : h("b", { text: number });
  caption.replaceChildren(h("span", { text: name }), scale);
}

/** @param {string} word @param {string} name */
export function strip(word, name) {
  const canvas = h("canvas", { role: "img", "aria-label": `Window, ${word}`, id: `live-strip-${name}` });
  const number = h("span", { class: "imfn-live-number" });
  return {
    canvas,
    number,
    row: h(
      "div",
      { class: `imfn-live-strip imfn-live-${name}` },
      h("span", { class: "imfn-live-word", text: word }),
      h("div", { class: "imfn-live-film" }, canvas),
      number,
    ),
  };
}

/** @param {{ number: HTMLElement }} strip @param {string} strong @param {string} weak */
export function figure({ number }, strong, weak) {
  number.replaceChildren(h("b", { text: strong }), h("small", { text: weak }));
}

const scratch = h("canvas");

/** @param {HTMLImageElement} image */
export function pixels(image) {
  scratch.width = image.naturalWidth;
  scratch.height = image.naturalHeight;
  const context = contextOf(scratch, { willReadFrequently: true });
  context.drawImage(image, 0, 0);
  return context.getImageData(0, 0, scratch.width, scratch.height);
}
