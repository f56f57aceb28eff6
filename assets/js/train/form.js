// The form of a new run, made from what `engine.jobs.form()` says of every setting: presets first, the few settings that
// matter, all others folded away. Checked by Python as one types. Built by `train/view.js`.

import { h } from "../core/dom.js";
import { messageOf } from "../core/format.js";
import { chooseFiles, uploadFiles, uploadWords } from "../core/upload.js";
import { bytes, duration, million } from "./words.js";

/** @import { TrainStore } from "./store.js" */

/**
 * What Python says of a setting: see `form` in `engine/jobs/submission/forms.py`.
 * @typedef {object} Setting
 * @property {string} key
 * @property {string} name
 * @property {string} group
 * @property {"int" | "float" | "str" | "bool" | "ints"} type
 * @property {string} help
 * @property {string} unit
 * @property {number | null} low
 * @property {number | null} high
 * @property {(string | number)[]} choices
 * @property {[key: string, value: unknown] | null} when
 */
/** Values by key; "tree.leaves" is a key. @typedef {Record<string, any>} Settings */
/** Where one may start; `own` where files of the visitor's are needed. @typedef {{ key: string, title: string, about: string, own: boolean, settings: Settings }} Preset */
/** What settings are for: a run's name, whether it needs own files, the run they were taken from. @typedef {{ name: string, own?: boolean, source?: string | null }} About */
/** @typedef {{ presets: Preset[], form: Setting[], devices: string[] }} Setup */
/** What a run would take. @typedef {{ parameters: number, steps: number, memory: number, disk: number, seconds: number | null, basis?: string }} Estimate */
/** @typedef {HTMLInputElement | HTMLSelectElement} Input */
/** A labelled input, and where what is wrong with it stands. @typedef {{ box: HTMLElement, wrong: HTMLElement }} Field */
/** @typedef {ReturnType<typeof parts>} View */

const MAIN = ["data", "joint_steps", "local_steps", "batch", "rate", "seed", "tree.family", "tree.leaves"];
const START = 300_000; // milliseconds: files are looked at and copied, and the first estimate measures the machine
const WAIT = 200; // milliseconds after the last key

/** @param {TrainStore} store @param {Setup} setup */
const parts = (store, setup) => ({
  store,
  setup,
  settings: /** @type {Settings} */ ({}),
  fields: /** @type {Map<string, Field & { input: Input, row: Setting }>} */ (new Map()),
  own: /** @type {string[]} */ ([]), // where the files that were uploaded lie
  names: /** @type {string[]} */ ([]), // what the visitor calls them
  needs: false, // whether the preset is for own files
  source: /** @type {string | null} */ (null), // the run whose settings these are
  preset: /** @type {string | null} */ (null),
  asked: 0, // questions about the settings so far
  timer: 0,
  presets: h("div", { class: "imfn-presets", role: "radiogroup", "aria-label": "Start from" }),
  ...nameField(),
  device: h(
    "select",
    { id: "train-device", "aria-label": "Device" },
    ...setup.devices.map((device) => h("option", { value: device, text: device })),
  ),
  files: h("p", { class: "imfn-own" }),
  ownBox: h("div", { class: "imfn-own-box", hidden: true }),
  problem: h("p", { class: "imfn-problem", role: "alert" }),
  start: h("button", { type: "button", class: "imfn-primary", id: "train-start", text: "Start training" }),
  cost: costs(),
});

/** The field of the run's name. @returns {{ name: HTMLInputElement, named: Field }} */
function nameField() {
  const name = h("input", { type: "text", id: "train-name", maxlength: 80, "aria-label": "Name" });
  return { name, named: field("name", "what the run is called", name) };
}

