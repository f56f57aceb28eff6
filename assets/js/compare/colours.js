// The colour of each model, the same on every tab: bright for bars, darker for words. Used by the verdict and by the
// board of a visitor's own comparison.

/** Which model a label or a key means. @type {[pattern: RegExp, model: string][]} */
const MODELS = [
  [/^imfn/i, "imfn"],
  [/^transformer/i, "transformer"],
  [/^mamba/i, "mamba"],
  [/^gru/i, "gru"],
  [/^frame/i, "frame"],
  [/^linear/i, "linear"],
  [/^mean/i, "mean"],
];

/** A model's colour as CSS. @param {string} label @param {"fill" | "ink"} use */
export function colourOf(label, use) {
  const model = MODELS.find(([pattern]) => pattern.test(label))?.[1] ?? "mean";
  return `var(--imfn-model-${model}${use === "ink" ? "-ink" : ""})`;
}

/** The same for canvases and charts, as it is just now, light or dark. @param {string} label */
export function paintOf(label) {
  const name = colourOf(label, "fill").slice("var(".length, -1);
  return getComputedStyle(document.body).getPropertyValue(name).trim() || "#888";
}
