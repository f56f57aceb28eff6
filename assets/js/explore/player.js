// "What is left of my clip?": two sides of it, A and B, over one another, always in step with the selection; what B keeps
// of the clip, the error between them, where B's floats went, and what can be taken away.
// Mounted by `app/components/views.py` on #explore-player.

import { h, viewRoot } from "../core/dom.js";
import { count, dB } from "../core/format.js";
import { bound } from "../core/keymap.js";
import { tourHint } from "../shell/tour_hint.js";
import { trainButton } from "../train/clip_button.js";
import { cellPixels } from "../ui/sheets.js";
import { behindBones } from "../ui/skeleton.js";
import { framePsnr, nodeName, nodeOf, span } from "./exploration.js";
import { errorPicture, GAIN, paint } from "./panes.js";
import { sidePickers } from "./side_pickers.js";
import { connect, explorationOf, follow, pictureOf, sideA, sideB, sides, swap } from "./side_store.js";
import { sideName, sizeWords, written } from "./sides.js";
import { cover, floatsOf, frameWords, indexFloats, legend, paintSpent, patchAt, patchWords, unit } from "./spent.js";
import { stage } from "./stage.js";
import { get, subscribe } from "./store.js";
import { downloadMenu } from "./takeaway.js";
import { transport } from "./transport.js";
import { attachKeys } from "./tree_keys.js";

/** @import { Exploration, SpentMap, ViewParts } from "../core/types.js" */
/** @import { Point } from "./stage.js" */

/** @typedef {ReturnType<typeof build>} Parts */
/** What a side shows now. @typedef {{ e: Exploration, merges: number, frame: number, pixels: ImageData | null }} Shown */

/** @type {"error" | "spent" | null} what lies over B */
let overlay = null;
/** @type {SpentMap | undefined} of what B shows */
let map;

/** @param {ViewParts} view */
export function mount(view) {
  connect(view);
  const root = viewRoot(view.element);
  const parts = build(root);
  const again = () => refresh(parts);
  for (const [kind, card] of /** @type {const} */ ([
    ["error", parts.error],
    ["spent", parts.spent],
  ]))
    card.button.addEventListener("click", () => {
      overlay = overlay === kind ? null : kind;
      again();
    });
  parts.heard.point = (at) => sayPatch(parts, at);
  listenForKeys(parts, again);
  subscribe(root, () => {
    follow();
    again();
  });
  sides.subscribe(root, again);
}

/** @param {HTMLElement} root */
function build(root) {
  const pickers = sidePickers();
  const error = miniature("explore-error", "error", `B minus A, ×${GAIN}`, "imfn-pane-error");
  const spent = miniature("explore-spent", "where the floats went", "", "imfn-pane-spent");
  const patch = h("p", { class: "imfn-spent-line", hidden: true });
  const heard = { point: (/** @type {Point | null} */ _at) => {} };
  const big = stage((at) => heard.point(at));
  const { bar } = transport();
  const size = h("p", {
    class: "imfn-ab-size",
    id: "explore-size-said",
    title: "a float and a value of a pixel are 4 bytes",
  });
  const other = h("p", { class: "imfn-ab-other", hidden: true });
  const left = h(
    "div",
    {
      class: "imfn-panes imfn-ab-left",
      tabindex: 0,
      role: "group",
      "aria-label": "Player: space plays, x swaps A and B",
    },
    big.element,
    bar,
  );
  const right = h(
    "div",
    { class: "imfn-ab-right-column" },
    h("h2", { text: "What is left of my clip?" }),
    pickers.row,
    pickers.trouble,
    pickers.rail,
    size,
    other,
    h("div", { class: "imfn-ab-cards" }, error.button, spent.button),
    patch,
    tourHint(),
    h("div", { class: "imfn-ab-foot" }, downloadMenu(), trainButton(), keyHint()),
  );
  const whole = h("div", { class: "imfn-ab" }, left, right);
  const wait = behindBones(root, whole);
  return { root, wait, left, big, pickers, size, other, error, spent, patch, heard };
}

