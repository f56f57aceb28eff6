// The numbers of every level over the whole clip; the selected level's further figures stand below.
// Mounted by `app/components/views.py` on #explore-levels.

import { h, viewRoot } from "../core/dom.js";
import { count, dB, mse, plural, ratio, size } from "../core/format.js";
import { attachRoving, rove } from "../ui/roving.js";
import { behindBones } from "../ui/skeleton.js";
import { term } from "../ui/term.js";
import { select, subscribe } from "./store.js";

/** @import { Exploration, LevelRow, ViewParts } from "../core/types.js" */

const COLUMNS = [
  ["ratio", "Floats in : floats kept, measured over the whole clip; the root is the last row"],
  ["size", "Bytes of all memories of this level, over the whole clip"],
  ["MSE", "Mean squared error over all pixels of the clip, pixels from 0 to 1, in units of 10⁻⁴"],
  ["PSNR", "Peak signal-to-noise ratio in dB, of the mean squared error"],
  ["SSIM", "Structural similarity, scikit-image's default window; 1 is identical"],
];

/** @param {ViewParts} parts */
export function mount({ element }) {
  const root = viewRoot(element);
  const body = h("tbody");
  const head = h(
    "tr",
    {},
    ...COLUMNS.map(([name, words]) =>
      h(
        "th",
        { scope: "col" },
        ["MSE", "SSIM"].includes(name) ? term(name) : h("abbr", { title: words, text: name }),
        name === "MSE" ? h("small", { text: " ×10⁻⁴" }) : null,
      ),
    ),
  );
  const scope = h("p");
  const more = h("p", { class: "imfn-level-more" });
  const table = h("table", { class: "imfn-levels" }, h("thead", {}, head), body);
  const wait = behindBones(
    root,
    h(
      "div",
      { class: "imfn-card-head" },
      h("div", { class: "imfn-head-words" }, h("h2", { text: "Every level" }), scope),
    ),
    table,
    more,
  );
  attachRoving(
    body,
    () => buttonsOf(body),
    (button) => select({ merges: Number(button.closest("tr")?.dataset.merges) }),
  );
  let shown = /** @type {Exploration | null | undefined} */ (null);
  subscribe(root, ({ exploration: e, selection }) => {
    wait(e === undefined);
    root.classList.toggle("imfn-nothing", e === null);
    if (e && shown !== e) body.replaceChildren(...e.levels.map((level) => row(level)));
    shown = e;
    if (!e) return;
    scope.textContent = scopeOf(e);
    table.classList.toggle("imfn-unmeasured", !e.source);
    mark(body, selection.merges);
    more.replaceChildren(...moreOf(e, selection.merges));
  });
}

/** @param {Exploration} e */
function scopeOf(e) {
  if (!e.source) return "of the memory file";
  if (e.explored < e.windows) return `over the first ${plural(e.explored, "window")} of ${e.windows}`;
  return e.windows > 1 ? `whole clip, ${plural(e.frames, "frame")}` : "";
}

const blank = "–";
/** Measured over the whole clip. @param {LevelRow} level */
const ratioOf = (level) => ratio(level.measured_ratio ?? 2 ** level.merges);

/** @param {LevelRow} level */
function row(level) {
  const choose = () => select({ merges: level.merges });
  const button = h("button", {
    type: "button",
    class: "imfn-level",
    text: ratioOf(level),
    "aria-label": `Select ${ratioOf(level)}`,
  });
  const cells = [
    size(level.bytes),
    typeof level.mse === "number" ? mse(level.mse) : blank,
    typeof level.psnr === "number" ? level.psnr.toFixed(2) : blank,
    typeof level.ssim === "number" ? level.ssim.toFixed(3) : blank,
  ];
  return h(
    "tr",
    { "data-merges": level.merges, onclick: choose },
    h("th", { scope: "row" }, button),
    ...cells.map((text) => h("td", { text })),
  );
}

/** @param {HTMLTableSectionElement} body @param {number} merges */
function mark(body, merges) {
  for (const line of body.rows) {
    const on = Number(line.dataset.merges) === merges;
    line.classList.toggle("imfn-chosen", on);
    line.querySelector("button")?.setAttribute("aria-pressed", String(on));
  }
  rove(buttonsOf(body), body.querySelector("[aria-pressed=true]"));
}

/** @param {HTMLTableSectionElement} body */
const buttonsOf = (body) => [...body.querySelectorAll("button")];

/** @param {Exploration} e @param {number} merges */
function moreOf(e, merges) {
  const level = e.levels.find((one) => one.merges === merges);
  if (!level) return [h("b", { text: ratio(1) }), " the frames themselves, nothing is lost yet"];
  const words = [` ${count(level.floats)} floats`];
  if (typeof level.mean_psnr === "number") words.push(`mean of the windows' PSNR ${dB(level.mean_psnr)}`);
  if (typeof level.ssim === "number" && level.ssim_frames)
    words.push(`SSIM over ${plural(level.ssim_frames, "frame")}`);
  return [h("b", { text: ratioOf(level) }), words.join(" · ")];
}
