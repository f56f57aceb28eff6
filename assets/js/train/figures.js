// What is measured of a training: the figures that every run has, and those that only a run's own objective gives.
// Pure; read by `train/chart.js` and `train/detail.js`, tested by `tests/js/train_figures.test.js`.

/** @import { MetricRow } from "../core/types.js" */

/** @typedef {{ text: string, title: string, linear?: boolean, digits?: number }} Figure */

/** @type {Record<string, Figure>} */
export const FIGURES = {
  loss: { text: "loss", title: "training loss" },
  mse: { text: "MSE", title: "MSE of the probe" },
  psnr: { text: "PSNR", title: "PSNR of the probe, dB", linear: true, digits: 1 },
  ssim: { text: "SSIM", title: "SSIM of the probe", linear: true, digits: 3 },
  rate: { text: "learning rate", title: "learning rate" },
  throughput: { text: "throughput", title: "leaves a second", linear: true },
  memory: { text: "memory", title: "resident memory, MB", linear: true },
};

/** How a figure is called and drawn. @param {string} name @returns {Figure} */
export function figure(name) {
  const words = name.replaceAll("_", " ");
  return FIGURES[name] || { text: words, title: `${words} of the probe`, linear: true, digits: 3 };
}

/** The names of a row's figures that have a value for every level. @param {Record<string, any>} values */
export function byLevel(values) {
  return Object.keys(values).filter((name) => name !== "levels" && Array.isArray(values[name]));
}

/** What curves can be drawn of: what every run has, then what these rows have besides. @param {MetricRow[]} rows */
export function figuresOf(rows) {
  const own = rows.flatMap((row) => byLevel(row.values)).filter((name) => !FIGURES[name]);
  return [...Object.keys(FIGURES), ...new Set(own)];
}
