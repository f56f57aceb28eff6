// The chosen run: where it stands, whether it was worth it, what can be done with it, and beside it its levels, facts and log.
// Built by `train/view.js`.

import { h } from "../core/dom.js";
import { saveFile } from "../core/download.js";
import { term, withTerms } from "../ui/term.js";
import { ended } from "./store.js";
import { asksRooms, bytes, duration, error, million, stateLine } from "./words.js";
import { remaining, worth } from "./worth.js";

/** @import { Run } from "../core/types.js" */
/** @import { SameClip } from "../core/payloads.js" */
/** @import { Change, TrainStore } from "./store.js" */

/** Opens a run's model in Explore. @typedef {(run: Run) => unknown} Open */
/** @typedef {ReturnType<typeof parts>} View */

/** What a run makes, in words. @type {Record<string, string>} */
const KINDS = { teacher: "a tree of memories", student: "a student of a tree", baseline: "a baseline" };
const EXPORT = 300_000; // milliseconds that zipping a run may take

/** @type {{ key: string, text: string, id: string, when: (run: Run, clip: SameClip | null) => unknown }[]} */
const ACTIONS = [
  {
    key: "compare",
    text: "Compare",
    id: "train-compare",
    when: (run, clip) => clip && run.checkpoint,
  },
  { key: "stop", text: "Stop and keep", id: "train-stop", when: (run) => ["running", "queued"].includes(run.state) },
  {
    key: "resume",
    text: "Resume",
    id: "train-resume",
    when: (run) => ["stopped", "interrupted", "failed"].includes(run.state),
  },
  {
    key: "explore",
    text: "Open in Explore",
    id: "train-explore",
    when: (run) => run.checkpoint && run.kind === "teacher" && !asksRooms(run),
  },
  { key: "predict", text: "Open in Predict", id: "train-predict", when: (run) => run.checkpoint && asksRooms(run) },
  { key: "clone", text: "Clone with changes", id: "train-clone", when: () => true },
  { key: "export", text: "Download", id: "train-export", when: (run) => ended(run) },
  { key: "delete", text: "Delete", id: "train-delete", when: (run) => ended(run) || run.state === "queued" },
];

/** @param {TrainStore} store @param {Open} open @param {Open} compare */
const parts = (store, open, compare) => ({
  store,
  open,
  compare,
  title: h("h2", {
    class: "imfn-run-title",
    contenteditable: "plaintext-only",
    spellcheck: "false",
    title: "Click to rename",
  }),
  words: h("p"),
  bar: h("div", {
    class: "imfn-progress",
    role: "progressbar",
    "aria-label": "Progress",
    "aria-valuemin": 0,
    "aria-valuemax": 100,
  }),
  done: h("i"),
  buttons: h("div", { class: "imfn-run-actions" }),
  sentence: h("p", { class: "imfn-status" }),
  worth: h("p", { class: "imfn-worth", id: "train-worth", hidden: true }),
  rate: h("input", {
    type: "text",
    inputmode: "decimal",
    class: "imfn-resume-rate",
    placeholder: "same rate",
    maxlength: 20,
    "aria-label": "Rate to resume with",
    title: "the rate to resume with; empty for the same one",
    id: "train-resume-rate",
  }),
  note: h("input", {
    type: "text",
    class: "imfn-note",
    placeholder: "a note to yourself",
    maxlength: 300,
    "aria-label": "Note",
    id: "train-note",
  }),
  shown: "", // the run whose note is in the field
});

/**
 * The chosen run's card.
 * @param {TrainStore} store
 * @param {Open} open
 * @param {Open} compare
 */
export function detail(store, open, compare) {
  const view = parts(store, open, compare);
  view.bar.append(view.done);
  view.title.addEventListener("keydown", (event) => {
    if (event.key === "Enter" || event.key === "Escape") {
      event.preventDefault();
      if (event.key === "Escape") view.title.textContent = store.run()?.name ?? "";
      view.title.blur();
    }
  });
  view.title.addEventListener("blur", () => rename(view));
  view.note.addEventListener("change", () => {
    if (store.chosen) store.act("note", store.chosen, { text: view.note.value });
  });
  const head = h("div", { class: "imfn-card-head" }, h("div", { class: "imfn-head-words" }, view.title, view.words));
  const card = h(
    "section",
    { class: "imfn-panel imfn-run-card", "aria-label": "Run" },
    head,
    view.bar,
    view.sentence,
    view.worth,
    view.buttons,
    view.note,
  );
  store.subscribe((what) => {
    const run = store.making ? null : store.run();
    card.hidden = !run;
    if (run) draw(view, run, what);
  });
  return card;
}

