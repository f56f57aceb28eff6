// The projection's figure and its update when only the time changes: they say the same.

import assert from "node:assert/strict";
import { test } from "node:test";
import { colours, trajectory } from "./trajectory.js";
import { pretendWindow } from "./window.js";

pretendWindow();
const { figure, paths, pointsOf, timeUpdate } = await import("../../assets/js/trajectory/figure.js");
const { traces } = await import("../../assets/js/trajectory/chart.js");
const { errorWords, leaves } = await import("../../assets/js/trajectory/now.js");

test("one leaf is not a range, and rounding alone is no figure", () => {
  assert.equal(leaves(0, 0), "nothing has arrived");
  assert.equal(leaves(0, 1), "leaf 1");
  assert.equal(leaves(3, 11), "leaves 4 to 11");
  assert.equal(errorWords(1.12e-14), "MSE < 0.000001");
  assert.equal(errorWords(0.0677), "MSE 0.0677");
});

test("paths go series by series, tree before student", () => {
  assert.deepEqual(
    paths(trajectory()).map(({ series, kind }) => `${series} ${kind}`),
    ["0 tree", "0 student", "1 tree", "1 student"],
  );
});

test("a path has three traces: the whole, what has arrived, and now", () => {
  const { data } = figure(trajectory(), colours);
  assert.equal(data.length, 4 * 3);
  const [whole, strong, now] = data;
  assert.equal(whole.x.length, 5);
  assert.deepEqual(strong.customdata, [0, 1, 2]);
  assert.deepEqual([now.x, now.y, now.customdata], [[2], [3], [2]]);
  assert.equal(strong.marker.cmax, 4);
});

test("in space every trace has a third coordinate", () => {
  const state = trajectory({ dimensions: 3 });
  assert.equal(pointsOf(state, 0, "tree")[0].length, 3);
  for (const trace of figure(state, colours).data) {
    assert.equal(trace.type, "scatter3d");
    assert.equal(trace.z.length, trace.x.length);
  }
  assert.ok(figure(state, colours).layout.scene);
});

test("moving in time restyles to what drawing anew would show", () => {
  for (const dimensions of /** @type {(2 | 3)[]} */ ([2, 3]))
    for (const t of [0, 3, 4]) {
      const state = trajectory({ dimensions, t });
      const { data } = figure(state, colours);
      const [update, indices] = timeUpdate(state, colours);
      assert.equal("z" in update, dimensions === 3);
      indices.forEach((trace, i) => {
        assert.deepEqual(update.x[i], data[trace].x, `x of trace ${trace} at ${t}`);
        assert.deepEqual(update.y[i], data[trace].y);
        if (dimensions === 3) assert.deepEqual(update.z[i], data[trace].z);
        assert.deepEqual(update.customdata[i], data[trace].customdata);
        assert.deepEqual(update["marker.color"][i], data[trace].marker.color);
      });
    }
});

test("zoom and camera are kept for a picture, and forgotten for another", () => {
  const flat = figure(trajectory(), colours).layout.uirevision;
  assert.equal(figure(trajectory({ t: 4 }), colours).layout.uirevision, flat);
  assert.notEqual(figure(trajectory({ dimensions: 3 }), colours).layout.uirevision, flat);
});

test("the chart along time begins at the empty tree for distances, at the first leaf for errors", () => {
  const { trip } = trajectory();
  assert.deepEqual(traces(trip, "distance", colours)[0].x, [0, 1, 2, 3, 4]);
  const errors = traces(trip, "error", colours);
  assert.deepEqual(
    errors.map((trace) => trace.name),
    ["tree", "student"],
  );
  assert.deepEqual(errors[0].x, [1, 2, 3, 4]);
  assert.deepEqual(traces({ ...trip, memories: null }, "error", colours), []);
});
