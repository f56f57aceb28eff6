// Tables for other programs: the buttons, and the file that the server makes when one is pressed.
// Mounted by `TableExports` in `app/components/views.py` for the stored table; used by `compare/comparison_view.js`.

import { h, viewRoot } from "../core/dom.js";
import { saveFile } from "../core/download.js";
import { messageOf } from "../core/format.js";
import { rpc } from "../core/rpc.js";

/** @import { LiveComparisonsServer } from "../core/payloads.js" */
/** @import { ViewParts } from "../core/types.js" */
/** @typedef {"csv" | "json" | "latex" | "markdown"} Kind */

/** @type {[Kind, string, string][]} kind, words, and the end of the stored table's id */
const KINDS = [
  ["csv", "CSV", "csv"],
  ["json", "JSON", "json"],
  ["latex", "LaTeX", "tex"],
  ["markdown", "Markdown", "md"],
];

/** @param {ViewParts} parts */
export function mount(parts) {
  /** @type {LiveComparisonsServer} */
  const server = rpc(parts.server);
  const trouble = h("p", { class: "imfn-problem", role: "alert" });
  const press = async (/** @type {Kind} */ kind) => {
    trouble.textContent = "";
    try {
      await exportTable(server, kind, null);
    } catch (error) {
      trouble.textContent = messageOf(error);
    }
  };
  viewRoot(parts.element).replaceChildren(exportButtons(press, "compare-"), trouble);
}

/**
 * A row of buttons, one a kind; with a prefix each has an id.
 * @param {(kind: Kind) => void} press
 * @param {string} [prefix]
 */
export function exportButtons(press, prefix) {
  const buttons = KINDS.map(([kind, text, ending]) =>
    h("button", {
      type: "button",
      class: "imfn-button imfn-slim",
      id: prefix ? `${prefix}${ending}` : null,
      "data-kind": kind,
      text,
      onclick: () => press(kind),
    }),
  );
  return h("div", { class: "imfn-exports" }, ...buttons);
}

/**
 * Save a table; without a number the one that came with the page. Rejects with the sentence of what is wrong.
 * @param {LiveComparisonsServer} server
 * @param {Kind} kind
 * @param {number | null} number of the comparison
 */
export async function exportTable(server, kind, number) {
  const { url, name } = await server.export_table({ kind, number });
  saveFile(url, name);
}
