// What can be taken away: memory, video and numbers, made by the server, and the tree as a picture, made in the browser.
// A memory's floats can be stored less precisely: what each way takes and loses stands in its menu once that is opened.
// Built by `explore/player.js`.

import { viridis } from "../core/colours.js";
import { h } from "../core/dom.js";
import { size } from "../core/format.js";
import { menuButton } from "../ui/menu_button.js";
import { savePng, saveSvg } from "./picture.js";
import { storageCosts, take } from "./server.js";
import { get } from "./store.js";

/** @import { StorageCost } from "../core/payloads.js" */

/** @type {Record<string, string>} */
const NAMES = { float32: "float32", float16: "float16", "8bit": "8 bit" };

/** The menu of what can be taken away. */
export function downloadMenu() {
  /** @param {string} id @param {string} text @param {string} kind @param {() => void} onclick */
  const button = (id, text, kind, onclick) =>
    h("button", { type: "button", id, onclick }, h("span", { text }), h("small", { text: kind }));
  const precision = precisionMenu();
  return menuButton(
    "explore-download",
    "Download",
    button("explore-memory", "Memory", ".imfn", () => take("memory", precision.value)),
    h("label", { class: "imfn-menu-field" }, h("span", { text: "stored as" }), precision),
    button("explore-video", "Recovered video", ".mp4", () => take("video")),
    button("explore-report", "Report", ".html", () => take("report")),
    button("explore-json", "Numbers", ".json", () => take("json")),
    button("explore-csv", "Numbers", ".csv", () => take("csv")),
    button("explore-picture-png", "Picture of the tree", ".png", () => savePng(viridis)),
    button("explore-picture-svg", "Picture of the tree", ".svg", () => saveSvg()),
  );
}

/** The menu of precisions; what they cost at the selected level is measured when it is reached. */
function precisionMenu() {
  const options = Object.entries(NAMES).map(([value, text]) => h("option", { value, text }));
  const menu = h("select", { id: "explore-precision", "aria-label": "precision of the memory" });
  menu.append(...options);
  let known = "";
  const measure = async () => {
    const { exploration, selection } = get();
    if (!exploration) return;
    const asked = [exploration.id, exploration.explored, selection.merges, selection.window].join();
    if (asked === known) return;
    known = asked;
    try {
      const costs = await storageCosts(exploration.id, selection.merges, selection.window);
      for (const cost of costs) for (const one of options) if (one.value === cost.precision) one.text = words(cost);
    } catch {
      known = ""; // what is not known is not said; taking the memory says what is wrong
    }
  };
  menu.addEventListener("pointerenter", measure);
  menu.addEventListener("focus", measure);
  return menu;
}

/** "8 bit: 13 kB, 0.02 dB lost". @param {StorageCost} cost */
export function words({ precision, bytes, lost }) {
  const loss = precision === "float32" || lost === null ? "" : `, ${Math.max(0, lost).toFixed(2)} dB lost`;
  return `${NAMES[precision]}: ${size(bytes)}${loss}`;
}
