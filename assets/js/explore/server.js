// What the Explore tab asks its server, and where that stands: busy or not, and the sentence of the status line. Answers
// come from `app/sessions/explorations.py`. `explore/controls.js` connects it; other tabs call `start`.

import { saveFile } from "../core/download.js";
import { rpc } from "../core/rpc.js";
import { Store } from "../core/store.js";
import { uploadFiles, uploadWords } from "../core/upload.js";
import { followWork } from "../core/work.js";
import { keep } from "./kept.js";
import { get, leaveLink, sendWith, stopWaiting } from "./store.js";
import { receive } from "./tree_view.js";

/** @import { ExplorationsServer, TakeRequest } from "../core/payloads.js" */
/** @import { Exploration, ViewParts } from "../core/types.js" */

/** @typedef {{ busy: boolean, error: boolean, message: string }} Status what the server does, in a sentence */
/** What to explore. @typedef {{ sample?: string | null, uploads?: string[], names?: string[], run?: string | null }} Input */
/** How. @typedef {{ model: string, size: string, first: string, count: string }} Settings */

const PATIENCE = 40_000; // milliseconds; the server answers within 15 s, news or not
const LONG = 600_000; // milliseconds that a long clip's video may take

/** @type {Store<Status, "start" | "status">} */
export const status = new Store({ busy: false, error: false, message: "" });
/** @type {ExplorationsServer} */
let server = rpc({});
let turn = 0; // what was begun last; what an earlier one says is not heard any more
/** @type {string | null} */
let running = null;
/** @type {AbortController | null} */
let uploading = null;

/** @param {ViewParts} parts */
export function connect(parts) {
  server = rpc(parts.server);
  sendWith((_, detail) => showWindow(/** @type {any} */ (detail)));
}

/** @param {string} message @param {Partial<Status>} [more] */
export const say = (message, more = {}) => status.patch({ busy: false, error: false, message, ...more }, "status");
/** @param {unknown} error */
const fail = (error) => say(error instanceof Error ? error.message : String(error), { error: true });

/**
 * Explore something and follow it until it is done, cancelled or replaced.
 * @param {Input} input
 * @param {Settings} settings
 * @param {{ fit?: boolean, linked?: boolean, fitted?: (model: string) => void }} [options] `fit`: the server may take
 *   another model; `linked`: the address asks for it
 */
export async function start(input, settings, { fit = false, linked = false, fitted = () => {} } = {}) {
  const mine = ++turn;
  if (!linked) leaveLink();
  keep({ asked: { input, settings, fit } });
  say("Opening …", { busy: true });
  try {
    await followWork({
      begin: async () => {
        const begun = await server.explore({ ...settings, ...input, fit });
        if (mine !== turn) return begun.id;
        running = begun.id;
        fitted(begun.model);
        return begun.id;
      },
      progress: (id, seen) => server.progress({ id, seen }, { timeout: PATIENCE }),
      heard: (news) => {
        if (news.exploration) show(news.exploration, { input, settings });
        say(news.message, { busy: news.state === "busy", error: news.state === "failed" });
      },
      wanted: () => mine === turn,
    });
  } catch (error) {
    if (mine === turn) fail(error);
  }
  if (mine === turn) keep({ asked: null });
}

/** @param {Record<string, any>} exploration @param {{ input: Input, settings: Settings }} how */
function show(exploration, how) {
  receive(/** @type {Exploration} */ (exploration));
  keep({ shown: { id: exploration.id, sample: exploration.sample, ...how } });
}

/**
 * Send files and explore them.
 * @param {File[] | Promise<File[]>} chosen what was chosen, or what is still being read of a folder
 * @param {() => Settings} settings
 * @param {(input: Input, model: string) => void} taken
 */
export async function exploreFiles(chosen, settings, taken) {
  const mine = ++turn;
  uploading?.abort(new Error("replaced"));
  uploading = new AbortController();
  const { signal } = uploading;
  try {
    const files = await chosen;
    if (!files.length || mine !== turn) return;
    const progress = (/** @type {import("../core/upload.js").Progress} */ now) =>
      mine === turn && say(uploadWords(now), { busy: true });
    const sent = await uploadFiles(files, { signal, progress });
    if (mine !== turn) return;
    const input = { uploads: sent.map((file) => file.path), names: sent.map((file) => file.name) };
    await start(input, settings(), { fit: true, fitted: (model) => taken(input, model) });
  } catch (error) {
    if (mine === turn) fail(error);
  }
}

/** Take the last request back; what was explored before stays. */
export async function cancel() {
  turn += 1;
  uploading?.abort(new Error("cancelled"));
  keep({ asked: null });
  say("Cancelled; what was explored before stays.");
  if (running) await server.cancel({ id: running }).catch(() => {});
  running = null;
}

/** @param {{ window: number, id: string }} asked */
async function showWindow({ window, id }) {
  try {
    const { exploration } = await server.window({ window, id });
    if (get().exploration?.id === id) receive(/** @type {Exploration} */ (exploration));
  } catch (error) {
    stopWaiting();
    fail(error);
  }
}

/** Make a file of what is shown and save it. @param {TakeRequest["kind"]} kind */
export async function take(kind) {
  const { exploration, selection } = get();
  if (!exploration) return;
  try {
    const file = await server.take({ id: exploration.id, kind, merges: selection.merges }, { timeout: LONG });
    saveFile(file.url, file.name);
    if (!status.get().busy) say(`${file.name} is ready, ${(file.bytes / 1e6).toFixed(2)} MB.`);
  } catch (error) {
    fail(error);
  }
}

/** What the menu of models offers now. @returns {Promise<{ name: string, label: string }[]>} */
export const offeredModels = async () => (await server.models()).models;

/**
 * Show again what was explored before, by its id; false where it is not there any more, or not this browser's.
 * @param {string} id
 */
export async function reopen(id) {
  const mine = turn;
  try {
    const answer = await server.reopen({ id, window: 0 });
    if (mine !== turn) return true;
    receive(/** @type {Exploration} */ (answer.exploration));
    say(answer.message);
    return true;
  } catch {
    return false;
  }
}
