// What the verdict's bars show: order, values and axis. Pure; used by `compare/verdict.js`.

/** @import { Bar, Spread } from "../core/payloads.js" */
/** @typedef {"mse" | "mean_psnr" | "ssim"} Metric */
/** @typedef {"steps" | "seconds"} Budget */
/** @typedef {{ end: number, ticks: number[], label: (tick: number) => string }} Axis */

/** @type {Record<Metric, { best: "low" | "high", direction: string, digits: number }>} */
export const METRICS = {
  mse: { best: "low", direction: "shorter is better", digits: 5 },
  mean_psnr: { best: "high", direction: "longer is better, in dB", digits: 2 },
  ssim: { best: "high", direction: "longer is better", digits: 3 },
};
const FAR = 1.75; // times the best error; a bar that is longer is broken
const ROOM = 1.18; // of the axis beyond the longest whole bar
const STEPS = [1, 2, 2.5, 5, 10];

/** A model's figure. @param {Bar} bar @param {Metric} metric @param {Budget} budget @returns {Spread} */
export const figureOf = (bar, metric, budget) => (bar[budget] ?? bar.steps)[metric];

/** A figure with its metric's digits. @param {number} value @param {Metric} metric */
export const shown = (value, metric) => value.toFixed(METRICS[metric].digits);

/**
 * The bars of a budget, the best first; a model that was not run under it is left out.
 * @param {Bar[]} bars
 * @param {Metric} metric
 * @param {Budget} budget
 */
export function ranked(bars, metric, budget) {
  const sign = METRICS[metric].best === "low" ? 1 : -1;
  const there = bars.filter((bar) => bar[budget]);
  return there.sort((a, b) => sign * (figureOf(a, metric, budget).mean - figureOf(b, metric, budget).mean));
}

/**
 * An axis from zero that all bars fit on, but those whose error is far from the best one's.
 * @param {Bar[]} bars
 * @param {Metric} metric
 * @param {Budget} budget
 * @returns {Axis}
 */
export function axisOf(bars, metric, budget) {
  const values = bars.map((bar) => figureOf(bar, metric, budget).mean);
  const near = METRICS[metric].best === "low" ? values.filter((value) => value <= FAR * Math.min(...values)) : values;
  const longest = Math.max(...near, Number.EPSILON);
  const broken = near.length < values.length;
  const end = longest * (broken ? ROOM : 1.04);
  const step = niceStep(end / 5);
  const ticks = Array.from({ length: Math.floor(end / step) }, (_, index) => (index + 1) * step);
  const digits = Math.max(0, -Math.floor(Math.log10(step)) + (String(step).includes("25") ? 1 : 0));
  return { end, ticks: ticks.filter((tick) => tick < end), label: (tick) => tick.toFixed(digits) };
}

/** The next round step upwards. @param {number} least */
export function niceStep(least) {
  const power = 10 ** Math.floor(Math.log10(least));
  const factor = STEPS.find((each) => each * power >= least * (1 - 1e-9)) ?? 10;
  return factor * power;
}
