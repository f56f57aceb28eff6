"""The Compare tab: what the stored comparisons found. Everything is read from assets/results and the cards."""

from __future__ import annotations

from pathlib import Path

import gradio as gr

from app.components import PlotlyChart, ResultTable
from app.components.result_figures import curve_figure, padding_figure, race_figure, scaling_figure
from engine.analysis import tables
from engine.training.compare import summary
from engine.training.race import MARKS

PADDED = ["linear fuse, closed form", "residual stack, joint"]


def build_compare() -> None:
    """Lay the tab out, two cards a row: the table first, then what explains it."""
    with halves():
        with card("128 digits in 1,024 floats", "8 floats a digit, MNIST test split"):
            ResultTable(tables.digits_table(), elem_id="compare-table")
        with card("From nothing, in seconds", "python -m engine race, two CPU cores"):
            PlotlyChart(race_figure(tables.read("assets/results/race.json"), MARKS), height=230, label="Race")
    with halves():
        scaling()
        paddings()
    ablation()
    with halves():
        dense()
    with halves():
        with card("Merging jointly, or each frame alone", "at equal floats"):
            ResultTable(tables.comparison_table("joint"), elem_id="compare-joint")
        with card("Video", "UCF-101 test split, 128 px, at the same ratio of floats"):
            ResultTable(tables.video_table(), elem_id="compare-video")


def halves() -> gr.Row:
    """A row of two cards of equal width, one below the other on a phone."""
    return gr.Row(elem_classes=["imfn-columns", "imfn-halves"])


def card(title: str, words: str) -> gr.Column:
    """A card with its heading; use it as a context."""
    column = gr.Column(elem_classes="imfn-card")
    with column:
        heading = f'<div class="imfn-head-words"><h2>{title}</h2><p>{words}</p></div>'
        heading = f'<div class="imfn-root"><div class="imfn-card-head">{heading}</div></div>'
        gr.HTML(heading, elem_classes=["imfn-view", "imfn-heading"], padding=False, apply_default_css=False)
    return column


def note(words: str) -> None:
    """A remark under a chart."""
    ResultTable({"head": [], "rows": [], "note": words})


def stored(name: str) -> bool:
    """Whether a comparison has results."""
    return Path(tables.TOP / "assets" / "results" / f"{name}.json").exists()


def scaling() -> None:
    """Error against the number of leaves."""
    if not stored("scaling"):
        return
    authors = tables.read("assets/results/paper.json")["digits"][-1]
    figure = scaling_figure(tables.scaling_lines(), authors)
    with card("Error against length", "more and more digits in the same floats"):
        PlotlyChart(figure, height=340, label="Error against length", elem_id="compare-scaling")
        note(tables.scaling_table().note)


def paddings() -> None:
    """What padding does while a sequence arrives."""
    if not stored("ablation"):
        return
    figure = padding_figure(summary(tables.read("assets/results/ablation.json")), PADDED)
    with card("While the sequence arrives", "unseen leaves as zeros, or their merges skipped"):
        PlotlyChart(figure, height=340, label="Paddings along the trajectory", elem_id="compare-padding")
        note(tables.padding_note(PADDED[-1]))


def ablation() -> None:
    """Every variant."""
    if not stored("ablation"):
        return
    with card("What helps", "family × pairing × training stage × padding"):
        ResultTable(tables.ablation_table(), elem_id="compare-ablation")


def dense() -> None:
    """The paper's own tree as far as it was run."""
    if not stored("dense"):
        return
    rows = tables.read("assets/results/dense.json")["rows"]
    with card("The paper's own tree", "dense sweepers, latent pair loss, level by level"):
        ResultTable(tables.dense_table(), elem_id="compare-dense")
    with card("How it was trained", "latent pair loss of each level in turn, every seed a line"):
        PlotlyChart(curve_figure(rows), height=260, label="Training curve", elem_id="compare-curve")