/** @param {View} view @param {Run} run @param {Change} what */
function draw(view, run, what) {
  const { store } = view;
  if (document.activeElement !== view.title) view.title.textContent = run.name;
  if (document.activeElement !== view.note && (what === "chosen" || view.shown !== run.id))
    view.note.value = run.note || "";
  view.shown = run.id;
  view.words.textContent = wordsOf(store, run);
  const share = run.progress || remaining(run)?.share || 0;
  view.done.style.width = `${100 * share}%`;
  view.bar.setAttribute("aria-valuenow", String(Math.round(100 * share)));
  view.bar.classList.toggle("imfn-unknown", !share && run.state === "running");
  view.bar.dataset.state = run.state;
  const trouble = store.trouble || (["failed", "interrupted", "damaged"].includes(run.state) ? run.sentence : "");
  view.sentence.textContent = trouble || "";
  view.sentence.className = `imfn-status${trouble ? " error" : ""}`;
  view.sentence.hidden = !trouble;
  const { clip } = store.history();
  fillWorth(view.worth, clip);
  const wanted = ACTIONS.filter((action) => action.when(run, clip));
  const key = `${run.id} ${wanted.map((action) => action.key)}`;
  if (view.buttons.dataset.key === key) return;
  if (view.buttons.dataset.run !== run.id) view.rate.value = ""; // what is typed stays while the buttons change
  const typing = document.activeElement === view.rate;
  Object.assign(view.buttons.dataset, { key, run: run.id });
  view.buttons.replaceChildren(
    ...wanted.map(({ key: action, text, id }) =>
      h("button", {
        type: "button",
        class: action === "compare" ? "imfn-primary" : "imfn-button imfn-slim",
        id,
        text: action === "compare" && clip ? `Compare with ${clip.other}` : text,
        onclick: () => act(view, action),
      }),
    ),
  );
  view.buttons.querySelector("#train-resume")?.after(view.rate);
  if (typing && view.rate.isConnected) view.rate.focus();
}

/** The sentence at the end. @param {HTMLElement} line @param {SameClip | null} clip */
function fillWorth(line, clip) {
  line.hidden = !clip;
  if (!clip) return;
  const { here, other, more, of } = worth(clip);
  line.replaceChildren(
    h("b", { text: here }),
    `; ${other}`,
    ...(more ? [": ", h("b", { text: more })] : []),
    h("small", { text: of }),
  );
}

/** @param {TrainStore} store @param {Run} run */
function wordsOf(store, run) {
  const last = store.history().rows.at(-1);
  const parts = [stateLine(run)];
  if (run.steps) parts.push(`step ${run.total.toLocaleString("en")} / ${run.steps.toLocaleString("en")}`);
  if (run.state === "running" && last?.values.throughput)
    parts.push(`${Math.round(last.values.throughput).toLocaleString("en")} leaves/s`);
  const left = remaining(run);
  if (left) parts.push(left.words);
  if (run.silent !== null && run.silent > 15) parts.push(`silent for ${duration(run.silent)}`);
  return parts.join(" · ");
}

/** What a run is resumed with: another rate where one is typed; the server says what is wrong with it. @param {string} typed */
const resumed = (typed) => (typed ? { settings: { rate: Number.isNaN(Number(typed)) ? typed : Number(typed) } } : {});

/** @param {View} view @param {string} action */
async function act({ store, open, compare, rate }, action) {
  const run = store.run();
  if (!run) return;
  if (action === "clone") await clone(store, run);
  else if (action === "explore" || action === "predict") await open(run);
  else if (action === "compare") await compare(run);
  else if (action === "export") await download(store, run);
  else if (action === "resume") {
    if (await store.act(action, run.id, resumed(rate.value.trim()))) rate.value = "";
  } else await store.act(action, run.id);
}

/** @param {TrainStore} store @param {Run} run */
async function download(store, run) {
  await store.tried(async () => {
    const { url, name } = await store.server.export_run({ run: run.id }, { timeout: EXPORT });
    saveFile(url, name);
  });
}