/** The form's card, and the one beside it. @param {TrainStore} store @param {Setup} setup */
export function newRun(store, setup) {
  const view = parts(store, setup);
  view.presets.append(...setup.presets.map((preset) => presetButton(view, preset)));
  view.start.addEventListener("click", () => start(view));
  view.name.addEventListener("input", () => check(view));
  view.device.addEventListener("change", () => check(view));
  const upload = h("button", {
    type: "button",
    class: "imfn-button",
    text: "Choose videos or images",
    onclick: () => choosing(view),
  });
  view.ownBox.append(upload, view.files);
  const main = h(
    "div",
    { class: "imfn-fields" },
    view.named.box,
    ...(setup.devices.length > 1 ? [field("device", "where it is trained", view.device).box] : []),
    ...MAIN.map((key) => settingField(view, key)),
  );
  const rest = ["training", "tree"].map((group) =>
    h(
      "details",
      { class: "imfn-more" },
      h("summary", { text: group === "training" ? "All training settings" : "All settings of the memory" }),
      h(
        "div",
        { class: "imfn-fields" },
        ...setup.form
          .filter((row) => row.group === group && !MAIN.includes(row.key))
          .map((row) => settingField(view, row.key)),
      ),
    ),
  );
  const cancel = h("button", {
    type: "button",
    class: "imfn-button imfn-slim",
    text: "Cancel",
    onclick: () => store.make(false),
  });
  const head = h(
    "div",
    { class: "imfn-card-head" },
    h(
      "div",
      { class: "imfn-head-words" },
      h("h2", { text: "New run" }),
      h("p", { text: "it goes on when this page is closed" }),
    ),
  );
  const card = h(
    "section",
    { class: "imfn-panel imfn-form", "aria-label": "New run" },
    head,
    view.presets,
    view.ownBox,
    main,
    ...rest,
    view.problem,
    h("div", { class: "imfn-form-end" }, view.start, cancel),
  );
  store.subscribe((what) => {
    for (const each of [card, view.cost.card]) each.hidden = !store.making;
    const preset = setup.presets.find(({ key }) => key === view.preset);
    if (what === "make" && !view.source && preset) choose(view, preset);
    if (what === "chosen") view.source = null;
  });
  store.begin = (preset) => {
    choose(view, preset);
    store.make(true);
  };
  store.fill = (settings, about) => {
    fill(view, settings, about);
    store.make(true);
  };
  choose(view, setup.presets[0]);
  return { card, cost: view.cost.card };
}

/** @param {View} view @param {Preset} preset */
function presetButton(view, preset) {
  return h(
    "button",
    { type: "button", role: "radio", "data-preset": preset.key, onclick: () => choose(view, preset) },
    h("b", { text: preset.title }),
    h("span", { text: preset.about }),
  );
}

/** @param {View} view @param {Preset} preset */
function choose(view, preset) {
  view.preset = preset.key;
  fill(view, preset.settings, { name: freeName(view, preset.settings.name), own: preset.own });
}

/** The name, or the first of name-2, name-3 … that no run has. @param {View} view @param {string} name */
function freeName(view, name) {
  const taken = new Set(view.store.runs.map((run) => run.name));
  for (let n = 1; ; n++) {
    const free = n === 1 ? name : `${name}-${n}`;
    if (!taken.has(free)) return free;
  }
}

/** @param {View} view @param {Settings} settings @param {About} about */
function fill(view, settings, { name, own = false, source = null }) {
  Object.assign(view, { settings: { ...settings }, needs: own, source });
  for (const button of /** @type {NodeListOf<HTMLElement>} */ (view.presets.querySelectorAll("button")))
    button.setAttribute("aria-checked", String(button.dataset.preset === view.preset && !source));
  view.name.value = name;
  view.ownBox.hidden = !own;
  for (const [key, { input, row }] of view.fields) write(input, row, settings[key]);
  check(view);
}

/** @param {string} label @param {string} help @param {Input} input @returns {Field} */
function field(label, help, input) {
  const wrong = h("small", { class: "imfn-wrong" });
  return { box: h("label", { class: "imfn-field", title: help }, h("span", { text: label }), input, wrong), wrong };
}

/** @param {View} view @param {string} key */
function settingField(view, key) {
  const row = view.setup.form.find((each) => each.key === key);
  if (!row) throw new Error(`there is no setting ${key}`);
  const input = inputOf(row);
  input.id = `train-set-${key.replaceAll(".", "-")}`;
  input.addEventListener(row.choices.length || row.type === "bool" ? "change" : "input", () => {
    view.settings[key] = read(input, row);
    check(view);
  });
  const limits = row.low !== null && row.high !== null ? ` ${row.low} to ${row.high}.` : "";
  const unit = row.unit && !row.name.includes(row.unit) ? `, ${row.unit}` : "";
  const made = field(`${row.name}${unit}`, `${row.help}.${limits}`, input);
  view.fields.set(key, { ...made, input, row });
  return made.box;
}

