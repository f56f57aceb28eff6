// Walks through Lantern rooms on the Trajectory tab: their names, colours, beliefs at a time, and what is said of them.

import assert from "node:assert/strict";
import { test } from "node:test";
import { colours, trajectory } from "./trajectory.js";
import { pretendWindow } from "./window.js";

/** @import { SharedLabel, Trajectory } from "../../assets/js/core/types.js" */
/** @import { Shown } from "../../assets/js/trajectory/figure.js" */

pretendWindow();
const { beliefOf, litWords, memoryName, nameOf, pillOf, seedOf, skillWords, wayOf, wayWords } = await import(
  "../../assets/js/trajectory/walk.js"
);
const { inksOf, poseInk, QUARTERS, shapesOf } = await import("../../assets/js/trajectory/inks.js");
const { figure, paths, timeUpdate } = await import("../../assets/js/trajectory/figure.js");
const { orderWords } = await import("../../assets/js/trajectory/order.js");
const { traces } = await import("../../assets/js/trajectory/chart.js");
const { firstChoice } = await import("../../assets/js/trajectory/first.js");
const { lagsOf, ROOM, UNLIT } = await import("../../assets/js/predict/round.js");

const SIZE = ROOM * ROOM;

/** @param {Partial<Trajectory>} [more] @param {Partial<Shown>} [state] */
function walked(more = {}, state = {}) {
  const shown = trajectory(state);
  const rooms = btoa(String.fromCharCode(...[1, 2, 3, 4].flatMap((value) => Array(SIZE).fill(value))));
  const believed = { rooms, skill: [null, 0.25, 0.5, -0.5], old: [null, null, null, 0.1] };
  const walk = { seed: 7, moves: "rdd", screen: true, poses: [14, 15, 21, 27], room: "", digits: [3, 1, 4, 9] };
  Object.assign(shown.trip, {
    walks: [walk, { ...walk, poses: [0, 5, 30, 35] }],
    memories: { beliefs: [{ tree: believed, student: believed }, { tree: believed }] },
    ...more,
  });
  return shown;
}

test("a walk's name says room, moves and screen, and comes back", () => {
  for (const name of ["lantern.7", "lantern.0.s", "lantern.999999.rrdd.off", "lantern.12.off"])
    assert.equal(nameOf(/** @type {any} */ (wayOf(name))), name);
  assert.deepEqual(wayOf("lantern.7.rrdd.off"), { seed: 7, moves: "rrdd", screen: false });
  for (const name of [
    "lantern",
    "lantern.",
    "lantern.x",
    "lantern.1000000",
    "lantern.7.q",
    `lantern.7.${"r".repeat(32)}`,
  ])
    assert.equal(wayOf(name), null, name);
});

test("all walks have one pill, every other choice its own", () => {
  assert.equal(pillOf("lantern.7.rr"), "lantern");
  assert.equal(pillOf("digits"), "digits");
  assert.deepEqual([seedOf(" 12 "), seedOf("1e3"), seedOf("")], [12, null, null]);
});

test("a link to a walk is followed before anything else", () => {
  const offered = { first: "digits", samples: [] };
  assert.equal(firstChoice("lantern.7.rr", undefined, offered), "lantern.7.rr");
  assert.equal(firstChoice("lantern.7.zz", undefined, offered), "digits");
});

test("words say whose moves they are", () => {
  assert.equal(wayWords({ seed: 7, moves: "", screen: true }, 32), "31 moves at random");
  assert.equal(wayWords({ seed: 7, moves: "r", screen: false }, 2), "your move, the screen off");
  assert.equal(wayWords({ seed: 7, moves: "rd", screen: true }, 3), "your 2 moves");
});

test("colours follow time, pose or quarter; before the first frame there is neither", () => {
  const path = paths(walked())[0];
  assert.deepEqual(inksOf(walked(), path, 5, colours), [0, 1, 2, 3, 4]);
  assert.deepEqual(inksOf(walked({}, { ink: "pose" }), path, 3, colours), [colours.muted, poseInk(14), poseInk(15)]);
  const seen = walked({}, { ink: "quarter" });
  assert.deepEqual(inksOf(seen, path, 5, colours), [
    colours.muted,
    ...[0, 1, 3, 3].map((quarter) => QUARTERS[quarter]),
  ]);
  assert.deepEqual(shapesOf(seen, path), ["circle-open", "circle", "square", "cross", "cross"]);
  assert.deepEqual(inksOf(trajectory({ ink: "pose" }), path, 2, colours), [0, 1], "other sequences have no pose");
});

