// The Explore tab's controls: what to explore and how, Run and Cancel, the status line. The server draws them
// (`app/components/controls.py`); this listens to them. Mounted by `app/components/views.py` on #explore-controls.

import { find, h } from "../core/dom.js";
import { chooseFiles } from "../core/upload.js";
import { opened } from "../core/url.js";
import { attachDrop } from "../shell/drop.js";
import { showTab } from "../shell/tabs.js";
import { attachRunCancel } from "./run_cancel.js";
import { cancel, connect, exploreFiles, offeredModels, reopen, start, status } from "./server.js";
import { subscribe } from "./store.js";

/** @import { ViewParts } from "../core/types.js" */
/** @import { Input, Status } from "./server.js" */

/** @type {Input} */
let input = {};

/** @param {ViewParts} parts */
export function mount(parts) {
  const { element, props } = parts;
  const setup = JSON.parse(props.setup);
  connect(parts);
  input = { sample: setup.first };
  for (const sample of setup.samples) {
    find(`#sample-${sample.name}`, element).addEventListener("click", () => openSample(sample.name, sample.model));
  }
  const choose = () => chooseFiles({ multiple: true }).then(files);
  find("#explore-upload", element).addEventListener("click", choose);
  find("#explore-run", element).addEventListener("click", run);
  find("#explore-cancel", element).addEventListener("click", cancel);
  addEventListener("imfn-upload", choose);
  addEventListener("imfn-open", (event) => openRun(/** @type {CustomEvent} */ (event).detail));
  attachDrop(files);
  attachRunCancel();
  status.subscribe(element, ({ message, ...kind }, what) => what === "status" && write(message, kind));
  subscribe(element, ({ exploration }, what) => what === "exploration" && mark(exploration?.sample ?? null));
  refreshModels();
  openFirst(setup);
}

/** What the address names, or what this page showed before it was loaded anew. @param {any} setup */
async function openFirst(setup) {
  const asked = [opened("sample"), opened("model")];
  if (await reopen((e) => [e.sample, e.model].every((value, i) => asked[i] === null || asked[i] === value))) return;
  const named = setup.samples.find((/** @type {any} */ sample) => sample.name === opened("sample"));
  const model = setup.models.includes(opened("model")) ? opened("model") : null;
  const other = named && (named.name !== setup.first || (model && model !== named.model));
  if (other || (!named && model && model !== setup.samples[0].model)) {
    const sample = named ?? setup.samples[0];
    openSample(sample.name, model ?? sample.model);
  }
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

/** @param {string} name @param {string} model */
function openSample(name, model) {
  input = { sample: name };
  chooseModel(model);
  return run();
}

/** @param {File[]} chosen */
function files(chosen) {
  return exploreFiles(chosen, settings, (taken, model) => {
    input = taken;
    chooseModel(model);
  });
}

/** Explore with a finished training. @param {{ model: string, sample: string | null }} detail */
async function openRun({ model, sample }) {
  showTab("explore");
  await refreshModels();
  input = sample ? { sample } : { run: model };
  chooseModel(model);
  await run();
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