/** @param {Setting} row @returns {Input} */
function inputOf(row) {
  if (row.choices.length)
    return h("select", {}, ...row.choices.map((choice) => h("option", { value: choice, text: String(choice) })));
  if (row.type === "bool") return h("input", { type: "checkbox" });
  const number = row.type === "int" || row.type === "float";
  return h("input", { type: "text", inputmode: number ? "decimal" : "text", spellcheck: "false", autocomplete: "off" });
}

/** @param {Input} input @param {Setting} row @param {unknown} value */
function write(input, row, value) {
  if (input instanceof HTMLInputElement && row.type === "bool") input.checked = Boolean(value);
  else input.value = Array.isArray(value) ? value.join(", ") : String(value ?? "");
}

/**
 * A field's value as Python wants it; what is no number stays text, and Python says what is wrong with it.
 * @param {Input} input
 * @param {Setting} row
 */
function read(input, row) {
  if (input instanceof HTMLInputElement && row.type === "bool") return input.checked;
  return parsedValue(row, input.value.trim());
}

/** @param {Pick<Setting, "type">} row @param {string} text */
export function parsedValue(row, text) {
  if (row.type === "ints")
    return text ? text.split(/[\s,]+/).map((part) => (/^-?\d+$/.test(part) ? Number(part) : part)) : [];
  if (row.type === "int" || row.type === "float")
    return text !== "" && !Number.isNaN(Number(text)) ? Number(text) : text;
  return text;
}

/**
 * Whether a setting counts: one that belongs to a choice only while that is made; see `engine.jobs.form`.
 * @param {Pick<Setting, "when">} row
 * @param {Settings} settings
 * @param {Pick<Setting, "when">[]} form
 */
export function applies(row, settings, form) {
  if (!row.when) return true;
  const [key, wanted] = row.when;
  const chosen = settings[key];
  if (wanted === "*") return Boolean(chosen);
  if (wanted !== null) return chosen === wanted;
  return !form.some((other) => other.when && other.when[0] === key && other.when[1] === chosen);
}

/**
 * What is wrong with one value by what the form knows itself, "" for nothing; Python has the last word.
 * @param {Pick<Setting, "name" | "type" | "low" | "high" | "unit">} row
 * @param {any} value
 */
export function wrongValue({ name, type, low, high, unit }, value) {
  if (type !== "int" && type !== "float") return "";
  const kind = type === "int" ? "a whole number" : "a number";
  if (typeof value !== "number") return `${name} is ${value === "" ? "empty" : `“${value}”`}; it must be ${kind}.`;
  if (type === "int" && !Number.isInteger(value)) return `${name} is ${value}; it must be a whole number.`;
  if (low === null || high === null || (value >= low && value <= high)) return "";
  const least = `${low.toLocaleString("en")} and ${high.toLocaleString("en")}${unit ? ` ${unit}` : ""}`;
  return `${name} is ${value}; it must lie between ${least}.`;
}

/** Say at once what is plainly wrong, ask Python for the rest, and what it will take once the typing has stopped. @param {View} view */
function check(view) {
  view.problem.textContent = "";
  let wrong = 0;
  for (const { row, box, wrong: line } of view.fields.values()) {
    box.hidden = !applies(row, view.settings, view.setup.form);
    line.textContent = box.hidden ? "" : wrongValue(row, view.settings[row.key]);
    wrong += line.textContent ? 1 : 0;
  }
  view.asked += 1;
  view.start.disabled = wrong > 0;
  clearTimeout(view.timer);
  view.timer = window.setTimeout(() => ask(view), WAIT);
}

/** @param {View} view */
async function ask(view) {
  const mark = view.asked;
  try {
    const { problems } = await view.store.server.check_form(filled(view));
    if (view.asked !== mark) return;
    const rest = showProblems(view, problems);
    view.problem.textContent = rest.join(" ");
    view.start.disabled = problems.length > 0;
    await estimate(view, mark);
  } catch (error) {
    if (view.asked === mark) view.problem.textContent = messageOf(error);
  }
}

