// Where the tour's card stands: beside what it points at, never over it. Pure geometry, in the window's coordinates.
// Called by `shell/tour.js`.

/** @import { Edges } from "../core/types.js" */

/** @typedef {{ width: number, height: number }} Size */
/** @typedef {{ left: number, top: number }} Corner */

const GAP = 14;
const EDGE = 10;
const RING = 6; // how far the light reaches beyond its target

/** @param {number} value @param {number} low @param {number} high */
const clamp = (value, low, high) => Math.max(low, Math.min(high, value));

/** A target's box with its ring, kept inside the window. @param {Edges} box @param {Size} view */
export function ringed(box, view) {
  const [left, top] = [Math.max(2, box.left - RING), Math.max(2, box.top - RING)];
  return {
    left,
    top,
    right: Math.min(view.width - 2, box.right + RING),
    bottom: Math.min(view.height - 2, box.bottom + RING),
  };
}

/** Places beside the light in order of liking. @param {Edges} light @param {Size} card @param {Size} view @returns {Corner[]} */
function candidates(light, card, view) {
  const left = clamp((light.left + light.right - card.width) / 2, EDGE, view.width - card.width - EDGE);
  const top = clamp((light.top + light.bottom - card.height) / 2, EDGE, view.height - card.height - EDGE);
  return [
    { left, top: light.bottom + GAP },
    { left, top: light.top - GAP - card.height },
    { left: light.right + GAP, top },
    { left: light.left - GAP - card.width, top },
  ];
}

/** @param {Corner} spot @param {Size} card @param {Size} view */
const inside = (spot, card, view) =>
  spot.left >= EDGE &&
  spot.top >= EDGE &&
  spot.left + card.width <= view.width - EDGE &&
  spot.top + card.height <= view.height - EDGE;

/**
 * Where the light and the card stand: beside each other where there is room; else the card stands at the bottom and the
 * light ends above it.
 * @param {Edges} box of the target
 * @param {Size} card
 * @param {Size} view
 * @returns {{ light: Edges, card: Corner }}
 */
export function place(box, card, view) {
  const light = ringed(box, view);
  const spot = candidates(light, card, view).find((one) => inside(one, card, view));
  if (spot) return { light, card: spot };
  const top = view.height - card.height - EDGE;
  const left = clamp(light.left, EDGE, view.width - card.width - EDGE);
  return {
    light: { ...light, bottom: Math.max(light.top + 20, Math.min(light.bottom, top - GAP)) },
    card: { left, top },
  };
}

/**
 * How far to scroll down so that the target and a card beside it can both be seen; 0 where they already can.
 * @param {Edges} box
 * @param {Size} card
 * @param {Size} view
 */
export function scrollFor(box, card, view) {
  const visible = box.top >= 0 && box.bottom <= view.height;
  const light = ringed(box, view);
  if (visible && candidates(light, card, view).some((spot) => inside(spot, card, view))) return 0;
  const needed = box.bottom - box.top + card.height + GAP + RING;
  return box.top - EDGE - RING - Math.max(0, (view.height - needed - 2 * EDGE) / 2);
}
