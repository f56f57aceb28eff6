// The round that the Predict tab shows: room, moves, the branch put aside, the pose that is asked about. Every change of
// it is one question to the server; while an answer is under way the newest round waits, so answers never pile up.
// Mounted views subscribe; also reachable as `window.imfnPredict`.

import { messageOf } from "../core/format.js";
import { Store } from "../core/store.js";
import { current, writeSoon } from "../core/url.js";
import { notice } from "../ui/notice.js";
import { moved, namesOf, placeOf, poseAt, posesOf, roundOf, wayTo, wrongIn } from "./round.js";

/** @import { PredictionsServer, WalkAnswer, PlayAnswer } from "../core/payloads.js" */
/** @import { Letter, Round } from "./round.js" */

/** A bundled memory, from `setup` of app/tabs/predict.py. @typedef {{ name: string, label: string, floats: number, parameters: number, variant: string, recorded: Recorded | null }} MemoryFacts */
/** Recorded skill by lag: means over seeds, and the ends of the intervals. @typedef {{ skill: number[], low: number[], high: number[], seeds: number }} Recorded */
/** @typedef {{ rate: number, low: number, high: number, seeds: number }} Rate */
/** @typedef {{ first: { seed: number, moves: string }, steps: number, rooms: number, bins: [number, number][], memories: MemoryFacts[], rates: Record<string, Rate>, random: number | null }} Setup */
/** "Light the 7": which digit, where the cursor is, the visitor's choice, whether it is judged. @typedef {{ digit: number, cursor: number, mine: number | null, over: boolean }} Game */
/** Rounds that were played: by the visitor, by every memory, which may have come later, expected of random poses. @typedef {{ rounds: number, mine: number, played: Record<string, number>, right: Record<string, number>, random: number }} Score */
/**
 * @typedef {object} State
 * @property {Round} round
 * @property {WalkAnswer | null} answer
 * @property {WalkAnswer | null} aside the last answer of the branch that is put aside
 * @property {boolean} truth whether the true room is shown
 * @property {string} message
 * @property {Game | null} game
 * @property {Score} score
 * @property {Score} alone what the memories played by themselves
 * @property {boolean} playing
 */
/** What changed. @typedef {"round" | "answer" | "look" | "message" | "game"} Change */

/** @returns {Score} */
const nothing = () => ({ rounds: 0, mine: 0, played: {}, right: {}, random: 0 });
const ALWAYS = 2; // memories that are always shown, of app/sessions/predict.py
const WALK_EVERY = 220; // milliseconds between two moves of the walk that goes by itself
const FITTING = 300_000; // milliseconds that a probe may take
const FULL = "All 32 frames of this round have come: undo a step, start again, or take a new room.";
const COMING = "The memories are still taking in this step; try again in a moment.";

/** @extends {Store<State, Change>} */
export class PredictStore extends Store {
  /** @param {PredictionsServer} server @param {Setup} setup */
  constructor(server, setup) {
    super({
      round: roundOf(current, setup.first, setup.steps),
      answer: /** @type {WalkAnswer | null} */ (null),
      aside: /** @type {WalkAnswer | null} */ (null),
      truth: false,
      message: "",
      game: /** @type {Game | null} */ (null),
      score: nothing(),
      alone: nothing(),
      playing: false,
    });
    this.server = server;
    this.setup = setup;
    this.asking = false;
    this.stale = false;
    this.pressed = 0; // when the last move was made
    /** @type {number[]} milliseconds from a move to its beliefs on the canvas */
    this.times = [];
    /** @type {ReturnType<typeof setInterval> | undefined} */
    this.walking = undefined;
    wrongIn(current, setup.steps).forEach(notice);
    const { third } = this.state.round;
    if (!third || this.thirds.some(({ name }) => name === third)) return;
    this.state.round.third = "";
    writeSoon({ third: null });
    notice(`The link names a memory that is not here, ${third}; ${this.thirds[0]?.label ?? "no other"} is shown.`);
  }

  /** Frames that have come. */
  get step() {
    return this.state.round.moves.length + 1;
  }

  /** The bundled memories that are shown. */
  get shown() {
    const { memories } = this.setup;
    const third = memories.slice(ALWAYS).find(({ name }) => name === this.state.round.third) ?? memories[ALWAYS];
    return third ? [...memories.slice(0, ALWAYS), third] : memories;
  }

  /** The memories of which one is shown beside those that always are. */
  get thirds() {
    return this.setup.memories.slice(ALWAYS);
  }

  /** Where the lantern is, by the moves; null until something of this room was answered: every room begins elsewhere. */
  get pose() {
    const { answer, round } = this.state;
    return answer?.seed === round.seed ? (posesOf(answer.poses[0], round.moves).at(-1) ?? null) : null;
  }

  /** Whether the beliefs that are shown are those of the round as it stands. */
  get settled() {
    const { answer, round } = this.state;
    return answer?.seed === round.seed && answer.moves === round.moves;
  }