/** A small picture that is laid over B when it is pressed. @param {string} id @param {string} name @param {string} says @param {string} kind */
function miniature(id, name, says, kind) {
  const canvas = h("canvas", { role: "img", "aria-label": name });
  const words = h("small", { text: says });
  const text = h("span", {}, h("b", { text: name }), words);
  const button = h(
    "button",
    { type: "button", id, class: `imfn-ab-card ${kind}`, "aria-pressed": "false" },
    canvas,
    text,
  );
  return { canvas, words, button };
}

function keyHint() {
  const words = ["space", " play  ", "x", " swap  ", "z", " loupe"];
  return h("span", { class: "imfn-keys imfn-wide-only" }, ...words.map((w, i) => (i % 2 ? w : h("kbd", { text: w }))));
}

/** @param {Parts} parts */
function refresh(parts) {
  const { exploration: e, selection } = get();
  parts.wait(e === undefined);
  parts.root.classList.toggle("imfn-nothing", e === null);
  if (!e) return;
  parts.root.style.setProperty("--frame", `${e.width} / ${e.height}`); // its place before its picture is here
  parts.root.style.setProperty("--ratio", String(e.width / e.height));
  parts.left.classList.toggle("imfn-alone", !e.source);
  const again = () => refresh(parts);
  const [a, b] = [e.source ? shown("A", again) : null, shown("B", again)];
  parts.pickers.refresh();
  writeSize(parts);
  if (a?.pixels) paint({ canvas: parts.big.canvases.a }, a.pixels, wordsFor("A", a));
  if (b?.pixels) paint({ canvas: parts.big.canvases.b }, b.pixels, wordsFor("B", b));
  parts.big.canvases.a.classList.toggle("imfn-ab-waits", !explorationOf(sideA()));
  parts.big.canvases.b.classList.toggle("imfn-ab-waits", !explorationOf(sideB())); // what is seen is of another side
  const complete = Boolean(b?.pixels && (a?.pixels || !e.source));
  refreshError(parts, a, b);
  refreshSpent(parts, b);
  parts.big.loupe.draw();
  parts.big.words.a.replaceChildren(...label("A", sideA(), a));
  parts.big.words.b.replaceChildren(...label("B", sideB(), b));
  parts.left.dataset.shows = complete ? `${e.id} ${e.window.index} ${selection.merges} ${selection.frame}` : "";
  parts.left.dataset.sides = complete ? `${written(sideA())} ${written(sideB())}` : "";
}

/** What a side shows of the frame that is selected. @param {"A" | "B"} name @param {() => void} again @returns {Shown | null} */
function shown(name, again) {
  const { exploration: e, selection } = get();
  if (!e) return null;
  const side = name === "A" ? sideA() : sideB();
  const found = pictureOf(side, e.window.first + selection.frame);
  if (!found) return null;
  const pixels = cellPixels(found.e, side.merges, found.frame, again);
  return { e: found.e, merges: side.merges, frame: found.frame, pixels };
}

/** @param {"A" | "B"} name @param {Shown} side */
function wordsFor(name, { e, merges, frame }) {
  const psnr = merges ? framePsnr(e, merges, frame) : null;
  return `${name}: frame ${e.window.first + frame + 1}, ${sideName(e, merges)}${psnr === null ? "" : `, ${dB(psnr)}`}`;
}

/** @param {string} name @param {import("./sides.js").Side} side @param {Shown | null} now */
function label(name, side, now) {
  const e = explorationOf(side);
  const psnr = now && side.merges ? framePsnr(now.e, side.merges, now.frame) : null;
  const title = h("span", { text: e ? sideName(e, side.merges) : `${side.model} …` });
  const quality = psnr === null ? null : h("span", { class: "imfn-wide-only", text: ` · this frame ${dB(psnr)}` });
  return [h("b", { text: name }), title, ...(quality ? [quality] : [])];
}

/** @param {Parts} parts */
function writeSize(parts) {
  const [a, b] = [sideA(), sideB()];
  const eb = explorationOf(b);
  const words = eb && sizeWords(eb, b.merges);
  parts.size.replaceChildren(...(words ? sentence(words) : [`${b.model} is being computed on this clip …`]));
  const alone = eb !== null && !eb.source;
  const ea = a.merges && !alone ? explorationOf(a) : null;
  parts.other.hidden = !ea && !alone;
  if (alone)
    parts.other.textContent = "Opened from a memory file: the source is not in it, so there is no error to show.";
  if (ea) parts.other.replaceChildren("A: ", ...sentence(sizeWords(ea, a.merges)));
}

