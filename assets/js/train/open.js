// Opens a finished run in Explore with the bundled model beside it: A is the model, B the run. Called by `train/view.js`.

import { status } from "../explore/server.js";
import { chooseA, chooseB } from "../explore/side_store.js";
import { get } from "../explore/store.js";

/** @import { Side } from "../explore/sides.js" */

let asked = 0; // what was asked for last

/** Once the exploration that is about to begin is whole, lay its root over a model's. @param {Side} side */
export function besideWhenExplored(side) {
  const mine = ++asked;
  const before = get().exploration?.id;
  let began = false;
  const waiting = { isConnected: true };
  status.subscribe(waiting, ({ busy, error }) => {
    if (mine !== asked) waiting.isConnected = false;
    if (!waiting.isConnected) return;
    began ||= busy;
    if (!began || busy) return;
    waiting.isConnected = false;
    const e = get().exploration;
    if (error || !e || e.id === before) return;
    chooseB({ model: null, merges: side.merges });
    chooseA(side);
  });
}
