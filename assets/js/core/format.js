// How numbers are written: units always, no more digits than mean something. Called by every view.

const grouped = new Intl.NumberFormat("en-US");

/** An integer with its thousands grouped: 1,024. @param {number} value */
export const count = (value) => grouped.format(value);
/** Floats in for one that is kept: 16:1, 12.3:1. @param {number} value */
export const ratio = (value) => `${count(Number(value.toFixed(1)))}:1`;
/**
 * A PSNR in dB; a dash where there is none, "exact" from 99 dB on.
 * @param {number | null} psnr
 * @param {number} [digits]
 */
export const dB = (psnr, digits = 1) =>
  psnr === null || Number.isNaN(psnr) ? "–" : psnr >= 99 ? "exact" : `${psnr.toFixed(digits)} dB`;
/** "1 frame", "2 frames". @param {number} n @param {string} word */
export const plural = (n, word) => `${count(n)} ${word}${n === 1 ? "" : "s"}`;
/** "1 leaf", "2 leaves". @param {number} n */
export const leafCount = (n) => (n === 1 ? "1 leaf" : `${count(n)} leaves`);

/** Bytes in decimal units: 270 kB, 4.1 MB. @param {number} bytes */
export function size(bytes) {
  if (bytes < 999.5) return `${Math.round(bytes)} B`;
  const kilo = bytes / 1e3;
  if (kilo < 9.95) return `${kilo.toFixed(1)} kB`;
  if (kilo < 999.5) return `${Math.round(kilo)} kB`;
  const mega = kilo / 1e3;
  return `${mega < 99.5 ? mega.toFixed(1) : count(Math.round(mega))} MB`;
}

/** Floats in a narrow column: 786k, 1.2M. @param {number} value */
export function short(value) {
  if (value < 1e4) return count(value);
  if (value < 999500) return `${Math.round(value / 1e3)}k`;
  return `${(value / 1e6).toFixed(value < 9.95e6 ? 1 : 0)}M`;
}

/** Mean squared error in units of 10⁻⁴, three figures. @param {number} value */
export function mse(value) {
  const scaled = value * 1e4;
  if (scaled === 0) return "0";
  return scaled >= 100 ? count(Math.round(scaled)) : scaled >= 10 ? scaled.toFixed(1) : scaled.toFixed(2);
}

/** "about 12 s left", "about 3 min left"; nothing for less than a second. @param {number} seconds */
export function timeLeft(seconds) {
  if (!(seconds >= 1) || !Number.isFinite(seconds)) return "";
  return seconds < 100 ? `about ${Math.round(seconds)} s left` : `about ${count(Math.round(seconds / 60))} min left`;
}

/** The sentence of whatever was thrown. @param {unknown} error */
export const messageOf = (error) => (error instanceof Error ? error.message : String(error));

/** "frame 9" or "frames 9–12", counted from one. @param {number} first @param {number} last */
export function frames(first, last) {
  return first === last ? `frame ${first + 1}` : `frames ${first + 1}–${last + 1}`;
}
