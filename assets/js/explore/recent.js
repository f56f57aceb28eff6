// The visitor's own clips of late, kept in localStorage: what was handed in and how it was explored, so that it is
// explored again at a press while the server keeps the upload. Started by `explore/controls.js`.

import { find, h } from "../core/dom.js";
import { menuButton } from "../ui/menu_button.js";

/** @import { Input, Settings } from "./server.js" */
/** A clip that can be explored again. @typedef {{ name: string, input: Input, settings: Settings }} Recent */

const KEY = "imfn-recent";
const MOST = 6;

/** @type {Set<() => void>} */
const changed = new Set();

/** @param {unknown} each @returns {each is Recent} */
const readable = (each) => {
  const { name, input, settings } = /** @type {any} */ (each ?? {});
  return typeof name === "string" && Array.isArray(input?.uploads) && typeof settings?.model === "string";
};

/** The list with a clip in front, each clip once, the oldest left out. @param {Recent[]} list @param {Recent} clip */
export const withClip = (list, clip) => [clip, ...withoutClip(list, clip.input)].slice(0, MOST);

/** @param {Recent[]} list @param {Input} input */
export const withoutClip = (list, input) =>
  list.filter((each) => JSON.stringify(each.input.uploads) !== JSON.stringify(input.uploads));

/** "video-16 · from frame 9, 32 frames · 128". @param {Settings} settings */
export const howWords = ({ model, size, first, count }) => `${model} · from frame ${first}, up to ${count} · ${size}`;

/** @returns {Recent[]} */
export function recent() {
  try {
    const list = JSON.parse(localStorage.getItem(KEY) ?? "[]");
    return Array.isArray(list) ? list.filter(readable).slice(0, MOST) : [];
  } catch {
    return []; // nothing may be kept here, or something else wrote it
  }
}

/** @param {Recent[]} list */
function write(list) {
  try {
    localStorage.setItem(KEY, JSON.stringify(list));
  } catch {
    // nothing may be kept here
  }
  for (const each of changed) each();
}

/** A clip was explored; samples have buttons of their own. @param {Recent} clip */
export const remember = (clip) => clip.input.uploads?.length && write(withClip(recent(), clip));

/** A clip's files are gone. @param {Input} input */
export const forget = (input) => write(withoutClip(recent(), input));

/** @param {HTMLElement} element the controls @param {(clip: Recent) => void} open */
export function attachRecent(element, open) {
  const list = () => /** @type {HTMLElement} */ (box.querySelector(".imfn-menu-list"));
  const box = menuButton("explore-recent", "Recent");
  const button = /** @type {HTMLButtonElement} */ (find("#explore-recent", box));
  const fill = () => {
    const clips = recent();
    button.disabled = !clips.length;
    button.title = clips.length ? "your own clips of late" : "your own clips will be listed here";
    const entries = clips.map((clip) =>
      h(
        "button",
        { type: "button", onclick: () => open(clip) },
        h("span", { text: clip.name }),
        h("small", { text: howWords(clip.settings) }),
      ),
    );
    const forgets = h("button", { type: "button", onclick: () => write([]) }, h("span", { text: "Forget these" }));
    list().replaceChildren(...entries, forgets);
  };
  find("#explore-recent-place", element).replaceChildren(box);
  changed.add(fill);
  addEventListener("storage", ({ key }) => key === KEY && fill()); // another page of this browser
  fill();
}
