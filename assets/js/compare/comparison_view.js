// Compare for yourself: models of equal budgets are trained as jobs, their curves grow in one chart, their pictures stand
// below one another, and the table fills as they finish. Mounted by `ContestBoard` in `app/components/views.py`.

import { h, palette } from "../core/dom.js";
import { curves } from "../train/chart.js";
import { ended, TrainStore } from "../train/store.js";
import { Wire } from "../train/wire.js";
import { error, percent, stateLine } from "../train/words.js";
import { showTable } from "../ui/result_table.js";

const COLOURS = {
  imfn: "teal",
  transformer: "#7a6ff0",
  mamba: "#c2548f",
  gru: "#c79a1c",
  frame: "#3b82c4",
  linear: "#6d9a5b",
  mean: "muted",
};
const ALWAYS = ["linear", "mean"];
const ENDINGS = { csv: "csv", json: "json", latex: "tex", markdown: "md" };

export function mount(parts) {
  const root = parts.element.querySelector(".imfn-root") || parts.element;
  const setup = typeof parts.props.setup === "string" ? JSON.parse(parts.props.setup) : parts.props.setup;
  const store = new ContestStore(new Wire(parts), root);
  const chart = curves(store, parts.props.plotly);
  const live = liveCard(store, chart);
  root.replaceChildren(h("div", { class: "imfn-contest" }, formCard(store, setup), live));
  new ResizeObserver(() => root.clientWidth && store.soon()).observe(root);
  store.start();
  window.imfnContest = store;
}

/** The runs of one contest; a run is shown under its model's name and colour. */
class ContestStore extends TrainStore {
  constructor(wire, root) {
    super(wire, root);
    Object.assign(this, { number: null, numbers: [], members: [], table: null });
    this.look.metric = "mse"; // the tree's training loss counts its lower levels too
  }

  shown() {
    return this.members.map((member) => member.run);
  }

  member(run) {
    return this.members.find((member) => member.run === run);
  }

  colour(run, colours) {
    const colour = COLOURS[this.member(run)?.model] || "muted";
    return colours[colour] || colour;
  }

  async refresh() {
    const follow = this.shown()
      .filter((id) => this.run(id) === null || this.behind(id))
      .map((run) => ({ run, cursor: this.history(run).cursor }));
    try {
      this.hear(await this.wire.ask("refresh", { number: this.number, follow }));
      this.trouble = null;
    } catch (problem) {
      this.trouble = problem.message;
    }
    this.tell("refresh");
  }

  hear({ numbers, number, members, runs, status, table }) {
    Object.assign(this, { numbers, number, members, table, ready: true });
    const many = new Set(members.map((member) => member.seed)).size > 1;
    this.runs = runs.map((run) => ({
      ...run,
      name: `${this.member(run.id)?.label ?? run.name}${many ? `, seed ${this.member(run.id)?.seed}` : ""}`,
    }));
    this.chosen = members[0]?.run ?? null;
    for (const [id, found] of Object.entries(status)) this.append(this.history(id), found);
  }

  look_at(number) {
    this.number = number;
    this.runs = [];
    this.members = [];
    this.soon();
  }
}

function formCard(store, setup) {
  const chosen = new Set(["imfn", "transformer", "frame"]);
  const pills = setup.models.map(({ key, label }) => {
    const fixed = ALWAYS.includes(key);
    const pill = h("button", {
      type: "button",
      class: "imfn-pill imfn-small",
      "data-model": key,
      "aria-pressed": String(fixed || chosen.has(key)),
      disabled: fixed,
      title: fixed ? "Always on the table" : "Take part",
      text: label,
    });
    pill.addEventListener("click", () => {
      chosen[chosen.has(key) ? "delete" : "add"](key);
      pill.setAttribute("aria-pressed", chosen.has(key));
    });
    return pill;
  });
  const leaves = h(
    "select",
    { id: "compare-leaves", "aria-label": "T" },
    ...Object.entries(setup.sizes).map(([t, d]) => h("option", { value: t, text: `T = ${t}, d = ${d}` })),
  );
  leaves.value = 32;
  const steps = h("input", {
    type: "text",
    id: "compare-steps",
    inputmode: "numeric",
    value: "200",
    "aria-label": "Steps",
  });
  const seeds = h(
    "select",
    { id: "compare-seeds", "aria-label": "Seeds" },
    ...[1, 2, 3, 5].map((n) => h("option", { value: n, text: String(n) })),
  );
  const trouble = h("p", { class: "imfn-problem", role: "alert" });
  const begin = h("button", { type: "button", class: "imfn-primary", id: "compare-start", text: "Start" });
  begin.addEventListener("click", async () => {
    begin.disabled = true;
    trouble.textContent = "";
    try {
      const { number } = await store.wire.ask("start", {
        models: [...chosen],
        leaves: Number(leaves.value),
        steps: Number(steps.value) || 0,
        seeds: Number(seeds.value),
      });
      store.look_at(number);
    } catch (problem) {
      trouble.textContent = problem.message;
    }
    begin.disabled = false;
  });
  const head = h(
    "div",
    { class: "imfn-card-head" },
    h(
      "div",
      { class: "imfn-head-words" },
      h("h2", { text: "Compare for yourself" }),
      h("p", { text: "the same digits, steps, batches and floats for everything; 8 floats an image" }),
    ),
  );
  const field = (label, input) => h("label", { class: "imfn-select-pill" }, h("span", { text: label }), input);
  const row = h(
    "div",
    { class: "imfn-contest-form" },
    ...pills,
    h("span", { class: "imfn-space" }),
    field("size", leaves),
    field("steps", steps),
    field("seeds", seeds),
    begin,
  );
  return h("section", { class: "imfn-panel", "aria-label": "Compare for yourself" }, head, row, trouble);
}

