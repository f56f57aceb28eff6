// The form of a new run: what it learns from, a preset, a name, Start; all else is folded away (`customise.js`). Checked
// by Python as one types. Built by `train/view.js`.

import { h } from "../core/dom.js";
import { messageOf } from "../core/format.js";
import { chooseFiles, uploadFiles, uploadWords } from "../core/upload.js";
import { get, subscribe } from "../explore/store.js";
import { withTerms } from "../ui/term.js";
import { costs, timeWords } from "./cost.js";
import { customise } from "./customise.js";
import { field } from "./fields.js";
import { CLIP, cards, FILES, firstName, sourcesOf, suitable } from "./sources.js";

/** @import { Estimate } from "./cost.js" */
/** @import { Field, Setting, Settings } from "./fields.js" */
/** @import { Preset } from "./sources.js" */
/** @import { TrainStore } from "./store.js" */

/** What settings are for: a run's name, whether it needs own files, the run they were taken from. @typedef {{ name: string, own?: boolean, source?: string | null }} About */
/** @typedef {{ presets: Preset[], form: Setting[], devices: string[] }} Setup */
/** @typedef {ReturnType<typeof parts>} View */

const START = 300_000; // milliseconds: files are looked at and copied, and the first estimate measures the machine
const WAIT = 200; // milliseconds after the last key
const START_WORDS = "Start training";
const INTRO =
  "Train a [memory] of your own. A run goes on when this page is closed, can be stopped and resumed, and becomes a model that Explore opens. Nothing begins before you press Start.";

/** @param {TrainStore} store @param {Setup} setup */
function parts(store, setup) {
  const name = h("input", { type: "text", id: "train-name", maxlength: 80, "aria-label": "Name" });
  return {
    store,
    setup,
    settings: /** @type {Settings} */ ({}),
    own: /** @type {string[]} */ ([]), // where the files that were uploaded lie
    names: /** @type {string[]} */ ([]), // what the visitor calls them
    needs: false, // whether it learns from files, or a clip, of the visitor's
    from: /** @type {string | null} */ (null), // the card of what it learns from
    touched: false, // whether somebody has chosen that
    source: /** @type {string | null} */ (null), // the run whose settings these are
    preset: /** @type {string | null} */ (null),
    estimates: /** @type {Map<string, Estimate | null>} */ (new Map()), // by preset and device
    asked: 0, // questions about the settings so far
    timer: 0,
    name,
    named: field("name", "", name),
    device: h(
      "select",
      { id: "train-device", "aria-label": "Device" },
      ...setup.devices.map((device) => h("option", { value: device, text: device })),
    ),
    files: h("p", { class: "imfn-own" }),
    ownBox: h("div", { class: "imfn-own-box", hidden: true }),
    problem: h("p", { class: "imfn-problem", role: "alert" }),
    start: h("button", { type: "button", class: "imfn-primary", id: "train-start", text: START_WORDS }),
    cost: costs(),
  };
}

/** The form's card, and the one beside it. @param {TrainStore} store @param {Setup} setup */
export function newRun(store, setup) {
  const bare = parts(store, setup);
  const fold = customise(setup.form, bare, () => check(view));
  const sources = cards("Train on", "data-source", (key) => chooseSource(view, key));
  const presets = cards("How", "data-preset", (key) => choosePreset(view, key));
  /** @type {Whole} */
  const view = Object.assign(bare, { fold, sources, presets });
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
  const { card, first } = layout(view);
  let shown = false;
  const look = () => {
    const here = store.making || (store.ready && !store.run());
    for (const each of [card, view.cost.card]) each.hidden = !here;
    first(!store.runs.length);
    if (here && !shown) askEstimates(view);
    shown = here;
  };
  store.subscribe((what) => {
    if (what === "make" && !view.source) chooseSource(view, firstSource(view));
    if (what === "chosen") view.source = null;
    look();
  });
  store.fill = (settings, about) => {
    fold.element.open = true;
    fill(view, settings, about);
    store.make(true);
  };
  store.learn = () => {
    chooseSource(view, CLIP);
    view.touched = true;
    store.make(true);
  };
  let clip = "";
  subscribe(card, ({ exploration: e }) => {
    const now = e ? `${e.id} ${e.frames}` : "";
    if (now === clip) return;
    clip = now;
    heardClip(view);
  });
  chooseSource(view, firstSource(view));
  look();
  return { card, cost: view.cost.card };
}

