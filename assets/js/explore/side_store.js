// Which sides the player shows, and what other models made of the clip. B follows the selection of the tree unless it is
// another model's. The sides join the address as `a` and `b`. Subscribed to by `explore/player.js` and its parts.

import { rpc } from "../core/rpc.js";
import { Store } from "../core/store.js";
import { opened, writeSoon } from "../core/url.js";
import { followWork } from "../core/work.js";
import { rows } from "./exploration.js";
import { windowOf } from "./server.js";
import { parsed, placeOf, same, written } from "./sides.js";
import { get, select } from "./store.js";

/** @import { BesidesServer, SuitableModel } from "../core/payloads.js" */
/** @import { Exploration, ViewParts } from "../core/types.js" */
/** @import { Side } from "./sides.js" */

/**
 * The clip through another model: what is known of it, and its windows as they are fetched.
 * @typedef {object} Other
 * @property {"busy" | "done" | "failed"} state
 * @property {string} message
 * @property {string | null} work
 * @property {Exploration | null} exploration
 * @property {Map<number, Exploration | null>} windows null while one is being fetched
 */

/** @type {Side} */
const SOURCE = { model: null, merges: 0 };
const PATIENCE = 40_000; // milliseconds; the server answers within 15 s, news or not

/** @type {Store<{ a: Side, b: Side | null, models: SuitableModel[], others: Map<string, Other> }, "start" | "sides">} */
export const sides = new Store({ a: SOURCE, b: null, models: [], others: new Map() });
const { state } = sides;
/** @type {BesidesServer} */
let server = rpc({});
/** @type {string | null} */
let clip = null; // the exploration that the sides are of
let turn = Promise.resolve(); // a page computes one model at a time: the server ends an earlier one
let merges = 0; // of the selection when the sides were last looked at
/** @type {{ a: Side | null, b: Side | null } | null} */
let restoring = { a: parsed(opened("a")), b: parsed(opened("b")) };

/** @param {ViewParts} parts */
export function connect(parts) {
  server = rpc(parts.server);
}

const tell = () => sides.tell("sides");

/** The side B: another model's level, or what is selected in the tree. @returns {Side} */
export const sideB = () => state.b ?? { model: null, merges: get().selection.merges };
/** The side A. @returns {Side} */
export const sideA = () => state.a;

/** Hear of every change of the exploration and its selection; called by the player before it draws. */
export function follow() {
  const { exploration: e, selection } = get();
  if (!e) return;
  if (e.id !== clip) begin(e);
  else if (selection.merges !== merges && state.b) state.b = null; // a row of the tree was picked: it is B
  merges = selection.merges;
}

/** A new clip: the source against the tree, or what the address names. @param {Exploration} e */
function begin(e) {
  clip = e.id;
  for (const other of state.others.values()) cancel(other);
  Object.assign(state, { a: SOURCE, b: null, models: [], others: new Map() });
  if (e.source) offer(e.id);
  const { settled } = get(); // until then the clip that the address names, and its sides, are still to come
  const wanted = settled ? restoring : null;
  if (settled && !restoring) announce(); // the sides of the clip before are no sides of this one
  if (settled) restoring = null;
  queueMicrotask(() => {
    if (wanted?.a) chooseA(own(wanted.a, e));
    if (wanted?.b) chooseB(own(wanted.b, e));
  });
}

/** A side without the name of the model that the clip was explored with. @param {Side} side @param {Exploration} e @returns {Side} */
const own = (side, e) => (side.model === e.model ? { ...side, model: null } : side);

/** @param {string} id */
async function offer(id) {
  try {
    const { models } = await server.suitable({ id });
    if (clip === id) state.models = models;
    tell();
  } catch {
    // the clip's own levels are there all the same
  }
}

/** @param {Side} side */
export function chooseA(side) {
  const { exploration: e } = get();
  if (!e?.source || (side.model === null && !rows(e).includes(side.merges))) return;
  state.a = side;
  want(side);
  announce();
}

/** @param {Side} side */
export function chooseB(side) {
  const { exploration: e } = get();
  if (!e) return;
  if (side.model === null) {
    if (!rows(e).includes(side.merges)) return;
    state.b = null;
    merges = side.merges;
    select({ merges });
  } else {
    state.b = side;
    want(side);
  }
  announce();
}

