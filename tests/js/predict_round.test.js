// The Lantern room's geometry in the browser, and rounds in the address.

import assert from "node:assert/strict";
import { test } from "node:test";
import { pretendWindow } from "./window.js";

pretendWindow();
const { cut, litWhen, meanError, moved, namesOf, placeOf, poseAt, poseNear, posesOf, roundOf, wayTo, wrongIn, UNLIT } =
  await import("../../assets/js/predict/round.js");

const USUAL = { seed: 12, moves: "rrdd" };

/** @param {string} search */
const said = (search) => {
  const names = new URLSearchParams(search);
  return (/** @type {string} */ name) => names.get(name);
};

test("a wall holds the lantern back", () => {
  assert.equal(moved(0, "l"), 0);
  assert.equal(moved(0, "u"), 0);
  assert.equal(moved(35, "d"), 35);
  assert.equal(moved(7, "r"), 8);
  assert.deepEqual(posesOf(0, "rds"), [0, 1, 7, 7]);
});

test("a way leads where it is to lead, in as few moves as there are", () => {
  for (const [from, to] of [
    [0, 35],
    [35, 0],
    [8, 8],
    [3, 30],
  ]) {
    const way = wayTo(from, to);
    assert.equal(posesOf(from, way).at(-1), to);
    const [[row, column], [below, beside]] = [placeOf(from), placeOf(to)];
    assert.equal(way.length, Math.abs(row - below) + Math.abs(column - beside));
  }
});

test("a point of the room belongs to the pose whose window has it in the middle", () => {
  assert.equal(poseNear(4, 4), 0);
  assert.equal(poseNear(0, 0), 0);
  assert.equal(poseNear(23, 23), 35);
  assert.equal(poseNear(10, 4), 2);
  assert.equal(poseAt(6, 0), null);
});

test("a pose cuts its 81 pixels out of the room", () => {
  const room = Uint8Array.from({ length: 576 }, (_, i) => (Math.floor(i / 24) === 3 && i % 24 === 6 ? 200 : 0));
  assert.equal(cut(room, 8)[0], 200, "row 1, column 2 begins at (3, 6)");
  assert.equal(cut(room, 0)[3 * 9 + 6], 200);
  assert.equal(meanError(cut(room, 8), new Uint8Array(81)), (200 / 255) ** 2 / 81);
});

test("when a pose was lit is said in words", () => {
  const lags = new Uint8Array(576).fill(UNLIT);
  assert.equal(litWhen(lags, 0), "never lit");
  lags.fill(0);
  assert.equal(litWhen(lags, 0), "lit now");
  lags[0] = 4;
  assert.equal(litWhen(lags, 0), "lit 0 to 4 steps ago");
  lags[0] = UNLIT;
  assert.equal(litWhen(lags, 0), "lit now, in part");
});

test("a round of a link comes back, and makes the same link", () => {
  const round = roundOf(said("seed=7&moves=rrs&other=l&screen=off&pose=30&memory=run-1&third=x-1"), USUAL, 32);
  assert.deepEqual(round, {
    seed: 7,
    moves: "rrs",
    other: "l",
    distractor: false,
    asked: 30,
    run: "run-1",
    third: "x-1",
  });
  assert.deepEqual(namesOf(round), {
    seed: 7,
    moves: "rrs",
    other: "l",
    screen: "off",
    pose: 30,
    memory: "run-1",
    third: "x-1",
  });
});

test("what a link does not say is as usual, what it says wrongly is said", () => {
  assert.equal(roundOf(said(""), USUAL, 32).moves, "rrdd");
  assert.equal(roundOf(said("seed=9"), USUAL, 32).moves, "", "another room is not walked the usual way");
  const long = `seed=9999999&moves=${"r".repeat(32)}&pose=36&memory=../x`;
  assert.deepEqual(roundOf(said(long), USUAL, 32), {
    ...USUAL,
    other: null,
    distractor: true,
    asked: 6,
    run: "",
    third: "",
  });
  assert.equal(wrongIn(said(long), 32).length, 2);
  assert.match(wrongIn(said("moves=up"), 32)[0], /letters of s, l, r, u and d/);
  assert.deepEqual(wrongIn(said("seed=7&moves=rr"), 32), []);
});

test("a third memory stands in the address where it is not the usual one", () => {
  const round = roundOf(said("seed=5&third=lantern-64-student"), USUAL, 32);
  assert.equal(round.third, "lantern-64-student");
  assert.equal(namesOf(round).third, "lantern-64-student");
  assert.equal(namesOf({ ...round, third: "" }).third, null);
  assert.equal(roundOf(said("third=a b/../c"), USUAL, 32).third, "");
});
