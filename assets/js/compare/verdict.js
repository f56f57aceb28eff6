// The verdict of a comparison: the finding in words, a bar a model with its interval, and the same digits through every
// model. Mounted by `CompareVerdict` in `app/components/views.py` for the stored one; `compare/comparison_view.js` draws
// that of a visitor's own comparison with `verdictCards`.

import { h, viewRoot } from "../core/dom.js";
import { setOpen } from "../ui/fold.js";
import { segments } from "../ui/segments.js";
import { showView } from "../ui/sub_views.js";
import { withTerms } from "../ui/term.js";
import { colourOf } from "./colours.js";
import { reproduce } from "./reproduce.js";
import { axisOf, figureOf, METRICS, ranked, shown } from "./verdict_scale.js";

/** @import { Bar, Part, Verdict } from "../core/payloads.js" */
/** @import { ViewParts } from "../core/types.js" */
/** @import { Axis, Budget, Metric } from "./verdict_scale.js" */
/** @typedef {{ metric: Metric, budget: Budget }} Look */

/** @type {[Metric, string][]} */
const METRIC_NAMES = [
  ["mse", "MSE"],
  ["mean_psnr", "PSNR"],
  ["ssim", "SSIM"],
];

/** @param {ViewParts} parts */
export function mount({ element, props }) {
  /** @type {Verdict | null} */
  const verdict = typeof props.verdict === "string" ? JSON.parse(props.verdict) : props.verdict;
  if (!verdict) return;
  const scale = h("button", {
    type: "button",
    class: "imfn-link imfn-strong",
    text: "The paper’s table at its own scale →",
  });
  scale.addEventListener("click", () => {
    showView("compare", "evidence");
    const found = document.getElementById("compare-paper");
    if (!found) return;
    setOpen(found, true);
    found.scrollIntoView({ block: "start" });
  });
  const foot = h(
    "section",
    { class: "imfn-panel imfn-verdict-foot", "aria-label": "Reproduce" },
    scale,
    reproduce(verdict.command),
  );
  const cards = verdictCards(verdict, "Who keeps the digits best?");
  viewRoot(element).replaceChildren(h("div", { class: "imfn-verdict" }, ...cards, foot));
}

/**
 * The two cards: words, then bars and strips.
 * @param {Verdict} verdict
 * @param {string} question above the bars
 * @returns {HTMLElement[]}
 */
export function verdictCards(verdict, question) {
  const lines = verdict.sentences.map((parts) => h("p", { class: "imfn-verdict-line" }, ...parts.map(word)));
  const words = h(
    "section",
    { class: "imfn-panel imfn-verdict-words", "aria-label": "The finding" },
    ...lines,
    h("p", { class: "imfn-verdict-facts", text: verdict.facts }),
  );
  return [words, barsCard(verdict, question)];
}

/** A run of the sentence. @param {Part} part */
function word({ text, model, strong }) {
  if (model) return h("b", { style: `color:${colourOf(model, "ink")}`, text });
  return strong ? h("b", { text }) : text;
}

/** @param {Verdict} verdict @param {string} question */
function barsCard(verdict, question) {
  /** @type {Look} */
  const look = { metric: "mse", budget: "steps" };
  const rows = h("div", { class: "imfn-verdict-bars" });
  const says = h("p", { class: "imfn-verdict-bars-say" });
  const draw = () => drawBars(rows, says, verdict, look);
  const metric = segments({
    label: "Metric",
    value: look.metric,
    options: METRIC_NAMES.map(([value, text]) => ({ value, text })),
    choose: (value) => {
      look.metric = /** @type {Metric} */ (value);
      draw();
    },
  });
  const timed = verdict.bars.some((bar) => bar.seconds);
  const budget = segments({
    label: "Budget",
    value: look.budget,
    options: [
      { value: "steps", text: "equal steps" },
      { value: "seconds", text: "equal seconds" },
    ],
    choose: (value) => {
      look.budget = /** @type {Budget} */ (value);
      draw();
    },
  });
  const tools = h("div", { class: "imfn-verdict-bars-tools" }, metric.element, timed ? budget.element : null);
  const head = h("div", { class: "imfn-verdict-bars-head" }, h("h2", { text: question }), says, tools);
  draw();
  return h("section", { class: "imfn-panel imfn-verdict-bars-card", "aria-label": question }, head, rows);
}

