// A table of results, sorted by the column whose head is clicked; the best of a column is no claim, so nothing is marked
// but what the cells themselves mark. Mounted by `app/components/tables.py`; `compare/comparison_view.js` uses `showTable`.

import { h } from "../core/dom.js";

export function mount({ element, props, watch }) {
  const root = element.querySelector(".imfn-root") || element;
  const state = { table: null, column: null, down: false };
  const take = () => {
    state.table = props.value ? JSON.parse(props.value) : null;
    state.column = null;
    draw(root, state);
  };
  watch("value", take);
  take();
}

/** Show a table in an element, or another one in place of it; the chosen order stays. */
export function showTable(root, table) {
  root.resultState ||= { table: null, column: null, down: false };
  root.resultState.table = table;
  draw(root, root.resultState);
}

function draw(root, state) {
  root.classList.toggle("imfn-nothing", !state.table);
  if (!state.table) return;
  const { title, head, rows, note } = state.table;
  const heads = head.map((text, index) => headCell(root, state, text, index));
  const body = sorted(rows, state).map((row) => h("tr", {}, ...row.map((text, index) => cell(text, index))));
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

function headCell(root, state, text, index) {
  const on = state.column === index;
  const click = () => {
    state.down = on ? !state.down : false;
    state.column = index;
    draw(root, state);
    root.querySelectorAll("thead button")[index].focus();
  };
  const button = h(
    "button",
    { type: "button", class: "imfn-sort", onclick: click, title: "Sort by this column" },
    ...marked(text),
  );
  if (on) button.append(h("i", { "aria-hidden": "true", text: state.down ? " ↓" : " ↑" }));
  return h("th", { scope: "col", "aria-sort": on ? (state.down ? "descending" : "ascending") : "none" }, button);
}

const cell = (text, index) => h(index ? "td" : "th", index ? {} : { scope: "row" }, ...marked(text));

/** `code` and **bold** of a cell as elements; everything else stays text. */
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

const UNITS = { k: 1e3, M: 1e6 };

/** The number a cell starts with, or null. */
function number(text) {
  const found = /^(?:below )?[−-]?\d[\d,]*\.?\d*(?: ([kM])\b)?/.exec(text);
  return found ? Number.parseFloat(found[0].replaceAll(",", "").replace("−", "-")) * (UNITS[found[1]] || 1) : null;
}

/** Rows by the chosen column; what has no number goes last. */
function sorted(rows, { column, down }) {
  if (column === null) return rows;
  const by = (row) => (column ? number(row[column]) : null);
  const order = (a, b) => {
    const [x, y] = [by(a), by(b)];
    if (x === null && y === null) return column ? 0 : a[0].localeCompare(b[0], "en", { numeric: true });
    if (x === null || y === null) return x === null ? 1 : -1;
    return x - y;
  };
  const result = [...rows].sort(order);
  return down ? result.reverse() : result;
}
