// Colour scales: viridis for quality (PSNR) and memories, inferno for error pictures. Both keep their order in grey and
// for the colour-blind. Called by the tree, the player, the inspector and the picture export.

/** @import { Limits } from "./types.js" */

const VIRIDIS = [
  "440154",
  "482475",
  "414487",
  "355f8d",
  "2a788e",
  "21918c",
  "22a884",
  "44bf70",
  "7ad151",
  "bddf26",
  "fde725",
];
const INFERNO = [
  "000004",
  "160b39",
  "420a68",
  "6a176e",
  "932667",
  "bc3754",
  "dd513a",
  "f37819",
  "fca50a",
  "f6d746",
  "fcffa4",
];

/** @param {string} hex rrggbb */
const channels = (hex) => [0, 2, 4].map((at) => parseInt(hex.slice(at, at + 2), 16));

/** 256 colours between the stops, three bytes each. @param {string[]} stops */
function table(stops) {
  const colours = stops.map(channels);
  const out = new Uint8ClampedArray(256 * 3);
  for (let i = 0; i < 256; i++) {
    const place = (i / 255) * (colours.length - 1);
    const low = Math.min(colours.length - 2, Math.floor(place));
    for (let c = 0; c < 3; c++)
      out[i * 3 + c] = colours[low][c] + (colours[low + 1][c] - colours[low][c]) * (place - low);
  }
  return out;
}

export const viridisTable = table(VIRIDIS);
export const infernoTable = table(INFERNO);

/** Viridis at t in 0…1 as a CSS colour. @param {number} t */
export function viridis(t) {
  const i = Math.round(Math.max(0, Math.min(1, t)) * 255) * 3;
  return `rgb(${viridisTable[i]} ${viridisTable[i + 1]} ${viridisTable[i + 2]})`;
}

/** The same as #rrggbb, for SVG files that other programs open. @param {number} t */
export function viridisHex(t) {
  const i = Math.round(Math.max(0, Math.min(1, t)) * 255) * 3;
  return "#" + [0, 1, 2].map((c) => viridisTable[i + c].toString(16).padStart(2, "0")).join("");
}

/**
 * Viridis for a quality in dB between two limits; null (nothing measured) has no colour.
 * @param {number | null} psnr
 * @param {Limits | null} limits
 * @param {(t: number) => string} [scale]
 */
export function quality(psnr, limits, scale = viridis) {
  if (psnr === null || !limits) return null;
  return scale((psnr - limits[0]) / (limits[1] - limits[0]));
}

/** @param {string[]} stops */
const gradient = (stops) => `linear-gradient(90deg, ${stops.map((hex) => "#" + hex).join(", ")})`;
export const viridisGradient = gradient(VIRIDIS);
export const infernoGradient = gradient(INFERNO);
