// What is explored, in one card: the file as it was handed in, a strip of it on which a range is chosen, and Apply as
// soon as something else is asked for than what is shown. The server draws it (`app/components/controls.py`); started by
// `explore/controls.js`.

import { find, h, sharpContext } from "../core/dom.js";
import { count, plural, size } from "../core/format.js";
import { drawCell } from "../ui/sheets.js";
import { attachSheet } from "./clip_sheet.js";
import { kept } from "./kept.js";
import { differs, keyed, length, moved, named, rangeWords, shownRange } from "./range.js";
import { status } from "./server.js";
import { get, subscribe } from "./store.js";

/** @import { Exploration } from "../core/types.js" */
/** @import { Handle, Range, Settings } from "./range.js" */

/**
 * @typedef {object} Means
 * @property {() => Settings} settings as they stand in the fields
 * @property {Settings} first those of what comes with the page
 * @property {(range: Range) => void} put writes a range into the fields
 * @property {() => void} apply
 * @property {(name: string) => void} model chooses one in the menu
 */

const THUMB = { x: 0, y: 0, w: 100, h: 56 };
/** @type {Settings | null} */
let asked = null; // what led to what is shown
let update = () => {};

/** @param {HTMLElement} element the controls @param {Means} means `first`: those of what comes with the page */
export function attachClip(element, means) {
  const card = find("#explore-clip", element);
  const strip = find(".imfn-clip-strip", card);
  update = () => redraw(card, means.settings());
  for (const field of card.querySelectorAll("select, input")) {
    field.addEventListener("input", update);
    field.addEventListener("keydown", (event) => {
      const { key } = /** @type {KeyboardEvent} */ (event);
      if (key === "Enter" && field.matches("input") && card.dataset.apply === "yes") means.apply();
    });
  }
  attachHandles(strip, means);
  attachSheet(card);
  status.subscribe(element, (_now, what) => what === "status" && update());
  const shows = (/** @type {Exploration | null | undefined} */ e) => {
    if (!e) return;
    asked = e.id === "first" ? means.first : (kept().shown?.settings ?? asked);
    if (!e.source) means.model(e.model);
    describe(card, e);
    update();
  };
  subscribe(element, ({ exploration }, what) => what === "exploration" && shows(exploration));
  shows(get().exploration);
}

/** The fields were set to what led to what is shown. @param {Settings} settings */
export function askedFor(settings) {
  asked = settings;
  update();
}

/** @param {HTMLElement} card @param {Exploration} e */
function describe(card, e) {
  const name = find(".imfn-clip-facts b", card);
  name.textContent = e.name;
  name.title = e.name;
  const [first, second] = card.querySelectorAll(".imfn-clip-facts span");
  first.textContent = fileWords(e);
  second.textContent = sizeWords(e);
  const image = /** @type {HTMLImageElement} */ (find(".imfn-clip-strip img", card));
  const there = (e.file_frames ?? 0) > 1; // a range can be chosen before the strip's pictures are drawn
  card.dataset.strip = there ? "yes" : e.source ? "no" : "none";
  if (!there || !e.strip) image.removeAttribute("src");
  else if (image.getAttribute("src") !== e.strip) image.src = e.strip;
  for (const menu of /** @type {NodeListOf<HTMLSelectElement>} */ (card.querySelectorAll("select"))) {
    menu.disabled = !e.source;
    menu.title = e.source ? "" : "a memory file is opened with the model and at the size that it was made with";
  }
  thumbnail(card, e);
}

/** "your file 0.9 MB · 345 frames". @param {Exploration} e */
export function fileWords(e) {
  const whose = e.sample ? "its file" : e.source ? "your file" : "memory file";
  const file = e.file_bytes ? `${whose} ${size(e.file_bytes)}` : "";
  const count = e.file_frames ?? (e.source ? null : e.frames);
  return [file, count ? plural(count, "frame") : ""].filter(Boolean).join(" · ");
}

/** "640×360 · 25 fps". @param {Exploration} e */
export function sizeWords(e) {
  const [height, width] = e.file_size ?? [e.height, e.width];
  return `${width}×${height}${e.fps && e.file_frames !== 1 ? ` · ${Number(e.fps.toFixed(2))} fps` : ""}`;
}

/** @param {HTMLElement} card @param {Exploration} e */
function thumbnail(card, e) {
  if (e.window.index) return;
  const canvas = /** @type {HTMLCanvasElement} */ (find(".imfn-clip-thumb", card));
  const merges = e.source ? 0 : e.levels[0].merges;
  const paint = () => {
    const now = get().exploration;
    if (now && now.id === e.id)
      drawCell(sharpContext(canvas, THUMB.w, THUMB.h), e, merges, 0, THUMB, devicePixelRatio, paint);
  };
  paint();
}

