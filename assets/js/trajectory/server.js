// What the Trajectory tab asks its server, and where that stands: busy or not, and the sentence of the status line.
// Answers come from `app/sessions/trajectories.py`. `trajectory/controls.js` connects it.

import { losses } from "../core/connection.js";
import { saveFile } from "../core/download.js";
import { rpc } from "../core/rpc.js";
import { Store } from "../core/store.js";
import { followWork } from "../core/work.js";
import { get as explored } from "../explore/store.js";
import { get, travel } from "./store.js";

/** @import { TakeTrajectoryRequest, TrajectoriesServer } from "../core/payloads.js" */
/** @import { Trajectory, ViewParts } from "../core/types.js" */
/** @import { Settings } from "./settings.js" */

/** @typedef {{ busy: boolean, error: boolean, message: string }} Status what the server does, in a sentence */

const PATIENCE = 40_000; // milliseconds; the server answers within 15 s, news or not
const LONG = 120_000; // milliseconds that a file may take

/** @type {Store<Status, "start" | "status">} */
export const status = new Store({ busy: false, error: false, message: "" });
/** @type {TrajectoriesServer} */
let server = rpc({});
let turn = 0; // what was begun last; what an earlier one says is not heard any more
/** @type {string | null} */
let running = null;
let since = 0; // losses of the connection when what is shown was made: after another one the server has forgotten it

/** @param {ViewParts} parts */
export function connect(parts) {
  server = rpc(parts.server);
}

/** Whether anything was asked for since the page was opened. */
export const begun = () => turn > 0;

/** @param {string} message @param {Partial<Status>} [more] */
const say = (message, more = {}) => status.patch({ busy: false, error: false, message, ...more }, "status");
/** Say what is waited for before anything is asked. @param {string} message */
export const waitFor = (message) => say(message, { busy: true });
/** Say why something is not even asked. @param {string} message */
export const refuse = (message) => say(message, { error: true });
/** @param {unknown} error */
const fail = (error) => say(error instanceof Error ? error.message : String(error), { error: true });

/**
 * Follow a sample or the explored clip until UMAP is there, or something else is followed.
 * @param {string} chosen
 * @param {Settings} settings
 */
export async function follow(chosen, settings) {
  const mine = ++turn;
  say("Following the memory …", { busy: true });
  try {
    await followWork({
      begin: async () => {
        since = losses();
        const exploration = chosen === "explored" ? (explored().exploration?.id ?? null) : null;
        const { id } = await server.follow({ chosen, exploration, settings });
        if (mine === turn) running = id;
        else server.cancel({ id }).catch(() => {}); // taken back before it had a name
        return id;
      },
      progress: (id, seen) => server.progress({ id, seen }, { timeout: PATIENCE }),
      heard: (news) => {
        if (news.trajectory) travel(/** @type {Trajectory} */ (news.trajectory));
        say(news.message, { busy: news.state === "busy", error: news.state === "failed" });
      },
      wanted: () => mine === turn,
    });
  } catch (error) {
    if (mine === turn) fail(error);
  }
}

/** Take the last request back; what there is to see of it stays, and says that it is not whole. */
export async function cancel() {
  turn += 1;
  const { trip } = get();
  if (trip && !(trip.memories && trip.pictures.umap)) travel({ ...trip, stopped: true });
  say("Cancelled; choose a sequence to follow another one, or the same one again.");
  if (running) await server.cancel({ id: running }).catch(() => {});
  running = null;
}

/** Make a file of what is shown and save it. @param {TakeTrajectoryRequest["kind"]} kind */
export async function take(kind) {
  const { trip } = get();
  if (!trip) return fail("Choose a sequence first; then its states can be taken away.");
  try {
    const file = await taken(trip, kind);
    saveFile(file.url, file.name);
    if (!status.get().busy) say(`${file.name} is ready, ${(file.bytes / 1e6).toFixed(2)} MB.`);
  } catch (error) {
    fail(error);
  }
}

/** The file; what a server that was started anew does not know any more is followed again first. @param {Trajectory} trip @param {TakeTrajectoryRequest["kind"]} kind */
async function taken(trip, kind) {
  const ask = (/** @type {string} */ id) => server.take({ id, kind }, { timeout: LONG });
  try {
    return await ask(trip.id);
  } catch (error) {
    if (losses() === since) throw error;
    if (trip.settings) await follow(trip.chosen, trip.settings);
    return ask(get().trip?.id ?? trip.id);
  }
}
