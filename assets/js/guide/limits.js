// Scene 6, what it cannot do: the same bytes given to other codecs, the clip's own worst frame, and recorded figures
// beside the authors'. Called by `guide/view.js`.

import { h } from "../core/dom.js";
import { count, dB, ratio, size } from "../core/format.js";
import { framePsnr, hardest, rowRatio, rows } from "../explore/exploration.js";
import { errorPicture, paint, pane } from "../explore/panes.js";
import { cellPixels } from "../ui/sheets.js";
import { scene, seeInExplore } from "./scene.js";

/** @import { Exploration, Selection, Token } from "../core/types.js" */
/** @import { Facts, Storage } from "./view.js" */

/** @type {[name: "memory" | "jpeg" | "h264", title: string, colour: Token][]} */
const CODECS = [
  ["memory", "memory", "teal"],
  ["jpeg", "JPEG", "muted"],
  ["h264", "H.264", "muted"],
];
/** @type {Record<string, string>} */
const STORED = { float32: "32-bit floats", float16: "16-bit floats", "8 bit": "8-bit numbers" };

/** The scene; its worst frame is of the window on show. @param {Facts} facts */
export function limitsScene(facts) {
  const bytes = bytesPiece(facts.codecs);
  const worst = worstPiece();
  const card = scene({
    id: "limits",
    title: "What it cannot do",
    words:
      "A memory is floats, not a bit stream: at equal bytes ordinary codecs are far better. Motion costs quality. A window holds a fixed number of frames; a longer clip becomes a row of memories.",
    actions: [seeInExplore(worstOf)],
    piece: [h("div", { class: "imfn-limits" }, bytes.element, worst.element), recorded(facts)],
  });
  /** @param {Exploration} e @param {Selection} _ @param {() => void} later */
  const refresh = (e, _, later) => worst.refresh(e, later);
  return { element: card.element, refresh };
}

/** Bars of PSNR at the bytes of a memory that is stored one way or another. @param {Facts["codecs"]} codecs */
function bytesPiece({ ways, ratio: deepest, data }) {
  const bars = h("div", { class: "imfn-codec-bars" });
  const words = h("p", { class: "imfn-scene-note" });
  const pills = h("div", { class: "imfn-segments", role: "radiogroup", "aria-label": "How the memory is stored" });
  const most = Math.max(...ways.flatMap((way) => CODECS.map(([name]) => way[name] ?? 0)));
  /** @param {Storage} way */
  const show = (way) => {
    for (const button of buttons) check(button, button.dataset.storage === way.storage);
    bars.replaceChildren(...CODECS.map(([name, title, colour]) => bar(title, way[name], most, colour)));
    words.textContent = `${size(way.bytes)} a window, ${data}; memory at ${deepest}:1 as ${STORED[way.storage] || way.storage}.`;
  };
  const buttons = ways.map((way) =>
    h("button", {
      type: "button",
      role: "radio",
      "data-storage": way.storage,
      text: STORED[way.storage] || way.storage,
      onclick: () => show(way),
    }),
  );
  pills.append(...buttons);
  pills.addEventListener("keydown", (event) => {
    const next = turned(event.key, buttons.indexOf(/** @type {any} */ (event.target)), ways.length);
    if (next === null) return;
    event.preventDefault();
    show(ways[next]);
    buttons[next].focus();
  });
  show(ways.find((way) => way.storage === "float16") || ways[0]);
  return { element: h("div", { class: "imfn-codecs" }, h("h3", { text: "The same bytes" }), pills, bars, words) };
}

/** @param {HTMLElement} pill @param {boolean} on */
function check(pill, on) {
  pill.setAttribute("aria-checked", String(on));
  pill.tabIndex = on ? 0 : -1;
}

/** @type {Record<string, number>} */
const TURNS = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1 };

/** The place after `at` of a ring of `count` that an arrow key leads to; null for other keys. @param {string} key @param {number} at @param {number} count */
const turned = (key, at, count) => (TURNS[key] ? (at + TURNS[key] + count) % count : null);

/** @param {string} title @param {number | null} psnr null is exact @param {number} most @param {Token} colour */
function bar(title, psnr, most, colour) {
  const words = psnr === null ? "exact" : dB(psnr);
  const wide = psnr === null ? 100 : (100 * psnr) / most;
  return h(
    "div",
    { class: "imfn-codec-bar" },
    h("span", { text: title }),
    h("i", {}, h("i", { style: `width:${wide.toFixed(1)}%;background:var(--imfn-${colour})` })),
    h("b", { text: words }),
  );
}

/** @param {Exploration} e */
function worstOf(e) {
  const root = rows(e)[0];
  return { merges: root, frame: hardest(e, root, 0) ?? 0 };
}

/** The frame of the window on show that its root recovers worst. */
function worstPiece() {
  const source = pane("source"),
    recovered = pane("recovered"),
    error = pane("error");
  const title = h("h3");
  const row = h("div", { class: "imfn-panes" }, source.figure, recovered.figure, error.figure);
  const element = h("div", { class: "imfn-worst" }, title, row);
  /** @param {Exploration} e @param {() => void} later */
  const refresh = (e, later) => {
    element.hidden = !e.source;
    if (!e.source) return;
    title.textContent = e.windows > 1 ? "This window's hardest frame" : "Your clip's hardest frame";
    const { merges, frame } = worstOf(e);
    element.dataset.frame = String(frame);
    const [before, after] = [cellPixels(e, 0, frame, later), cellPixels(e, merges, frame, later)];
    if (before) paint(source, before, `frame ${frame + 1} of the source`);
    if (after) paint(recovered, after, `frame ${frame + 1} recovered at ${ratio(rowRatio(e, merges))}`);
    if (before && after) paint(error, errorPicture(before, after), "its error, five times as bright");
    source.caption.textContent = `frame ${frame + 1}`;
    recovered.caption.replaceChildren(
      h("span", { class: "imfn-pane-word", text: ratio(rowRatio(e, merges)) }),
      h("b", { text: dB(framePsnr(e, merges, frame)) }),
    );
    error.caption.textContent = "error ×5";
  };
  return { element, refresh };
}

/** Recorded figures beside what the authors state. @param {Pick<Facts, "digits" | "video">} facts */
function recorded({ digits, video }) {
  /** @param {string} name @param {string} ours @param {string} authors */
  const line = (name, ours, authors) =>
    h("tr", {}, h("th", { scope: "row", text: name }), h("td", { text: ours }), h("td", { text: authors }));
  const body = h(
    "tbody",
    {},
    line(
      `${count(digits.frames)} digits in ${count(digits.floats)} floats (${digits.indices} of ours are indices), MSE`,
      digits.ours.mse.toFixed(4),
      digits.authors.mse.toFixed(4),
    ),
    line("the same, SSIM (1 would be lossless)", digits.ours.ssim.toFixed(3), digits.authors.ssim.toFixed(3)),
    line(`video at ${video.ratio}:1, mean PSNR; the authors count tokens`, dB(video.ours), dB(video.authors)),
  );
  const head = h(
    "thead",
    {},
    h(
      "tr",
      {},
      h("th", { scope: "col", text: "on test data" }),
      h("th", { scope: "col", text: "here" }),
      h("th", { scope: "col", text: "authors" }),
    ),
  );
  return h("table", { class: "imfn-levels imfn-recorded" }, head, body);
}