/** @param {HTMLElement} box @param {HTMLElement} says @param {Verdict} verdict @param {Look} look */
function drawBars(box, says, verdict, look) {
  const { direction } = METRICS[look.metric];
  const bars = ranked(verdict.bars, look.metric, look.budget);
  const axis = axisOf(bars, look.metric, look.budget);
  const seeds = verdict.bars.some((bar) => bar.steps.mse.deviation !== null);
  const missing = look.budget === "seconds" ? ` · not run: ${verdict.missing.join(" ")}` : "";
  says.replaceChildren(
    `${direction}${seeds ? " · tick: ± standard deviation over seeds" : ""}${missing && verdict.missing.length ? missing : ""}`,
  );
  const strips = verdict.bars.some((bar) => bar.strip) && look.budget === "steps";
  box.classList.toggle("imfn-with-strips", strips);
  const source = strips && verdict.source ? stripRow("the digits themselves", verdict.source) : null;
  const rows = bars.map((bar, index) => barRow(bar, { ...look, axis, first: index === 0, strips }));
  box.replaceChildren(...(source ? [source] : []), ...rows, axisRow(axis, strips));
  if (box.querySelector(".imfn-bar-other"))
    says.append(h("span", { class: "imfn-bar-key", text: " · ◇: at equal seconds" }));
}

/**
 * @param {Bar} bar
 * @param {Look & { axis: Axis, first: boolean, strips: boolean }} how
 */
function barRow(bar, { metric, budget, axis, first, strips }) {
  const { mean, deviation } = figureOf(bar, metric, budget);
  const colour = colourOf(bar.model, "fill");
  const other =
    budget === "steps" && bar.seconds && bar.seconds[metric].mean !== mean ? bar.seconds[metric].mean : null;
  const figure = h("span", { class: "imfn-bar-figure" }, h(first ? "b" : "span", { text: shown(mean, metric) }));
  if (deviation !== null) figure.append(h("small", { text: ` ± ${shown(deviation, metric)}` }));
  return h(
    "div",
    { class: `imfn-bar-row${first ? " imfn-first" : ""}`, "data-model": bar.model },
    h(
      "span",
      { class: "imfn-bar-name" },
      h("i", { style: `background:${colour}` }),
      h("span", {}, ...withTerms(bar.name)),
    ),
    track({ mean, deviation, other, metric, axis, colour, first }),
    figure,
    strips
      ? h("span", { class: "imfn-bar-strip" }, bar.strip ? strip(bar.strip, `${bar.model}: what it gives back`) : null)
      : null,
  );
}

/**
 * The bar to scale: broken where it is longer than the axis, a tick as wide as the deviation at its end, a diamond at
 * the figure of equal seconds.
 * @param {{ mean: number, deviation: number | null, other: number | null, metric: Metric, axis: Axis, colour: string, first: boolean }} bar
 */
function track({ mean, deviation, other, metric, axis, colour, first }) {
  const at = (/** @type {number} */ value) => `${(100 * Math.min(1, value / axis.end)).toFixed(3)}%`;
  const parts = axis.ticks.map((tick) => h("i", { class: "imfn-bar-grid", style: `left:${at(tick)}` }));
  const over = mean > axis.end;
  const style = `width:${over ? "100%" : at(mean)};background:${colour}${first ? "" : ";opacity:.42"}`;
  parts.push(h("i", { class: over ? "imfn-bar imfn-bar-over" : "imfn-bar", style }));
  if (deviation !== null && !over) {
    const from = Math.max(0, mean - deviation);
    const width = `calc(${at(mean + deviation)} - ${at(from)})`;
    parts.push(h("i", { class: "imfn-bar-tick", style: `left:${at(from)};width:max(2px, ${width})` }));
  }
  if (other !== null && other <= axis.end) {
    const side = other > axis.end / 2 ? "imfn-left" : "";
    parts.push(
      h("i", { class: "imfn-bar-other", style: `left:${at(other)};border-color:${colour}` }),
      h("span", {
        class: `imfn-bar-note ${side}`,
        style: `--at:${at(other)}`,
        text: `${shown(other, metric)} at equal seconds`,
      }),
    );
  }
  return h("span", { class: "imfn-bar-track", "aria-hidden": "true" }, ...parts);
}

/** @param {Axis} axis @param {boolean} strips */
function axisRow(axis, strips) {
  const ticks = [0, ...axis.ticks].map((tick) =>
    h("span", { style: `left:${((100 * tick) / axis.end).toFixed(3)}%`, text: tick ? axis.label(tick) : "0" }),
  );
  return h(
    "div",
    { class: "imfn-bar-row imfn-bar-axis", "aria-hidden": "true" },
    h("span"),
    h("span", { class: "imfn-bar-track" }, ...ticks),
    h("span"),
    strips ? h("span", { class: "imfn-bar-strip", text: "the same eight digits through every model" }) : null,
  );
}

/** @param {string} words @param {string} source PNG in base64 */
function stripRow(words, source) {
  const picture = h("span", { class: "imfn-bar-strip" }, strip(source, "the digits themselves"));
  return h(
    "div",
    { class: "imfn-bar-row imfn-bar-source" },
    h("span", { class: "imfn-bar-source-words", text: words }),
    picture,
  );
}

/** @param {string} source PNG in base64 @param {string} alt */
const strip = (source, alt) => h("img", { src: `data:image/png;base64,${source}`, alt, width: 416, height: 52 });
