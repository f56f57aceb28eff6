// What the Explore tab asks its server, and where that stands: busy or not, and the sentence of the status line. Answers
// come from `app/sessions/explorations.py`. `explore/controls.js` connects it; other tabs call `start`.

import { saveFile } from "../core/download.js";
import { rpc } from "../core/rpc.js";
import { Store } from "../core/store.js";
import { uploadFiles, uploadWords } from "../core/upload.js";
import { followWork } from "../core/work.js";
import { loadAll } from "../ui/sheets.js";
import { keep } from "./kept.js";
import { remember } from "./recent.js";
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
/** @type {Promise<unknown>} */
let asking = Promise.resolve(); // one exploration is begun after the other, so that the last one is the server's last too
let showed = (/** @type {{ input: Input, settings: Settings }} */ _how) => {};

/** Whom to tell what led to another exploration, once it is shown. @param {typeof showed} heard */
export function whenShown(heard) {
  showed = heard;
}

/** @param {ViewParts} parts */
export function connect(parts) {
  server = rpc(parts.server);
  sendWith((event, detail) => (event === "ahead" ? fetchAhead : showWindow)(/** @type {any} */ (detail)));
}

/** @param {string} message @param {Partial<Status>} [more] */
export const say = (message, more = {}) => status.patch({ busy: false, error: false, message, ...more }, "status");
/** @param {unknown} error */
const fail = (error) => say(error instanceof Error ? error.message : String(error), { error: true });

/**
 * Explore something and follow it until it is done, cancelled or replaced.
 * @param {Input} input
 * @param {Settings} settings
 * @param {{ fit?: boolean, linked?: boolean }} [options] `fit`: the server may take another model; `linked`: the
 *   address asks for it
 */
export async function start(input, settings, { fit = false, linked = false } = {}) {
  const mine = ++turn;
  uploading?.abort(new Error("replaced"));
  if (!linked) leaveLink();
  keep({ asked: { input, settings, fit } });
  say("Opening …", { busy: true });
  let model = settings.model;
  try {
    await followWork({
      begin: async () => {
        const ask = asking.then(() => (mine === turn ? server.explore({ ...settings, ...input, fit }) : null));
        asking = ask.catch(() => null);
        const begun = await ask;
        if (!begun) return "";
        if (mine !== turn) {
          server.cancel({ id: begun.id }).catch(() => {}); // it was taken back before it had an id
          return begun.id;
        }
        running = begun.id;
        model = begun.model;
        return begun.id;
      },
      progress: (id, seen) => server.progress({ id, seen }, { timeout: PATIENCE }),
      heard: (news) => {
        if (news.exploration) show(news.exploration, { input, settings: { ...settings, model } });
        say(news.message, { busy: news.state === "busy", error: news.state === "failed" });
        const { exploration } = get();
        if (news.state === "done" && exploration)
          remember({ name: exploration.name, input, settings: { ...settings, model } });
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
  const now = get().exploration;
  keep({ shown: { id: exploration.id, sample: exploration.sample, ...how } });
  // a clip that grows is told with its first window; whoever looks at another one stays there
  const window = now && now.id === exploration.id ? now.window : exploration.window;
  receive(/** @type {Exploration} */ ({ ...exploration, window }));
  if (now?.id !== exploration.id) showed(how);
  const { waiting } = get();
  if (waiting !== null && waiting < exploration.explored) showWindow({ window: waiting, id: exploration.id });
}

/**
 * Send files and explore them.
 * @param {File[] | Promise<File[]>} chosen what was chosen, or what is still being read of a folder
 * @param {Settings} settings
 */
export async function exploreFiles(chosen, settings) {
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
    uploading = null;
    await start(input, settings, { fit: true });
  } catch (error) {
    if (mine === turn) fail(error);
  }
}

/** Take the last request back; what was explored before stays. */
export async function cancel() {
  turn += 1;
  uploading?.abort(new Error("cancelled"));
  keep({ asked: null });
  const e = get().exploration;
  const part = e && e.explored < e.windows;
  say(
    part
      ? `Cancelled after window ${e.explored} of ${e.windows}; press Apply for all of them.`
      : "Cancelled; what was explored before stays.",
  );
  if (running) await server.cancel({ id: running }).catch(() => {});
  running = null;
}

/** A window of an exploration of this browser's. @param {string} id @param {number} window */
export async function windowOf(id, window) {
  return /** @type {Exploration} */ ((await server.window({ window, id })).exploration);
}

/** Have a window's sheets in the browser's cache; whoever asks for the window finds them there. @param {{ window: number, id: string }} asked */
async function fetchAhead({ window, id }) {
  try {
    loadAll(await windowOf(id, window), () => {});
  } catch {
    // it is asked for again when it is shown
  }
}

/** @param {{ window: number, id: string }} asked */
async function showWindow({ window, id }) {
  const explored = get().exploration?.explored ?? 0;
  if (window >= explored) {
    if (status.get().busy) return; // it is shown when it is there
    stopWaiting();
    return say(`Window ${window + 1} was not explored; press Apply for all of them.`, { error: true });
  }
  try {
    const exploration = await windowOf(id, window);
    if (get().exploration?.id === id) receive(exploration);
  } catch (error) {
    stopWaiting();
    fail(error);
  }
}

/**
 * Make a file of what is shown and save it.
 * @param {TakeRequest["kind"]} kind
 * @param {string} [precision] of a memory's floats
 */
export async function take(kind, precision = "float32") {
  const { exploration, selection } = get();
  if (!exploration) return;
  try {
    const frame = exploration.window.first + selection.frame;
    const asked = { id: exploration.id, kind, merges: selection.merges, precision, frame };
    const file = await server.take(asked, { timeout: LONG });
    saveFile(file.url, file.name);
    if (!status.get().busy) say(`${file.name} is ready, ${(file.bytes / 1e6).toFixed(2)} MB.`);
  } catch (error) {
    fail(error);
  }
}

/**
 * What a memory of the selected level takes and loses at every precision.
 * @param {string} id @param {number} merges @param {number} window
 */
export const storageCosts = async (id, merges, window) => (await server.storage({ id, merges, window })).costs;

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
