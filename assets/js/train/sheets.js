// The pictures of runs, fetched once: looks at the probe, and a finished run's clip beside another model. A sheet is a
// column of strips. Called by `train/probe.js` and `train/before_after.js`.

import { h } from "../core/dom.js";

/** @import { Run } from "../core/types.js" */
/** @import { TrainStore } from "./store.js" */

/** Strips below one another: of the probe, the window and then one a level. @typedef {{ url: string, rows: number }} Sheet */
/** @typedef {ReturnType<typeof sheetsOf>} Sheets */

const KEPT = 80; // sheets in the browser's memory

/** @param {TrainStore} store */
export function sheetsOf(store) {
  /** @type {Map<string, Promise<Sheet | null>>} */
  const known = new Map();
  /** @param {string} key @param {() => Promise<Sheet>} ask */
  const once = (key, ask) => {
    const found = known.get(key) ?? ask().catch(() => null);
    known.set(key, found);
    found.then((sheet) => !sheet && known.delete(key)); // it is asked for again with the next look
    const [oldest] = known.keys();
    if (known.size > KEPT) known.delete(oldest);
    return found;
  };
  return {
    /** A look at the probe. @param {Run} run @param {number} total */
    look: (run, total) => once(`${run.id} ${run.attempt} ${total}`, () => store.server.sheet({ run: run.id, total })),
    /** The clip: as it is, through the bundled model, through the run. @param {Run} run */
    clip: (run) => once(`${run.id} ${run.attempt} clip`, () => store.server.clip_picture({ run: run.id })),
  };
}

/** One strip of a sheet with its name and what is measured of it. @param {Sheet} sheet @param {number} index @param {string} name @param {string} value */
export function strip({ url, rows }, index, name, value) {
  const picture = h("div", { class: "imfn-probe-strip", role: "img", "aria-label": `${name}: what it gives back` });
  picture.style.backgroundImage = `url(${url})`;
  picture.style.backgroundSize = `100% ${rows * 100}%`;
  picture.style.backgroundPosition = `0 ${rows < 2 ? 0 : (100 * index) / (rows - 1)}%`;
  return h(
    "div",
    { class: "imfn-probe-row" },
    h("span", { text: name }),
    picture,
    h("span", { class: "imfn-probe-error", text: value }),
  );
}

/** Give strips the shape of their pictures, once that is known. @param {HTMLElement} rows @param {Sheet} sheet */
export function shape(rows, { url, rows: count }) {
  const picture = new Image();
  picture.onload = () =>
    rows.style.setProperty("--strip", `${picture.naturalWidth} / ${picture.naturalHeight / count}`);
  picture.src = url;
}
