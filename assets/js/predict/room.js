// The room as it is lit, what stands beside it, and the keys and buttons that move the lantern. Called by
// `predict/view.js`.

import { h, targetOf } from "../core/dom.js";
import { bound } from "../core/keymap.js";
import { bytesOf } from "../ui/heatmap.js";
import { grey, litRoom, named, outline, sheet, walk } from "./paint.js";
import { DIGIT, FRAME, poseNear, posesOf, ROOM } from "./round.js";

/** @import { Letter } from "./round.js" */
/** @import { PredictStore } from "./store.js" */

/** @type {[letter: Letter, sign: string, says: string][]} */
const PAD = [
  ["u", "↑", "up"],
  ["l", "←", "left"],
  ["s", "·", "stay"],
  ["r", "→", "right"],
  ["d", "↓", "down"],
];
const LAMPS = ["cue A", "cue B", "key"];

/** The card, and what draws it. @param {PredictStore} store */
export function roomCard(store) {
  const canvas = h("canvas", { "aria-hidden": "true" });
  const stage = h(
    "div",
    {
      id: "predict-room",
      class: "imfn-predict-stage",
      tabindex: 0,
      role: "application",
      "aria-label": "The room: arrows move the lantern, U undoes, F forks, N takes a new room",
    },
    canvas,
  );
  const screen = h("canvas", { class: "imfn-predict-screen", "aria-hidden": "true" });
  const lamps = LAMPS.map((name) => h("span", { class: "imfn-predict-lamp", text: name }));
  const pad = h(
    "div",
    { class: "imfn-predict-pad", role: "group", "aria-label": "Move the lantern" },
    ...PAD.map(([letter, sign, says]) =>
      h("button", {
        type: "button",
        id: `predict-${says}`,
        class: `imfn-button imfn-predict-${says}`,
        "aria-label": says,
        title: says,
        text: sign,
        onclick: () => store.move(letter),
      }),
    ),
  );
  const truth = h("button", {
    type: "button",
    id: "predict-truth",
    title: "The whole room; no memory sees it",
    class: "imfn-button imfn-slim",
    "aria-pressed": "false",
    text: "Show truth",
    onclick: () => store.peek(),
  });
  const beside = h(
    "div",
    { class: "imfn-predict-beside" },
    h("div", {}, h("div", { class: "imfn-predict-signs" }, screen, h("div", {}, ...lamps)), truth),
    pad,
  );
  const words = h("p", { text: "9×9 pixels of 24×24" });
  const head = h("div", { class: "imfn-head-words" }, h("h2", { text: "The room as lit now" }), words);
  const card = h(
    "section",
    { class: "imfn-card imfn-predict-room" },
    h("div", { class: "imfn-card-head" }, head),
    stage,
    beside,
  );
  stage.addEventListener("click", (event) => {
    const edge = stage.getBoundingClientRect();
    const at = (/** @type {number} */ value) => (value * ROOM) / edge.width;
    store.walkTo(poseNear(at(event.clientX - edge.left), at(event.clientY - edge.top)));
  });
  attachKeys(stage, store);

  const draw = () => {
    const { answer, round, truth: shown } = store.state;
    const size = stage.clientWidth;
    if (!answer || !size || store.pose === null) return; // another room is on its way
    const frame = bytesOf(answer.frame);
    const context = sheet(canvas, size);
    grey(context, litRoom(frame, bytesOf(answer.truth), shown), ROOM, size);
    if (round.other !== null) walk(context, posesOf(answer.poses[0], round.other), size, named(card, "aside"));
    walk(context, posesOf(answer.poses[0], round.moves), size, named(card, "walk"));
    outline(context, store.pose, size, named(card, "lantern"));
    drawSigns(screen, lamps, frame, round.distractor);
    truth.setAttribute("aria-pressed", String(shown));
    truth.textContent = shown ? "Hide truth" : "Show truth";
  };
  return { card, stage, draw };
}

/** The screen and the three lamps of the frame's right side. @param {HTMLCanvasElement} screen @param {HTMLElement[]} lamps @param {Uint8Array} frame @param {boolean} on */
function drawSigns(screen, lamps, frame, on) {
  const size = 48;
  const shown = new Uint8ClampedArray(DIGIT * DIGIT);
  for (let y = 0; y < DIGIT; y++) for (let x = 0; x < DIGIT; x++) shown[y * DIGIT + x] = frame[y * FRAME + ROOM + x];
  grey(sheet(screen, size), shown, DIGIT, size);
  screen.title = on ? "The screen: another digit in every frame, to distract" : "The screen is off";
  lamps.forEach((lamp, index) => {
    const lit = frame[(DIGIT + index * 4 + 1) * FRAME + ROOM + 1] > 127;
    lamp.classList.toggle("imfn-on", lit);
    lamp.title = `${LAMPS[index]}: ${lit ? "lit in this frame" : "dark in this frame"}`;
  });
}

/**
 * Arrows move the lantern where the room has the focus; also where nothing has it, or a button that was just pressed for
 * this walk, as long as the room is seen.
 * @param {HTMLElement} element
 * @param {PredictStore} store
 */
function attachKeys(element, store) {
  const keys = bound("room", {
    left: () => store.move("l"),
    right: () => store.move("r"),
    up: () => store.move("u"),
    down: () => store.move("d"),
    stay: () => store.move("s"),
  });
  element.addEventListener("keydown", (event) => act(event, keys));
  document.addEventListener("keydown", (event) => {
    const box = element.getBoundingClientRect();
    const seen = box.height > 0 && box.top >= 0 && box.bottom <= window.innerHeight;
    const pressed = targetOf(event)?.closest(".imfn-predict-controls, .imfn-predict-room");
    if ((event.target === document.body || pressed) && seen) act(event, keys);
  });
}

/** Keys that act anywhere on the board but in a field, and where nothing has the focus. @param {HTMLElement} board @param {PredictStore} store @param {() => void} play begins the game */
export function attachBoardKeys(board, store, play) {
  const keys = bound("predict", {
    undo: () => store.undo(),
    fork: () => store.fork(),
    swap: () => store.swap(),
    fresh: () => store.fresh(),
    truth: () => store.peek(),
    walk: () => store.stroll(),
    find: play,
  });
  board.addEventListener("keydown", (event) => act(event, keys));
  document.addEventListener("keydown", (event) => {
    if (event.target === document.body && board.getClientRects().length) act(event, keys);
  });
}

/** @param {KeyboardEvent} event @param {Record<string, (event: KeyboardEvent) => unknown>} keys */
export function act(event, keys) {
  const meant = event.ctrlKey || event.metaKey || event.altKey || event.defaultPrevented;
  const typed = targetOf(event)?.closest("input:not([type='checkbox']), select, textarea");
  const pressed = (event.key === " " || event.key === "Enter") && targetOf(event)?.closest("button");
  if (meant || typed || pressed || !Object.hasOwn(keys, event.key)) return;
  event.preventDefault();
  keys[event.key](event);
}
