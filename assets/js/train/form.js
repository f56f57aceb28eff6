// The form of a new run, made from what `engine.jobs.form()` says of every setting: presets first, the few settings that
// matter, all others folded away. Checked by Python as one types. Built by `train/view.js`.

import { h } from "../core/dom.js";
import { bytes, duration, million } from "./words.js";

const MAIN = ["data", "joint_steps", "local_steps", "batch", "rate", "seed", "tree.family", "tree.leaves"];
const WAIT = 350; // milliseconds after the last key

export function newRun(store, setup) {
  const view = { store, setup, fields: new Map(), own: [], source: null, preset: null };
  view.presets = h(
    "div",
    { class: "imfn-presets", role: "radiogroup", "aria-label": "Start from" },
    ...setup.presets.map((preset) => presetButton(view, preset)),
  );
  view.name = h("input", { type: "text", id: "train-name", maxlength: 80, "aria-label": "Name" });
  view.device = h(
    "select",
    { id: "train-device", "aria-label": "Device" },
    ...setup.devices.map((device) => h("option", { value: device, text: device })),
  );
  view.name.addEventListener("input", () => check(view));
  view.device.addEventListener("change", () => check(view));
  view.files = h("p", { class: "imfn-own" });
  const upload = h("button", {
    type: "button",
    class: "imfn-button",
    text: "Choose videos or images",
    onclick: () => document.querySelector("#train-file button, button#train-file, #train-file input")?.click(),
  });
  view.ownBox = h("div", { class: "imfn-own-box", hidden: true }, upload, view.files);
  const main = h(
    "div",
    { class: "imfn-fields" },
    field("name", "what the run is called", view.name),
    ...(setup.devices.length > 1 ? [field("device", "where it is trained", view.device)] : []),
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
  view.problem = h("p", { class: "imfn-problem", role: "alert" });
  view.start = h("button", {
    type: "button",
    class: "imfn-primary",
    id: "train-start",
    text: "Start training",
    onclick: () => start(view),
  });
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
  view.cost = costs();
  store.subscribe((what) => {
    card.hidden = view.cost.card.hidden = !store.making;
    if (what === "make" && !view.source)
      choose(
        view,
        setup.presets.find((preset) => preset.key === view.preset),
      );
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
  store.uploaded = (names, sentence) => uploaded(view, names, sentence);
  choose(view, setup.presets[0]);
  return { card, cost: view.cost.card };
}

function presetButton(view, preset) {
  return h(
    "button",
    { type: "button", role: "radio", "data-preset": preset.key, onclick: () => choose(view, preset) },
    h("b", { text: preset.title }),
    h("span", { text: preset.about }),
  );
}

function choose(view, preset) {
  view.preset = preset.key;
  fill(view, preset.settings, { name: freeName(view, preset.settings.name), own: preset.own });
}

function freeName(view, name) {
  const taken = new Set(view.store.runs.map((run) => run.name));
  for (let n = 1; ; n++) {
    const free = n === 1 ? name : `${name}-${n}`;
    if (!taken.has(free)) return free;
  }
}

function fill(view, settings, { name, own = false, source = null }) {
  Object.assign(view, { settings: { ...settings }, needs: own, source });
  for (const button of view.presets.children)
    button.setAttribute("aria-checked", button.dataset.preset === view.preset && !source);
  view.name.value = name;
  view.ownBox.hidden = !own;
  for (const [key, { input, row }] of view.fields) write(input, row, settings[key]);
  check(view);
}

function field(label, help, input, more = {}) {
  const wrong = h("small", { class: "imfn-wrong" });
  const box = h("label", { class: "imfn-field", title: help, ...more }, h("span", { text: label }), input, wrong);
  box.wrong = wrong;
  return box;
}

function settingField(view, key) {
  const row = view.setup.form.find((each) => each.key === key);
  const input = inputOf(row);
  input.id = `train-set-${key.replaceAll(".", "-")}`;
  input.addEventListener(row.choices.length || row.type === "bool" ? "change" : "input", () => {
    view.settings[key] = read(input, row);
    check(view);
  });
  const limits = row.low !== null && row.high !== null ? ` ${row.low} to ${row.high}.` : "";
  const unit = row.unit && !row.name.includes(row.unit) ? `, ${row.unit}` : "";
  const box = field(`${row.name}${unit}`, `${row.help}.${limits}`, input);
  view.fields.set(key, { input, row, box });
  return box;
}

function inputOf(row) {
  if (row.choices.length)
    return h("select", {}, ...row.choices.map((choice) => h("option", { value: choice, text: String(choice) })));
  if (row.type === "bool") return h("input", { type: "checkbox" });
  const number = row.type === "int" || row.type === "float";
  return h("input", { type: "text", inputmode: number ? "decimal" : "text", spellcheck: "false", autocomplete: "off" });
}

function write(input, row, value) {
  if (row.type === "bool") input.checked = Boolean(value);
  else input.value = Array.isArray(value) ? value.join(", ") : String(value ?? "");
}

/** A field's value as Python wants it; what is no number stays text, and Python says what is wrong with it. */
function read(input, row) {
  if (row.type === "bool") return input.checked;
  const text = input.value.trim();
  if (row.type === "ints")
    return text ? text.split(/[\s,]+/).map((part) => (/^-?\d+$/.test(part) ? Number(part) : part)) : [];
  if (row.type === "int" || row.type === "float")
    return text !== "" && !Number.isNaN(Number(text)) ? Number(text) : text;
  return text;
}

/** Whether a setting counts: one that belongs to a choice only while that is made; see `engine.jobs.form`. */
function applies(view, row) {
  if (!row.when) return true;
  const [key, wanted] = row.when;
  const chosen = view.settings[key];
  if (wanted === "*") return Boolean(chosen);
  if (wanted !== null) return chosen === wanted;
  return !view.setup.form.some((other) => other.when && other.when[0] === key && other.when[1] === chosen);
}

/** Ask Python what is wrong and what it will take, once the typing has stopped. */
function check(view) {
  for (const { row, box } of view.fields.values()) box.hidden = !applies(view, row);
  clearTimeout(view.timer);
  view.timer = setTimeout(() => ask(view), WAIT);
}

async function ask(view) {
  const mark = (view.mark = {});
  view.cost.say("…");
  try {
    const { problems, estimate } = await view.store.wire.ask("check", {
      settings: view.settings,
      name: view.name.value,
      device: view.device.value,
      own: view.needs,
      files: view.own.length,
    });
    if (view.mark !== mark) return;
    const wrong = Object.fromEntries(problems);
    for (const [key, { box }] of view.fields) box.wrong.textContent = wrong[key] || "";
    for (const [key, { box, row }] of view.fields)
      if (wrong[key] && !MAIN.includes(key)) box.closest("details").open = Boolean(row);
    view.problem.textContent = problems
      .filter(([key]) => !view.fields.has(key))
      .map(([, sentence]) => sentence)
      .join(" ");
    view.start.disabled = problems.length > 0;
    view.cost.fill(estimate);
  } catch (error) {
    if (view.mark === mark) view.problem.textContent = error.message;
  }
}

async function start(view) {
  view.start.disabled = true;
  view.problem.textContent = "";
  try {
    const { run } = await view.store.wire.ask("start", {
      settings: view.settings,
      name: view.name.value,
      device: view.device.value,
      own: view.needs,
    });
    await view.store.refresh();
    view.store.choose(run);
  } catch (error) {
    view.problem.textContent = error.message;
  }
  view.start.disabled = false;
}

function uploaded(view, names, sentence) {
  view.own = names;
  view.files.textContent = sentence || (names.length ? names.join(", ") : "");
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
  const pair = (name, value) => [h("dt", { text: name }), h("dd", { text: value })];
  const say = (value) => facts.children.length || facts.append(...pair("parameters", value));
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
