// A Plotly chart that keeps its zoom when its figure changes, follows light and dark, and sends `select` on a click. It
// is drawn when it comes into view: to parse and start Plotly takes a page as long as everything else on it together.
// Mounted by `app/components/charts.py`; `explore/level_chart.js` builds on it, and the Trajectory tab's charts use its
// parts.

import { h, onTheme, palette, viewRoot } from "../core/dom.js";

/** @import { Figure, Palette, PlotElement, ViewParts } from "../core/types.js" */

/**
 * What a click on a point sends.
 * @typedef {{ curve: number, point: number, x: unknown, y: unknown, customdata: any }} PlotPoint
 */
/** @typedef {(figure: Figure, colours: Palette) => Figure} Decorate */
/** @typedef {{ plot: PlotElement, decorate: Decorate, figure: Figure | null, turn: Promise<void>, seen: boolean }} Chart */

const NEAR = "80px"; // a chart so far below the screen is drawn already
const STAYS = 300; // milliseconds that it must stay there

/** @type {Promise<any> | null} */
let library = null;

/**
 * plotly.min.js, fetched once per page and only when a chart is there; a failure is forgotten after a second try.
 * @param {string} url
 * @returns {Promise<any>} the library
 */
export function plotly(url) {
  library ||= fetchScript(url).catch(() => fetchScript(url));
  library.catch(() => {
    library = null;
  });
  return library;
}

/** @param {string} url */
function fetchScript(url) {
  return new Promise((done, failed) => {
    const script = h("script", { src: new URL(url, document.baseURI).href });
    script.onload = () => done(window.Plotly);
    script.onerror = () => setTimeout(() => failed(new Error("plotly.min.js could not be loaded")), 500);
    document.head.append(script);
  });
}

/**
 * Mount a chart: draws the figure in `value`, changed by `decorate`; `clicked` gets the point that was clicked.
 * @param {ViewParts} parts
 * @param {Decorate} [decorate]
 * @param {(point: PlotPoint) => void} [clicked]
 */
export function mount(parts, decorate = (figure) => figure, clicked = () => {}) {
  const { element, props, trigger, watch } = parts;
  const root = viewRoot(element);
  const plot = plotElement("imfn-chart", props.height || 240, props.label || "Chart");
  root.replaceChildren(plot);
  /** @type {Chart} */
  const chart = { plot, decorate, figure: null, turn: Promise.resolve(), seen: false };
  /** @param {PlotPoint} point */
  const heard = (point) => {
    trigger("select", point);
    clicked(point);
  };
  const take = () => show(props.value ? JSON.parse(props.value) : null);
  /** @param {Figure | null} figure */
  const show = (figure) => {
    chart.figure = figure;
    plot.closest(".imfn-view")?.classList.toggle("imfn-no-figure", !chart.figure);
    draw();
  };
  const draw = () => {
    if (!chart.seen) return;
    chart.turn = chart.turn
      .then(() => render(chart, props.plotly, heard))
      .catch((error) => {
        plot.classList.remove("imfn-bone");
        plot.textContent = error.message;
      });
  };
  watch("value", take);
  onTheme(root, draw);
  resizeWithBox(plot);
  plot.classList.add("imfn-bone-still");
  inView(plot).then(() => {
    chart.seen = true;
    plot.classList.remove("imfn-bone-still");
    draw();
  });
  take();
  return { redraw: draw, show, plot };
}

/** Until an element stays on the screen, or nearly: what is above it may still be growing. @param {Element} element @returns {Promise<void>} */
function inView(element) {
  return new Promise((done) => {
    /** @type {ReturnType<typeof setTimeout> | undefined} */
    let timer;
    const seen = () => {
      eye.disconnect();
      done();
    };
    const eye = new IntersectionObserver(
      (entries) => {
        clearTimeout(timer);
        if (entries[entries.length - 1].isIntersecting) timer = setTimeout(seen, STAYS);
      },
      { rootMargin: NEAR },
    );
    eye.observe(element);
  });
}

/**
 * An element for Plotly to draw in, with a skeleton's look until it has.
 * @param {string} name its class
 * @param {number} height
 * @param {string} [label]
 */
export function plotElement(name, height, label) {
  const bones = `${name} imfn-bone imfn-bone-figure`;
  const attributes = { class: bones, role: "figure", "aria-label": label, style: `height:${height}px` };
  return /** @type {PlotElement} */ (/** @type {HTMLElement} */ (h("div", attributes)));
}

/** Let a drawn plot follow its element's size. @param {PlotElement} plot */
export function resizeWithBox(plot) {
  new ResizeObserver(() => plot.data && plot.clientWidth && window.Plotly.Plots.resize(plot)).observe(plot);
}

/** @param {Chart} chart @param {string} url @param {(point: PlotPoint) => void} heard */
async function render(chart, url, heard) {
  const { plot } = chart;
  if (!chart.figure) return;
  const Plotly = await plotly(url);
  if (!chart.figure) return;
  const figure = chart.decorate(structuredClone(chart.figure), palette());
  const first = !plot.data;
  await Plotly.react(plot, figure.data, dressed(figure.layout, palette(), plot.clientHeight), settings(plot));
  plot.classList.remove("imfn-bone", "imfn-bone-figure");
  if (first) plot.on("plotly_click", (event) => heard(pointOf(event.points[0])));
}

/** @param {any} point of a Plotly event @returns {PlotPoint} */
const pointOf = (point) => ({
  curve: point.curveNumber,
  point: point.pointNumber,
  x: point.x,
  y: point.y,
  customdata: point.customdata ?? null,
});

const coarse = () => window.matchMedia("(pointer: coarse)").matches;

/** Plotly's settings for a plot of this height. @param {PlotElement} plot */
export function settings(plot) {
  return {
    displaylogo: false,
    responsive: false,
    displayModeBar: plot.clientHeight > 220 ? "hover" : false,
    scrollZoom: false,
  };
}

/**
 * The layout in the page's colours; whatever the figure itself asks for wins.
 * @param {Figure["layout"]} layout
 * @param {Palette} colours
 * @param {number} height
 */
export function dressed(layout, colours, height) {
  const axis = {
    gridcolor: colours.line,
    linecolor: colours.line,
    zerolinecolor: colours.line,
    tickcolor: colours.line,
    tickfont: { size: 11 },
    automargin: false,
  };
  const template = {
    layout: {
      paper_bgcolor: "rgba(0,0,0,0)",
      plot_bgcolor: "rgba(0,0,0,0)",
      font: { color: colours.muted, family: colours.font, size: 12 },
      colorway: [colours.teal, colours.orange, "#7a6ff0", "#c79a1c", "#3b82c4", "#c2548f"],
      xaxis: axis,
      yaxis: axis,
      hoverlabel: {
        bgcolor: colours.card,
        bordercolor: colours.line,
        font: { color: colours.ink, family: colours.font, size: 12 },
      },
      modebar: { bgcolor: "rgba(0,0,0,0)", color: colours.muted, activecolor: colours.ink },
      dragmode: coarse() ? false : "zoom",
      legend: { orientation: "h", y: 1.12, x: 0 },
    },
  };
  return { uirevision: "kept", ...layout, template, height: height || layout.height, autosize: true };
}
