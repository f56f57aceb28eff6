// The Trajectory tab's controls: what to follow and how, and the status line. The server draws them
// (`app/components/controls.py`); this listens to them. Mounted by `app/components/views.py` on #path-controls when the
// tab is first opened; what the address names is followed then, unless something was chosen before.

import { find, h } from "../core/dom.js";
import { opened, whole } from "../core/url.js";
import { whenOpened } from "../explore/controls.js";
import { get as explored } from "../explore/store.js";
import { notice, quoted } from "../ui/notice.js";
import { begun, connect, follow, status } from "./server.js";
import { settingsOf } from "./settings.js";
import { get, subscribe } from "./store.js";

/** @import { ViewParts } from "../core/types.js" */
/** @import { Status } from "./server.js" */
/** @import { Settings } from "./settings.js" */

const MENUS = /** @type {const} */ (["padding", "sequences", "spread"]);
let chosen = "";

/** @param {ViewParts} parts */
export function mount(parts) {
  const { element, props } = parts;
  const setup = JSON.parse(props.setup);
  connect(parts);
  for (const name of [...setup.samples.map((/** @type {{ name: string }} */ { name }) => name), "explored"]) {
    find(`#path-${name}`, element).addEventListener("click", () => choose(name));
  }
  for (const name of MENUS) control(name).addEventListener("change", () => choose(chosen));
  control("neighbours").addEventListener("keydown", (event) => {
    if (/** @type {KeyboardEvent} */ (event).key === "Enter") choose(chosen);
  });
  status.subscribe(element, (state, what) => (what === "status" || begun()) && write(state));
  subscribe(element, ({ trip }, what) => what !== "time" && mark(trip?.chosen ?? null));
  if (begun()) put(get().trip?.settings ?? setup.settings);
  else openFirst(setup);
}

/** Follow what the address names; a clip of one's own may have to be opened on Explore first. @param {any} setup */
async function openFirst(setup) {
  put(settingsOf(opened, setup.choices, setup.settings));
  const wanted = opened("path");
  if (wanted === "explored") await whenOpened();
  if (begun()) return;
  const found = wanted !== null && known(wanted, setup);
  chosen = found ? wanted : setup.first;
  for (const sentence of missing(wanted, found, setup)) notice(sentence);
  await choose(chosen);
  const { trip } = get();
  const t = opened("t");
  if (trip && t !== null && (whole(t) ?? Infinity) > trip.count)
    notice(`The link names time ${t.slice(0, 12)} of a sequence of ${trip.count}; time ${get().t} is shown.`);
}

/** What the address names and there is not, in sentences. @param {string | null} wanted @param {boolean} found @param {any} setup */
function missing(wanted, found, setup) {
  const first = setup.samples.find((/** @type {any} */ { name }) => name === setup.first)?.title ?? setup.first;
  const path =
    wanted === "explored" ? "Explore shows no clip of yours" : `There is no sequence ${quoted(wanted ?? "")}`;
  const wrong = Object.entries(settings()).filter(([name, value]) => (opened(name) ?? value) !== value);
  return [
    ...(wanted === null || found ? [] : [`${path}; ${first} is followed instead.`]),
    ...wrong.map(([name, value]) => `The link's ${name} is ${quoted(opened(name) ?? "")}; ${value} is used instead.`),
  ];
}

/** Whether an address may name it: a clip of one's own only where there is one. @param {string} name @param {any} setup */
function known(name, setup) {
  const exploration = explored().exploration;
  if (name === "explored") return Boolean(exploration) && exploration?.id !== "first";
  return setup.samples.some((/** @type {{ name: string }} */ sample) => sample.name === name);
}

/** @param {string} name */
function choose(name) {
  chosen = name;
  return follow(name, settings());
}

/** @returns {HTMLSelectElement | HTMLInputElement} the control behind a label */
const control = (/** @type {string} */ name) =>
  /** @type {HTMLSelectElement | HTMLInputElement} */ (find(`#path-${name} :is(select, input)`));

/** The settings as they stand. @returns {Settings} */
const settings = () => ({
  padding: control("padding").value,
  sequences: control("sequences").value,
  neighbours: control("neighbours").value.trim(),
  spread: control("spread").value,
});

/** @param {Settings} settings */
function put(settings) {
  for (const [name, value] of Object.entries(settings)) control(name).value = value;
}

/** @param {Status} state */
function write({ message, busy, error }) {
  const classes = `imfn-status${error ? " error" : ""}${busy ? " busy" : ""}`;
  const line = h("p", { class: classes, role: error ? "alert" : "status", text: message });
  find("#path-status").replaceChildren(line);
}

/** Say which sequence is shown. @param {string | null} name */
function mark(name) {
  for (const pill of document.querySelectorAll('#trajectory-samples button[id^="path-"]')) {
    pill.setAttribute("aria-pressed", String(pill.id === `path-${name}`));
  }
}