/** @param {ReturnType<typeof sizeWords>} words */
function sentence({ ratio, quality, kept, of }) {
  const parts = [h("b", { class: "imfn-ab-ratio", text: ratio }), ...(quality ? [h("b", { text: quality })] : [])];
  return [...parts.flatMap((part) => [part, " · "]), h("b", { text: kept }), ` ${of}`];
}

/** @param {Parts} parts @param {Shown | null} a @param {Shown | null} b */
function refreshError({ error, big }, a, b) {
  const both = Boolean(a?.pixels && b?.pixels);
  const alike = a?.pixels?.width === b?.pixels?.width && a?.pixels?.height === b?.pixels?.height;
  error.button.hidden = !a || (both && !alike); // pictures of two sizes have no error between them
  error.canvas.classList.toggle("imfn-ab-waits", !both);
  error.button.setAttribute("aria-pressed", String(overlay === "error" && Boolean(a)));
  if (!a?.pixels || !b?.pixels || !alike) return;
  const picture = errorPicture(a.pixels, b.pixels);
  paint(error, picture, `error of B against A, ${GAIN} times, brighter is larger`);
  if (overlay === "error") paint({ canvas: big.canvases.b }, picture, "error of B against A");
}

/** @param {Parts} parts @param {Shown | null} b */
function refreshSpent({ spent, patch, big }, b) {
  map = b?.merges ? b.e.window.spent?.[nodeName(b.merges, nodeOf(b.merges, b.frame))] : undefined;
  spent.button.hidden = !map;
  spent.button.setAttribute("aria-pressed", String(overlay === "spent" && Boolean(map)));
  patch.hidden = !map || overlay !== "spent";
  if (!map || !b) return;
  paintSpent(spent.canvas, map);
  spent.words.textContent = `${count(Math.min(...floatsOf(map)))} to ${count(map.most)} floats a ${unit(map)}`;
  if (overlay !== "spent" || !b.pixels) return;
  const share = `${count(indexFloats(map))} of the ${count(b.e.window.node_floats)} are indices.`;
  const { first } = span(b.e, b.merges, nodeOf(b.merges, b.frame));
  const hint = map.by_frame ? `${frameWords(map, b.frame - first)}.` : "Point at a patch to see what it got.";
  patch.replaceChildren(legend(map), h("span", { text: `${share} ${hint}` }));
  if (!map.by_frame) cover(big.canvases.b, map, b.e.width);
}

/** The words for the patch under the pointer. @param {Parts} parts @param {Point | null} at */
function sayPatch(parts, at) {
  const e = explorationOf(sideB());
  if (!map || map.by_frame || !e || overlay !== "spent" || !at || !parts.patch.lastChild) return;
  const place = { offsetX: at.x, offsetY: at.y };
  const patch = patchAt(place, { clientWidth: 1, clientHeight: 1 }, map, e);
  if (patch !== null) parts.patch.lastChild.textContent = `${patchWords(map, patch)}.`;
}

/** @param {Parts} parts @param {() => void} again */
function listenForKeys(parts, again) {
  attachKeys(parts.root);
  const loupe = parts.big.loupe;
  const keys = bound("sides", {
    swap: () => {
      swap();
      again();
    },
    loupe: () => loupe.toggle(),
    whole: () => parts.big.wholeScreen(),
    left: () => loupe.nudge(-0.02, 0),
    right: () => loupe.nudge(0.02, 0),
    up: () => loupe.nudge(0, -0.02),
    down: () => loupe.nudge(0, 0.02),
  });
  parts.root.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.defaultPrevented) return;
    const arrow = event.key.startsWith("Arrow");
    if (arrow ? event.target !== parts.left || !loupe.open() : event.target instanceof HTMLSelectElement) return;
    const act = keys[event.key];
    if (!act) return;
    event.preventDefault();
    act(event);
  });
}
