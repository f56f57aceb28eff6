// A small trajectory for tests: two sequences through a tree of four leaves, with a student, flat and in space.

/** @import { Palette, Points } from "../../assets/js/core/types.js" */
/** @import { Shown } from "../../assets/js/trajectory/figure.js" */

/** Points 0 … count on a line that starts at `from`. @param {number} from @param {number} axes @returns {Points} */
const line = (from, axes) =>
  Array.from({ length: 5 }, (_, t) => Array.from({ length: axes }, (_, axis) => from + t + axis));

/** @param {Partial<Shown>} [more] @returns {Shown} */
export function trajectory(more = {}) {
  const sheet = { url: "source.webp", columns: 2, width: 28, height: 28 };
  const points = [0, 10].map((from) => ({ tree: line(from, 2), student: line(from + 0.5, 2) }));
  return {
    trip: {
      id: "j",
      chosen: "digits",
      name: "digits",
      model: "digits-128",
      student: "digits-128-student",
      padding: "skip",
      leaves: 4,
      count: 4,
      series: ["digits", "only 3s"],
      sources: [sheet, sheet],
      strip: { width: 28, height: 28, length: 8 },
      pictures: { pca: { points, points3: [0, 10].map((from) => ({ tree: line(from, 3), student: line(from, 3) })) } },
      distance: [0, 0.1, 0.2, 0.3, 0.4],
      costs: null,
      memories: { url: "memories.png", mse: { tree: [1, 2, 3, 4], student: [2, 3, 4, 5] } },
    },
    t: 2,
    playing: false,
    speed: 1,
    method: null,
    dimensions: 2,
    sprites: true,
    ink: "time",
    ...more,
  };
}

/** @type {Palette} */
export const colours = {
  bg: "#fff",
  card: "#fefefe",
  ink: "#111",
  muted: "#777",
  line: "#ddd",
  soft: "#eee",
  teal: "#088",
  orange: "#e70",
  film: "#000",
  font: "sans-serif",
};
