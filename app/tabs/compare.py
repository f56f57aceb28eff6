"""The Compare tab: what the stored comparisons found. Everything is read from assets/results and the cards."""

from __future__ import annotations

from pathlib import Path

import gradio as gr

from app.components import ComparisonBoard, PlotlyChart, ResultTable, SideBySide, TableExports
from app.components.figures import cost_figure, curve_figure, padding_figure, race_figure, scaling_figure
from app.components.memory_figures import lag_figure
from app.components.toolbox import card, halves, note, shown
from app.sessions.comparison import LiveComparisons, setup
from app.sessions.training import Trainings
from app.tabs.base import TABS, PageContext, Tab
from engine.experiments.compare import summary
from engine.experiments.race import MARKS
from engine.jobs import Jobs
from engine.reports import memory_tables, model_tables, tables

PADDED = ["linear fuse, closed form", "residual stack, joint"]


def build_compare(jobs: Jobs) -> LiveComparisons:
    """Lay the tab out: models against one another first, stored and live; then what explains ours, two cards a row."""
    comparisons = LiveComparisons(jobs)
    models(comparisons)
    with card("The same digits through every bundled model", "128 digits in 1,024 floats, 16 of them shown"):
        SideBySide(server_functions=comparisons.server_functions())
    ComparisonBoard(setup=setup(), server_functions=comparisons.server_functions())
    with halves():
        with card(
            "128 digits in 1,024 floats",
            "8 floats a digit, MNIST test split; linear is the [KLT], ours comes after [settling]",
        ):
            shown(lambda: ResultTable(tables.digits_table(), elem_id="compare-digits"), "This table")
        with card("From nothing, in seconds", "python -m engine race, two CPU cores"):
            shown(race, "The race")
    with halves():
        shown(scaling, "Error against length")
        shown(paddings, "What padding does")
    shown(ablation, "What helps")
    shown(memories, "What memories know")
    with halves():
        shown(dense, "The paper's own tree")
    with halves():
        with card("Merging jointly, or each frame alone", "at equal floats"):
            shown(lambda: ResultTable(tables.comparison_table("joint"), elem_id="compare-joint"), "This table")
        with card("Video", "UCF-101 test split, 128 px, at the same [ratio] of floats; our tree has [zones]"):
            shown(lambda: ResultTable(tables.video_table(), elem_id="compare-video"), "This table")
    with card("What the same bytes buy elsewhere", "video memories as plain numbers, against codecs that code bits"):
        shown(lambda: ResultTable(model_tables.codecs_table(), elem_id="compare-codecs"), "This table")
    return comparisons


def models(comparisons: LiveComparisons) -> None:
    """The stored comparison at equal budgets: table, chance, and error against what it costs."""
    with card(
        "Models at equal budgets",
        "same data, steps, batches, [floats] and parameters, the best in bold; [MSE], [PSNR] and [SSIM] on test digits",
    ):
        shown(lambda: ResultTable(model_tables.baselines_table(), elem_id="compare-table"), "This table")
        TableExports(server_functions=comparisons.server_functions())
    with halves():
        with card("Error against cost", "mean over seeds; lower and further left is better"):
            shown(costs, "This chart")
        with card("Is that chance?", "differences over the same test sequences"):
            shown(lambda: ResultTable(model_tables.paired_table(), elem_id="compare-paired"), "This table")
            seconds = tables.comparison_table
            shown(lambda: ResultTable(seconds("baselines-seconds"), elem_id="compare-seconds"), "This table")


def costs() -> None:
    """Error against what a model costs."""
    lines = summary(tables.read("assets/results/baselines.json"))
    PlotlyChart(cost_figure(lines), height=330, label="Error against cost", elem_id="compare-pareto")


def race() -> None:
    """Seconds from nothing to a given error."""
    PlotlyChart(race_figure(tables.read("assets/results/race.json"), MARKS), height=230, label="Race")


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
    with card(
        "While the sequence arrives",
        "unseen [leaf|leaves] as zeros, or their [merge|merges] skipped: two kinds of [padding]",
    ):
        PlotlyChart(figure, height=340, label="Paddings along the trajectory", elem_id="compare-padding")
        note(tables.padding_note(PADDED[-1]))


def ablation() -> None:
    """Every variant."""
    if not stored("ablation"):
        return
    with card("What helps", "family × pairing × training stage × padding"):
        ResultTable(tables.ablation_table(), elem_id="compare-ablation")


def memories() -> None:
    """What memories know of a room they have seen, by fresh probes, and what became of the hypotheses."""
    if not (rows := memory_tables.recorded("lantern")):
        return
    with card(
        "Memories that predict", "32 frames of a dark room in 64 floats; a fresh probe reads what each still knows"
    ):
        ResultTable(memory_tables.lantern_table(rows), elem_id="compare-lantern")
    with halves():
        with card(
            "Skill against lag", "how much of what was lit so many frames ago is known; shades are 95 % intervals"
        ):
            figure = lag_figure(memory_tables.lag_lines(rows))
            PlotlyChart(figure, height=360, label="Skill against lag", elem_id="compare-lags")
        with card("Is that chance?", "the primary metric, over the same rooms"):
            ResultTable(memory_tables.primary_table(rows), elem_id="compare-lantern-paired")
    with card("Eight hypotheses, written before the runs", "what is false is reported as false"):
        ResultTable(memory_tables.verdict_table(rows), elem_id="compare-verdicts")


def dense() -> None:
    """The paper's own tree as far as it was run."""
    if not stored("dense"):
        return
    rows = tables.read("assets/results/dense.json")["rows"]
    with card("The paper's own tree", "dense [sweeper|sweepers], latent pair loss, level by level"):
        ResultTable(tables.dense_table(), elem_id="compare-dense")
    with card("How it was trained", "latent pair loss of each level in turn, every seed a line"):
        PlotlyChart(curve_figure(rows), height=260, label="Training curve", elem_id="compare-curve")


@TABS.add
class Compare(Tab):
    """Models against one another, stored and live."""

    name, title, place = "compare", "Compare", 40

    def build(self, context: PageContext, place: gr.Tab) -> None:
        """The tab; what answers for live comparisons is shared."""
        context.provide(build_compare(context.service(Trainings).jobs))

    def ready(self, context: PageContext) -> None:
        """The named endpoints for trainings and comparisons."""
        from app.api.runs import build_runs_api

        build_runs_api(context.service(Trainings), context.service(LiveComparisons))