/** @typedef {View & { fold: ReturnType<typeof customise>, sources: ReturnType<typeof cards>, presets: ReturnType<typeof cards> }} Whole */

/** @param {Whole} view */
function layout(view) {
  const { store, setup } = view;
  const cancel = h("button", {
    type: "button",
    class: "imfn-button imfn-slim",
    text: "Cancel",
    onclick: () => store.make(false),
  });
  const intro = h("p", { class: "imfn-form-intro" }, ...withTerms(INTRO));
  const head = h(
    "div",
    { class: "imfn-card-head" },
    h("div", { class: "imfn-head-words" }, h("h2", { text: "New run" })),
  );
  const card = h(
    "section",
    { class: "imfn-panel imfn-form", "aria-label": "New run" },
    head,
    intro,
    h("h3", { text: "Train on" }),
    view.sources.group,
    view.ownBox,
    h("h3", { text: "How" }),
    view.presets.group,
    h(
      "div",
      { class: "imfn-form-end" },
      view.named.box,
      ...(setup.devices.length > 1 ? [field("device", "", view.device).box] : []),
      view.start,
      cancel,
      view.cost.sentence,
    ),
    view.problem,
    view.fold.element,
  );
  /** @param {boolean} first whether there is no run yet */
  const first = (first) => {
    intro.hidden = !first;
    cancel.hidden = first;
  };
  return { card, first };
}

/** What is chosen at first: the clip that is open, else the first of the bundled data. @param {Whole} view */
function firstSource(view) {
  if (view.touched && view.from) return view.from;
  const all = sourcesOf(view.setup.presets, get().exploration);
  return (all.find(({ key, off }) => key !== FILES && !off) ?? all[1]).key;
}

/** Explore shows another clip, or more of it. @param {Whole} view */
function heardClip(view) {
  if (view.source) return drawSources(view);
  if (view.from !== CLIP && (view.touched || view.store.making)) return drawSources(view);
  chooseSource(view, view.touched ? CLIP : firstSource(view), view.touched);
}

/** @param {Whole} view */
function drawSources(view) {
  view.sources.fill(sourcesOf(view.setup.presets, get().exploration));
  view.sources.show(view.source ? null : view.from);
}

/** @param {Whole} view @param {string} key @param {boolean} [touched] */
function chooseSource(view, key, touched = true) {
  const there = suitable(view.setup.presets, key, get().exploration);
  Object.assign(view, { from: key, source: null });
  if (touched && view.store.ready) view.touched = true;
  drawSources(view);
  view.presets.fill(there.map(({ key, title, about }) => ({ key, title, words: about, more: said(view, key) })));
  const same = there.find((preset) => preset.key === view.preset);
  if (there.length) choosePreset(view, (same ?? there[0]).key);
  askEstimates(view);
}

/** @param {Whole} view @param {string} key */
function choosePreset(view, key) {
  const preset = view.setup.presets.find((each) => each.key === key);
  if (!preset) return;
  view.preset = key;
  const name = firstName(preset, view.from ?? "", get().exploration);
  fill(view, preset.settings, { name: freeName(view, name), own: preset.own });
}

/** The name, or the first of name-2, name-3 … that no run has. @param {Whole} view @param {string} name */
function freeName(view, name) {
  const taken = new Set(view.store.runs.map((run) => run.name));
  for (let n = 1; ; n++) {
    const free = n === 1 ? name : `${name}-${n}`;
    if (!taken.has(free)) return free;
  }
}

/** @param {Whole} view @param {Settings} settings @param {About} about */
function fill(view, settings, { name, own = false, source = null }) {
  Object.assign(view, { settings: { ...settings }, needs: own, source });
  view.presets.show(source ? null : view.preset);
  view.sources.show(source ? null : view.from);
  view.name.value = name;
  view.ownBox.hidden = !own || view.from !== FILES;
  view.fold.fill();
  check(view);
}

