// Questions about an exploration: which frames a node covers, what was measured of it, how a selection is said.

import assert from "node:assert/strict";
import { test } from "node:test";
import { ratio } from "../../assets/js/core/format.js";
import {
  depth,
  describe,
  framePsnr,
  hardest,
  limits,
  meanError,
  nodeBytes,
  nodeCount,
  nodeOf,
  nodePsnr,
  nodeRatio,
  rowBytes,
  rowFloats,
  rowName,
  rowPsnr,
  rowRatio,
  rows,
  span,
  toPsnr,
} from "../../assets/js/explore/exploration.js";
import { clip } from "./clip.js";

test("rows go from the root down to the source", () => {
  assert.deepEqual(rows(clip()), [4, 3, 2, 1, 0]);
  assert.deepEqual(rows(clip({ source: false })), [4, 3, 2, 1]);
  assert.equal(depth(clip()), 4);
});

test("the nodes of a level cover every frame of the window once, also of a short tail", () => {
  for (const count of [1, 5, 11, 16]) {
    const e = clip({ count });
    for (const merges of rows(e)) {
      const nodes = nodeCount(e, merges);
      const covered = Array.from({ length: nodes }, (_, node) => span(e, merges, node));
      assert.equal(covered[0].first, 0);
      assert.equal(covered[nodes - 1].last, count - 1);
      for (let node = 1; node < nodes; node++) assert.equal(covered[node].first, covered[node - 1].last + 1);
      for (let frame = 0; frame < count; frame++) {
        const { first, last } = covered[nodeOf(merges, frame)];
        assert.ok(first <= frame && frame <= last, `frame ${frame} at ${merges} merges`);
      }
    }
  }
});

test("PSNR is of the mean error over a node's frames, the source is exact, nothing measured is null", () => {
  const e = clip();
  assert.equal(meanError(e, 0), 0);
  assert.equal(nodePsnr(e, 0, 3), 99);
  assert.equal(framePsnr(e, 1, 0), toPsnr(1e-4));
  assert.equal(nodePsnr(e, 1, 1), toPsnr((3e-4 + 4e-4) / 2));
  assert.equal(rowPsnr(clip({ source: false }), 4), null);
  assert.equal(meanError(clip({ source: false }), 0), null);
});

test("a mean squared error of 0.01 is 20 dB; none is null; zero is 99", () => {
  assert.equal(toPsnr(0.01), 20);
  assert.equal(toPsnr(0), 99);
  assert.equal(toPsnr(null), null);
  assert.equal(toPsnr(undefined), null);
});

test("the hardest frame of a node is the one with the largest error", () => {
  const e = clip();
  e.window.mse[2][5] = 1;
  assert.equal(hardest(e, 2, 1), 5);
  assert.equal(hardest(e, 2, 0), 3);
  assert.equal(hardest(e, 0, 0), null);
  assert.equal(hardest(clip({ source: false }), 2, 0), null);
});

test("a row keeps a memory's floats for every node, the source its pixels", () => {
  const e = clip({ count: 11 });
  assert.equal(rowFloats(e, 0), 11 * 128 * 128 * 3);
  const floats = 128 * 128 * 3; // a memory has those of a frame
  assert.equal(rowFloats(e, 2), 3 * floats);
  assert.equal(rowBytes(e, 2), 3 * 4 * floats);
  assert.equal(nodeBytes(e), 4 * floats);
});

test("the colour scale's limits are round, hold what was measured and are at least 8 dB apart", () => {
  const found = limits(clip());
  assert.ok(found);
  const [low, high] = found;
  assert.equal(low % 2, 0);
  assert.ok(high - low >= 8);
  for (const { psnr } of clip().levels) assert.ok(psnr !== null && psnr >= low && psnr <= high);
  assert.equal(limits(clip({ source: false })), null);
});

test("a selection is said with its node, frames, ratio and quality", () => {
  const e = clip();
  assert.equal(describe(e, { merges: 0, frame: 4 }), "Node 0.4, frame 5, 1:1, source");
  assert.match(describe(e, { merges: 2, frame: 5 }), /^Node 2\.1, frames 5–8, 4:1, \d+\.\d dB$/);
  assert.equal(ratio(rowRatio(clip({ count: 4 }), 4)), "4:1", "a short window fills no root");
  assert.equal(nodeRatio(clip({ count: 6 }), 2, 1), 2, "its second node holds two frames");
  assert.deepEqual(
    [0, 1, 4].map((merges) => rowName(e, merges)),
    ["frames", "1 merge", "root"],
  );
  assert.match(describe(clip({ source: false }), { merges: 4, frame: 0 }), /no source to compare$/);
});