test("every pose has a colour of its own", () => {
  assert.equal(new Set(Array.from({ length: 36 }, (_, pose) => poseInk(pose))).size, 36);
});

test("moving in time restyles a walk's colours to what drawing anew would show", () => {
  for (const ink of /** @type {("pose" | "quarter")[]} */ (["pose", "quarter"])) {
    const state = walked({}, { ink, t: 3 });
    const { data } = figure(state, colours);
    const [update, indices] = timeUpdate(state, colours);
    indices.forEach((trace, i) => {
      assert.deepEqual(update["marker.color"][i], data[trace].marker.color);
    });
  }
});

test("a belief is the room of its time", () => {
  const { trip } = walked();
  assert.equal(beliefOf(trip, 0, "tree", 0), null);
  assert.deepEqual([...new Set(beliefOf(trip, 0, "student", 3))], [3]);
  assert.equal(beliefOf(trip, 1, "tree", 4)?.length, SIZE);
  assert.equal(beliefOf({ ...trip, memories: null }, 0, "tree", 3), null);
});

test("a point says what was lit and how right the belief is", () => {
  const { trip } = walked();
  const [walk] = /** @type {NonNullable<Trajectory["walks"]>} */ (trip.walks);
  assert.equal(litWords(walk, 0), "nothing yet");
  assert.equal(litWords(walk, 2), "frame 2: lantern at row 3, column 4, on the 1 upper right");
  assert.equal(skillWords(trip, 0, "tree", 1), "");
  assert.equal(skillWords(trip, 0, "tree", 4), "skill −0.50");
  assert.deepEqual([memoryName(trip, "tree"), memoryName({ ...trip, called: "GRU" }, "tree")], ["tree", "GRU"]);
});

test("the chart has skill in place of an error", () => {
  const lines = traces(walked().trip, "skill", colours);
  assert.deepEqual(
    lines.map(({ name, y }) => [name, y]),
    [
      ["tree", [null, 0.25, 0.5, -0.5]],
      ["student", [null, 0.25, 0.5, -0.5]],
    ],
  );
});

test("what was lit last counts", () => {
  const lags = lagsOf([0, 1, 0]);
  assert.deepEqual([lags[0], lags[3], lags[11], lags[SIZE - 1]], [0, 0, 1, UNLIT]);
  assert.ok(lagsOf([]).every((lag) => lag === UNLIT));
});

/** @param {number} share @param {number} most @param {string} label @returns {SharedLabel} */
const found = (label, share, most) => ({ label, share, most, chance: most / 2 });

/** @param {Partial<Record<"tree" | "student", SharedLabel[]>>} shared @param {Partial<Trajectory>} [more] */
function ordered(shared, more) {
  const order = { neighbours: 5, rooms: 16, fewest: 20, shared };
  return { ...walked().trip, memories: { order }, ...more };
}

test("what organises the space is what beats every move in time", () => {
  const both = [found("pose", 0.3, 0.2), found("quarter", 0.9, 0.8), found("digit", 0.1, 0.2)];
  const said = orderWords(ordered({ tree: both, student: both }));
  assert.match(said, /^Tree and student alike: .*by where the lantern is and the quarter that is lit;/);
  assert.match(said, /; the digit that is lit counts no more than chance\.$/);
  const none = orderWords(ordered({ tree: [found("pose", 0.2, 0.2)] }, { called: "GRU" }));
  assert.equal(none, "GRU: neither pose nor content brings memories of different rooms together more than chance.");
  assert.match(orderWords(ordered({ tree: both, student: [found("pose", 0, 1)] })), /^Tree: .* Student: neither/);
});

test("a short walk, and one that is still asked, say so", () => {
  assert.match(orderWords(ordered({})), /Too short .* 20 frames/);
  assert.equal(orderWords({ ...walked().trip, memories: null }), "being computed …");
  assert.match(orderWords({ ...walked().trip, memories: null, stopped: true }), /cancelled/);
});