/** Each problem beside its field; those that are about none are given back. @param {View} view @param {[key: string, sentence: string][]} problems */
function showProblems(view, problems) {
  const said = Object.fromEntries(problems);
  for (const [key, { box, wrong }] of view.fields) {
    wrong.textContent ||= said[key] ?? ""; // what is plainly wrong is said already
    const folded = box.closest("details");
    if (said[key] && folded) folded.open = true;
  }
  view.named.wrong.textContent = said.name ?? "";
  return problems.filter(([key]) => !view.fields.has(key) && key !== "name").map(([, sentence]) => sentence);
}

/** What it will take; Start does not wait for it, and does not mind when it cannot be said. @param {View} view @param {number} mark */
async function estimate(view, mark) {
  view.cost.say("…");
  try {
    const { estimate } = await view.store.server.estimate_run(filled(view), { timeout: START });
    if (view.asked === mark) view.cost.fill(estimate);
  } catch {
    if (view.asked === mark) view.cost.fill(null);
  }
}

/** @param {View} view */
async function start(view) {
  view.start.disabled = true;
  view.problem.textContent = "";
  try {
    const { run } = await view.store.server.start_run(filled(view), { timeout: START, once: true });
    if (view.needs) uploaded(view, [], "");
    await view.store.refresh();
    view.store.choose(run);
  } catch (error) {
    view.problem.textContent = messageOf(error);
  }
  view.start.disabled = false;
}

/** What the form says, as `FormRequest` of `core/payloads.js`. @param {View} view */
const filled = (view) => ({
  settings: view.settings,
  name: view.name.value,
  device: view.device.value,
  own: view.needs,
  files: view.own,
  names: view.names,
});

/** Files of the visitor's own, in place of those chosen before. @param {View} view */
async function choosing(view) {
  const files = await chooseFiles({ multiple: true });
  if (!files.length) return;
  try {
    const sent = await uploadFiles(files, {
      progress: (now) => {
        view.files.textContent = uploadWords(now);
      },
    });
    const paths = sent.map(({ path }) => path);
    const named = sent.map(({ name }) => name);
    const { names } = await view.store.server.check_files({ paths, names: named }, { timeout: START });
    uploaded(view, paths, names.join(", "), named);
  } catch (error) {
    uploaded(view, [], messageOf(error));
  }
}

/**
 * Paths on the server, the words for them, and what the visitor calls them.
 * @param {View} view @param {string[]} paths @param {string} words @param {string[]} [names]
 */
function uploaded(view, paths, words, names = []) {
  view.own = paths;
  view.names = names;
  view.files.textContent = words;
  check(view);
}

/** "What it will take". */
function costs() {
  const facts = h("dl", { class: "imfn-facts" });
  const basis = h("p", { class: "imfn-results-note" });
  const head = h(
    "div",
    { class: "imfn-card-head" },
    h("div", { class: "imfn-head-words" }, h("h2", { text: "What it will take" })),
  );
  const card = h(
    "section",
    { class: "imfn-panel", id: "train-cost", "aria-label": "What it will take", "aria-live": "polite" },
    head,
    facts,
    basis,
  );
  /** @param {string} name @param {string} value */
  const pair = (name, value) => [h("dt", { text: name }), h("dd", { text: value })];
  /** @param {string} value */
  const say = (value) => {
    if (!facts.children.length) facts.append(...pair("parameters", value));
  };
  /** @param {Estimate | null} estimate */
  const filled = (estimate) => {
    if (!estimate) return facts.replaceChildren(...pair("parameters", "–"));
    const { parameters, steps, memory, disk, seconds, basis: words } = estimate;
    facts.replaceChildren(
      ...pair("parameters", million(parameters)),
      ...pair("steps", steps ? steps.toLocaleString("en") : "none, fitted"),
      ...pair("time on this machine", seconds === null ? "unknown" : `about ${duration(seconds)}`),
      ...pair("memory while training", bytes(memory)),
      ...pair("on disk", bytes(disk)),
    );
    basis.textContent = words || "";
  };
  return { card, say, fill: filled };
}