  /** Change the round, tell of it, and ask what is believed now. @param {Partial<Round>} patch */
  change(patch) {
    Object.assign(this.state.round, patch);
    if ("distractor" in patch || "run" in patch || "third" in patch) this.state.aside = null; // other frames, or other memories
    const { game } = this.state;
    const thirdAlone = Object.keys(patch).join() === "third"; // a digit that is still looked for is the same one
    this.state.game = thirdAlone && game?.mine === null ? game : null;
    this.state.message = "";
    this.tell("round");
    writeSoon(namesOf(this.state.round));
    this.ask();
  }

  /** One move of the lantern. @param {Letter} letter */
  move(letter) {
    const { pose, state } = this;
    if (this.step >= this.setup.steps) return this.say(FULL);
    this.pressed = performance.now();
    this.change({ moves: state.round.moves + letter });
    if (pose !== null && letter !== "s" && moved(pose, letter) === pose)
      this.say("The wall holds the lantern back; the step counts.");
  }

  /** Walk to a pose that was tapped, as far as frames are left. @param {number} pose */
  walkTo(pose) {
    if (this.pose === null) return this.say(COMING);
    const way = wayTo(this.pose, pose) || "s";
    const left = this.setup.steps - this.step;
    if (!left) return this.say(FULL);
    this.pressed = performance.now();
    this.change({ moves: this.state.round.moves + way.slice(0, left) });
    if (way.length > left) this.say(`The round ended on the way: it has ${this.setup.steps} frames.`);
  }

  undo() {
    const { moves } = this.state.round;
    if (!moves) return this.say("There is nothing to undo: this is the first frame.");
    this.stroll(false);
    this.change({ moves: moves.slice(0, -1) });
    this.say(`Step ${this.step} again: the memory as it was, not read back out of the newer one.`);
  }

  /** Keep the memory as it is, and go on with a copy. */
  fork() {
    this.state.aside = this.settled ? this.state.answer : null;
    this.change({ other: this.state.round.moves });
    this.say(`Forked at step ${this.step}: the memory is kept, and a copy goes on from here.`);
  }

  /** Go to the branch that was put aside. */
  swap() {
    const { round, answer } = this.state;
    if (round.other === null) return this.say("There is one branch so far; fork first.");
    this.stroll(false);
    this.state.aside = this.settled ? answer : null;
    this.change({ moves: round.other, other: round.moves });
    this.say(`On the other branch, at step ${this.step}.`);
  }

  /** Another room, from its first frame. */
  fresh() {
    this.stroll(false);
    this.state.aside = null;
    this.state.truth = false;
    this.change({ seed: Math.floor(Math.random() * 1e6), moves: "", other: null });
  }

  /** The same room from its first frame. */
  restart() {
    this.stroll(false);
    this.change({ moves: "" });
  }

  /** Let the lantern walk at random, or stop it. @param {boolean} [on] */
  stroll(on = !this.walking) {
    clearInterval(this.walking);
    this.walking = undefined;
    if (on && this.step >= this.setup.steps) this.say(FULL);
    else if (on) this.walking = setInterval(() => this.stray(), WALK_EVERY);
    this.tell("look");
  }

  /** One random move, into no wall. */
  stray() {
    if (this.step >= this.setup.steps) return this.stroll(false);
    const { pose } = this;
    if (pose === null) return;
    const free = /** @type {Letter[]} */ ([..."lrud"]).filter((letter) => moved(pose, letter) !== pose);
    this.move(free[Math.floor(Math.random() * free.length)]);
    if (this.step >= this.setup.steps) this.stroll(false);
  }

  /** Ask about another pose. @param {number} pose */
  look(pose) {
    this.state.round.asked = pose;
    this.tell("look");
    writeSoon(namesOf(this.state.round));
  }

  /** The same by a key. @param {Letter} letter */
  lookOn(letter) {
    const { asked } = this.state.round;
    const next = moved(asked, letter);
    if (next === asked) return this.say("The room ends here; the pose that is asked about stays.");
    this.look(next);
  }

  /** Show the true room, or hide it again. */
  peek() {
    this.state.truth = !this.state.truth;
    this.tell("look");
  }

  /** Begin "light the 7": one of the digits that were seen. */
  begin() {
    if (!this.settled) return this.say(COMING);
    const seen = this.state.answer?.seen ?? [];
    if (!seen.length) return this.say("No digit was lit by half yet; walk on first.");
    this.stroll(false);
    const digit = seen[Math.floor(Math.random() * seen.length)];
    this.state.game = { digit, cursor: this.pose ?? 0, mine: null, over: false };
    this.state.truth = false;
    this.state.message = "";
    this.tell("game");
  }

  /** Move the cursor of the game. @param {number | null} pose */
  aim(pose) {
    const { game } = this.state;
    if (!game || game.mine !== null) return;
    if (pose === null) return this.say("The room ends here.");
    game.cursor = pose;
    this.tell("game");
  }

  /** The same by a key. @param {number} down @param {number} right */
  aimBy(down, right) {
    const { game } = this.state;
    if (!game) return;
    const [row, column] = placeOf(game.cursor);
    this.aim(poseAt(row + down, column + right));
  }

