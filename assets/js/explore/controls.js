// The Explore tab's controls: what to explore and how, Run and Cancel, the status line. The server draws them
// (`app/components/controls.py`); this listens to them. Mounted by `app/components/views.py` on #explore-controls.

import { find, h } from "../core/dom.js";
import { chooseFiles } from "../core/upload.js";
import { opened } from "../core/url.js";
import { attachDrop } from "../shell/drop.js";
import { forgetPlace, writeExplored } from "../shell/permalink.js";
import { showTab } from "../shell/tabs.js";
import { notice, quoted } from "../ui/notice.js";
import { attachRoving, rove } from "../ui/roving.js";
import { askedFor, attachClip } from "./clip_card.js";
import { attachFormats } from "./formats.js";
import { kept, loadedAnew } from "./kept.js";
import { beyondFirst } from "./link.js";
import { attachRecent, forget } from "./recent.js";
import { attachRunCancel } from "./run_cancel.js";
import { cancel, connect, exploreFiles, offeredModels, reopen, start, status, whenShown } from "./server.js";
import { get, leaveLink, subscribe } from "./store.js";

/** @import { Exploration, ViewParts } from "../core/types.js" */
/** @import { Asked } from "./kept.js" */
/** @import { Input, Status } from "./server.js" */

const USUAL = "160"; // frames of a clip that are explored at first
/** @type {Input} */
let input = {};
/** @type {Promise<void>} */
let firstOpened = Promise.resolve();
let chosen = false; // the visitor chose what to explore: what the address names comes too late

/** @param {ViewParts} parts */
export function mount(parts) {
  const { element, props } = parts;
  const setup = JSON.parse(props.setup);
  connect(parts);
  input = { sample: setup.first };
  for (const sample of setup.samples) {
    const { name, model } = sample;
    find(`#sample-${name}`, element).addEventListener(
      "click",
      byHand(() => openSample(name, model)),
    );
  }
  const choose = () => chooseFiles({ multiple: true }).then((given) => (given.length ? files(given) : undefined));
  find("#explore-upload", element).addEventListener("click", choose);
  find("#explore-run", element).addEventListener("click", byHand(run));
  find("#explore-cancel", element).addEventListener("click", byHand(cancel));
  addEventListener("imfn-upload", choose);
  addEventListener("imfn-open", (event) => openRun(/** @type {CustomEvent} */ (event).detail));
  attachDrop(files);
  attachFormats(element);
  attachSamples(element);
  attachRecent(element, openRecent);
  const first = { ...settings() };
  attachClip(element, { settings, first, put: putRange, apply: run, model: chooseModel });
  whenShown(put);
  attachRunCancel();
  status.subscribe(element, ({ message, ...kind }, what) => what === "status" && write(message, kind));
  subscribe(element, ({ exploration }, what) => what === "exploration" && mark(exploration?.sample ?? null));
  refreshModels();
  firstOpened = openFirst(setup);
}

/** What a visitor does, which beats what the address names. @param {() => unknown} act */
function byHand(act) {
  return () => {
    chosen = true;
    return act();
  };
}

/** Resolves when what the address names, or what this page showed before, is on the page. */
export const whenOpened = () => firstOpened;

/** The samples are one stop of the Tab key. @param {HTMLElement} element */
function attachSamples(element) {
  const pills = () => /** @type {HTMLElement[]} */ ([...element.querySelectorAll("[id^=sample-]")]);
  attachRoving(find("#explore-samples", element), pills, () => {});
  rove(pills(), null);
}

/** What the address names, or what this page showed and did before it was loaded anew. @param {any} setup */
async function openFirst(setup) {
  const before = kept();
  const address = { clip: opened("clip"), sample: opened("sample") };
  const anew = loadedAnew(before, address, setup.first);
  const id = address.clip ?? (anew ? before.shown?.id : null);
  const again = id ? await reopen(id) : false;
  if (chosen) return;
  if (again) {
    if (anew && before.shown) put(before.shown);
    else putShown();
  } else if (address.clip === null) await openLinked(setup);
  else clipGone(setup, anew && before.asked !== null);
  if (anew && before.asked && !chosen) resume(before.asked);
}

/** The sample and the model that the address names. @param {any} setup */
async function openLinked(setup) {
  const [sample, model] = [opened("sample"), opened("model")];
  const named = setup.samples.find((/** @type {any} */ each) => each.name === sample);
  const shown = named ?? setup.samples[0];
  const known = model === null || setup.models.includes(model);
  if (sample !== null && !named) notice(`There is no sample ${quoted(sample)}; ${shown.title} is shown instead.`);
  if (!known) notice(`There is no model ${quoted(model)} here; ${shown.model} is used instead.`);
  const linked = known && (sample === null || Boolean(named));
  if (!linked) leaveAddress();
  const used = model !== null && known ? model : shown.model;
  const how = linked && (opened("size") ?? opened("from") ?? opened("frames")) !== null;
  const more = opened("window") !== null && beyondFirst({ window: opened("window") }, await firstPaint());
  if (chosen) return;
  if (shown.name !== setup.first || used !== shown.model || more || how) openSample(shown.name, used, linked);
}

