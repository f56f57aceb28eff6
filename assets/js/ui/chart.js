// A Plotly chart that keeps its zoom when its figure changes, follows light and dark, and sends `select` on a click.
// Mounted by `app/components/charts.py`; `explore/level_chart.js` builds on it, and the Trajectory tab's charts use its parts.

import { h, onTheme, palette } from "../core/dom.js";

let library = null;

/** plotly.min.js, fetched once per page and only when a chart is there. */
export function plotly(url) {
  library ||= fetchScript(url).catch(() => fetchScript(url));
  library.catch(() => (library = null));
  return library;
}

function fetchScript(url) {
  return new Promise((done, failed) => {
    const script = h("script", { src: new URL(url, document.baseURI).href });
    script.onload = () => done(window.Plotly);
    script.onerror = () => setTimeout(() => failed(new Error("plotly.min.js could not be loaded")), 500);
    document.head.append(script);
  });
}

export function mount(parts, decorate = (figure) => figure, clicked = () => {}) {
  const { element, props, trigger, watch } = parts;
  const root = element.querySelector(".imfn-root") || element;
  const plot = h("div", {
    class: "imfn-chart imfn-bone imfn-bone-figure",
    role: "figure",
    "aria-label": props.label || "Chart",
    style: `height:${props.height || 240}px`,
  });
  root.replaceChildren(plot);
  const chart = { plot, decorate, figure: null, turn: Promise.resolve() };
  const heard = (point) => {
    trigger("select", point);
    clicked(point);
  };
  const take = () => {
    chart.figure = props.value ? JSON.parse(props.value) : null;
    plot.closest(".imfn-view")?.classList.toggle("imfn-no-figure", !chart.figure);
    draw();
  };
  const draw = () =>
    (chart.turn = chart.turn
      .then(() => render(chart, props.plotly, heard))
      .catch((error) => {
        plot.classList.remove("imfn-bone");
        plot.textContent = error.message;
      }));
  watch("value", take);
  onTheme(root, draw);
  new ResizeObserver(() => plot.data && plot.clientWidth && window.Plotly.Plots.resize(plot)).observe(plot);
  take();
  return { redraw: draw, plot };
}

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

const pointOf = (point) => ({
  curve: point.curveNumber,
  point: point.pointNumber,
  x: point.x,
  y: point.y,
  customdata: point.customdata ?? null,
});

const coarse = () => window.matchMedia("(pointer: coarse)").matches;

export function settings(plot) {
  return {
    displaylogo: false,
    responsive: false,
    displayModeBar: plot.clientHeight > 220 ? "hover" : false,
    scrollZoom: false,
  };
}

/** The layout in the page's colours; whatever the figure itself asks for wins. */
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
