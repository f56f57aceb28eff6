// What the Live card shows: panes of the newest frame, strips of the window, finished memories, and the state in words.
// Called by `live/view.js`.

import { infernoGradient, viridisGradient } from "../core/colours.js";
import { h, onTheme, onWidth, palette } from "../core/dom.js";
import { count, dB, plural, short } from "../core/format.js";
import { errorPicture } from "../explore/player.js";
import { paintCurve, paintPath } from "./path.js";
import { drawFromSheet, LIMITS, paintStrip } from "./strips.js";

const KEPT = 24; // finished memories shown
const PAST = 3; // curves of finished windows
const SAID = 5000; // milliseconds between two announcements
const CURVE = 118;
const FADING = {
  skip: "The more frames are in it, the fewer of its floats each one has: in the strips below the older ones lose detail as new ones come in.",
  zeros:
    "Frames that have not come yet are black ones here: they are merged like any others, so the first frame is kept as coarsely as the last.",
};
const HINT = "frames arrive one at a time; after every push, all that the one memory still holds is recovered again";

export class LivePicture {
  constructor(root, bar) {
    this.root = root;
    this.said = 0;
    this.build(bar);
    onWidth(root, () => this.paint());
    onTheme(root, () => this.paint());
  }

  build(bar) {
    const head = h(
      "div",
      { class: "imfn-card-head" },
      h("div", { class: "imfn-head-words" }, h("h2", { text: "Live" }), h("p", { text: HINT })),
    );
    this.state = h("p", { class: "imfn-live-state", id: "live-state" });
    this.sentence = h("p", { class: "imfn-status", id: "live-sentence", role: "status", hidden: true });
    this.aloud = h("div", { class: "imfn-said", "aria-live": "polite" });
    this.panes = Object.fromEntries(
      ["source", "teacher", "error", "student", "drift"].map((name) => [name, pane(name)]),
    );
    this.row = h("div", { class: "imfn-panes imfn-live-panes" }, ...Object.values(this.panes).map((p) => p.figure));
    this.teach = h("div", { class: "imfn-live-teach" });
    this.path = h("canvas", { class: "imfn-live-path", role: "img", "aria-label": "The path that was recomputed" });
    this.pathWords = h("p", { class: "imfn-live-caption" });
    this.curve = h("canvas", {
      class: "imfn-live-curve",
      role: "img",
      "aria-label": "Quality of the window in dB after every leaf",
    });
    const side = h(
      "div",
      { class: "imfn-live-side" },
      h("h3", { text: "What this frame recomputed" }),
      this.path,
      this.pathWords,
      h("h3", {}, "What one memory keeps", h("small", { text: "dB, leaf by leaf" })),
      this.curve,
    );
    this.strips = {
      source: strip("came in", "source"),
      teacher: strip("the tree", "teacher"),
      student: strip("the student", "student"),
    };
    this.legend = h(
      "div",
      { class: "imfn-legend" },
      h(
        "span",
        { class: "imfn-scale" },
        `line under a frame: ${LIMITS[0]}`,
        h("i", { style: `background:${viridisGradient}` }),
        `${LIMITS[1]} dB`,
      ),
      h("span", { class: "imfn-key" }, h("i", { style: "background:var(--imfn-teal)" }), "newest frame and its path"),
    );
    this.roots = h("div", { class: "imfn-live-roots", id: "live-roots" });
    this.filling = filling();
    this.rootWords = h("p", { class: "imfn-live-caption", id: "live-root-words" });
    const finished = h(
      "div",
      { class: "imfn-live-finished" },
      h("h3", { text: "Finished memories" }),
      this.rootWords,
      this.roots,
    );
    const strips = h("div", { class: "imfn-live-strips" }, ...Object.values(this.strips).map((s) => s.row));
    const top = h("div", { class: "imfn-live-top" }, h("div", { class: "imfn-live-left" }, this.teach, this.row), side);
    const body = h("div", { class: "imfn-live-body" }, top, strips, this.legend);
    this.root.replaceChildren(head, bar, this.state, this.sentence, body, finished, this.aloud);
  }

