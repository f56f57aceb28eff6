// Scene 5, the student: what one more frame costs a rebuild, a path update and the student, for trees of any size.
// Measured costs and quality come with the page (`app/tabs/guide.py`). Called by `guide/view.js`.

import { h } from "../core/dom.js";
import { count, dB } from "../core/format.js";
import { showTab } from "../shell/tabs.js";
import { showView } from "../ui/sub_views.js";
import { lineChart } from "./chart.js";
import { action, scene } from "./scene.js";

/** @import { Exploration, Token } from "../core/types.js" */
/** @import { Facts } from "./view.js" */

/** @typedef {"rebuild" | "path" | "student"} Way */

/** @type {[name: Way, words: string, colour: Token, dash: string][]} */
const WAYS = [
  ["rebuild", "rebuild the tree", "muted", "2 4"],
  ["path", "update one path", "teal", ""],
  ["student", "one student step", "orange", "6 4"],
];

/** The scene; its slider stands at the explored tree's size until it is moved. @param {Pick<Facts, "costs" | "students">} facts */
export function studentScene({ costs, students }) {
  const slider = h("input", {
    type: "range",
    class: "imfn-range",
    min: 0,
    max: costs.sizes.length - 1,
    step: 1,
    "aria-label": "Frames in the memory",
  });
  const chart = h("div", { class: "imfn-guide-chart" });
  const label = h("span", { class: "imfn-student-size" });
  /** @type {Record<Way, HTMLElement>} */
  const cells = { rebuild: h("dd"), path: h("dd"), student: h("dd") };
  const list = h(
    "dl",
    { class: "imfn-costs" },
    ...WAYS.flatMap(([name, words, colour]) => [
      h("dt", {}, h("i", { style: `background:var(--imfn-${colour})` }), words),
      cells[name],
    ]),
  );
  const quality = h("p", { class: "imfn-scene-note" });
  const card = scene({
    id: "student",
    title: "The student takes one step",
    words:
      "A student learns to follow the tree's root: memory and frame in, next memory out. It never looks back, so a frame costs the same however long the sequence is.",
    actions: [action("Open Trajectory", () => leave("path")), action("Go live", () => leave("live"))],
    piece: [
      h(
        "div",
        { class: "imfn-student" },
        chart,
        h("div", {}, h("div", { class: "imfn-slider-row" }, slider, label), list, quality),
      ),
    ],
  });
  let chosen = /** @type {number | null} */ (null);
  let drawn = "";
  const draw = () => {
    const at = Number(slider.value);
    label.textContent = `T = ${count(costs.sizes[at])}`;
    slider.style.setProperty("--done", `${(100 * at) / (costs.sizes.length - 1)}%`);
    slider.setAttribute("aria-valuetext", `${costs.sizes[at]} frames`);
    for (const [name] of WAYS) cells[name].textContent = millions(costs[name][at]);
    const words = `Multiply-adds of one more frame against T. At ${costs.sizes[at]}: ${WAYS.map(([name, title]) => `${title} ${millions(costs[name][at])}`).join(", ")}`;
    const lines = WAYS.map(([name, , colour, dash]) => ({ values: costs[name], colour, dash }));
    chart.replaceChildren(
      lineChart({
        width: chart.clientWidth,
        height: 190,
        title: "multiply-adds a frame, log scale",
        words,
        names: costs.sizes.map(String),
        lines,
        at,
        log: true,
      }),
    );
  };
  slider.addEventListener("input", () => {
    chosen = Number(slider.value);
    draw();
  });
  /** @param {Exploration} e */
  const refresh = (e) => {
    const at = chosen ?? Math.max(0, costs.sizes.indexOf(e.leaves));
    quality.textContent = qualityWords(students, e.model);
    if (drawn === `${at} ${chart.clientWidth}`) return;
    drawn = `${at} ${chart.clientWidth}`;
    slider.value = String(at);
    draw();
  };
  return { element: card.element, refresh };
}

/** @param {number} operations */
const millions = (operations) => `${(operations / 1e6).toFixed(operations < 1e7 ? 1 : 0)} M`;

/** How much the model's own student loses, where it has one. @param {Facts["students"]} students @param {string} name */
function qualityWords(students, name) {
  const known = students[name];
  if (!known) return `Costs of the paper's dense tree in 1,024 floats. ${name} has no student yet.`;
  return `Costs of the paper's dense tree. At ${known.ratio}:1 ${name}'s own student keeps ${dB(known.student, 2)}, its tree ${dB(known.teacher, 2)} (${known.data}).`;
}

/** Open one of Trajectory's views. @param {"path" | "live"} view */
function leave(view) {
  showView("trajectory", view);
  showTab("trajectory");
  window.scrollTo(0, 0);
}
