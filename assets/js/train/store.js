// Runs, their rows and what is looked at. Rows are fetched by cursor: a refresh costs the same however long a run is.
// Called by every `train_*.js`; also reachable as `window.imfnTrain`.

import { messageOf } from "../core/format.js";
import { opened, write } from "../core/url.js";
import { notice } from "../ui/notice.js";

const PULSE = 1000; // milliseconds between two refreshes
const EAGER = 300; // the same while a run begins
const FEW = 8; // rows that a run has then
const OVERLAID = 6; // runs in one chart at most

/** @import { SameClip } from "../core/payloads.js" */
/** @import { Settings } from "./fields.js" */
/** @import { About } from "./form.js" */
/** @import { MetricRow, Palette, Run, RunNews } from "../core/types.js" */

/** What is known of a run's figures; `sheets` are the steps of its saved looks at the probe. @typedef {{ rows: MetricRow[], cursor: number, sheets: number[], clip: SameClip | null, attempt: string | null }} History */
/** How curves are shown. @typedef {{ metric: string, x: string, log: boolean, smooth: number }} Look */
/** What changed. @typedef {"refresh" | "chosen" | "make" | "look"} Change */

export const COLOURS = ["teal", "orange", "#7a6ff0", "#c79a1c", "#3b82c4", "#c2548f"];
const OVER = new Set(["stopped", "finished", "failed", "interrupted", "damaged"]);

/** Whether a run is over. @param {Run} run */
export const ended = (run) => OVER.has(run.state);

export class TrainStore {
  runs = /** @type {Run[]} */ ([]);
  deleted = /** @type {Run[]} */ ([]);
  histories = /** @type {Map<string | null, History>} */ (new Map());
  chosen = /** @type {string | null} */ (null);
  overlaid = /** @type {string[]} */ ([]);
  making = false;
  log = "";
  events = /** @type {any[]} */ ([]);
  ready = false;
  trouble = /** @type {string | null} */ (null); // what went wrong last
  listeners = /** @type {((what: Change) => void)[]} */ ([]);
  look = /** @type {Look} */ ({ metric: "mse", x: "steps", log: true, smooth: 0 });
  wanted = opened("run");
  timer = 0;
  /** Opens the form of a new run on the clip of Explore; set by the form. */
  learn = () => {};
  /** Opens it with another run's settings. @type {(settings: Settings, about: About) => void} */
  fill = () => {};

  /** @param {any} server the questions of `core/rpc.js` @param {HTMLElement} root */
  constructor(server, root) {
    this.server = server;
    this.root = root;
  }

  /** @param {(what: Change) => void} heard */
  subscribe(heard) {
    this.listeners.push(heard);
  }

  /** @param {Change} what */
  tell(what) {
    for (const heard of this.listeners) heard(what);
  }

  /** @param {string | null} [id] */
  run(id = this.chosen) {
    return this.runs.find((run) => run.id === id) || null;
  }

  /** @param {string | null} [id] @returns {History} */
  history(id = this.chosen) {
    const history = this.histories.get(id) ?? { rows: [], cursor: 0, sheets: [], clip: null, attempt: null };
    this.histories.set(id, history);
    return history;
  }

  /** Colour of a run: by its place among those in the chart. @param {string} id @param {Palette} palette */
  colour(id, palette) {
    const place = this.shown().indexOf(id);
    const colour = COLOURS[place < 0 ? 0 : place % COLOURS.length];
    return /** @type {Record<string, string>} */ (palette)[colour] || colour;
  }

  /** Runs in the chart, the chosen one first. */
  shown() {
    return [...new Set([...(this.chosen ? [this.chosen] : []), ...this.overlaid])].filter((id) => this.run(id));
  }

  start() {
    this.beat();
    document.addEventListener("visibilitychange", () => !document.hidden && this.soon());
  }

  async beat() {
    clearTimeout(this.timer);
    if (this.root.getClientRects().length && !document.hidden) await this.refresh();
    this.timer = window.setTimeout(() => this.beat(), this.expecting() ? EAGER : PULSE);
  }

  /** Whether the chosen run is about to show its first figures, or has shown but a few. */
  expecting() {
    const run = this.run();
    return run !== null && !ended(run) && this.history().rows.length < FEW;
  }

