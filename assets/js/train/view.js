// The Train tab: runs on the left, the chosen one in the middle, what it costs and says on the right.
// Mounted by `TrainBoard` in `app/components/views.py` on #train-board.

import { h, viewRoot } from "../core/dom.js";
import { rpc } from "../core/rpc.js";
import { behindBones } from "../ui/skeleton.js";
import { curves } from "./chart.js";
import { aside, detail } from "./detail.js";
import { newRun } from "./form.js";
import { probe } from "./probe.js";
import { runList } from "./runs.js";
import { TrainStore } from "./store.js";

/** @import { TrainingsServer } from "../core/payloads.js" */

/** @import { Run, ViewParts } from "../core/types.js" */

/** @param {ViewParts} parts */
export function mount(parts) {
  const root = viewRoot(parts.element);
  const setup = typeof parts.props.setup === "string" ? JSON.parse(parts.props.setup) : parts.props.setup;
  /** @type {TrainingsServer} */
  const server = rpc(parts.server);
  const store = new TrainStore(server, root);
  /** @param {Run} run */
  const open = (run) =>
    store.tried(async () => {
      const detail = await server.open_run({ run: run.id });
      dispatchEvent(new CustomEvent("imfn-open", { detail })); // `explore/controls.js` opens it
    });
  const form = newRun(store, setup);
  const middle = h(
    "div",
    { class: "imfn-train-middle" },
    form.card,
    ...detail(store, curves(store, parts.props.plotly), open, setup.presets),
    probe(store),
  );
  const side = h("div", { class: "imfn-train-side" }, form.cost, ...aside(store));
  const board = h("div", { class: "imfn-train" }, h("div", { class: "imfn-train-runs" }, runList(store)), middle, side);
  const wait = behindBones(root, board);
  const look = () => {
    wait(!store.ready);
    board.classList.toggle("imfn-train-first", !store.run() && !store.making);
  };
  store.subscribe(look);
  look();
  new ResizeObserver(() => root.clientWidth && store.soon()).observe(root);
  store.start();
  window.imfnTrain = store;
}