/** Say at once what is plainly wrong, ask Python for the rest, and what it will take once the typing has stopped. @param {Whole} view */
function check(view) {
  view.problem.textContent = "";
  view.asked += 1;
  view.start.disabled = view.fold.look() > 0;
  clearTimeout(view.timer);
  view.timer = window.setTimeout(() => ask(view), WAIT);
}

/** @param {Whole} view */
async function ask(view) {
  const mark = view.asked;
  try {
    const answer = await view.store.server.check_form(filled(view));
    const problems = /** @type {[key: string, sentence: string][]} */ (answer.problems);
    if (view.asked !== mark) return;
    view.named.wrong.textContent = problems.find(([key]) => key === "name")?.[1] ?? "";
    const rest = view.fold.say(problems).filter(([key]) => key !== "name");
    view.problem.textContent = rest.map(([, sentence]) => sentence).join(" ");
    view.start.disabled = problems.length > 0;
    await estimate(view, mark);
  } catch (error) {
    if (view.asked === mark) view.problem.textContent = messageOf(error);
  }
}

/** What it will take; Start does not wait for it, and does not mind when it cannot be said. @param {Whole} view @param {number} mark */
async function estimate(view, mark) {
  view.cost.say("…");
  try {
    const { estimate } = await view.store.server.estimate_run(filled(view), { timeout: START });
    if (view.asked === mark) view.cost.fill(estimate);
  } catch {
    if (view.asked === mark) view.cost.fill(null);
  }
}

/** What a preset's card says of its time; "" until that is known. @param {Whole} view @param {string} key */
const said = (view, key) => timeWords(view.estimates.get(estimateKey(view, key)) ?? null);

/** What a preset's estimate depends on. @param {Whole} view @param {string} key */
function estimateKey(view, key) {
  const e = view.from === CLIP ? get().exploration : null;
  return [key, view.device.value, view.from, e?.id, e?.frames, ...(view.from === FILES ? view.own : [])].join(" ");
}

/** Ask what the presets on the screen take, one after the other. @param {Whole} view */
async function askEstimates(view) {
  if (!view.store.ready) return;
  for (const preset of suitable(view.setup.presets, view.from ?? "", get().exploration)) {
    const key = estimateKey(view, preset.key);
    if (view.estimates.has(key)) continue;
    view.estimates.set(key, null);
    try {
      const form = { ...filled(view), settings: preset.settings, name: preset.key, own: preset.own };
      const { estimate } = await view.store.server.estimate_run(form, { timeout: START });
      view.estimates.set(key, estimate);
      if (key === estimateKey(view, preset.key)) view.presets.say(preset.key, timeWords(estimate));
    } catch {
      view.estimates.delete(key); // it is asked again with the next look at these cards
    }
  }
}

/** @param {Whole} view */
async function start(view) {
  view.start.disabled = true;
  view.start.textContent = "Starting …";
  view.problem.textContent = "";
  try {
    const { run } = await view.store.server.start_run(filled(view), { timeout: START, once: true });
    if (view.needs) uploaded(view, [], "");
    await view.store.refresh();
    view.store.choose(run);
  } catch (error) {
    view.problem.textContent = messageOf(error);
  }
  view.start.textContent = START_WORDS;
  view.start.disabled = false;
}

/** What the form says, as `FormRequest` of `core/payloads.js`. @param {Whole} view */
const filled = (view) => ({
  settings: view.settings,
  name: view.name.value,
  device: view.device.value,
  own: view.needs,
  files: view.from === FILES ? view.own : [],
  names: view.from === FILES ? view.names : [],
  clip: view.needs && view.from === CLIP ? (get().exploration?.id ?? "none") : null,
});

/** Files of the visitor's own, in place of those chosen before. @param {Whole} view */
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
 * @param {Whole} view @param {string[]} paths @param {string} words @param {string[]} [names]
 */
function uploaded(view, paths, words, names = []) {
  view.own = paths;
  view.names = names;
  view.files.textContent = words;
  check(view);
  askEstimates(view);
}