/** The exploration that comes with the page, once it is here. @returns {Promise<Pick<Exploration, "id" | "windows">>} */
function firstPaint() {
  return new Promise((done) =>
    subscribe(document.body, ({ exploration }) => {
      if (exploration !== undefined) done(exploration ?? { id: "", windows: 0 });
    }),
  );
}

/** What the address names cannot be shown: from now on it names what is shown. */
function leaveAddress() {
  leaveLink();
  forgetPlace();
  writeExplored(get().exploration);
}

/** The linked clip is not this browser's, or its files are gone. @param {any} setup @param {boolean} again it is explored again */
function clipGone(setup, again) {
  leaveAddress();
  if (again) return;
  input = { sample: setup.first };
  const shown = setup.samples[0].title;
  notice(
    `The clip of this link can be shown only in the browser that sent it, while its files are kept; ${shown} is shown instead.`,
  );
}

/** Go on with what was being explored. @param {Asked} asked */
function resume(asked) {
  put(asked);
  start(asked.input, asked.settings, { fit: asked.fit, linked: true });
}

/** Set the controls to what led to what is shown. @param {Asked} asked */
function put(asked) {
  input = asked.input;
  chooseModel(asked.settings.model);
  for (const name of /** @type {const} */ (["size", "first", "count"])) control(name).value = asked.settings[name];
  askedFor(asked.settings);
}

/** Set them to what is shown, of which this page has no file. */
function putShown() {
  const e = get().exploration;
  if (!e) return;
  const range = { first: String(e.first + 1), count: String(e.frames) };
  put({ input: {}, settings: { model: e.model, size: e.size ?? control("size").value, ...range } });
}

/** @returns {HTMLSelectElement | HTMLInputElement} the control behind a label */
const control = (/** @type {string} */ name) =>
  /** @type {HTMLSelectElement | HTMLInputElement} */ (find(`#explore-${name} :is(select, input)`));

/** The settings as they stand. */
const settings = () => ({
  model: control("model").value,
  size: control("size").value,
  first: control("first").value,
  count: control("count").value,
});

const run = () => start(input, settings());

/** @param {{ from: number, to: number }} range */
function putRange({ from, to }) {
  control("first").value = String(from);
  control("count").value = String(to - from + 1);
}

/** How a new clip is explored: from its beginning. @param {string} [model] */
const fromTheStart = (model) => ({ ...settings(), ...(model ? { model } : {}), first: "1", count: USUAL });

/** @param {string} name @param {string} model @param {boolean} [linked] the address asks for it */
function openSample(name, model, linked = false) {
  const [size, first, count] = linked ? [opened("size"), opened("from"), opened("frames")] : [];
  const how = { size, first, count };
  const said = Object.fromEntries(Object.entries(how).filter(([, value]) => value));
  return start({ sample: name }, { ...fromTheStart(model), ...said }, { linked });
}

/** @param {File[] | Promise<File[]>} given */
function files(given) {
  chosen = true;
  return exploreFiles(given, fromTheStart());
}

/** Explore a clip of late again, as it was explored. @param {Asked & { name: string }} clip */
async function openRecent(clip) {
  chosen = true;
  await start(clip.input, clip.settings);
  if (status.get().error) forget(clip.input);
}

/** Explore with a finished training. @param {{ model: string, sample: string | null }} detail */
async function openRun({ model, sample }) {
  chosen = true;
  showTab("explore");
  await refreshModels();
  await start(sample ? { sample } : { run: model }, fromTheStart(model));
}

/** @param {string} name */
function chooseModel(name) {
  const menu = control("model");
  if (![.../** @type {HTMLSelectElement} */ (menu).options].some((option) => option.value === name)) {
    menu.append(h("option", { value: name, text: name }));
  }
  menu.value = name;
}

/** Ask for the models again: a training may have finished since. */
async function refreshModels() {
  try {
    const models = await offeredModels();
    const menu = control("model");
    const now = menu.value;
    menu.replaceChildren(...models.map(({ name, label }) => h("option", { value: name, text: label })));
    chooseModel(now);
  } catch {
    // the menu keeps what it has
  }
}

/** @param {string} message @param {Partial<Status>} kind */
function write(message, { busy, error }) {
  const line = find("#explore-status");
  const classes = `imfn-status${error ? " error" : ""}${busy ? " busy" : ""}`;
  line.replaceChildren(h("p", { class: classes, role: error ? "alert" : "status", text: message }));
}

/** Say which sample is shown. @param {string | null} name */
function mark(name) {
  for (const pill of document.querySelectorAll("#explore-samples [id^=sample-]")) {
    pill.setAttribute("aria-pressed", String(pill.id === `sample-${name}`));
  }
}
