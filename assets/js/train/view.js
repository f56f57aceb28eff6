// The Train tab: runs on the left, the chosen one in the middle, what it costs and says on the right.
// Mounted by `TrainBoard` in `app/components/views.py` on #train-board.

import { h } from "../core/dom.js";
import { behindBones } from "../ui/skeleton.js";
import { curves } from "./chart.js";
import { aside, detail } from "./detail.js";
import { newRun } from "./form.js";
import { probe } from "./probe.js";
import { runList } from "./runs.js";
import { TrainStore } from "./store.js";
import { Wire } from "./wire.js";

export function mount(parts) {
  const root = parts.element.querySelector(".imfn-root") || parts.element;
  const setup = typeof parts.props.setup === "string" ? JSON.parse(parts.props.setup) : parts.props.setup;
  const store = new TrainStore(new Wire(parts), root);
  const open = (run) =>
    store.wire
      .ask("explore", { run: run.id }, "open_run")
      .then(({ model, sample }) => dispatchEvent(new CustomEvent("imfn-open", { detail: { model, sample } })))
      .catch((error) => {
        store.trouble = error.message;
        store.tell("refresh");
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
  store.filesChanged = () => store.wire.ask("files").then(({ names, sentence }) => store.uploaded(names, sentence));
  new ResizeObserver(() => root.clientWidth && store.soon()).observe(root);
  store.start();
  window.imfnTrain = store;
}
