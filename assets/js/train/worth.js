// "Was it worth it?": what a finished run gives of a clip beside the bundled model of its kind, in a sentence, and how long
// a run still takes. Pure; called by `train/detail.js`, tested by `tests/js/train_worth.test.js`.

import { dB, ratio } from "../core/format.js";
import { duration } from "./words.js";

/** @import { SameClip } from "../core/payloads.js" */

const ALIKE = 0.05; // dB that count as no difference

/** @param {number | null} psnr */
const quality = (psnr) => (psnr === null ? "an exact copy" : dB(psnr));

/** "2.9 dB more", or less, or as much. @param {SameClip} clip */
function difference({ own, beside }) {
  if (own.psnr === null || beside.psnr === null) return "";
  const more = own.psnr - beside.psnr;
  if (Math.abs(more) < ALIKE) return "as much";
  return `${dB(Math.abs(more))} ${more > 0 ? "more" : "less"}`;
}

/**
 * The sentence in parts: what the run gives, what the other model gives of the same frames, and of what.
 * @param {SameClip} clip
 */
export function worth(clip) {
  const { own, beside, other, frames } = clip;
  const same = Math.abs(own.ratio / beside.ratio - 1) < 0.01;
  const sizes = same ? `both at ${ratio(own.ratio)}` : `at ${ratio(own.ratio)}, ${other} at ${ratio(beside.ratio)}`;
  const more = difference(clip);
  return {
    here: `${quality(own.psnr)} here`,
    other: `${other} gets ${quality(beside.psnr)} on the same clip`,
    more: more && (more === "as much" ? "no difference" : more),
    of: `${clip.clip}, ${frames === 1 ? "1 frame" : `${frames} frames`}, ${sizes}`,
  };
}

/** What is known of a run's time. @typedef {{ state: string, eta: number | null, planned: number | null, started: number | null, progress: number | null }} Timed */

/**
 * How long a run still takes, and how far it is: by its own pace, or by what was estimated; null while neither is known.
 * @param {Timed} run @param {number} [now] seconds since 1970
 * @returns {{ words: string, share: number | null } | null}
 */
export function remaining(run, now = Date.now() / 1000) {
  if (run.state === "queued")
    return run.planned === null ? null : { words: `will take about ${duration(run.planned)}`, share: null };
  if (run.state !== "running") return null;
  if (run.eta !== null) return { words: `${duration(run.eta)} left`, share: run.progress };
  if (run.planned === null || run.started === null) return null;
  const taken = Math.max(0, now - run.started);
  const left = run.planned - taken;
  const share = run.progress || Math.min(0.95, taken / Math.max(1, run.planned));
  if (left < 1)
    return { words: `${duration(taken)} so far, longer than the estimate of ${duration(run.planned)}`, share };
  return { words: `about ${duration(left)} left, by the estimate`, share };
}
