// A table of results, sorted by the column whose head is clicked; the best of a column is no claim, so nothing is
// marked but what the cells themselves mark. Mounted by `app/components/tables.py`; `compare/comparison_view.js` uses
// `showTable`.

import { h, viewRoot } from "../core/dom.js";

/** @import { ResultCell, ResultTable, ViewParts } from "../core/types.js" */

/**
 * The table on show and how it is sorted.
 * @typedef {{ table: ResultTable | null, column: number | null, down: boolean }} Sorting
 */

const WORDS = 44; // characters of a cell from which on its column holds sentences, which are set from the left

/** Sorting of the elements that `showTable` has filled. @type {WeakMap<HTMLElement, Sorting>} */
const shownIn = new WeakMap();

/** @param {ViewParts} parts */
export function mount({ element, props, watch }) {
  const root = viewRoot(element);
  /** @type {Sorting} */
  const state = { table: null, column: null, down: false };
  const take = () => {
    state.table = props.value ? JSON.parse(props.value) : null;
    state.column = null;
    draw(root, state);
  };
  watch("value", take);
  take();
}

/**
 * Show a table in an element, or another one in place of it; the chosen order stays.
 * @param {HTMLElement} root
 * @param {ResultTable | null} table
 */
export function showTable(root, table) {
  const state = shownIn.get(root) ?? { table: null, column: null, down: false };
  shownIn.set(root, state);
  state.table = table;
  draw(root, state);
}

/** @param {HTMLElement} root @param {Sorting} state */
function draw(root, state) {
  root.classList.toggle("imfn-nothing", !state.table);
  if (!state.table) return;
  const { title, head, rows, note } = state.table;
  const heads = head.map((text, index) => headCell(root, state, text, index));
  const wordy = head.map((_, index) => rows.some((row) => row[index].text.length > WORDS));
  const body = sorted(rows, state).map((row) => h("tr", {}, ...row.map(({ text }, index) => cell(text, index))));
  for (const row of [{ children: heads }, ...body])
    for (const [index, each] of [...row.children].entries()) each.classList.toggle("imfn-words", wordy[index]);
  const table = h(
    "table",
    { class: "imfn-levels imfn-results" },
    h("thead", {}, h("tr", {}, ...heads)),
    h("tbody", {}, ...body),
  );
  const parts = head.length
    ? [h("div", { class: "imfn-scroll", tabindex: 0, role: "region", "aria-label": title || head[0] }, table)]
    : [];
  if (title) parts.unshift(h("p", { class: "imfn-results-title", text: title }));
  if (note) parts.push(h("p", { class: "imfn-results-note" }, ...marked(note)));
  root.replaceChildren(...parts);
}

/** @param {HTMLElement} root @param {Sorting} state @param {string} text @param {number} index */
function headCell(root, state, text, index) {
  const on = state.column === index;
  const click = () => {
    state.down = on ? !state.down : false;
    state.column = index;
    draw(root, state);
    /** @type {NodeListOf<HTMLElement>} */ (root.querySelectorAll("thead button"))[index].focus();
  };
  const button = h(
    "button",
    { type: "button", class: "imfn-sort", onclick: click, title: "Sort by this column" },
    ...marked(text),
  );
  if (on) button.append(h("i", { "aria-hidden": "true", text: state.down ? " ↓" : " ↑" }));
  return h("th", { scope: "col", "aria-sort": on ? (state.down ? "descending" : "ascending") : "none" }, button);
}

/** @param {string} text @param {number} index */
const cell = (text, index) => h(index ? "td" : "th", index ? {} : { scope: "row" }, ...marked(text));

/**
 * `code` and **bold** of a cell as elements; everything else stays text.
 * @param {unknown} text
 * @returns {(HTMLElement | string)[]}
 */
function marked(text) {
  const parts = String(text)
    .split(/(\*\*.+?\*\*|`[^`]+`)/)
    .filter(Boolean);
  return parts.map((part) => {
    if (part.startsWith("**")) return h("b", {}, ...marked(part.slice(2, -2)));
    if (part.startsWith("`")) return h("code", { text: part.slice(1, -1) });
    return part;
  });
}

/**
 * Rows by the chosen column, downwards or upwards; what has no number goes last either way.
 * @param {ResultCell[][]} rows
 * @param {Pick<Sorting, "column" | "down">} order
 */
export function sorted(rows, { column, down }) {
  if (column === null) return rows;
  const turn = down ? -1 : 1;
  /** @param {ResultCell[]} a @param {ResultCell[]} b */
  const byName = (a, b) => turn * a[0].text.localeCompare(b[0].text, "en", { numeric: true });
  /** @param {ResultCell[]} a @param {ResultCell[]} b */
  const byNumber = (a, b) => {
    const [x, y] = [a[column].value, b[column].value];
    if (x === null || y === null) return Number(x === null) - Number(y === null);
    return turn * (x - y);
  };
  return [...rows].sort(column ? byNumber : byName);
}
