// Walks through Lantern rooms as the Trajectory tab follows them: their names, as `app/sessions/walks.py` reads them, and
// what is true of a walk at a time. Nothing here touches the page. Used by the views of `trajectory/` and by
// `predict/controls.js`.

import { LARGEST_SEED, quarterOf, ROOM } from "../predict/round.js";
import { place, quarter, skill } from "../predict/words.js";
import { bytesOf } from "../ui/heatmap.js";

/** @import { PathKind, Trajectory, Walk } from "../core/types.js" */

/** @typedef {{ seed: number, moves: string, screen: boolean }} Way */

export const WALK = "lantern";
const NAME = /^lantern\.(\d{1,6})(?:\.([slrud]{1,31}))?(\.off)?$/;
const SIZE = ROOM * ROOM;

/** The walk of a name; null for what is none. @param {string} name @returns {Way | null} */
export function wayOf(name) {
  const found = NAME.exec(name);
  return found && { seed: Number(found[1]), moves: found[2] ?? "", screen: !found[3] };
}

/** The name of a walk; one without moves is walked at random. @param {Way} way */
export const nameOf = ({ seed, moves, screen }) => `${WALK}.${seed}${moves ? `.${moves}` : ""}${screen ? "" : ".off"}`;

/** The pill that stands for a choice: all walks have one. @param {string} chosen */
export const pillOf = (chosen) => (chosen.startsWith(`${WALK}.`) ? WALK : chosen);

/** A room's number as it is typed, or null where there is no such room. @param {string} typed */
export const seedOf = (typed) => (/^\d{1,6}$/.test(typed.trim()) ? Number(typed) : null);

/** Another room than this one. @param {number} seed */
export function another(seed) {
  const drawn = Math.floor(Math.random() * LARGEST_SEED);
  return drawn === seed ? drawn + 1 : drawn;
}

/** What kind of walk is followed, in words. @param {Way} way @param {number} count of frames */
export function wayWords({ moves, screen }, count) {
  const made = moves ? `your ${moves.length === 1 ? "move" : `${moves.length} moves`}` : `${count - 1} moves at random`;
  return `${made}${screen ? "" : ", the screen off"}`;
}

/** Where the lantern is after t frames and what it lights, in words. @param {Walk} walk @param {number} t */
export function litWords(walk, t) {
  if (!t) return "nothing yet";
  const pose = walk.poses[t - 1];
  return `frame ${t}: lantern at ${place(pose)}, on the ${walk.digits[quarterOf(pose)]} ${quarter(pose)}`;
}

/** What a path's memory is called: the tree, the student, or a memory without a tree. @param {Trajectory} trip @param {PathKind} kind */
export const memoryName = (trip, kind) => (kind === "tree" ? (trip.called ?? "tree") : kind);

/** A memory's belief after t frames, 24×24 bytes; null until it has been asked. @param {Trajectory} trip @param {number} series @param {PathKind} kind @param {number} t */
export function beliefOf(trip, series, kind, t) {
  const rooms = roomsOf(trip.memories?.beliefs?.[series]?.[kind]?.rooms);
  return rooms && t ? rooms.subarray((t - 1) * SIZE, t * SIZE) : null;
}

/** The skill of a belief, in words; "" where it has none. @param {Trajectory} trip @param {number} series @param {PathKind} kind @param {number} t */
export function skillWords(trip, series, kind, t) {
  const belief = trip.memories?.beliefs?.[series]?.[kind];
  const value = t ? belief?.skill[t - 1] : undefined;
  return typeof value === "number" ? `skill ${skill(value)}` : "";
}

/** @type {Map<string, Uint8Array>} */
const unpacked = new Map();

/** All rooms that a memory believed in, unpacked once. @param {string | undefined} text base64 */
function roomsOf(text) {
  if (!text) return null;
  const known = unpacked.get(text);
  if (known) return known;
  if (unpacked.size >= 16) unpacked.clear(); // of trajectories that are shown no more
  const bytes = bytesOf(text);
  unpacked.set(text, bytes);
  return bytes;
}
