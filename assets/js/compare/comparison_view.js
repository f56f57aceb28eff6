// Compare for yourself: models of equal budgets are trained as jobs, their curves grow in one chart, their pictures stand
// below one another, and the table fills as they finish. Mounted by `ComparisonBoard` in `app/components/views.py`.

import { h, viewRoot } from "../core/dom.js";
import { messageOf } from "../core/format.js";
import { rpc } from "../core/rpc.js";
import { curves } from "../train/chart.js";
import { ended, TrainStore } from "../train/store.js";
import { error, stateLine } from "../train/words.js";
import { showTable } from "../ui/result_table.js";
import { paintOf } from "./colours.js";
import { exportButtons, exportTable } from "./exports.js";
import { emptyCard, formCard } from "./form.js";
import { verdictCards } from "./verdict.js";

/** @import { LiveComparisonsServer, Verdict } from "../core/payloads.js" */
/** @import { ResultTable, Run, RunNews, ViewParts } from "../core/types.js" */

/** A run of a comparison, and what it stands for. @typedef {{ run: string, model: string, label: string, seed: number }} Member */
/** A probe's pictures: one strip a row. @typedef {{ url: string, rows: number }} Sheet */

/** @param {ViewParts} parts */
export function mount(parts) {
  const root = viewRoot(parts.element);
  const setup = typeof parts.props.setup === "string" ? JSON.parse(parts.props.setup) : parts.props.setup;
  /** @type {LiveComparisonsServer} */
  const server = rpc(parts.server);
  const store = new ComparisonStore(server, root);
  const chart = curves(store, parts.props.plotly);
  const live = liveCard(store, chart);
  const verdict = h("div", { class: "imfn-verdict", id: "compare-live-verdict" });
  store.subscribe(() => drawVerdict(verdict, store));
  const empty = emptyCard();
  store.subscribe(() => {
    empty.hidden = !store.ready || store.number !== null;
  });
  root.replaceChildren(h("div", { class: "imfn-comparison" }, formCard(store, setup), empty, verdict, live));
  new ResizeObserver(() => root.clientWidth && store.soon()).observe(root);
  store.start();
  window.imfnComparison = store;
}

/** What the comparison that is looked at has found so far. @param {HTMLElement} box @param {ComparisonStore} store */
function drawVerdict(box, { number, verdict }) {
  const key = JSON.stringify([number, verdict]);
  if (box.dataset.key === key) return;
  box.dataset.key = key;
  box.replaceChildren(...(verdict ? verdictCards(verdict, `Comparison ${number}: who keeps the digits best?`) : []));
}

/** The runs of one comparison; a run is shown under its model's name and colour. */
class ComparisonStore extends TrainStore {
  number = /** @type {number | null} */ (null);
  numbers = /** @type {number[]} */ ([]);
  members = /** @type {Member[]} */ ([]);
  table = /** @type {ResultTable | null} */ (null);
  verdict = /** @type {Verdict | null} */ (null);

  /** @param {LiveComparisonsServer} server @param {HTMLElement} root */
  constructor(server, root) {
    super(server, root);
    this.look.metric = "mse"; // the tree's training loss counts its lower levels too
  }

  /** @override */
  shown() {
    return this.members.map((member) => member.run);
  }

  /** @param {string} run */
  member(run) {
    return this.members.find((member) => member.run === run);
  }

  /** @override @param {string} run */
  colour(run) {
    return paintOf(this.member(run)?.model ?? "");
  }

  /** @override */
  async refresh() {
    const follow = this.shown()
      .filter((id) => this.run(id) === null || this.behind(id))
      .map((run) => ({ run, cursor: this.history(run).cursor }));
    try {
      this.hear(await this.server.refresh({ number: this.number, follow }));
      this.trouble = null;
    } catch (problem) {
      this.trouble = messageOf(problem);
    }
    this.tell("refresh");
  }

  /**
   * @param {object} answer
   * @param {number[]} answer.numbers
   * @param {number | null} answer.number
   * @param {Member[]} answer.members
   * @param {Run[]} answer.runs
   * @param {Record<string, RunNews>} answer.status
   * @param {ResultTable | null} answer.table
   * @param {Verdict | null} answer.verdict
   */
  hear({ numbers, number, members, runs, status, table, verdict }) {
    Object.assign(this, { numbers, number, members, table, verdict, ready: true });
    const many = new Set(members.map((member) => member.seed)).size > 1;
    this.runs = runs.map((run) => ({
      ...run,
      name: `${this.member(run.id)?.label ?? run.name}${many ? `, seed ${this.member(run.id)?.seed}` : ""}`,
    }));
    this.chosen = members[0]?.run ?? null;
    for (const [id, found] of Object.entries(status)) this.append(this.history(id), found);
  }

  /** Show another comparison. @param {number} number */
  look_at(number) {
    this.number = number;
    this.runs = [];
    this.members = [];
    this.soon();
  }
}

