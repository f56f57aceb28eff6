// The section "A stream without end" of the Live card: the kept roots, oldest on the left, the window that is being
// filled on the right, the places that are still free, and saving and going on. Called by `live/view.js`.

import { contextOf, h } from "../core/dom.js";
import { count, dB, plural } from "../core/format.js";
import { drawSprite } from "../ui/sprites.js";
import { menu } from "./controls.js";

/** @import { Forest, RootShown } from "../core/payloads.js" */
/** @import { SheetCell } from "../core/types.js" */

const SIDE = 112; // pixels of the window's picture
const CROWDED = 9; // places from which captions are short

/** The newest sheet of the window that is being filled. @typedef {{ sheet: SheetCell, image: HTMLImageElement }} Sheet */
/** What the section sets off. @typedef {{ save: () => void, open: () => void, anew: () => void, keep: (roots: number) => void }} Act */
/** A saved stream that Start goes on from. @typedef {{ name: string, forest: Forest }} Offer */
/** @typedef {ReturnType<typeof place>} Place */

const NOT_MEASURED = "not measured: those frames were not kept";

/** What one root is, in full. @param {RootShown} root */
export function wordsOf({ first, frames, stride, psnr }) {
  const quality = psnr === null ? NOT_MEASURED : dB(psnr);
  const leaf = stride === 1 ? "a leaf for each" : `one leaf for ${stride}`;
  return `Frames ${count(first + 1)} to ${count(first + frames)}: ${count(frames)} frames, ${leaf}; ${quality}`;
}

/** What is held, in one sentence. @param {Forest} forest */
export function summaryOf({ frames, most, most_floats, roots }) {
  const oldest = plural(roots[0]?.stride ?? 1, "frame");
  return `${plural(frames, "frame")} seen, held in at most ${count(most_floats)} floats (${most} roots and the open window); the oldest leaf stands for ${oldest}.`;
}

/** What is measured, and by what. @param {Forest} forest */
export function asideOf({ ages, since }) {
  const aside = `${plural(ages.length, "frame")} kept aside only to measure, outside the memory.`;
  return since ? `${aside} Frames up to ${count(since)} are ${NOT_MEASURED}.` : aside;
}

export class ForestSection {
  shown = /** @type {Forest | null} */ (null);
  places = /** @type {Map<string, Place>} */ (new Map()); // of roots, by first frame and stride
  order = ""; // the roots and free places that stand in the row
  leaves = 1;

  /** @param {Record<string, number[]>} roots that can be chosen, with the strides of an example @param {number} chosen @param {Act} act */
  constructor(roots, chosen, act) {
    this.examples = roots;
    this.words = h("p", { class: "imfn-live-caption", id: "live-forest-words" });
    this.aside = h("span");
    this.said = h("span", { class: "imfn-live-forest-said", id: "live-forest-said", role: "status" });
    this.row = h("div", {
      class: "imfn-live-roots",
      id: "live-roots",
      role: "list",
      "aria-label": "Kept roots, oldest first",
    });
    this.window = place("imfn-live-filling");
    this.canvas = h("canvas", { width: SIDE, height: SIDE });
    this.window.box.append(this.canvas);
    this.menu = menu(
      "roots",
      Object.keys(roots).map((each) => [each, each]),
      (value) => act.keep(Number(value)),
      "Finished windows that are kept at most; when there are more, two neighbours become one.",
      "live-most",
    );
    this.choose(chosen);
    this.saving = button("live-save", "Save this stream", act.save);
    this.opening = button("live-go-on", "Go on from a saved stream", act.open);
    this.anew = h("button", {
      type: "button",
      class: "imfn-link",
      id: "live-anew",
      text: "Begin anew",
      onclick: act.anew,
    });
    this.anew.hidden = true;
    const tools = h("div", { class: "imfn-live-forest-tools" }, this.menu.label, this.saving, this.opening);
    const head = h(
      "div",
      { class: "imfn-live-forest-head" },
      h("h3", { id: "live-forest-title", text: "A stream without end" }),
      tools,
    );
    const text = h(
      "div",
      { class: "imfn-live-forest-words" },
      this.words,
      h("p", { class: "imfn-live-caption" }, this.said, this.aside, this.anew),
    );
    this.element = h(
      "section",
      { class: "imfn-live-forest", id: "live-forest", "aria-labelledby": "live-forest-title" },
      head,
      text,
      this.row,
    );
    this.savable(false);
  }

