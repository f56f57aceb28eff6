// What the Trajectory tab asks its server, and where that stands: busy or not, and the sentence of the status line.
// Answers come from `app/sessions/trajectories.py`. `trajectory/controls.js` connects it.

import { saveFile } from "../core/download.js";
import { rpc } from "../core/rpc.js";
import { Store } from "../core/store.js";
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

/** @param {ViewParts} parts */
export function connect(parts) {
  server = rpc(parts.server);
}

/** Whether anything was asked for since the page was opened. */
export const begun = () => turn > 0;

/** @param {string} message @param {Partial<Status>} [more] */
const say = (message, more = {}) => status.patch({ busy: false, error: false, message, ...more }, "status");
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
    const { id } = await server.follow({ chosen, settings });
    for (let seen = 0, busy = true; busy && mine === turn; ) {
      const news = await server.progress({ id, seen }, { timeout: PATIENCE });
      if (mine !== turn) return;
      seen = news.seen;
      busy = news.state === "busy";
      if (news.trajectory) travel(/** @type {Trajectory} */ (news.trajectory));
      say(news.message, { busy, error: news.state === "failed" });
    }
  } catch (error) {
    if (mine === turn) fail(error);
  }
}

/** Make a file of what is shown and save it. @param {TakeTrajectoryRequest["kind"]} kind */
export async function take(kind) {
  const { trip } = get();
  if (!trip) return fail("Choose a sequence first; then its states can be taken away.");
  try {
    const file = await server.take({ id: trip.id, kind }, { timeout: LONG });
    saveFile(file.url, file.name);
    if (!status.get().busy) say(`${file.name} is ready, ${(file.bytes / 1e6).toFixed(2)} MB.`);
  } catch (error) {
    fail(error);
  }
}
