// A finished run's figures beside a bundled model's, in a sentence, and how long a run still takes.

import assert from "node:assert/strict";
import { test } from "node:test";
import { pretendWindow } from "./window.js";

pretendWindow();
const { remaining, worth } = await import("../../assets/js/train/worth.js");

/** @param {number | null} own @param {number} other @param {number} [ratio] */
const clip = (own, other, ratio = 15.7) => ({
  clip: "bike.mp4",
  frames: 32,
  merges: 4,
  own: { psnr: own, mse: 0.001, ratio: 15.7 },
  other: "video-16",
  beside: { psnr: other, mse: 0.001, ratio },
});

test("a run's gain over the bundled model is said with both figures, and what they were measured on", () => {
  assert.deepEqual(worth(clip(48.9, 46)), {
    here: "48.9 dB here",
    other: "video-16 gets 46.0 dB on the same clip",
    more: "2.9 dB more",
    of: "bike.mp4, 32 frames, both at 15.7:1",
  });
});

test("a loss is called a loss, and next to nothing no difference", () => {
  assert.equal(worth(clip(45, 46)).more, "1.0 dB less");
  assert.equal(worth(clip(46.01, 46)).more, "no difference");
  assert.equal(worth(clip(null, 46)).here, "an exact copy here");
  assert.match(worth(clip(45, 46, 62.8)).of, /at 15.7:1, video-16 at 62.8:1/);
});

const RUN = { state: "running", eta: null, planned: 100, started: 1000, progress: null };

test("until a run has a pace of its own, and in a closed form, the estimate says how long it takes", () => {
  assert.deepEqual(remaining(RUN, 1025), { words: "about 1 min 15 s left, by the estimate", share: 0.25 });
  assert.deepEqual(remaining({ ...RUN, eta: 30, progress: 0.5 }, 1025), { words: "30 s left", share: 0.5 });
  assert.equal(remaining(RUN, 1200)?.words, "3 min 20 s so far, longer than the estimate of 1 min 40 s");
  assert.equal(remaining({ ...RUN, state: "queued" })?.words, "will take about 1 min 40 s");
  assert.equal(remaining({ ...RUN, planned: null }), null);
  assert.equal(remaining({ ...RUN, state: "finished" }), null);
});