  /** Before anything runs: outlines of one window, and what will be seen. */
  empty({ leaves, small }, padding) {
    const merges = Math.log2(leaves);
    this.reset({ leaves, small, student: false });
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

  /** A stream has begun. */
  begin(facts) {
    this.reset({ ...facts, small: facts.height <= 64 });
    this.say("");
    this.paint();
  }

  reset(facts) {
    Object.assign(this, {
      facts,
      came: [],
      now: null,
      images: null,
      curves: { teacher: [], student: [] },
      past: [],
      finished: 0,
      ms: { teacher: 0, student: 0 },
    });
    this.roots.replaceChildren(this.filling.figure);
    this.fill(0);
    this.rootWords.textContent = "none yet: one for every full window";
    this.root.classList.toggle("imfn-live-idle", !facts.model);
    this.root.classList.toggle("imfn-live-pair", Boolean(facts.student));
    delete this.root.dataset.frame;
  }

  say(words, error = false) {
    this.sentence.textContent = words;
    this.sentence.hidden = !words;
    this.sentence.classList.toggle("error", error);
    this.sentence.setAttribute("role", error ? "alert" : "status");
  }

  /** One more frame. Its pictures are decoded first; `current()` says whether its stream still runs by then. */
  async take(now, shown, current) {
    const memories = ["teacher", "student"].filter((name) => now[name]);
    const urls = [now.source, ...memories.flatMap((name) => [now[name].now, now[name].sheet.url])];
    const pictures = await Promise.all(urls.map(decoded));
    if (!current()) return;
    const images = { source: pictures[0] };
    memories.forEach((name, i) => {
      images[name] = { now: pictures[1 + 2 * i], sheet: pictures[2 + 2 * i] };
    });
    if (now.leaf === 1) this.turn();
    this.came.push(images.source);
    for (const name of memories) {
      this.curves[name].push({ leaf: now.leaf, db: now[name].mean });
      this.ms[name] = this.ms[name] ? 0.85 * this.ms[name] + 0.15 * now[name].ms : now[name].ms;
    }
    Object.assign(this, { now, images });
    if (now.leaf === this.facts.leaves) this.keep(now, images);
    if (shown || now.leaf === this.facts.leaves) this.paint();
  }

  /** A new window begins. */
  turn() {
    this.came = [];
    if (this.curves.teacher.length) this.past = [...this.past, this.curves.teacher].slice(-PAST);
    this.curves = { teacher: [], student: [] };
  }

  /** The middle frame of a finished window, recovered from its root, joins the row. */
  keep(now, images) {
    const canvas = h("canvas", { width: 96, height: 96 });
    const middle = this.facts.leaves >> 1;
    drawFromSheet(canvas.getContext("2d"), images.teacher.sheet, now.teacher.sheet, middle, {
      x: 0,
      y: 0,
      w: 96,
      h: 96,
    });
    const words = `window ${now.window + 1}`;
    this.filling.figure.before(
      h(
        "figure",
        { title: `${words}: frame ${middle + 1} of ${this.facts.leaves} as its root remembers it` },
        canvas,
        h("figcaption", { text: dB(now.teacher.mean) }),
      ),
    );
    if (this.roots.children.length > KEPT + 1) this.roots.firstChild.remove();
    this.finished += 1;
    const shown = this.finished > KEPT ? `, the last ${KEPT} shown` : "";
    this.rootWords.textContent = `${this.finished} so far${shown}: ${count(this.facts.floats)} floats each, the middle frame recovered from the root`;
    this.roots.scrollLeft = this.roots.scrollWidth;
  }

  /** How full the current window is. */
  fill(leaf) {
    const { leaves } = this.facts;
    this.filling.box.style.setProperty("--done", `${(100 * leaf) / leaves}%`);
    this.filling.caption.textContent = `${leaf} / ${leaves}`;
  }

  paint() {
    if (!this.facts) return;
    const { facts, now, images } = this;
    const colours = palette();
    const leaf = now ? now.leaf : 0;
    this.paintStrips(colours, leaf);
    const shownLeaf = leaf || (facts.model ? 0 : Math.floor(0.6 * facts.leaves) + 1);
    const merges = now ? now.merges : Math.log2(facts.leaves);
    paintPath(this.path, this.path.clientWidth, colours, { leaves: facts.leaves, leaf: shownLeaf, merges });
    this.pathWords.textContent = now
      ? `${plural(now.merges, "merge")} of the ${count(facts.leaves - 1)} a full tree has`
      : `leaf ${shownLeaf}, for example: ${merges} of ${facts.leaves - 1} merges`;
    this.path.setAttribute("aria-label", this.pathWords.textContent);
    paintCurve(this.curve, this.curve.clientWidth, CURVE, colours, {
      leaves: facts.leaves,
      curves: this.curves,
      past: this.past,
    });
    if (!now) return;
    this.paintPanes(now, images);
    this.fill(now.leaf % facts.leaves);
    this.describe(now);
  }

  paintStrips(colours, leaf) {
    const { facts, now, images, came } = this;
    const common = { leaves: facts.leaves, arrived: leaf, small: facts.small };
    const whole = { columns: 1, width: facts.width, height: facts.height };
    const { source, teacher, student } = this.strips;
    paintStrip(source.canvas, source.canvas.clientWidth, colours, {
      ...common,
      ring: colours.teal,
      draw: (ink, index, box) => drawFromSheet(ink, came[index], whole, 0, box),
    });
    for (const [name, { canvas }] of [
      ["teacher", teacher],
      ["student", student],
    ]) {
      if (!canvas.clientWidth) continue;
      const memory = now?.[name];
      const ring = name === "teacher" ? colours.teal : colours.orange;
      paintStrip(canvas, canvas.clientWidth, colours, {
        ...common,
        arrived: memory ? leaf : 0,
        ring,
        quality: memory?.psnr,
        draw: (ink, index, box) => drawFromSheet(ink, images[name].sheet, memory.sheet, index, box),
      });
      figure(this.strips[name], memory ? dB(memory.mean) : "", facts.floats ? `${count(facts.floats)} floats` : "");
    }
    figure(source, leaf ? short(leaf * facts.pixels) : "", leaf ? "floats" : "");
  }

  paintPanes(now, images) {
    const source = pixels(images.source);
    show(this.panes.source, source, `frame ${now.frame} as it came in`, "came in", "");
    for (const [name, error, word] of [
      ["teacher", "error", "tree"],
      ["student", "drift", "student"],
    ]) {
      if (!now[name]) continue;
      const recovered = pixels(images[name].now);
      show(
        this.panes[name],
        recovered,
        `frame ${now.frame} as the ${word} remembers it`,
        this.facts.student ? word : "recovered",
        dB(now[name].psnr.at(-1)),
      );
      show(this.panes[error], errorPicture(source, recovered), "error, brighter is larger", "error ×5", "");
    }
  }

  describe(now) {
    const { facts, ms } = this;
    const parts = [
      `frame <b>${count(now.frame)}</b>`,
      `window <b>${count(now.window + 1)}</b>`,
      `leaf <b>${now.leaf}</b> of ${facts.leaves}`,
      `<b>${now.merges}</b> ${now.merges === 1 ? "merge" : "merges"}`,
      `<b>${ms.teacher.toFixed(1)}</b> ms`,
    ];
    if (now.student) parts.push(`student <b>1</b> step, <b>${ms.student.toFixed(1)}</b> ms`);
    if (now.skipped) parts.push(`<b>${count(now.skipped)}</b> skipped to stay in time`);
    this.state.innerHTML = parts.map((part) => `<span>${part}</span>`).join("");
    Object.assign(this.root.dataset, { frame: now.frame, leaf: now.leaf, window: now.window });
    if (performance.now() - this.said < SAID) return;
    this.said = performance.now();
    this.aloud.textContent = `Frame ${now.frame}, window ${now.window + 1}, leaf ${now.leaf} of ${facts.leaves}, ${dB(now.teacher.mean)}`;
  }
}

function pane(name) {
  const canvas = h("canvas", { role: "img", "aria-label": name });
  const caption = h("figcaption");
  return { canvas, caption, figure: h("figure", { class: `imfn-pane imfn-pane-${name}` }, canvas, caption) };
}

/** The memory that is being made, in the row of those that are finished. */
function filling() {
  const box = h("i");
  const caption = h("figcaption");
  return {
    box,
    caption,
    figure: h("figure", { class: "imfn-live-filling", title: "the current window" }, box, caption),
  };
}

function lesson(word, title, text) {
  return h("div", {}, h("i", { "aria-hidden": "true", text: word }), h("p", {}, h("b", { text: title }), text));
}

function show({ canvas, caption }, data, words, name, number) {
  canvas.width = data.width;
  canvas.height = data.height;
  canvas.classList.toggle("imfn-crisp", data.width <= 64);
  canvas.getContext("2d").putImageData(data, 0, 0);
  canvas.setAttribute("aria-label", words);
  const scale = name.startsWith("error")
    ? h("span", { class: "imfn-error-scale" }, "0", h("i", { style: `background:${infernoGradient}` }), "0.2")
    : h("b", { text: number });
  caption.replaceChildren(h("span", { text: name }), scale);
}

function strip(word, name) {
  const canvas = h("canvas", { role: "img", "aria-label": `Window, ${word}`, id: `live-strip-${name}` });
  const number = h("span", { class: "imfn-live-number" });
  return {
    canvas,
    number,
    row: h(
      "div",
      { class: `imfn-live-strip imfn-live-${name}` },
      h("span", { class: "imfn-live-word", text: word }),
      h("div", { class: "imfn-live-film" }, canvas),
      number,
    ),
  };
}

function figure({ number }, strong, weak) {
  number.replaceChildren(h("b", { text: strong }), h("small", { text: weak }));
}

const scratch = h("canvas");

function pixels(image) {
  scratch.width = image.naturalWidth;
  scratch.height = image.naturalHeight;
  const context = scratch.getContext("2d", { willReadFrequently: true });
  context.drawImage(image, 0, 0);
  return context.getImageData(0, 0, scratch.width, scratch.height);
}

async function decoded(url) {
  const image = new Image();
  image.src = url;
  await image.decode();
  return image;
}