/** A becomes B, and B becomes A. */
export function swap() {
  const [a, b] = [sideA(), sideB()];
  if (same(a, b)) return;
  chooseA(b);
  chooseB(a);
}

function announce() {
  const b = state.b && written(state.b);
  writeSoon({ a: same(state.a, SOURCE) ? null : written(state.a), b });
  tell();
}

/** Compute what a side needs, once. @param {Side} side */
function want({ model }) {
  const { exploration: e } = get();
  const before = model === null ? null : state.others.get(model);
  if (model === null || !e || (before && before.state !== "failed")) return;
  /** @type {Other} */
  const other = { state: "busy", message: `Through ${model} …`, work: null, exploration: null, windows: new Map() };
  state.others.set(model, other);
  turn = turn.then(() => compute(e.id, model, other));
}

/** @param {string} id @param {string} model @param {Other} other */
async function compute(id, model, other) {
  const wanted = () => clip === id && state.others.get(model) === other;
  if (!wanted()) return;
  try {
    await followWork({
      begin: async () => {
        other.work = (await server.beside({ id, model })).id;
        return other.work;
      },
      progress: (work, seen) => server.progress({ id: work, seen }, { timeout: PATIENCE }),
      heard: (news) => {
        if (news.exploration) take(other, model, /** @type {Exploration} */ (news.exploration));
        other.message = news.message;
        other.state = news.state === "busy" || news.state === "done" ? news.state : "failed";
        tell();
      },
      wanted,
    });
  } catch (error) {
    Object.assign(other, { state: "failed", message: error instanceof Error ? error.message : String(error) });
    tell();
  }
}

/** What came of a model; a short clip has fewer levels than was thought, and its root is shown. @param {Other} other @param {string} model @param {Exploration} exploration */
function take(other, model, exploration) {
  other.exploration = exploration;
  other.windows.set(exploration.window.index, exploration);
  const top = Math.max(...exploration.levels.map((level) => level.merges));
  for (const name of /** @type {("a" | "b")[]} */ (["a", "b"])) {
    const side = state[name];
    if (side?.model === model && side.merges > top) state[name] = { model, merges: top };
  }
  announce();
}

/** Take back what is being computed; the side goes back to the tree, or to the source. @param {string} model */
export function giveUp(model) {
  const other = state.others.get(model);
  if (!other) return;
  cancel(other);
  state.others.delete(model);
  if (state.a.model === model) state.a = SOURCE;
  if (state.b?.model === model) state.b = null;
  announce();
}

/** @param {Other} other */
function cancel({ work, state: now }) {
  if (work && now === "busy") server.cancel({ id: work }).catch(() => {});
}

/**
 * The exploration of a side with the window that holds a frame of the clip, and the frame's place in it; null while it
 * is computed or fetched.
 * @param {Side} side
 * @param {number} frame of the clip, counted from 0
 * @returns {{ e: Exploration, frame: number } | null}
 */
export function pictureOf({ model }, frame) {
  const { exploration: e } = get();
  if (!e) return null;
  if (model === null) return { e, frame: frame - e.window.first };
  const other = state.others.get(model);
  if (!other?.exploration) return null;
  const place = placeOf(frame, other.exploration.leaves);
  const window = other.windows.get(place.window);
  if (window) return { e: window, frame: place.frame };
  if (window === undefined && place.window < other.exploration.explored) fetchWindow(other, place.window);
  return null;
}

/** @param {Other} other @param {number} index */
async function fetchWindow(other, index) {
  other.windows.set(index, null);
  try {
    const found = await windowOf(/** @type {Exploration} */ (other.exploration).id, index);
    other.windows.set(index, found);
  } catch (error) {
    Object.assign(other, { state: "failed", message: error instanceof Error ? error.message : String(error) });
  }
  tell();
}

/** A side's exploration without a frame: for names and sizes. @param {Side} side @returns {Exploration | null} */
export function explorationOf({ model }) {
  if (model === null) return get().exploration ?? null;
  return state.others.get(model)?.exploration ?? null;
}

window.imfnSides = { get: sides.get, sideA, sideB, chooseA, chooseB, swap };
