// What a new run learns from: the clip that is open in Explore, files of the visitor's own, or bundled data; and the
// presets that suit it. Called by `train/form.js`; the pure parts are tested by `tests/js/train_sources.test.js`.

import { h } from "../core/dom.js";
import { attachRoving, rove } from "../ui/roving.js";

/** @import { Exploration } from "../core/types.js" */
/** @import { Settings } from "./fields.js" */

/**
 * Where one may start: `own` where it learns from files of the visitor's, `small` where these are small pictures.
 * @typedef {{ key: string, title: string, about: string, own: boolean, small: boolean, data: string, settings: Settings }} Preset
 */
/** The clip of Explore. @typedef {Pick<Exploration, "id" | "name" | "frames" | "width" | "height" | "source">} Clip */
/** @typedef {{ key: string, title: string, words: string, off?: boolean }} Source */

export const CLIP = "clip";
export const FILES = "files";
const SMALL = 32; // pixels a side up to which pictures are small, as in `app/sessions/choice.py`
/** @type {Record<string, [title: string, words: string]>} */
const DATA = {
  digits: ["Handwritten digits", "MNIST: 60,000 of 28×28 pixels"],
  lantern: ["A dark room", "made on the fly; its memories must foresee what was not lit"],
};

/** Whether a clip's pictures are small. @param {Clip} clip */
export const isSmall = ({ width, height }) => Math.max(width, height) <= SMALL;

/** What the card of the clip says. @param {Clip | null | undefined} clip */
export function clipWords(clip) {
  if (!clip) return "none is open; open one in Explore";
  if (!clip.source) return `${clip.name} was opened from a memory file: its source is not in it`;
  const frames = clip.frames === 1 ? "1 frame" : `${clip.frames} frames`;
  return `${clip.name}, ${frames} of ${clip.width}×${clip.height}`;
}

/** Everything one can train on, in order. @param {Preset[]} presets @param {Clip | null | undefined} clip @returns {Source[]} */
export function sourcesOf(presets, clip) {
  const data = [...new Set(presets.filter((preset) => !preset.own).map((preset) => preset.data))];
  return [
    { key: CLIP, title: "The clip open in Explore", words: clipWords(clip), off: !clip?.source },
    { key: FILES, title: "Your own video", words: "or images, an animation, an array or a zip of them" },
    ...data.map((key) => ({ key, title: DATA[key]?.[0] ?? key, words: DATA[key]?.[1] ?? "" })),
  ];
}

/** The presets that suit a source. @param {Preset[]} presets @param {string} source @param {Clip | null | undefined} clip */
export function suitable(presets, source, clip) {
  if (source === FILES) return presets.filter((preset) => preset.own);
  if (source !== CLIP) return presets.filter((preset) => !preset.own && preset.data === source);
  return presets.filter((preset) => preset.own && (!clip || preset.small === isSmall(clip)));
}

/** What a run is called at first: by the clip, without the ending of its file, or as the preset is. @param {Preset} preset @param {string} source @param {Clip | null | undefined} clip */
export function firstName(preset, source, clip) {
  const stem = source === CLIP && clip ? clip.name.replace(/\.[a-z0-9]{1,5}$/i, "").slice(0, 60) : "";
  return stem || preset.settings.name;
}

/**
 * A group of cards of which one is chosen: one stop of the Tab key, arrows move within.
 * @param {string} label
 * @param {string} name the attribute that says which card it is
 * @param {(key: string) => void} chosen
 */
export function cards(label, name, chosen) {
  const group = h("div", { class: "imfn-presets", role: "radiogroup", "aria-label": label });
  const buttons = () =>
    /** @type {HTMLButtonElement[]} */ ([...group.children]).filter(
      (each) => each.getAttribute("aria-disabled") !== "true",
    );
  /** @param {HTMLElement} button */
  const keyOf = (button) => button.getAttribute(name) ?? "";
  attachRoving(group, buttons, (button) => chosen(keyOf(button)));
  /** @param {string | null} key */
  const show = (key) => {
    for (const button of /** @type {HTMLElement[]} */ ([...group.children]))
      button.setAttribute("aria-checked", String(keyOf(button) === key));
    rove(
      buttons(),
      buttons().find((button) => keyOf(button) === key),
    );
  };
  /** @param {{ key: string, title: string, words: string, more?: string, off?: boolean }[]} all */
  const fill = (all) => {
    const drawn = JSON.stringify(all);
    if (group.dataset.drawn === drawn) return; // the card that the arrows have gone to keeps its place
    group.dataset.drawn = drawn;
    const focus = group.contains(document.activeElement)
      ? keyOf(/** @type {HTMLElement} */ (document.activeElement))
      : null;
    group.replaceChildren(...all.map(card));
    if (focus)
      buttons()
        .find((button) => keyOf(button) === focus)
        ?.focus();
  };
  /** @param {{ key: string, title: string, words: string, more?: string, off?: boolean }} each */
  const card = ({ key, title, words, more, off }) =>
    h(
      "button",
      {
        type: "button",
        role: "radio",
        [name]: key,
        tabindex: -1,
        "aria-disabled": String(Boolean(off)),
        onclick: () => !off && chosen(key),
      },
      h("b", { text: title }),
      h("span", { text: words }),
      more === undefined ? null : h("em", { text: more }),
    );
  /** @param {string} key @param {string} words */
  const say = (key, words) => {
    const line = group.querySelector(`[${name}="${key}"] em`);
    if (line) line.textContent = words;
  };
  return { group, fill, show, say };
}