  /** Take the cursor's pose as the answer, and see what the memories choose. */
  async choose() {
    const { game, round } = this.state;
    if (!game || game.mine !== null) return;
    game.mine = game.cursor;
    this.tell("game");
    await this.tried(async () => {
      const answer = await this.server.walk({ ...this.request(round), digit: game.digit });
      if (this.state.game !== game) return;
      game.over = true;
      this.state.answer = answer;
      count(this.state.score, answer, lights(answer, game.mine ?? 0, game.digit));
      this.tell("game");
    });
    if (this.state.game !== game || game.over) return;
    game.mine = null; // it was not heard: the pose can be chosen again
    this.tell("game");
  }

  /** Let the memories play rooms by themselves. */
  async play() {
    if (this.state.playing) return;
    this.state.playing = true;
    this.tell("game");
    await this.tried(async () => {
      const { distractor, run, third } = this.state.round;
      const first = Math.floor(Math.random() * 1e6);
      gather(this.state.alone, await this.server.play({ first, distractor, run, third }));
    });
    this.state.playing = false;
    this.tell("game");
  }

  /** Begin with what the address names; a training's memory needs a probe that reads it. */
  async start() {
    const { run } = this.state.round;
    if (run) await this.open(run);
    else await this.ask();
  }

  /** Show a training's memory beside the bundled ones. @param {string} run */
  async open(run) {
    this.state.round.run = "";
    this.say("A probe that reads this memory is looked for, or fitted: about a minute, once a training …");
    if (!this.state.answer) this.ask();
    try {
      await this.server.prepare({ run }, { timeout: FITTING });
      this.change({ run });
    } catch (error) {
      this.say("");
      notice(`${messageOf(error)} The bundled memories are shown.`);
    }
  }

  /** @param {Round} round */
  request({ seed, moves, distractor, run, third }) {
    return { seed, moves, distractor, run, third };
  }

  /** Ask for the beliefs of the round as it is; one question at a time, the newest round last. */
  async ask() {
    if (this.asking) {
      this.stale = true;
      return;
    }
    this.asking = true;
    do {
      this.stale = false;
      const asked = this.request(this.state.round);
      await this.tried(async () => {
        const answer = await this.server.walk(asked);
        if (this.isOf(asked)) this.take(answer);
      });
    } while (this.stale);
    this.asking = false;
  }

  /** Whether a question was about the memories and the frames that are shown now. @param {ReturnType<PredictStore["request"]>} asked */
  isOf({ third, run, distractor }) {
    const { round } = this.state;
    return third === round.third && run === round.run && distractor === round.distractor;
  }

  /** @param {WalkAnswer} answer */
  take(answer) {
    if (answer.seed !== this.state.round.seed) return;
    this.state.answer = answer;
    if (answer.moves === this.state.round.other) this.state.aside = answer;
    this.tell("answer");
    const { pressed } = this;
    if (!pressed || answer.moves !== this.state.round.moves) return;
    this.pressed = 0;
    requestAnimationFrame(() => this.times.push(performance.now() - pressed));
  }

  /** What fails is said in a sentence; the round stays. @param {() => Promise<void>} work */
  async tried(work) {
    try {
      await work();
    } catch (error) {
      this.stroll(false);
      this.refused(messageOf(error));
    }
  }

  /** A training's memory that cannot be asked is left out, and the round goes on. @param {string} sentence */
  refused(sentence) {
    if (!this.state.round.run) return this.say(sentence);
    notice(`${sentence} The bundled memories are shown.`);
    this.state.round.run = "";
    this.stale = this.asking;
  }

  /** @param {string} message */
  say(message) {
    this.state.message = message;
    this.tell("message");
  }
}

/** Whether a pose's middle lies in a quarter with the digit. @param {WalkAnswer} answer @param {number} pose @param {number} digit */
export function lights(answer, pose, digit) {
  const [row, column] = placeOf(pose);
  const half = (/** @type {number} */ at) => Number(at * 3 + 4 >= 12);
  return answer.digits[2 * half(row) + half(column)] === digit;
}

/** Count a round that was played. @param {Score} score @param {WalkAnswer} answer @param {boolean} mine */
export function count(score, answer, mine) {
  score.rounds += 1;
  score.mine += Number(mine);
  score.random += answer.random ?? 0;
  for (const { name, right } of answer.beliefs) add(score, name, 1, Number(right));
}

/** Add rooms that the memories played. @param {Score} score @param {PlayAnswer} played */
export function gather(score, { rooms, names, right, random }) {
  score.rounds += rooms;
  score.random += random;
  names.forEach((name, index) => {
    add(score, name, rooms, right[index]);
  });
}

/** @param {Score} score @param {string} name of a memory @param {number} rooms that it played @param {number} right of them */
function add(score, name, rooms, right) {
  score.played[name] = (score.played[name] ?? 0) + rooms;
  score.right[name] = (score.right[name] ?? 0) + right;
}