  /** How many roots the menu says, a number that only a file has among them. @param {number} roots @param {boolean} [fixed] */
  choose(roots, fixed = false) {
    const { select } = this.menu;
    if (![...select.options].some((each) => each.value === String(roots)))
      select.append(h("option", { value: roots, text: String(roots) }));
    select.value = String(roots);
    select.disabled = fixed;
  }

  /** Before anything runs. @param {number} leaves @param {number} most */
  empty(leaves, most) {
    this.leaves = leaves;
    this.reset(null);
    this.anew.hidden = true;
    this.savable(false);
    this.say("");
    this.choose(most);
    this.words.textContent = `Every full window of ${leaves} frames stays as a root. Of more than ${most}, two neighbours become one, a leaf of which stands for twice as many frames.`;
    const strides = this.examples[most] ?? [];
    const windows = strides.reduce((sum, stride) => sum + stride, 0);
    this.note(
      `So the memory reaches back without end, never grows, and is coarser the older. After ${count(windows)} windows:`,
    );
    this.lay([], most, 0, strides);
  }

  /** A saved stream that Start goes on from. @param {Offer} offer @param {number} leaves */
  offer({ name, forest }, leaves) {
    this.leaves = leaves;
    this.reset(forest);
    this.choose(forest.most, true);
    this.anew.hidden = false;
    this.savable(false);
    this.say(`Start goes on from ${name} with the chosen source. `);
    this.draw(forest);
  }

  /** A stream has begun, perhaps as a saved one that goes on. @param {Forest} forest @param {number} leaves @param {boolean} goesOn */
  begin(forest, leaves, goesOn) {
    this.leaves = leaves;
    this.reset(forest);
    this.anew.hidden = !goesOn;
    this.savable(forest.frames > 0);
    this.say("");
    this.draw(forest);
  }

  /** @param {Forest | null} forest */
  reset(forest) {
    this.shown = forest;
    this.places.clear();
    this.order = "";
    this.still(forest?.picture ?? null);
  }

  /** The picture that a saved window has before it is filled further. @param {string | null} url */
  still(url) {
    contextOf(this.canvas).clearRect(0, 0, SIDE, SIDE);
    this.window.image.hidden = !url;
    if (url) this.window.image.src = url;
  }

  /** What a push has changed; pictures are kept also while nothing is drawn. @param {Forest} forest */
  take(forest) {
    this.shown = forest;
    for (const root of forest.roots) this.keep(root);
    this.savable(true);
  }

  /** @param {Sheet | null} sheet of the window that is being filled */
  paint(sheet) {
    if (!this.shown) return;
    this.draw(this.shown);
    if (!sheet) return;
    this.still(null);
    const box = { x: 0, y: 0, w: SIDE, h: SIDE };
    if (this.shown.open) drawSprite(contextOf(this.canvas), sheet.image, sheet.sheet, this.shown.open >> 1, box);
  }

  /** @param {Forest} forest */
  draw(forest) {
    this.words.textContent = summaryOf(forest);
    this.note(asideOf(forest));
    this.lay(forest.roots, forest.most, forest.open);
    for (const root of forest.roots) caption(this.keep(root), root, wordsOf(root));
  }

  /** The place of a root; a new one shows the older of the two that it was made of until its own picture is here. @param {RootShown} root */
  keep(root) {
    const name = nameOf(root);
    const known = this.places.get(name);
    const found = known ?? place("");
    if (!known) {
      this.places.set(name, found);
      const older = this.places.get(nameOf({ ...root, stride: root.stride / 2 }));
      if (older) found.image.src = older.image.src;
      if (older) found.figure.classList.add("imfn-live-merged");
    }
    if (root.picture) found.image.src = root.picture;
    return found;
  }

