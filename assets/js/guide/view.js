// The Guide: scenes that follow the one selection and are drawn from whatever clip is explored.
// Mounted by `app/components/views.py` on #guide.

import { h, onTheme } from "../core/dom.js";
import { count, plural } from "../core/format.js";
import { get, subscribe } from "../explore/store.js";
import { budget } from "./budget.js";
import { forgetting } from "./forgetting.js";
import { limitsScene } from "./limits.js";
import { merging } from "./merging.js";
import { next } from "./next.js";
import { pathScene } from "./path.js";
import { studentScene } from "./student.js";

export function mount({ element, props }) {
  const root = element.querySelector(".imfn-root") || element;
  const facts = typeof props.facts === "string" ? JSON.parse(props.facts) : props.facts;
  const clip = h("p", { class: "imfn-guide-clip" });
  const words = h("div", { class: "imfn-guide-head" }, h("h2", { text: "How a sequence becomes one memory" }), clip);
  const scenes = [budget(), merging(), pathScene(), forgetting(), studentScene(facts), limitsScene(facts), next()];
  root.replaceChildren(words, ...scenes.map((scene) => scene.element));
  let asked = 0;
  const draw = () => {
    asked = 0;
    const { exploration: e, selection } = get();
    root.classList.toggle("imfn-guide-empty", !e);
    clip.textContent = e ? clipWords(e) : "Nothing is explored yet: upload a clip or pick a sample on the Explore tab.";
    if (!e || !root.clientWidth) return void (root.dataset.shows = "");
    for (const scene of scenes) scene.refresh(e, selection, later);
    root.dataset.shows = `${e.id} ${e.window.index} ${selection.merges} ${selection.frame}`;
  };
  const later = () => (asked ||= requestAnimationFrame(draw));
  new ResizeObserver(later).observe(root); // also when the tab is opened again: what changed meanwhile was not drawn
  onTheme(root, later);
  subscribe(root, later);
}

function clipWords(e) {
  const part = e.windows > 1 ? `, window ${e.window.index + 1} of ${count(e.windows)}` : "";
  return `Every piece is live and drawn from your clip: ${e.name}${part}, ${plural(e.window.count, "frame")} of ${e.width}×${e.height}, model ${e.model}.`;
}
