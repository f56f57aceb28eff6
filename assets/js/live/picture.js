// What the Live card shows: panes of the newest frame, strips of the window, the kept roots, and the state in words.
// Called by `live/view.js`.

import { h, onTheme, onWidth, palette } from "../core/dom.js";
import { count, dB, plural, short } from "../core/format.js";
import { errorPicture } from "../explore/panes.js";
import { drawSprite } from "../ui/sprites.js";
import { paintAges } from "./ages.js";
import { figure, legend, lesson, pane, pixels, show, strip } from "./parts.js";
import { paintCurve, paintPath } from "./path.js";
import { paintStrip } from "./strips.js";

const PAST = 3; // curves of finished windows
const SAID = 5000; // milliseconds between two announcements
const CURVE = 96; // pixels that a chart is high
/** @type {Record<string, string>} */
const FADING = {
  skip: "The more frames are in it, the fewer of its floats each one has: in the strips below the older ones lose detail as new ones come in.",
  zeros:
    "Frames that have not come yet are black ones here: they are merged like any others, so the first frame is kept as coarsely as the last.",
};

/** @import { LiveFacts, LiveFrame, LiveRecall, Palette } from "../core/types.js" */
/** @import { Forest } from "../core/payloads.js" */
/** @import { ForestSection } from "./forest.js" */
/** @import { Curve } from "./path.js" */

/** @typedef {"teacher" | "student"} MemoryName */
/** The pictures of a frame, decoded. @typedef {{ source: HTMLImageElement, recalled: Partial<Record<MemoryName, Recalled>> }} Images */
/** @typedef {{ now: HTMLImageElement, sheet: HTMLImageElement }} Recalled */
/** What a model is before a stream begins. @typedef {{ leaves: number, small: boolean }} LiveModel */

/** @type {MemoryName[]} */
const MEMORIES = ["teacher", "student"];

/** What has been seen of the stream on show. */
const fresh = () => ({
  came: /** @type {HTMLImageElement[]} */ ([]), // the window's frames so far, by leaf: the first ones may be missing
  now: /** @type {LiveFrame | null} */ (null),
  images: /** @type {Images | null} */ (null),
  curves: noCurves(),
  past: /** @type {Curve[]} */ ([]),
  ms: { teacher: 0, student: 0 }, // of a push, smoothed
});

/** @returns {Record<MemoryName, Curve>} */
const noCurves = () => ({ teacher: [], student: [] });

export class LivePicture {
  /** @type {LiveFacts | null} */
  facts = null;
  seen = fresh();
  said = 0; // when the state was last announced
  state = h("p", { class: "imfn-live-state", id: "live-state" });
  sentence = h("p", { class: "imfn-status", id: "live-sentence", role: "status", hidden: true });
  aloud = h("div", { class: "imfn-said", "aria-live": "polite" });
  panes = {
    source: pane("source"),
    teacher: pane("teacher"),
    error: pane("error"),
    student: pane("student"),
    drift: pane("drift"),
  };
  teach = h("div", { class: "imfn-live-teach" });
  path = h("canvas", { class: "imfn-live-path", role: "img", "aria-label": "The path that was recomputed" });
  pathWords = h("p", { class: "imfn-live-caption" });
  curve = h("canvas", {
    class: "imfn-live-curve",
    role: "img",
    "aria-label": "Quality of the window in dB after every leaf",
  });
  strips = {
    source: strip("came in", "source"),
    teacher: strip("the tree", "teacher"),
    student: strip("the student", "student"),
  };
  ages = h("canvas", { class: "imfn-live-curve", id: "live-ages", role: "img", "aria-label": "Quality by age" });

  /** @param {HTMLElement} root @param {HTMLElement} bar the controls @param {ForestSection} forest */
  constructor(root, bar, forest) {
    this.root = root;
    this.forest = forest;
    this.build(bar);
    onWidth(root, () => this.paint());
    onTheme(root, () => this.paint());
  }

  /** @param {HTMLElement} bar */
  build(bar) {
    const head = h("h2", { class: "imfn-said", text: "A live memory" }); // the view's button says it to the eye
    const panes = Object.values(this.panes).map((one) => one.figure);
    const row = h("div", { class: "imfn-panes imfn-live-panes" }, ...panes);
    const side = h(
      "div",
      { class: "imfn-live-side" },
      h("h3", { text: "What this frame recomputed" }),
      this.path,
      this.pathWords,
      h("h3", {}, "What one memory keeps", h("small", { text: "dB, leaf by leaf" })),
      this.curve,
      h("h3", {}, "Quality by age", h("small", { text: "dB, frames ago" })),
      this.ages,
    );
    const strips = h("div", { class: "imfn-live-strips" }, ...Object.values(this.strips).map((one) => one.row));
    const top = h(
      "div",
      { class: "imfn-live-top" },
      h("div", { class: "imfn-live-left" }, this.teach, row, this.forest.element),
      side,
    );
    const body = h("div", { class: "imfn-live-body" }, top, strips, legend());
    const said = h("div", { class: "imfn-live-said" }, this.state, this.sentence); // side by side: nothing jumps
    this.root.replaceChildren(head, bar, said, body, this.aloud);
  }