/** Where the handles stand, what the range comes to, whether there is something to apply. @param {HTMLElement} card @param {Settings} now */
function redraw(card, now) {
  const e = get().exploration;
  const { busy, error } = status.get();
  const part = e && e.explored < e.windows;
  card.dataset.apply = !busy && (error || !e || part || differs(now, asked, e)) ? "yes" : "no";
  /** @type {HTMLButtonElement} */ (find("#explore-run", card)).disabled = card.dataset.apply === "no";
  if (!e) return;
  const total = e.file_frames ?? null;
  const range = named(now.first, now.count, total);
  const same = range && range.from === shownRange(e).from && range.to === shownRange(e).to;
  const words = find(".imfn-clip-words", card);
  const clear = same || !differs(now, asked, e);
  const shown = `shown ${shownRange(e).from}–${shownRange(e).to}`;
  const chosen = range
    ? rangeWords(bounded(clear ? shownRange(e) : range), total, e.fps)
    : `choose ${total ? `frames 1 to ${count(total)}` : "whole numbers from 1"}`;
  words.replaceChildren(clear ? "" : h("b", { text: shown }), clear ? "" : " · ", chosen);
  words.title = words.textContent ?? "";
  if (card.dataset.strip !== "yes" || !total) return;
  const drawn = range ?? shownRange(e);
  place(find(".imfn-clip-shown", card), shownRange(e), total);
  place(find(".imfn-clip-chosen", card), drawn, total);
  const strip = find(".imfn-clip-strip", card);
  strip.style.setProperty("--from", `${(100 * (drawn.from - 1)) / total}%`);
  strip.style.setProperty("--to", `${(100 * drawn.to) / total}%`);
  for (const handle of /** @type {NodeListOf<HTMLElement>} */ (card.querySelectorAll("[role=slider]"))) {
    const at = drawn[handle.dataset.handle === "to" ? "to" : "from"];
    handle.setAttribute("aria-valuemin", "1");
    handle.setAttribute("aria-valuemax", String(total));
    handle.setAttribute("aria-valuenow", String(at));
    handle.setAttribute("aria-valuetext", `frame ${at} of ${total}`);
  }
}

/** A range without an end ends where it is counted to. @param {Range} range @returns {Range} */
const bounded = ({ from, to }) => ({ from, to: Number.isFinite(to) ? to : from });

/** @param {HTMLElement} mark @param {Range} range @param {number} total */
function place(mark, { from, to }, total) {
  mark.style.left = `${(100 * (from - 1)) / total}%`;
  mark.style.width = `${(100 * length({ from, to })) / total}%`;
}

/**
 * Drag an end or the whole range, press elsewhere to bring the range there; arrows, Page keys, Home and End.
 * @param {HTMLElement} strip @param {Means} means
 */
function attachHandles(strip, means) {
  /** @type {{ handle: Handle, grabbed: number } | null} */
  let held = null;
  const put = (/** @type {Range} */ range) => {
    means.put(range);
    update();
  };
  const now = () => {
    const e = get().exploration;
    const { first, count } = means.settings();
    const total = e?.file_frames ?? 0;
    return e && total ? { total, range: named(first, count, total) ?? shownRange(e), block: e.leaves } : null;
  };
  const under = (/** @type {PointerEvent} */ event, /** @type {number} */ total) => {
    const box = strip.getBoundingClientRect();
    return 1 + Math.floor((total * (event.clientX - box.left)) / box.width);
  };
  strip.addEventListener("pointerdown", (event) => {
    const there = now();
    if (!there || event.button) return;
    event.preventDefault();
    const at = under(event, there.total);
    const handle = grasped(event);
    const inside = handle !== "both" || (at >= there.range.from && at <= there.range.to);
    const middle = Math.floor(length(there.range) / 2);
    held = { handle, grabbed: inside ? at - there.range[handle === "to" ? "to" : "from"] : middle };
    strip.setPointerCapture(event.pointerId);
    if (handle !== "both") find(`[data-handle=${handle}]`, strip).focus();
    if (!inside) put(moved(there.range, "both", at - middle, there.total));
  });
  strip.addEventListener("pointermove", (event) => {
    const there = held && now();
    if (!held || !there) return;
    put(moved(there.range, held.handle, under(event, there.total) - held.grabbed, there.total));
  });
  for (const end of ["pointerup", "pointercancel"]) strip.addEventListener(end, () => (held = null));
  strip.addEventListener("keydown", (event) => {
    const handle = /** @type {Handle | undefined} */ (/** @type {HTMLElement} */ (event.target).dataset.handle);
    const there = now();
    if (!handle || !there || event.ctrlKey || event.metaKey || event.altKey) return;
    const at = there.range[handle === "to" ? "to" : "from"];
    const next = keyed(event.key, at, there.total, there.block);
    if (next === null) return;
    event.preventDefault();
    event.stopPropagation(); // arrows walk the tree elsewhere
    put(moved(there.range, handle, next, there.total));
  });
}

/** @param {PointerEvent} event @returns {Handle} */
function grasped(event) {
  const handle = /** @type {HTMLElement | null} */ (/** @type {HTMLElement} */ (event.target).closest("[data-handle]"));
  return /** @type {Handle} */ (handle?.dataset.handle ?? "both");
}
