// Scene 4, forgetting: one frame at every ratio, its error and its PSNR. Called by `guide/view.js`.

import { h } from "../core/dom.js";
import { dB, ratio } from "../core/format.js";
import { framePsnr, meanError, rowRatio, rows } from "../explore/exploration.js";
import { errorPicture, paint, pane } from "../explore/panes.js";
import { cellPixels } from "../ui/sheets.js";
import { lineChart } from "./chart.js";
import { levelSlider, scene, seeInExplore, WITHOUT_SOURCE } from "./scene.js";

/** @import { Exploration, Selection } from "../core/types.js" */
/** @import { Pane } from "../explore/panes.js" */

/** The scene; its panes show the selected frame. */
export function forgetting() {
  const panes = { source: pane("source"), recovered: pane("recovered"), error: pane("error") };
  const slider = levelSlider("Ratio at which the frame is recovered", 1);
  const chart = h("div", { class: "imfn-guide-chart" });
  const row = h("div", { class: "imfn-panes" }, ...Object.values(panes).map((one) => one.figure));
  let merges = 1;
  const card = scene({
    id: "forgetting",
    title: "Forgetting",
    words:
      "Every merge keeps half as many numbers, so something has to go: what moves or is finely drawn goes first. Drag the ratio and watch one frame, its error and its PSNR.",
    actions: [seeInExplore(() => ({ merges }))],
    piece: [h("div", { class: "imfn-forget" }, row, chart), slider.element],
    lacks: (e) => (e.source && meanError(e, rows(e)[0]) !== null ? null : WITHOUT_SOURCE),
  });
  /** @param {Exploration} e @param {Selection} selection @param {() => void} later */
  const refresh = (e, selection, later) => {
    if (!card.ready(e)) return;
    merges = slider.refresh(e, selection.merges);
    paintPanes(panes, e, merges, selection.frame, later);
    drawCurve(chart, e, merges, selection.frame);
    row.dataset.shows = `${merges} ${selection.frame}`;
  };
  return { element: card.element, refresh };
}

/**
 * @param {{ source: Pane, recovered: Pane, error: Pane }} panes
 * @param {Exploration} e
 * @param {number} merges
 * @param {number} frame
 * @param {() => void} later
 */
function paintPanes({ source, recovered, error }, e, merges, frame, later) {
  const before = cellPixels(e, 0, frame, later);
  const after = cellPixels(e, merges, frame, later);
  if (before) paint(source, before, `frame ${frame + 1} of the source`);
  if (after) paint(recovered, after, `frame ${frame + 1} recovered at ${ratio(rowRatio(e, merges))}`);
  if (before && after)
    paint(error, errorPicture(before, after), `its error at ${ratio(rowRatio(e, merges))}, five times as bright`);
  source.caption.textContent = `frame ${frame + 1}`;
  recovered.caption.replaceChildren(
    h("span", { class: "imfn-pane-word", text: ratio(rowRatio(e, merges)) }),
    h("b", { class: "imfn-forget-psnr", text: dB(framePsnr(e, merges, frame)) }),
  );
  error.caption.textContent = "error ×5";
}

/** @param {HTMLElement} box @param {Exploration} e @param {number} merges @param {number} frame */
function drawCurve(box, e, merges, frame) {
  const levels = rows(e)
    .reverse()
    .filter((level) => level > 0);
  const values = levels.map((level) => framePsnr(e, level, frame));
  const at = levels.indexOf(merges);
  const names = levels.map((level) => ratio(rowRatio(e, level)));
  const words = `PSNR of frame ${frame + 1} by ratio: ${names.map((name, i) => `${name} ${dB(values[i])}`).join(", ")}`;
  box.replaceChildren(
    lineChart({
      width: box.clientWidth,
      height: 160,
      title: "PSNR, dB",
      words,
      names,
      lines: [{ values, colour: "teal" }],
      at,
      label: (value) => value.toFixed(1),
    }),
  );
}
