// Scene 7, to copy or to foresee: the same floats, trained for one or the other, asked about a room that went dark. The
// walk is played in ten seconds, every belief asked of the server as it comes. Called by `guide/view.js`.

import { calm, h } from "../core/dom.js";
import { messageOf } from "../core/format.js";
import { grey, hatch, litRoom, outline, sheet } from "../predict/paint.js";
import { ROOM } from "../predict/round.js";
import { skill } from "../predict/words.js";
import { showTab } from "../shell/tabs.js";
import { bytesOf } from "../ui/heatmap.js";
import { action, scene } from "./scene.js";

/** @import { PredictionsServer, WalkAnswer } from "../core/payloads.js" */

/** What is walked, and which memories are set against each other, from `app/tabs/guide.py`. @typedef {{ seed: number, moves: string, names: string[], labels: string[], recorded: (number | null)[], seeds: number[] }} Foresee */

const PLAYED = 9000; // milliseconds of the whole walk
const WIDTH = 150; // pixels of a picture
const [LANTERN, LIT] = ["#3cc4b8", "lit now"];

/** @param {Foresee} facts @param {PredictionsServer} server */
export function foresee(facts, server) {
  const panes = [LIT, ...facts.labels].map((label, index) => {
    const [canvas, figure] = [h("canvas", { "aria-hidden": "true" }), h("b")];
    const caption = h("figcaption", {}, h("span", { text: label }), index ? figure : null);
    return { canvas, figure, element: h("figure", {}, canvas, caption) };
  });
  const said = h("p", { class: "imfn-foresee-said", "aria-live": "polite" });
  const pictures = h("div", { class: "imfn-foresee" }, ...panes.map(({ element }) => element));
  const play = action("Play the walk", () => run(), { id: "guide-foresee-play" });
  const card = scene({
    id: "foresee",
    title: "To copy, or to foresee",
    words:
      "A lantern walks through a dark room, and a memory keeps what it lit in 64 floats. Trained to give the frames back, it spends them on every detail that passes; trained to foresee what other places would show, it keeps more of the room.",
    actions: [
      play,
      action("Walk yourself, on Predict", () => {
        showTab("predict");
        window.scrollTo(0, 0);
      }),
    ],
    piece: [pictures, said],
  });
  /** @type {Promise<void> | null} */
  let turn = null;
  let shown = /** @type {WalkAnswer | null} */ (null);

  /** @param {number} moves how many of the walk */
  const ask = async (moves) => {
    shown = await server.walk({ seed: facts.seed, moves: facts.moves.slice(0, moves) });
    draw(shown);
  };
  /** @param {WalkAnswer} answer */
  const draw = (answer) => {
    const [room, ...beliefs] = panes;
    const context = sheet(room.canvas, WIDTH);
    grey(context, litRoom(bytesOf(answer.frame), bytesOf(answer.truth), false), ROOM, WIDTH);
    outline(context, answer.poses[answer.poses.length - 1], WIDTH, LANTERN);
    beliefs.forEach(({ canvas, figure }, index) => {
      const belief = answer.beliefs.find(({ name }) => name === facts.names[index]);
      if (!belief) return;
      const ink = sheet(canvas, WIDTH);
      grey(ink, bytesOf(belief.room), ROOM, WIDTH);
      hatch(ink, bytesOf(answer.lags), WIDTH);
      figure.textContent = `skill ${skill(belief.skill)}`;
    });
    card.element.dataset.step = String(answer.step);
  };
  const run = async () => {
    if (turn) return;
    play.disabled = true;
    turn = walked().catch((error) => {
      said.textContent = messageOf(error);
    });
    await turn;
    turn = null;
    play.disabled = false;
  };
  const walked = async () => {
    const count = facts.moves.length;
    for (let moves = calm() ? count : 0; moves <= count; moves += 1) {
      await ask(moves);
      await new Promise((done) => setTimeout(done, calm() ? 0 : PLAYED / count));
    }
    said.textContent = ending(facts);
  };
  const refresh = () => {
    if (shown) return draw(shown);
    if (turn) return;
    said.textContent = ending(facts);
    turn = ask(facts.moves.length)
      .catch((error) => {
        said.textContent = messageOf(error);
      })
      .finally(() => {
        turn = null;
      });
  };
  return { element: card.element, refresh };
}

/** What was recorded of memories trained the two ways. @param {Foresee} facts */
export function ending({ labels, recorded, seeds }) {
  const known = recorded.flatMap((value, index) =>
    value === null ? [] : [`${labels[index].toLowerCase()} ${skill(value)} (seeds: ${seeds[index]})`],
  );
  if (known.length < recorded.length) return "What was last lit more than ten steps ago is not recorded yet for both.";
  return `Recorded over 1,024 rooms, skill on what was last lit more than ten steps ago: ${known.join(", ")}. 1 is exact, 0 the mean room.`;
}