/** @param {ComparisonStore} store @param {ReturnType<typeof curves>} chart */
function liveCard(store, chart) {
  const which = h("select", { id: "compare-which", "aria-label": "Comparison" });
  which.addEventListener("change", () => store.look_at(Number(which.value)));
  const stop = h("button", {
    type: "button",
    class: "imfn-button imfn-slim",
    id: "compare-stop-all",
    text: "Stop all",
    onclick: () =>
      store.tried(async () => {
        await store.server.stop_all({ number: store.number ?? 0 });
        store.soon();
      }),
  });
  const title = h(
    "div",
    { class: "imfn-card-head" },
    h(
      "div",
      { class: "imfn-head-words" },
      h("h2", { text: "Live" }),
      h("p", { text: "curves while they train, the table as they finish" }),
    ),
    h("label", { class: "imfn-select-pill" }, h("span", { text: "comparison" }), which),
    stop,
  );
  const list = h("ul", { class: "imfn-runs imfn-comparison-runs", id: "compare-runs" });
  const strips = h("div", { class: "imfn-probe", id: "compare-strips" });
  const table = h("div", { id: "compare-live-table" });
  const exports = exportButtons((kind) => store.tried(() => exportTable(store.server, kind, store.number)));
  const curve = h("div", { class: "imfn-comparison-curve" }, chart.tools, chart.box);
  const card = h(
    "section",
    { class: "imfn-panel", "aria-label": "Live comparison" },
    title,
    h("div", { class: "imfn-comparison-live" }, curve, list),
    strips,
    table,
    exports,
  );
  const pictures = stripPainter(store, strips);
  card.hidden = true;
  store.subscribe(() => {
    card.hidden = !store.number;
    if (!store.number) return;
    fillWhich(which, store);
    drawRuns(store, list);
    pictures();
    const key = JSON.stringify(store.table);
    if (table.dataset.key !== key) {
      table.dataset.key = key;
      if (store.table) showTable(table, store.table);
      else table.replaceChildren();
    }
    exports.hidden = !store.table;
    stop.hidden = store.runs.every((run) => ended(run) || run.state === "stopping");
  });
  return card;
}

/** @param {HTMLSelectElement} which @param {ComparisonStore} store */
function fillWhich(which, store) {
  const key = store.numbers.join();
  if (which.dataset.key !== key)
    which.replaceChildren(...store.numbers.map((n) => h("option", { value: n, text: String(n) })));
  which.dataset.key = key;
  which.value = String(store.number);
}

/** @param {ComparisonStore} store @param {HTMLElement} list */
function drawRuns(store, list) {
  const key = JSON.stringify(store.runs.map((run) => [run.id, run.state, stateLine(run)]));
  if (list.dataset.key === key) return;
  list.dataset.key = key;
  const rows = store.members.flatMap((member) => {
    const run = store.run(member.run);
    if (!run) return [];
    const style = `background:${store.colour(run.id)};border-color:transparent`;
    const swatch = h("span", { class: "imfn-swatch" }, h("i", { style }));
    const stop = h("button", {
      type: "button",
      class: "imfn-link",
      text: "stop",
      "aria-label": `Stop ${run.name}`,
      hidden: ended(run) || run.state === "stopping",
      onclick: () =>
        store.tried(async () => {
          await store.server.stop_run({ run: run.id });
          store.soon();
        }),
    });
    const words = run.state === "failed" ? run.sentence : stateLine(run);
    return h(
      "li",
      { class: `imfn-run imfn-run-${run.state}`, "data-model": member.model, "data-state": run.state },
      swatch,
      h("span", { class: "imfn-run-name" }, h("b", { text: run.name }), h("span", { text: words })),
      stop,
    );
  });
  list.replaceChildren(...rows);
}

/** Draws the strips anew when it is called, one drawing at a time. @param {ComparisonStore} store @param {HTMLElement} box */
function stripPainter(store, box) {
  const sheets = /** @type {Map<string, Sheet>} */ (new Map());
  let busy = false;
  return async () => {
    if (busy) return;
    busy = true;
    await drawStrips(store, box, sheets).catch(() => {}); // the next refresh tries again
    busy = false;
  };
}

/**
 * The same window as every model gives it back at its last look, the source on top.
 * @param {ComparisonStore} store
 * @param {HTMLElement} box
 * @param {Map<string, Sheet>} sheets those fetched so far, by run and step
 */
async function drawStrips(store, box, sheets) {
  const rows = [];
  for (const member of store.members.filter((each) => each.seed === 0)) {
    const total = store.history(member.run).sheets.at(-1);
    const run = store.run(member.run);
    if (total === undefined || !run) continue;
    const key = `${member.run} ${total}`;
    /** @type {Sheet} */
    const sheet = sheets.get(key) ?? (await store.server.sheet({ run: member.run, total }));
    sheets.set(key, sheet);
    if (!rows.length) rows.push(strip("source", sheet, 0, "MSE"));
    const last = [...store.history(member.run).rows].reverse().find((row) => row.total === total && row.values.mse);
    rows.push(strip(member.label, sheet, sheet.rows - 1, last ? error(last.values.mse.at(-1)) : ""));
  }
  const key = rows.map((row) => row.dataset.key).join();
  if (box.dataset.key !== key) box.replaceChildren(...rows);
  box.dataset.key = key;
}

/** @param {string} name @param {Sheet} sheet @param {number} index of its row @param {string} value */
function strip(name, { url, rows }, index, value) {
  const picture = h("div", { class: "imfn-probe-strip", role: "img", "aria-label": `${name}: what it gives back` });
  picture.style.cssText = `background-image:url(${url});background-size:100% ${rows * 100}%;background-position:0 ${rows < 2 ? 0 : (100 * index) / (rows - 1)}%`;
  return h(
    "div",
    { class: "imfn-probe-row imfn-comparison-strip", "data-key": `${name} ${index} ${url.length} ${value}` },
    h("span", { text: name }),
    picture,
    h("span", { class: "imfn-probe-error", text: value }),
  );
}