  soon() {
    clearTimeout(this.timer);
    this.timer = window.setTimeout(() => this.beat(), 0);
  }

  async refresh() {
    const follow = this.shown()
      .filter((id) => this.behind(id))
      .map((run) => ({ run, cursor: this.history(run).cursor }));
    try {
      this.take(await this.server.refresh({ follow, log: this.chosen }));
      this.trouble = null;
    } catch (error) {
      this.trouble = messageOf(error);
    }
    this.tell("refresh");
  }

  /** Whether a run may have rows that are not here yet. @param {string} id */
  behind(id) {
    const [run, history] = [this.run(id), this.history(id)];
    return run === null || !ended(run) || history.attempt !== `${run.attempt} ${run.state} ${run.total}`;
  }

  /**
   * Take the answer to a refresh.
   * @param {{ runs: Run[], deleted: Run[], status: Record<string, RunNews>, log?: string | null, events?: any[] }} answer
   */
  take({ runs, deleted, status, log, events }) {
    Object.assign(this, { runs, deleted, ready: true });
    if (log !== null && log !== undefined) Object.assign(this, { log, events });
    for (const [id, found] of Object.entries(status)) this.append(this.history(id), found);
    const gone = this.chosen !== null && !this.run(this.chosen);
    if (gone) this.chosen = null;
    if (this.wanted && !runs.some((run) => run.id === this.wanted)) this.missing(runs[0]);
    if (!this.chosen && runs.length && !this.making)
      this.chosen = (
        runs.find((run) => run.id === this.wanted) ||
        runs.find((run) => run.state === "running") ||
        runs[0]
      ).id;
    if (gone) write({ run: this.chosen });
    this.wanted = null;
    this.overlaid = this.overlaid.filter((run) => this.run(run));
  }

  /** Say that the run of the address is not among those that this browser may see. @param {Run | undefined} other */
  missing(other) {
    const instead = other ? "another one is shown instead" : "there is no run yet";
    notice(`The run of this link was deleted, or it belongs to another browser; ${instead}.`);
    write({ run: null });
  }

  /** Take a run's news into what is known of it. @param {History} history @param {RunNews} news */
  append(history, { run, rows, cursor, cut, sheets, clip }) {
    if (cut !== null) history.rows = history.rows.filter((row) => row.total <= cut);
    const last = history.rows.at(-1)?.id ?? 0; // two refreshes may have asked from the same cursor
    history.rows.push(...rows.filter((row) => row.id > last));
    history.cursor = Math.max(history.cursor, cursor);
    history.sheets = sheets;
    history.clip = clip ?? null;
    history.attempt = `${run.attempt} ${run.state} ${run.total}`;
  }

  /** @param {string} id */
  choose(id) {
    this.chosen = id;
    this.making = false;
    this.overlaid = this.overlaid.filter((other) => other !== id);
    write({ run: id });
    Object.assign(this, { log: "", events: [] });
    this.tell("chosen");
    this.soon();
  }

  /** Lay a run over the chart, or take it out. @param {string} id */
  overlay(id) {
    const on = this.overlaid.includes(id);
    this.overlaid = on ? this.overlaid.filter((other) => other !== id) : [...this.overlaid, id].slice(-OVERLAID + 1);
    this.tell("chosen");
    this.soon();
  }

  /** Open or close the form of a new run. @param {boolean} making */
  make(making) {
    this.making = making;
    this.tell(making ? "make" : "chosen");
  }

  /** @param {Partial<Look>} patch */
  see(patch) {
    Object.assign(this.look, patch);
    this.tell("look");
  }

  /**
   * Do something to a run, then look again; the sentence of what went wrong is told.
   * @param {string} action
   * @param {string} run
   * @param {object} [more]
   */
  async act(action, run, more = {}) {
    try {
      const answer = await this.server.act({ action, run, ...more });
      this.trouble = null;
      this.soon();
      return answer;
    } catch (error) {
      this.trouble = messageOf(error);
      this.tell("refresh");
      return null;
    }
  }

  /** Do what may fail; the sentence of what went wrong is told. @param {() => Promise<unknown>} attempt */
  async tried(attempt) {
    try {
      await attempt();
    } catch (error) {
      this.trouble = messageOf(error);
      this.tell("refresh");
    }
  }
}