function liveCard(store, chart) {
  const which = h("select", { id: "compare-which", "aria-label": "Comparison" });
  which.addEventListener("change", () => store.look_at(Number(which.value)));
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
  );
  const list = h("ul", { class: "imfn-runs imfn-contest-runs", id: "compare-runs" });
  const strips = h("div", { class: "imfn-probe", id: "compare-strips" });
  const table = h("div", { id: "compare-live-table" });
  const exports = h(
    "div",
    { class: "imfn-exports" },
    ...Object.keys(ENDINGS).map((kind) =>
      h("button", {
        type: "button",
        class: "imfn-button imfn-slim",
        "data-kind": kind,
        text: kind === "latex" ? "LaTeX" : kind.toUpperCase().replace("MARKDOWN", "Markdown"),
        onclick: () => take(store, kind),
      }),
    ),
  );
  const curve = h("div", { class: "imfn-contest-curve" }, chart.tools, chart.box);
  const card = h(
    "section",
    { class: "imfn-panel", "aria-label": "Live comparison" },
    title,
    h("div", { class: "imfn-contest-live" }, curve, list),
    strips,
    table,
    exports,
  );
  const sheets = new Map();
  card.hidden = true;
  store.subscribe(() => {
    card.hidden = !store.number;
    if (!store.number) return;
    fillWhich(which, store);
    drawRuns(store, list);
    drawStrips(store, strips, sheets);
    const key = JSON.stringify(store.table);
    if (table.dataset.key !== key) {
      table.dataset.key = key;
      if (store.table) showTable(table, store.table);
      else table.replaceChildren();
    }
    exports.hidden = !store.table;
  });
  return card;
}

function fillWhich(which, store) {
  const key = store.numbers.join();
  if (which.dataset.key !== key)
    which.replaceChildren(...store.numbers.map((n) => h("option", { value: n, text: String(n) })));
  which.dataset.key = key;
  which.value = store.number;
}

function drawRuns(store, list) {
  const key = JSON.stringify(store.runs.map((run) => [run.id, run.state, percent(run.progress)]));
  if (list.dataset.key === key) return;
  list.dataset.key = key;
  const colours = palette();
  const rows = store.members.map((member) => {
    const run = store.run(member.run);
    if (!run) return null;
    const swatch = h("span", { class: "imfn-swatch" }, h("i"));
    swatch.firstChild.style.cssText = `background:${store.colour(run.id, colours)};border-color:transparent`;
    const stop = h("button", {
      type: "button",
      class: "imfn-link",
      text: "stop",
      "aria-label": `Stop ${run.name}`,
      hidden: ended(run) || run.state === "stopping",
      onclick: () =>
        store.wire
          .ask("stop", { run: run.id })
          .then(() => store.soon())
          .catch((problem) => {
            store.trouble = problem.message;
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
  list.replaceChildren(...rows.filter(Boolean));
}

/** The same window as every model gives it back at its last look, the source on top. */
async function drawStrips(store, box, sheets) {
  if (box.busy) return;
  box.busy = true;
  try {
    const rows = [];
    for (const member of store.members.filter((each) => each.seed === 0)) {
      const total = store.history(member.run).sheets.at(-1);
      const run = store.run(member.run);
      if (total === undefined || !run) continue;
      const key = `${member.run} ${total}`;
      if (!sheets.has(key)) sheets.set(key, await store.wire.ask("sheet", { run: member.run, total }));
      const sheet = sheets.get(key);
      if (!rows.length) rows.push(strip("source", sheet, 0, "MSE"));
      const last = [...store.history(member.run).rows].reverse().find((row) => row.total === total && row.values.mse);
      rows.push(strip(member.label, sheet, sheet.rows - 1, last ? error(last.values.mse.at(-1)) : ""));
    }
    const key = rows.map((row) => row.dataset.key).join();
    if (box.dataset.key !== key) box.replaceChildren(...rows);
    box.dataset.key = key;
  } catch {
    // the next refresh tries again
  }
  box.busy = false;
}

function strip(name, { url, rows }, index, value) {
  const picture = h("div", { class: "imfn-probe-strip", role: "img", "aria-label": `${name}: what it gives back` });
  picture.style.cssText = `background-image:url(${url});background-size:100% ${rows * 100}%;background-position:0 ${rows < 2 ? 0 : (100 * index) / (rows - 1)}%`;
  return h(
    "div",
    { class: "imfn-probe-row imfn-contest-strip", "data-key": `${name} ${index} ${url.length} ${value}` },
    h("span", { text: name }),
    picture,
    h("span", { class: "imfn-probe-error", text: value }),
  );
}

async function take(store, kind) {
  const { text } = await store.wire.ask("export", { number: store.number, kind });
  const link = h("a", {
    href: URL.createObjectURL(new Blob([text], { type: "text/plain" })),
    download: `comparison-${store.number}.${ENDINGS[kind]}`,
  });
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 5000);
}
