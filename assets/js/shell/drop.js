// Files dropped anywhere on the page and folders are explored. Started by `explore/controls.js`, once per page.

import { h } from "../core/dom.js";
import { droppedFiles } from "../core/dropped.js";

/** @param {DragEvent} event */
const carriesFiles = (event) => [...(event.dataTransfer?.types ?? [])].includes("Files");

/** Take files dropped on the page. @param {(files: Promise<File[]>) => void} taken */
export function attachDrop(taken) {
  if (document.querySelector(".imfn-drop")) return;
  const words = h(
    "div",
    {},
    "Drop to explore",
    h("small", { text: "a video, images, a folder or a zip of images, or a memory file" }),
  );
  const curtain = h("div", { class: "imfn-drop", hidden: true }, words);
  document.body.append(curtain);
  let depth = 0; // elements that the files are over, one inside the other
  /** @param {number} n */
  const show = (n) => {
    depth = Math.max(0, n);
    curtain.hidden = depth === 0;
  };
  /** @param {"dragenter" | "dragleave" | "dragover" | "drop"} name @param {(event: DragEvent) => void} heard */
  const on = (name, heard) => document.addEventListener(name, (event) => carriesFiles(event) && heard(event), true);
  on("dragenter", () => show(depth + 1));
  on("dragleave", () => show(depth - 1));
  on("dragover", (event) => event.preventDefault());
  on("drop", (event) => {
    event.preventDefault();
    event.stopPropagation();
    show(0);
    taken(droppedFiles(event.dataTransfer));
  });
}
