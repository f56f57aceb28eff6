// Small DOM vocabulary of the views: elements, icons, and the page's colours as the canvases need them.
// Called by every view in this folder.

/** @import { Palette, Token } from "./types.js" */

/** @typedef {string | number | boolean | null | undefined | ((event: any) => unknown)} Attribute */
/** @typedef {{ [name: string]: Attribute }} Attributes */
/** @typedef {Node | string | null | undefined} Child */

/**
 * An element: attributes by name, `on…` functions as listeners, `text` as its text, the rest as children. Attributes
 * that are null, undefined or false and children that are null or undefined are left out.
 * @template {keyof HTMLElementTagNameMap} Tag
 * @param {Tag} tag
 * @param {Attributes} [attributes]
 * @param {...Child} children
 * @returns {HTMLElementTagNameMap[Tag]}
 */
export function h(tag, attributes = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (value === null || value === undefined || value === false) continue;
    if (typeof value === "function") element.addEventListener(name.slice(2), value);
    else if (name === "text") element.textContent = String(value);
    else element.setAttribute(name, value === true ? "" : String(value));
  }
  element.append(...children.filter((child) => child !== null && child !== undefined));
  return element;
}

/**
 * The element a view draws in: its template's root, or the component's own element.
 * @param {HTMLElement} element
 * @returns {HTMLElement}
 */
export function viewRoot(element) {
  return element.querySelector(".imfn-root") ?? element;
}

/**
 * The first element that matches; an Error names the selector where there is none.
 * @param {string} selector
 * @param {ParentNode} [within]
 * @returns {HTMLElement}
 */
export function find(selector, within = document) {
  const found = /** @type {HTMLElement | null} */ (within.querySelector(selector));
  if (!found) throw new Error(`the page has no ${selector}`);
  return found;
}

/** An element's width in CSS pixels, 0 for one that is not on the page. @param {Element | null} element */
export const widthOf = (element) => element?.clientWidth ?? 0;

/** The element an event came from, where that is one. @param {Event} event @returns {Element | null} */
export const targetOf = (event) => (event.target instanceof Element ? event.target : null);

/**
 * A canvas's 2-d context.
 * @param {HTMLCanvasElement} canvas
 * @param {CanvasRenderingContext2DSettings} [settings]
 */
export function contextOf(canvas, settings) {
  const context = canvas.getContext("2d", settings);
  if (!context) throw new Error("this browser draws no canvas");
  return context;
}

const PATHS = {
  play: "M8 5.5v13l11-6.5z",
  pause: "M7 5.5h3.6v13H7zM13.4 5.5H17v13h-3.6z",
  back: "M17.5 6v12L9 12zM6.5 6h2v12h-2z",
  forward: "M6.5 6v12l8.5-6zM15.5 6h2v12h-2z",
  plus: "M11 5h2v6h6v2h-6v6h-2v-6H5v-2h6z",
  minus: "M5 11h14v2H5z",
  close: "M6.4 5 12 10.6 17.6 5 19 6.4 13.4 12l5.6 5.6-1.4 1.4-5.6-5.6L6.4 19 5 17.6l5.6-5.6L5 6.4z",
  fit: "M4 9V4h5v2H6v3zM15 4h5v5h-2V6h-3zM4 15h2v3h3v2H4zM18 15h2v5h-5v-2h3z",
  search: "M10 4a6 6 0 1 0 3.5 10.9l4.8 4.8 1.4-1.4-4.8-4.8A6 6 0 0 0 10 4zm0 2a4 4 0 1 1 0 8 4 4 0 0 1 0-8z",
  left: "M14.5 6 8.5 12l6 6 1.4-1.4L11.3 12l4.6-4.6z",
  right: "M9.5 6 15.5 12l-6 6-1.4-1.4L12.7 12 8.1 7.4z",
};

/** @typedef {keyof typeof PATHS} IconName */

/**
 * An SVG element.
 * @template {keyof SVGElementTagNameMap} Tag
 * @param {Tag} tag
 * @param {Record<string, string | number>} attributes
 * @param {...Child} children
 * @returns {SVGElementTagNameMap[Tag]}
 */
export function svg(tag, attributes, ...children) {
  const element = document.createElementNS("http://www.w3.org/2000/svg", tag);
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, String(value));
  element.append(...children.filter((child) => child !== null && child !== undefined));
  return element;
}

/** A filled 24-unit icon that takes the text colour. @param {IconName} name */
export function icon(name) {
  const attributes = { viewBox: "0 0 24 24", class: "imfn-icon", "aria-hidden": "true" };
  return svg("svg", attributes, svg("path", { d: PATHS[name] }));
}

/**
 * A button that shows an icon and says its name.
 * @param {IconName} name
 * @param {string} label
 * @param {(event: MouseEvent) => unknown} onclick
 * @param {Attributes} [extra]
 */
export function iconButton(name, label, onclick, extra = {}) {
  return h(
    "button",
    { type: "button", class: "imfn-icon-button", "aria-label": label, title: label, onclick, ...extra },
    icon(name),
  );
}

/**
 * Replace the icon inside a button made by `iconButton`.
 * @param {HTMLElement} button
 * @param {IconName} name
 * @param {string} label
 */
export function setIcon(button, name, label) {
  button.replaceChildren(icon(name));
  button.title = label;
  button.setAttribute("aria-label", label);
}

/** @type {Token[]} */
const TOKENS = ["bg", "card", "ink", "muted", "line", "soft", "teal", "orange", "film"];

/** The current colours of the page (light or dark), read from the CSS variables of tokens.css. @returns {Palette} */
export function palette() {
  const style = getComputedStyle(document.body);
  const colours = /** @type {Palette} */ ({});
  for (const name of TOKENS) colours[name] = style.getPropertyValue(`--imfn-${name}`).trim() || "#888";
  colours.font = style.getPropertyValue("--imfn-font").trim() || "sans-serif";
  return colours;
}

/**
 * Call `changed` whenever the page turns light or dark, as long as `element` is on the page.
 * @param {Element} element
 * @param {() => void} changed
 */
export function onTheme(element, changed) {
  const observer = new MutationObserver(() => {
    if (element.isConnected) changed();
    else observer.disconnect();
  });
  observer.observe(document.body, { attributes: true, attributeFilter: ["class"] });
}

/**
 * Call `changed(width)` whenever the element's width, in CSS pixels, changes.
 * @param {Element} element
 * @param {(width: number) => void} changed
 */
export function onWidth(element, changed) {
  let last = 0;
  const observer = new ResizeObserver((entries) => {
    const width = Math.round(entries[0].contentRect.width);
    if (!width || width === last) return;
    last = width;
    changed(width);
  });
  observer.observe(element);
}

/**
 * Size a canvas for crisp drawing and hand back its context, cleared, in CSS pixels.
 * @param {HTMLCanvasElement} canvas
 * @param {number} width
 * @param {number} height
 */
export function sharpContext(canvas, width, height) {
  const ratio = Math.min(3, window.devicePixelRatio || 1);
  const [w, t] = [Math.round(width * ratio), Math.round(height * ratio)];
  if (canvas.width !== w || canvas.height !== t) {
    canvas.width = w;
    canvas.height = t;
  }
  canvas.style.height = `${height}px`;
  const context = contextOf(canvas);
  context.setTransform(ratio, 0, 0, ratio, 0, 0);
  context.clearRect(0, 0, width, height);
  return context;
}

/** Whether the visitor asked for little movement. */
export const calm = () => window.matchMedia("(prefers-reduced-motion: reduce)").matches;
