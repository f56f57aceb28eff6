// Files dropped anywhere on the page are handed to the upload button; the sample on show is marked among the pills.
// Started by `explore/tree_view.js`, once per page.

import { h } from "../core/dom.js";
import { subscribe } from "../explore/store.js";

const carriesFiles = (event) => [...(event.dataTransfer?.types || [])].includes("Files");

/** Take files dropped on the page, and mark the explored sample. `root` is the tree's element. */
export function attachDrop(root) {
  if (document.querySelector(".imfn-drop")) return;
  const curtain = h(
    "div",
    { class: "imfn-drop", hidden: true },
    h("div", {}, "Drop to explore", h("small", { text: "a video, images, a zip of images, or a memory file" })),
  );
  document.body.append(curtain);
  let depth = 0;
  const show = (n) => (curtain.hidden = (depth = Math.max(0, n)) === 0);
  const on = (name, heard) => document.addEventListener(name, (event) => carriesFiles(event) && heard(event), true);
  on("dragenter", () => show(depth + 1));
  on("dragleave", () => show(depth - 1));
  on("dragover", (event) => event.preventDefault());
  on("drop", (event) => {
    event.preventDefault();
    event.stopPropagation();
    show(0);
    hand(event.dataTransfer.files);
  });
  subscribe(root, ({ exploration }) => markSample(exploration?.sample));
}

/** Put files into the upload button's own input, as if they had been chosen there. */
function hand(files) {
  const input =
    document.querySelector("input[type=file]#explore-upload, #explore-upload input[type=file]") || nextInput();
  if (!input || !files.length) return;
  input.files = files;
  input.dispatchEvent(new Event("change", { bubbles: true }));
}

/** Gradio puts an upload button's input beside the button. */
function nextInput() {
  const button = document.querySelector("#explore-upload");
  return button?.parentElement?.querySelector("input[type=file]");
}

function markSample(name) {
  for (const pill of document.querySelectorAll("#explore-samples [id^=sample-]")) {
    pill.setAttribute("aria-pressed", String(pill.id === `sample-${name}`));
  }
}