  /** Roots, window and free places in order, those with what an example has there; only what has changed is laid anew. @param {RootShown[]} roots @param {number} most @param {number} open @param {number[]} [strides] */
  lay(roots, most, open, strides = []) {
    this.fill(open);
    const names = roots.map(nameOf);
    const order = [...names, most, ...strides].join(" ");
    if (order === this.order) return;
    this.order = order;
    for (const name of this.places.keys()) if (!names.includes(name)) this.places.delete(name);
    const free = Array.from({ length: most - roots.length }, (_, index) => freePlace(this.leaves, strides[index]));
    const figures = roots.map((root) => this.keep(root).figure);
    this.row.style.setProperty("--places", String(most + 1));
    this.row.classList.toggle("imfn-live-crowded", most + 1 > CROWDED);
    const filled = strides.length ? [...free, this.window.figure] : [...figures, this.window.figure, ...free];
    this.row.replaceChildren(...filled);
  }

  /** How full the window is. @param {number} open */
  fill(open) {
    const { figure, box, texts } = this.window;
    box.style.setProperty("--done", `${(100 * open) / this.leaves}%`);
    texts[0].textContent = `${open} / ${this.leaves}`;
    texts[1].textContent = "filling";
    label(figure, `The window that is being filled: ${open} of ${this.leaves} frames`);
  }

  /** Whether there is a stream to save. @param {boolean} on */
  savable(on) {
    this.saving.disabled = !on;
  }

  /** @param {string} words @param {boolean} [error] */
  say(words, error = false) {
    this.said.textContent = words;
    this.said.classList.toggle("error", error);
    this.said.setAttribute("role", error ? "alert" : "status");
    this.aside.hidden = Boolean(words);
  }

  /** What stands where nothing else is said. @param {string} words */
  note(words) {
    if (this.aside.textContent !== words) this.aside.textContent = words;
  }
}

/** @param {Pick<RootShown, "first" | "stride">} root */
const nameOf = ({ first, stride }) => `${first}:${stride}`;

/** One place of the row. @param {string} kind */
function place(kind) {
  const image = h("img", { alt: "" });
  const box = h("i", {}, image);
  const texts = [h("b"), h("span"), h("span")];
  image.hidden = kind !== "";
  const free = kind === "imfn-live-free";
  const shown = {
    class: `imfn-live-place ${kind}`,
    role: free ? null : "listitem",
    "aria-hidden": free ? "true" : null,
  };
  const figure = h("div", shown, box, h("p", {}, ...texts));
  figure.addEventListener("animationend", () => figure.classList.remove("imfn-live-merged"));
  return { figure, box, image, texts };
}

/** A place that is free, with what an example has there. @param {number} leaves @param {number} [stride] */
function freePlace(leaves, stride) {
  const { figure, texts } = place("imfn-live-free");
  if (stride) span(texts, stride * leaves, stride);
  return figure;
}

/** @param {Place} place @param {RootShown} root @param {string} words */
function caption({ figure, texts }, { frames, stride, psnr }, words) {
  if (figure.title === words) return;
  span(texts, frames, stride);
  if (psnr === null) texts[2].replaceChildren(h("small", { text: "not measured" }), h("em", { text: "no dB" }));
  else texts[2].textContent = dB(psnr);
  label(figure, words);
}

/** "64 frames", "one leaf for 4"; "64", "4 a leaf" where it is crowded. @param {HTMLElement[]} texts @param {number} frames @param {number} stride */
function span(texts, frames, stride) {
  texts[0].replaceChildren(count(frames), h("small", { text: " frames" }));
  const leaf = h("small", { text: stride === 1 ? "a leaf for each" : `one leaf for ${count(stride)}` });
  texts[1].replaceChildren(leaf, h("em", { text: `${count(stride)} a leaf` }));
}

/** @param {HTMLElement} figure @param {string} words */
function label(figure, words) {
  figure.title = words;
  figure.setAttribute("aria-label", words);
}

/** @param {string} id @param {string} text @param {() => void} onclick */
const button = (id, text, onclick) => h("button", { type: "button", class: "imfn-button", id, text, onclick });
