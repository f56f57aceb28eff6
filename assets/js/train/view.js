// The Train tab: runs on the left, the chosen one in the middle, what it costs and says on the right.
// Mounted by `TrainBoard` in `app/components/views.py` on #train-board.

import { h, viewRoot } from "../core/dom.js";
import { rpc } from "../core/rpc.js";
import { write } from "../core/url.js";
import { showTab } from "../shell/tabs.js";
import { behindBones } from "../ui/skeleton.js";
import { beforeAfter } from "./before_after.js";
import { curveCard } from "./chart.js";
import { onLearn } from "./clip_button.js";
import { aside, detail } from "./detail.js";
import { differences } from "./differences.js";
import { newRun } from "./form.js";
import { besideWhenExplored } from "./open.js";
import { probe } from "./probe.js";
import { runList } from "./runs.js";
import { sheetsOf } from "./sheets.js";
import { TrainStore } from "./store.js";
import { asksRooms } from "./words.js";

/** @import { TrainingsServer } from "../core/payloads.js" */

/** @import { Run, ViewParts } from "../core/types.js" */

/** Show a memory on the Predict tab, which reads the address when it is opened for the first time. @param {string} run */
function openMemory(run) {
  write({ memory: run });
  showTab("predict");
  dispatchEvent(new CustomEvent("imfn-open-memory", { detail: run })); // `predict/view.js`, where it is there already
}

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
      if (asksRooms(run)) return openMemory(run.id);
      const detail = await server.open_run({ run: run.id });
      dispatchEvent(new CustomEvent("imfn-open", { detail })); // `explore/controls.js` opens it
    });
  /** @param {Run} run */
  const compare = (run) => {
    const { clip } = store.history(run.id);
    if (clip) besideWhenExplored({ model: clip.other, merges: clip.merges });
    return open(run);
  };
  const sheets = sheetsOf(store);
  const form = newRun(store, setup);
  const middle = h(
    "div",
    { class: "imfn-train-middle" },
    form.card,
    detail(store, open, compare),
    differences(store, setup.form),
    beforeAfter(store, sheets),
    curveCard(store, parts.props.plotly),
    probe(store, sheets),
  );
  const side = h("div", { class: "imfn-train-side" }, form.cost, ...aside(store));
  const board = h("div", { class: "imfn-train" }, h("div", { class: "imfn-train-runs" }, runList(store)), middle, side);
  const wait = behindBones(root, board);
  const look = () => {
    wait(!store.ready);
    board.classList.toggle("imfn-train-first", !store.runs.length);
    board.classList.toggle("imfn-train-making", store.making);
  };
  store.subscribe((what) => {
    look();
    // on a phone the form comes above the list, which stays where it is once the page is scrolled
    if (what === "make" && store.making && form.card.getBoundingClientRect().top < 0) form.card.scrollIntoView();
  });
  look();
  new ResizeObserver(() => root.clientWidth && store.soon()).observe(root);
  store.start();
  onLearn(() => store.learn());
  window.imfnTrain = store;
}
