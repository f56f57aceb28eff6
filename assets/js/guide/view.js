// The Guide: scenes that follow the one selection and are drawn from whatever clip is explored.
// Mounted by `app/components/views.py` on #guide.

import { h, onTheme, viewRoot } from "../core/dom.js";
import { count, plural } from "../core/format.js";
import { rpc } from "../core/rpc.js";
import { get, subscribe } from "../explore/store.js";
import { budget } from "./budget.js";
import { foresee } from "./foresee.js";
import { forgetting } from "./forgetting.js";
import { limitsScene } from "./limits.js";
import { merging } from "./merging.js";
import { next } from "./next.js";
import { pathScene } from "./path.js";
import { studentScene } from "./student.js";

/** @import { Exploration, ViewParts } from "../core/types.js" */
/** @import { Scene } from "./scene.js" */

/** How a memory is stored: its bytes, and PSNR in dB at equal bytes; null is exact. @typedef {{ storage: string, bytes: number, memory: number | null, jpeg: number | null, h264: number | null }} Storage */

/**
 * Recorded figures, from `app/tabs/guide.py`: multiply-adds by number of leaves, PSNR of students and their teachers, codecs
 * at equal bytes, digits and video beside the authors' figures.
 * @typedef {object} Facts
 * @property {{ sizes: number[], rebuild: number[], path: number[], student: number[] }} costs
 * @property {Record<string, { data: string, ratio: number, teacher: number, student: number }>} students
 * @property {{ model: string, data: string, ratio: number, ways: Storage[] }} codecs
 * @property {{ frames: number, floats: number, indices: number, ours: Quality, authors: Quality }} digits
 * @property {{ ratio: number, ours: number, authors: number }} video
 * @property {import("./foresee.js").Foresee} foresee
 */
/** @typedef {{ mse: number, ssim: number }} Quality */

/** @param {ViewParts} parts */
export function mount({ element, props, server }) {
  const root = viewRoot(element);
  /** @type {Facts} */
  const facts = typeof props.facts === "string" ? JSON.parse(props.facts) : props.facts;
  const clip = h("p", { class: "imfn-guide-clip" });
  const words = h("div", { class: "imfn-guide-head" }, h("h2", { text: "How a sequence becomes one memory" }), clip);
  /** @type {Scene[]} */
  const scenes = [
    budget(),
    merging(),
    pathScene(),
    forgetting(),
    studentScene(facts),
    limitsScene(facts),
    foresee(facts.foresee, rpc(server)),
    next(),
  ];
  root.replaceChildren(words, ...scenes.map((scene) => scene.element));
  let asked = 0;
  const draw = () => {
    asked = 0;
    const { exploration: e, selection } = get();
    root.classList.toggle("imfn-guide-empty", !e);
    clip.textContent = e ? clipWords(e) : "Nothing is explored yet: upload a clip or pick a sample on the Explore tab.";
    root.dataset.shows = "";
    if (!e || !root.clientWidth) return;
    for (const scene of scenes) scene.refresh(e, selection, later);
    root.dataset.shows = `${e.id} ${e.window.index} ${selection.merges} ${selection.frame}`;
  };
  const later = () => {
    if (!asked) asked = requestAnimationFrame(draw);
  };
  new ResizeObserver(later).observe(root); // also when the tab is opened again: what changed meanwhile was not drawn
  onTheme(root, later);
  subscribe(root, later);
}

/** @param {Exploration} e */
function clipWords(e) {
  const part = e.windows > 1 ? `, window ${e.window.index + 1} of ${count(e.windows)}` : "";
  return `Every piece is live and drawn from your clip: ${e.name}${part}, ${plural(e.window.count, "frame")} of ${e.width}×${e.height}, model ${e.model}.`;
}
