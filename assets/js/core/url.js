// The page's address: the one module that reads and writes it. Its names are those of one selection and of every tab's
// settings; an open tab is a step of the browser's history, everything else replaces the address of the present one.
// Called by the stores, the tabs and the footer.

/** @typedef {Record<string, string | number | null | undefined>} Names values by name; null and undefined take one out */

const DELAY = 120; // milliseconds that hurried changes wait for the next one

const first = new URLSearchParams(globalThis.location?.search ?? "");
/** @type {Names} */
const shown = {}; // what was written: the page goes on showing it when Back opens another tab
/** @type {Names} */
let waiting = {};
/** @type {ReturnType<typeof setTimeout> | undefined} */
let timer;

/** What the address said of a name when the page was opened. @param {string} name @returns {string | null} */
export const opened = (name) => first.get(name);

/** What it says now. @param {string} name @returns {string | null} */
export const current = (name) => new URLSearchParams(location.search).get(name);

/** The whole address. */
export const address = () => location.href;

/** A whole number of 0 or more, or null. @param {string | null} text */
export function whole(text) {
  return text !== null && /^\d{1,9}$/.test(text) ? Number(text) : null;
}

/** One of the choices, or null. @template {string} T @param {string | null} text @param {readonly T[]} choices */
export const oneOf = (text, choices) => choices.find((choice) => choice === text) ?? null;

/** An address with names written into it, or taken out. @param {string} href @param {Names} names */
export function written(href, names) {
  const url = new URL(href);
  for (const [name, value] of Object.entries(names)) {
    if (value === null || value === undefined) url.searchParams.delete(name);
    else url.searchParams.set(name, String(value));
  }
  return url.href;
}

/** Write names into the address at once, as the same step of the history. @param {Names} names */
export function write(names) {
  clearTimeout(timer);
  Object.assign(shown, waiting, names);
  const href = written(location.href, { ...waiting, ...names });
  waiting = {};
  if (href !== location.href) history.replaceState(history.state, "", href);
}

/** The same a moment later: what changes with every frame need not be written with every frame. @param {Names} names */
export function writeSoon(names) {
  Object.assign(waiting, names);
  clearTimeout(timer);
  timer = setTimeout(() => write({}), DELAY);
}

/** Take a name out of the present step alone: other steps of the history keep theirs. @param {string} name */
export function leaveOut(name) {
  history.replaceState(history.state, "", written(location.href, { [name]: null }));
}

/** Write names as a new step of the history, so that Back takes them back. @param {Names} names */
export function push(names) {
  write({});
  const href = written(location.href, names);
  if (href !== location.href) history.pushState(null, "", href);
}

/** Call `heard` when Back or Forward has changed the address; what else the page shows is written into it. @param {() => void} heard */
export function onBack(heard) {
  addEventListener("popstate", () => {
    write(shown);
    heard();
  });
}
