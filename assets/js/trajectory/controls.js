// The Trajectory tab's controls: what to follow and how, and the status line. The server draws them
// (`app/components/controls.py`); this listens to them. Mounted by `app/components/views.py` on #path-controls when the
// tab is first opened; what the address names is followed then, unless something was chosen before.

import { find, h } from "../core/dom.js";
import { opened, whole } from "../core/url.js";
import { whenOpened } from "../explore/controls.js";
import { status as exploring } from "../explore/server.js";
import { get as explored } from "../explore/store.js";
import { notice, quoted } from "../ui/notice.js";
import { markTerms } from "../ui/term_marks.js";
import { coming, firstChoice, known } from "./first.js";
import { begun, cancel, connect, follow, refuse, status, waitFor } from "./server.js";
import { settingsOf } from "./settings.js";
import { get, subscribe } from "./store.js";
import { pillOf, WALK } from "./walk.js";
import { attachWalks, takeWalk } from "./walk_controls.js";

/** @import { ViewParts } from "../core/types.js" */
/** @import { Status } from "./server.js" */
/** @import { Settings } from "./settings.js" */

const MENUS = /** @type {const} */ (["padding", "sequences", "spread", "by"]);
const WAITING = "The clip that is being opened in Explore is followed as soon as it is there …";
let chosen = ""; // nothing at first: until then settings wait for what is followed first
let near = ""; // neighbours that were asked for last

/** @param {ViewParts} parts */
export function mount(parts) {
  const { element, props } = parts;
  const setup = JSON.parse(props.setup);
  connect(parts);
  attachOptions(element);
  attachCancel(element);
  for (const name of [...setup.samples.map((/** @type {{ name: string }} */ { name }) => name), "explored"]) {
    const pill = /** @type {HTMLButtonElement} */ (find(`#path-${name}`, element));
    pill.addEventListener("click", () => choose(name));
    pill.disabled = false;
  }
  const walk = attachWalks(element, setup.walk, choose, refuse);
  const pill = /** @type {HTMLButtonElement} */ (find(`#path-${WALK}`, element));
  pill.addEventListener("click", () => choose(walk()));
  pill.disabled = false;
  for (const name of MENUS) control(name).addEventListener("change", () => chosen && choose(chosen));
  control("neighbours").addEventListener("keydown", (event) => {
    if (/** @type {KeyboardEvent} */ (event).key === "Enter" && chosen) choose(chosen);
  });
  control("neighbours").addEventListener("change", () => {
    if (chosen && settings().neighbours !== near) choose(chosen); // typed and left, as on a phone
  });
  status.subscribe(element, (state, what) => (what === "status" || begun()) && write(state));
  subscribe(element, ({ trip }, what) => what !== "time" && mark(trip?.chosen ?? null));
  if (begun()) put(get().trip?.settings ?? setup.settings);
  else openFirst(setup, element);
}

/** What is seldom changed is folded. @param {Element} element */
function attachOptions(element) {
  const [button, more] = ["#path-options", "#path-more"].map((selector) => find(selector, element));
  markTerms(more);
  button.addEventListener("click", () => {
    more.hidden = !more.hidden;
    button.setAttribute("aria-expanded", String(!more.hidden));
  });
}

/** Cancel is there while something is followed; who had the focus on it keeps a place in the row. @param {Element} element */
function attachCancel(element) {
  const button = find("#path-cancel", element);
  button.addEventListener("click", cancel);
  status.subscribe(element, ({ busy }) => {
    if (!busy && document.activeElement === button)
      find(chosen ? `#path-${pillOf(chosen)}` : "#path-options", element).focus();
    button.hidden = !busy;
  });
}

/**
 * Follow what the address names, else the clip that is open in Explore, else a sample; a clip may still be on its way. Any
 * choice of the visitor's comes before it, and nothing is followed for somebody who watches a live memory.
 * @param {any} setup
 * @param {Element} element
 */
async function openFirst(setup, element) {
  put(settingsOf(opened, setup.choices, setup.settings));
  await seen(element);
  const asked = takeWalk();
  if (asked) return void choose(asked);
  const wanted = opened("path");
  if (wanted === null || wanted === "explored") await clipShown();
  if (begun()) return;
  const shown = explored().exploration;
  const first = firstChoice(wanted, shown, setup);
  for (const sentence of missing(wanted, wanted === null || known(wanted, shown, setup), setup)) notice(sentence);
  await choose(first);
  const { trip } = get();
  const t = opened("t");
  if (trip?.chosen === first && chosen === first && t !== null && (whole(t) ?? Infinity) > trip.count)
    notice(`The link names time ${t.slice(0, 12)} of a sequence of ${trip.count}; time ${get().t} is shown.`);
}

/** Resolves when an element is out of sight no more. @param {Element} element @returns {Promise<void>} */
const seen = (element) =>
  new Promise((done) => {
    const watching = new ResizeObserver(() => {
      if (!element.clientWidth) return;
      watching.disconnect();
      done();
    });
    watching.observe(element);
  });

/** Resolves when Explore shows the clip that was asked for there, or something was chosen here. */
async function clipShown() {
  await whenOpened();
  const late = () => !begun() && coming(exploring.get().busy, explored().exploration);
  if (!late()) return;
  waitFor(WAITING);
  await /** @type {Promise<void>} */ (
    new Promise((done) => {
      const listening = { isConnected: true };
      const look = () => {
        listening.isConnected = late();
        if (!listening.isConnected) done();
      };
      exploring.subscribe(listening, look);
      status.subscribe(listening, look);
    })
  );
}

/** What the address names and there is not, in sentences. @param {string | null} wanted @param {boolean} found @param {any} setup */
function missing(wanted, found, setup) {
  const first = setup.samples.find((/** @type {any} */ { name }) => name === setup.first)?.title ?? setup.first;
  const path =
    wanted === "explored" ? "Explore shows no clip of yours" : `There is no sequence ${quoted(wanted ?? "")}`;
  const wrong = Object.entries(settings()).filter(([name, value]) => (opened(name) ?? value) !== value);
  return [
    ...(wanted === null || found ? [] : [`${path}; ${first} is followed instead.`]),
    ...wrong.map(
      ([name, value]) =>
        `The link's ${name} is ${quoted(opened(name) ?? "")}; ${value || "the usual one"} is used instead.`,
    ),
  ];
}

/** @param {string} name */
function choose(name) {
  chosen = name;
  near = settings().neighbours;
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
  by: control("by").value,
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

/** Say which sequence is shown, and bring it into sight where the row is too long. @param {string | null} name */
function mark(name) {
  const row = find("#trajectory-samples");
  for (const pill of /** @type {NodeListOf<HTMLElement>} */ (row.querySelectorAll('button[id^="path-"]'))) {
    const pressed = name !== null && pill.id === `path-${pillOf(name)}`;
    const fresh = pressed && pill.getAttribute("aria-pressed") !== "true";
    pill.setAttribute("aria-pressed", String(pressed));
    if (fresh) row.scrollLeft = pill.offsetLeft - row.offsetLeft - (row.clientWidth - pill.offsetWidth) / 2;
  }
}