  /** Before anything runs: outlines of one window, and what will be seen. @param {LiveModel} model @param {string} padding */
  empty({ leaves, small }, padding) {
    const merges = Math.log2(leaves);
    this.reset({ leaves, small, student: false, floats: 0, pixels: 0, height: 0, width: 0 });
    this.teach.replaceChildren(
      lesson(
        "came in",
        "A frame arrives",
        "Taken as it comes, cropped to a square. Frames that cannot be taken in time are skipped and counted.",
      ),
      lesson(
        "recovered",
        `${merges} merges at most`,
        `A new frame changes only the nodes above it: log₂ ${leaves} = ${merges} merges bring the memory of ${leaves} frames up to date, where building it anew takes ${leaves - 1}.`,
      ),
      lesson("error", "The memory never grows", FADING[padding]),
    );
    this.state.textContent = `${leaves} frames a window; press Start`;
    this.paint();
  }

  /** A stream has begun. @param {Omit<LiveFacts, "small">} facts */
  begin(facts) {
    this.reset({ ...facts, small: facts.height <= 64 });
    this.say("");
    this.paint();
  }

  /** @param {LiveFacts} facts */
  reset(facts) {
    this.facts = facts;
    this.seen = fresh();
    this.root.classList.toggle("imfn-live-idle", !facts.model);
    this.root.classList.toggle("imfn-live-pair", Boolean(facts.student));
    delete this.root.dataset.frame;
  }

  /** Say something below the controls, or nothing. @param {string} words @param {boolean} [error] */
  say(words, error = false) {
    this.sentence.textContent = words;
    this.sentence.hidden = !words;
    this.sentence.classList.toggle("error", error);
    this.sentence.setAttribute("role", error ? "alert" : "status");
  }

  /**
   * One more frame; its pictures are decoded first.
   * @param {LiveFrame} now
   * @param {Forest | null} forest
   * @param {boolean} shown whether it is drawn, or only counted
   * @param {() => boolean} current whether its stream still runs by then
   */
  async take(now, forest, shown, current) {
    const images = await imagesOf(now);
    const { facts, seen } = this;
    if (!facts || !current()) return;
    if (now.leaf === 1) this.turn();
    seen.came[now.leaf - 1] = images.source;
    for (const name of MEMORIES) {
      const memory = now[name];
      if (!memory) continue;
      seen.curves[name].push({ leaf: now.leaf, db: memory.mean });
      seen.ms[name] = seen.ms[name] ? 0.85 * seen.ms[name] + 0.15 * memory.ms : memory.ms;
    }
    Object.assign(seen, { now, images });
    if (forest) this.forest.take(forest);
    if (shown || now.leaf === facts.leaves) this.paint();
  }

  /** A new window begins. */
  turn() {
    const { seen } = this;
    seen.came = [];
    if (seen.curves.teacher.length) seen.past = [...seen.past, seen.curves.teacher].slice(-PAST);
    seen.curves = noCurves();
  }

  paint() {
    const { facts } = this;
    if (!facts) return;
    const { now, images, curves, past } = this.seen;
    const colours = palette();
    const leaf = now ? now.leaf : 0;
    this.paintStrips(facts, colours, leaf);
    const shownLeaf = leaf || (facts.model ? 0 : Math.floor(0.6 * facts.leaves) + 1);
    const merges = now ? now.merges : Math.log2(facts.leaves);
    paintPath(this.path, this.path.clientWidth, colours, { leaves: facts.leaves, leaf: shownLeaf, merges });
    this.pathWords.textContent = now
      ? `${plural(now.merges, "merge")} of the ${count(facts.leaves - 1)} a full tree has`
      : `leaf ${shownLeaf}, for example: ${merges} of ${facts.leaves - 1} merges`;
    this.path.setAttribute("aria-label", this.pathWords.textContent);
    paintCurve(this.curve, this.curve.clientWidth, CURVE, colours, { leaves: facts.leaves, curves, past });
    this.paintForest(facts, colours);
    if (!now || !images) return;
    this.paintPanes(now, images, Boolean(facts.student));
    this.describe(now, facts.leaves);
  }

