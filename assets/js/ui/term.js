// A word of the field with a dotted line under it: its meaning shows on hover, focus and tap, and Escape takes it away.
// One card serves the whole page; it is a popover, so no container clips it. Called by the views where they name a
// thing first; `markTerms` finds the words of headings that Python writes (app/components/term.py).

import { find, h, targetOf } from "../core/dom.js";
import { GLOSSARY } from "./glossary.js";

const EDGE = 10; // pixels kept free at the window's edges
const LINGER = 160; // milliseconds to reach the card with the pointer
/** @type {HTMLElement | null} */
let card = null;
/** @type {HTMLElement | null} */
let shown = null; // the term whose card is open
let timer = 0;
let gone = 0;

/**
 * The element for a word of the glossary.
 * @param {string} name
 * @param {string} [text] where it is written otherwise than the glossary's entry
 */
export function term(name, text = name) {
  if (!GLOSSARY[name]) throw new Error(`the glossary has no ${name}`);
  const word = h("button", { type: "button", class: "imfn-term", "data-term": name, "aria-expanded": "false", text });
  word.addEventListener("pointerenter", (event) => event.pointerType === "mouse" && show(word));
  word.addEventListener("pointerleave", (event) => event.pointerType === "mouse" && leave());
  word.addEventListener("focus", () => show(word));
  word.addEventListener("blur", hide);
  word.addEventListener("click", (event) => {
    event.stopPropagation();
    show(word);
  });
  word.addEventListener("keydown", (event) => {
    if (event.key === "Escape" && shown) {
      event.stopPropagation();
      hide();
    }
  });
  return word;
}

/**
 * A sentence as elements: words in [brackets], or [entry|as written], become terms.
 * @param {string} sentence
 * @returns {(Node | string)[]}
 */
export function withTerms(sentence) {
  return sentence
    .split(/(\[[^\]]+\])/)
    .filter(Boolean)
    .map((part) => (part.startsWith("[") ? bracketed(part.slice(1, -1)) : part));
}

/** @param {string} words */
function bracketed(words) {
  const [name, text] = words.split("|");
  return term(name, text);
}

function theCard() {
  if (card?.isConnected) return card;
  card = h("div", { id: "imfn-term-card", class: "imfn-term-card", role: "tooltip", popover: "manual" });
  card.addEventListener("pointerenter", () => clearTimeout(timer));
  card.addEventListener("pointerleave", leave);
  find(".gradio-container").append(card);
  window.addEventListener("scroll", () => shown && place(shown.getBoundingClientRect()), {
    capture: true,
    passive: true,
  });
  window.addEventListener("resize", hide);
  document.addEventListener(
    "pointerdown",
    (event) => shown && !targetOf(event)?.closest(".imfn-term, .imfn-term-card") && hide(),
  );
  return card;
}

/** @param {HTMLElement} word */
function show(word) {
  clearTimeout(timer);
  if (shown === word) return;
  hide();
  shown = word;
  word.setAttribute("aria-expanded", "true");
  word.setAttribute("aria-describedby", "imfn-term-card");
  const name = word.dataset.term ?? "";
  const open = theCard();
  open.replaceChildren(h("b", { text: name }), h("span", { text: GLOSSARY[name] }));
  open.showPopover();
  place(word.getBoundingClientRect());
  gone = window.setInterval(() => shown?.isConnected || hide(), 250); // a view may draw itself anew under the pointer
}

/** Under the word, above it where there is no room, never beyond the window. @param {DOMRect} word */
function place(word) {
  if (!card) return;
  const own = card.getBoundingClientRect();
  const below = word.bottom + 8 + own.height <= window.innerHeight - EDGE;
  const left = Math.min(
    word.left + word.width / 2 - own.width / 2,
    document.documentElement.clientWidth - EDGE - own.width,
  );
  card.style.left = `${Math.max(EDGE, left)}px`;
  const top = below ? word.bottom + 8 : word.top - 8 - own.height;
  card.style.top = `${Math.max(EDGE, Math.min(top, window.innerHeight - EDGE - own.height))}px`;
}

function leave() {
  clearTimeout(timer);
  timer = window.setTimeout(() => shown !== document.activeElement && hide(), LINGER);
}

function hide() {
  clearTimeout(timer);
  if (!shown) return;
  clearInterval(gone);
  shown.setAttribute("aria-expanded", "false");
  shown.removeAttribute("aria-describedby");
  shown = null;
  card?.hidePopover();
}
