// Where the tree's rows, nodes and thumbnails lie, and what a point hits, at any width and zoom.

import assert from "node:assert/strict";
import { test } from "node:test";
import { rows, span } from "../../assets/js/explore/exploration.js";
import {
  clampView,
  domain,
  hit,
  layout,
  leafAt,
  nodeBox,
  nodeBoxes,
  rowOf,
  rowStyle,
  slots,
  thumbBox,
  visibleFrames,
  wholeView,
  xOf,
  zoomed,
} from "../../assets/js/explore/tree_geometry.js";
import { clip } from "./clip.js";

const VIEWS = [
  { start: 0, span: 16 },
  { start: 3.5, span: 5 },
  { start: 12, span: 4 },
];

/** Every layout that the tests look at. */
function* layouts() {
  for (const count of [1, 11, 16])
    for (const width of [360, 900])
      for (const view of VIEWS) {
        const e = clip({ count });
        yield layout(e, width, clampView(e, view));
      }
}

test("a short tail keeps at least sixteen places, a long window only what it needs", () => {
  assert.equal(domain(clip({ count: 3 })), 16);
  assert.equal(domain(clip({ count: 40, leaves: 128 })), 64);
  assert.equal(domain(clip({ count: 4, leaves: 8 })), 8);
});

test("a view stays inside the tree and shows two leaves at least", () => {
  const e = clip();
  assert.deepEqual(clampView(e, { start: -5, span: 4 }), { start: 0, span: 4 });
  assert.deepEqual(clampView(e, { start: 15, span: 4 }), { start: 12, span: 4 });
  assert.deepEqual(clampView(e, { start: 3, span: 0.1 }), { start: 3, span: 2 });
  assert.deepEqual(clampView(e, { start: 3, span: 99 }), wholeView(e));
  assert.equal(zoomed(e, wholeView(e)), false);
  assert.equal(zoomed(e, { start: 0, span: 15 }), true);
});

test("places and leaves are inverse to each other", () => {
  for (const L of layouts())
    for (const leaf of [0, 2.5, 15]) assert.ok(Math.abs(leafAt(L, xOf(L, leaf)) - leaf) < 1e-9);
});

test("a row has every level, none on another, and the drawing holds them all", () => {
  for (const L of layouts()) {
    assert.deepEqual(
      L.rows.map((row) => row.merges),
      rows(L.e),
    );
    for (let i = 1; i < L.rows.length; i++) assert.ok(L.rows[i].y >= L.rows[i - 1].y + L.rowH + L.gap);
    assert.ok(L.height > L.bottom);
  }
});

test("nodes of a row stand side by side, each over its own frames", () => {
  for (const L of layouts())
    for (const row of L.rows) {
      const boxes = nodeBoxes(L, row);
      for (const [i, box] of boxes.entries()) {
        const { first, last } = span(L.e, row.merges, box.node);
        assert.deepEqual([box.first, box.last], [first, last]);
        if (i) assert.ok(box.x >= boxes[i - 1].x + boxes[i - 1].w - 1e-9);
      }
    }
});

test("the middle of a node hits that node, beside the plot nothing is hit", () => {
  const L = layout(clip({ count: 11 }), 900, wholeView(clip()));
  for (const row of L.rows)
    for (const box of nodeBoxes(L, row)) {
      const spot = hit(L, box.x + box.w / 2, row.y + L.rowH / 2);
      assert.equal(spot?.node, box.node);
      assert.equal(spot?.merges, row.merges);
    }
  assert.equal(hit(L, L.plot.x - 1, L.rows[0].y), null);
  assert.equal(hit(L, xOf(L, 12), L.rows[0].y), null); // an empty place
  assert.equal(hit(L, xOf(L, 1), L.height + 40), null);
});

test("thumbnails fill frames first to last once, and the selected frame stands in its own", () => {
  for (const L of layouts()) {
    const last = L.e.window.count - 1;
    const selected = Math.min(7, last);
    const places = slots(L, 0, last, selected);
    assert.equal(places.length, Math.ceil((last + 1) / L.per));
    assert.ok(places.some((slot) => slot.frame === selected));
    for (const slot of places) assert.ok(slot.frame >= 0 && slot.frame <= last);
  }
});

test("thumbnails share as many leaves as keep them wide enough", () => {
  const wide = layout(clip(), 900, wholeView(clip()));
  assert.equal(wide.per, 1);
  const many = clip({ count: 128, leaves: 128 });
  const narrow = layout(many, 360, wholeView(many));
  assert.ok(narrow.per > 1);
  assert.ok(narrow.cell * narrow.per >= 18);
  const source = rowOf(narrow, 0);
  assert.ok(source);
  assert.equal(rowStyle(narrow, source), "film");
  assert.equal(rowStyle(narrow, narrow.rows[0]), "thumbs");
  const one = rowOf(narrow, 1);
  assert.ok(one);
  assert.equal(rowStyle(narrow, one), "colour");
});

test("a thumbnail never leaves its slot and keeps its middle", () => {
  const L = layout(clip(), 900, wholeView(clip()));
  for (const w of [10, 40, 400]) {
    const box = thumbBox(L, { x: 5, w }, 0, 40);
    assert.ok(box.w <= w && box.x >= 5);
    assert.ok(Math.abs(box.x + box.w / 2 - (5 + w / 2)) < 1e-9);
  }
});

test("the frames in view are those of the window that the view touches", () => {
  const e = clip({ count: 11 });
  const L = layout(e, 900, clampView(e, { start: 4, span: 4 }));
  assert.deepEqual(visibleFrames(L), { first: 4, last: 7 });
  assert.equal(visibleFrames(layout(e, 900, wholeView(e))).last, 10);
});

test("a level that is not shown has no row", () => {
  const L = layout(clip({ source: false }), 900, wholeView(clip()));
  assert.equal(rowOf(L, 0), undefined);
  assert.equal(nodeBox(L, L.rows[0], 0).last, 15);
});