/** @param {TrainStore} store @param {Run} run */
async function clone(store, run) {
  await store.tried(async () => {
    const { name, settings } = await store.server.clone({ run: run.id });
    store.fill(settings, { name, own: false, source: run.id });
  });
}

/** @param {View} view */
function rename({ store, title }) {
  const run = store.run();
  const name = title.textContent.trim();
  if (run && name && name !== run.name) store.act("rename", run.id, { text: name });
  else if (run) title.textContent = run.name;
}

/** Level by level, facts, log. @param {TrainStore} store */
export function aside(store) {
  const levels = panel("Level by level", "the [probe], at the last look");
  const facts = panel("Run");
  const log = panel("Log");
  const pre = h("pre", { class: "imfn-log", tabindex: 0, "aria-label": "Log" });
  log.body.append(pre);
  const body = h("tbody");
  levels.body.append(
    h(
      "table",
      { class: "imfn-levels" },
      h(
        "thead",
        {},
        h("tr", {}, ...["ratio", "MSE", "PSNR", "SSIM"].map((name) => h("th", { scope: "col" }, term(name)))),
      ),
      body,
    ),
  );
  store.subscribe(() => {
    const run = store.making ? null : store.run();
    facts.card.hidden = !run;
    log.card.hidden = !run || !(store.log || store.events?.length);
    levels.card.hidden = !run || !fillLevels(store, body);
    if (!run) return;
    fillFacts(facts.body, store, run);
    fillLog(pre, store);
  });
  return [levels.card, facts.card, log.card];
}

/** @param {string} title @param {string} [words] */
export function panel(title, words = "") {
  const body = h("div");
  const head = h(
    "div",
    { class: "imfn-card-head" },
    h("div", { class: "imfn-head-words" }, h("h2", { text: title }), words ? h("p", {}, ...withTerms(words)) : null),
  );
  return { card: h("section", { class: "imfn-panel", "aria-label": title, hidden: true }, head, body), body };
}

/** Whether there are figures by level. @param {TrainStore} store @param {HTMLElement} body */
function fillLevels(store, body) {
  const row = [...store.history().rows].reverse().find((each) => each.values.levels);
  if (!row) return false;
  const { mse = [], psnr = [], ssim = [] } = row.values; // an objective may measure none of them
  /** @type {string[]} */
  const levels = row.values.levels;
  /** @param {number | null | undefined} value @param {number} digits */
  const cell = (value, digits) =>
    h("td", { text: value === null || value === undefined ? "–" : value.toFixed(digits) });
  body.replaceChildren(
    ...levels
      .map((level, i) =>
        h(
          "tr",
          {},
          h("th", { scope: "row", text: level }),
          h("td", { text: error(mse[i]) }),
          cell(psnr[i], 1),
          cell(ssim[i], 3),
        ),
      )
      .filter((_, i) => levels[i] !== "1:1"),
  );
  return true;
}

/** @param {HTMLElement} body @param {TrainStore} store @param {Run} run */
function fillFacts(body, store, run) {
  const last = store.history().rows.at(-1)?.values || {};
  const pairs = [
    ["what", KINDS[run.kind] ?? run.kind],
    ["data", run.data],
    ["parameters", million(run.parameters)],
    ["device", run.device],
    ["trained for", duration(run.trained_seconds)],
    ["learning rate", last.rate ? last.rate.toExponential(1) : "–"],
    ["memory", last.memory ? bytes(last.memory * 1e6) : "–"],
  ];
  body.replaceChildren(
    h(
      "dl",
      { class: "imfn-facts" },
      ...pairs.flatMap(([name, value]) => [h("dt", { text: name }), h("dd", { text: String(value) })]),
    ),
  );
}

/** @param {HTMLElement} pre @param {TrainStore} store */
function fillLog(pre, store) {
  const events = (store.events || []).map(
    (event) => `${new Date(1000 * event.at).toLocaleTimeString("en-GB")} ${event.text || event.kind}`,
  );
  const text = [...events, ...(store.log ? ["", store.log] : [])].join("\n");
  if (pre.textContent === text) return;
  const atEnd = pre.scrollTop + pre.clientHeight >= pre.scrollHeight - 8;
  pre.textContent = text;
  if (atEnd) pre.scrollTop = pre.scrollHeight;
}
