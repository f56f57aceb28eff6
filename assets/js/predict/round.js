// The Lantern room's geometry as `engine/data/worlds/room.py` has it, and what an address says of a round. Nothing here
// touches the page. Used by every view of `predict/`.

import { oneOf, whole } from "../core/url.js";

/** @import { Names } from "../core/url.js" */

export const ROOM = 24; // pixels a side
export const DIGIT = 12; // of a digit, and of the screen
export const LIT = 9; // of what the lantern lights
export const STRIDE = 3; // that a move takes it
export const GRID = 6; // poses a side
export const FRAME = ROOM + DIGIT; // width of a frame
export const UNLIT = 255; // the lag of a pixel that was never lit

/** @typedef {"s" | "l" | "r" | "u" | "d"} Letter a move: stay, left, right, up, down */
/** @type {Record<Letter, [down: number, right: number]>} */
export const MOVES = { s: [0, 0], l: [0, -1], r: [0, 1], u: [-1, 0], d: [1, 0] };
/** @type {Record<Letter, string>} */
export const WORDS = { s: "stay", l: "left", r: "right", u: "up", d: "down" };
const LETTERS = /^[slrud]*$/;
export const LARGEST_SEED = 999_999;

/** A round as it stands. `other`: the moves of the branch that is put aside; `run`: a training's memory, or ""; `third`: the bundled memory beside two others, "" for the usual one. @typedef {{ seed: number, moves: string, other: string | null, distractor: boolean, asked: number, run: string, third: string }} Round */

/** Row and column of a pose. @param {number} pose @returns {[row: number, column: number]} */
export const placeOf = (pose) => [Math.floor(pose / GRID), pose % GRID];

/** The quarter that a pose's middle lies in and that it lights most: 0 … 3, by rows. @param {number} pose */
export function quarterOf(pose) {
  const [row, column] = placeOf(pose);
  return 2 * Number(row >= GRID / 2) + Number(column >= GRID / 2);
}

/** The pose at a row and a column, or null outside the room. @param {number} row @param {number} column */
export const poseAt = (row, column) =>
  row < 0 || column < 0 || row >= GRID || column >= GRID ? null : row * GRID + column;

/** The pose after a move; a wall holds the lantern back. @param {number} pose @param {Letter} letter */
export function moved(pose, letter) {
  const [row, column] = placeOf(pose);
  const [down, right] = MOVES[letter];
  const held = (/** @type {number} */ value) => Math.min(GRID - 1, Math.max(0, value));
  return held(row + down) * GRID + held(column + right);
}

/** All poses from the first one on. @param {number} first @param {string} moves */
export function posesOf(first, moves) {
  const poses = [first];
  for (const letter of moves) poses.push(moved(poses[poses.length - 1], /** @type {Letter} */ (letter)));
  return poses;
}

/** The moves from one pose to another, sideways first. @param {number} from @param {number} to */
export function wayTo(from, to) {
  const [[row, column], [below, beside]] = [placeOf(from), placeOf(to)];
  const sideways = (beside > column ? "r" : "l").repeat(Math.abs(beside - column));
  return sideways + (below > row ? "d" : "u").repeat(Math.abs(below - row));
}

/** The pose whose window's middle is nearest to a point of the room, in pixels. @param {number} x @param {number} y */
export function poseNear(x, y) {
  const index = (/** @type {number} */ at) =>
    Math.min(GRID - 1, Math.max(0, Math.round((at - (LIT - 1) / 2) / STRIDE)));
  return index(y) * GRID + index(x);
}

/** What a pose lights of a picture of the room, 81 values. @param {ArrayLike<number>} values @param {number} pose */
export function cut(values, pose) {
  const [row, column] = placeOf(pose);
  const out = new Uint8ClampedArray(LIT * LIT);
  for (let y = 0; y < LIT; y++)
    for (let x = 0; x < LIT; x++) out[y * LIT + x] = values[(row * STRIDE + y) * ROOM + column * STRIDE + x];
  return out;
}

/** Mean squared error of two pictures of bytes, in units of full ink. @param {ArrayLike<number>} first @param {ArrayLike<number>} second */
export function meanError(first, second) {
  let sum = 0;
  for (let i = 0; i < first.length; i++) sum += ((first[i] - second[i]) / 255) ** 2;
  return sum / first.length;
}

/** How many frames before the last one each pixel was lit, UNLIT where it was not, by the lantern's poses. @param {number[]} poses */
export function lagsOf(poses) {
  const lags = new Uint8Array(ROOM * ROOM).fill(UNLIT);
  poses.forEach((pose, index) => {
    const [row, column] = placeOf(pose);
    for (let y = 0; y < LIT; y++) {
      const start = (row * STRIDE + y) * ROOM + column * STRIDE;
      lags.fill(poses.length - 1 - index, start, start + LIT);
    }
  });
  return lags;
}

/** When a pose's window was lit, in words. @param {ArrayLike<number>} lags @param {number} pose */
export function litWhen(lags, pose) {
  const all = [...cut(lags, pose)];
  const lit = all.filter((lag) => lag !== UNLIT);
  if (!lit.length) return "never lit";
  const [least, most] = [Math.min(...lit), Math.max(...lit)];
  const partly = lit.length < all.length ? ", in part" : "";
  if (most === 0) return `lit now${partly}`;
  const span = least === most ? `${most}` : `${least} to ${most}`;
  return `lit ${span} ${most === 1 ? "step" : "steps"} ago${partly}`;
}

/**
 * A round of an address; what it does not say, or says wrongly, is as usual.
 * @param {(name: string) => string | null} said
 * @param {{ seed: number, moves: string }} usual
 * @param {number} steps of a round
 * @returns {Round}
 */
export function roundOf(said, usual, steps) {
  const seed = whole(said("seed"));
  const known = seed !== null && seed <= LARGEST_SEED;
  const walk = (/** @type {string | null} */ text) =>
    text !== null && LETTERS.test(text) && text.length < steps ? text : null;
  const asked = whole(said("pose"));
  return {
    seed: known ? seed : usual.seed,
    moves: walk(said("moves")) ?? (known ? "" : usual.moves),
    other: walk(said("other")),
    distractor: oneOf(said("screen"), ["off"]) === null,
    asked: asked !== null && asked < GRID * GRID ? asked : GRID,
    run: /^[\w.-]{1,80}$/.test(said("memory") ?? "") ? (said("memory") ?? "") : "",
    third: /^[\w.-]{1,80}$/.test(said("third") ?? "") ? (said("third") ?? "") : "",
  };
}

/** What is wrong with an address, in sentences. @param {(name: string) => string | null} said @param {number} steps */
export function wrongIn(said, steps) {
  const sentences = [];
  const [seed, moves] = [said("seed"), said("moves")];
  if (seed !== null && (whole(seed) ?? Infinity) > LARGEST_SEED)
    sentences.push(
      `The link names no room; rooms go from 0 to ${LARGEST_SEED.toLocaleString("en")}, another one is shown.`,
    );
  if (moves !== null && !LETTERS.test(moves))
    sentences.push("The link's moves are none; they are letters of s, l, r, u and d. The round begins anew.");
  else if (moves !== null && moves.length >= steps)
    sentences.push(`The link has ${moves.length} moves, a round ${steps} frames; the round begins anew.`);
  return sentences;
}

/** What an address says of a round. @param {Round} round @returns {Names} */
export function namesOf({ seed, moves, other, distractor, asked, run, third }) {
  const screen = distractor ? null : "off";
  return { seed, moves, other, screen, pose: asked, memory: run || null, third: third || null };
}