  /** @param {LiveFacts} facts @param {Palette} colours */
  paintForest({ leaves }, colours) {
    const { now, images } = this.seen;
    const sheet = images?.recalled.teacher?.sheet;
    this.forest.paint(sheet && now ? { sheet: now.teacher.sheet, image: sheet } : null);
    const words = paintAges(this.ages, this.ages.clientWidth, CURVE, colours, { leaves, forest: this.forest.shown });
    this.ages.setAttribute("aria-label", words);
  }

  /** @param {LiveFacts} facts @param {Palette} colours @param {number} leaf */
  paintStrips(facts, colours, leaf) {
    const { now, images, came } = this.seen;
    const common = { leaves: facts.leaves, arrived: leaf, small: facts.small };
    const whole = { columns: 1, width: facts.width, height: facts.height };
    const { source } = this.strips;
    paintStrip(source.canvas, source.canvas.clientWidth, colours, {
      ...common,
      ring: colours.teal,
      draw: (ink, index, box) => came[index] && drawSprite(ink, came[index], whole, 0, box),
    });
    for (const name of MEMORIES) {
      const { canvas } = this.strips[name];
      if (!canvas.clientWidth) continue;
      const memory = now?.[name];
      const image = images?.recalled[name]?.sheet;
      const ring = name === "teacher" ? colours.teal : colours.orange;
      paintStrip(canvas, canvas.clientWidth, colours, {
        ...common,
        arrived: memory ? leaf : 0,
        ring,
        quality: memory?.psnr,
        draw: (ink, index, box) => memory && image && drawSprite(ink, image, memory.sheet, index, box),
      });
      figure(this.strips[name], memory ? dB(memory.mean) : "", facts.floats ? `${count(facts.floats)} floats` : "");
    }
    figure(source, leaf ? short(leaf * facts.pixels) : "", leaf ? "floats" : "");
  }

  /** @param {LiveFrame} now @param {Images} images @param {boolean} both whether a student runs beside the tree */
  paintPanes(now, images, both) {
    const source = pixels(images.source);
    show(this.panes.source, source, `frame ${now.frame} as it came in`, "came in", "");
    for (const name of MEMORIES) {
      const [memory, image] = [now[name], images.recalled[name]?.now];
      if (!memory || !image) continue;
      const recovered = pixels(image);
      const word = name === "teacher" ? "tree" : "student";
      const words = `frame ${now.frame} as the ${word} remembers it`;
      show(this.panes[name], recovered, words, both ? word : "recovered", dB(memory.psnr.at(-1) ?? null));
      const error = this.panes[name === "teacher" ? "error" : "drift"];
      show(error, errorPicture(source, recovered), "error, brighter is larger", "error ×5", "");
    }
  }

  /** @param {LiveFrame} now @param {number} leaves */
  describe(now, leaves) {
    const { ms } = this.seen;
    const parts = [
      `frame <b>${count(now.frame)}</b>`,
      `window <b>${count(now.window + 1)}</b>`,
      `leaf <b>${now.leaf}</b> of ${leaves}`,
      `<b>${now.merges}</b> ${now.merges === 1 ? "merge" : "merges"}`,
      `<b>${ms.teacher.toFixed(1)}</b> ms`,
    ];
    if (now.student) parts.push(`student <b>1</b> step, <b>${ms.student.toFixed(1)}</b> ms`);
    if (now.skipped) parts.push(`<b>${count(now.skipped)}</b> skipped to stay in time`);
    this.state.innerHTML = parts.map((part) => `<span>${part}</span>`).join("");
    Object.assign(this.root.dataset, { frame: now.frame, leaf: now.leaf, window: now.window });
    if (performance.now() - this.said < SAID) return;
    this.said = performance.now();
    this.aloud.textContent = `Frame ${now.frame}, window ${now.window + 1}, leaf ${now.leaf} of ${leaves}, ${dB(now.teacher.mean)}`;
  }
}

/** @param {LiveFrame} now @returns {Promise<Images>} */
async function imagesOf(now) {
  const [source, teacher, student] = await Promise.all([
    decoded(now.source),
    recalled(now.teacher),
    recalled(now.student),
  ]);
  return { source, recalled: { teacher, student } };
}

/** @param {LiveRecall | null} memory @returns {Promise<Recalled | undefined>} */
async function recalled(memory) {
  if (!memory) return undefined;
  const [now, sheet] = await Promise.all([decoded(memory.now), decoded(memory.sheet.url)]);
  return { now, sheet };
}

/** @param {string} url */
async function decoded(url) {
  const image = new Image();
  image.src = url;
  await image.decode();
  return image;
}
