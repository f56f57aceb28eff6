"""The Compare tab: the verdict on one screen, a comparison of one's own, and the evidence behind it.

Everything recorded is read from assets/results and the cards; the titles of the evidence are its findings.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path

import gradio as gr

from app.components import (
    CompareVerdict,
    ComparisonBoard,
    PlotlyChart,
    Reproduce,
    ResultTable,
    SideBySide,
    SubView,
    SubViews,
    TableExports,
    fold,
    sub_view,
)
from app.components.figures import (
    cost_figure,
    curve_figure,
    growth_figure,
    padding_figure,
    race_figure,
    scaling_figure,
    seconds_figure,
    trail_figure,
)
from app.components.toolbox import card, halves, note, remark, shown
from app.server.models import model_names
from app.sessions.comparison import LiveComparisons, setup
from app.sessions.training import Trainings
from app.tabs.base import TABS, PageContext, Tab
from engine.checkpoints import bundled
from engine.damage import DAMAGE
from engine.experiments.compare import summary
from engine.experiments.race import MARKS
from engine.jobs import Jobs
from engine.reports import findings, memory_tables, model_tables, paper_tables, paper_verdicts, tables
from engine.reports.verdict import stored_verdict

PADDED = ["linear fuse, closed form", "residual stack, joint"]
VIEWS = (
    SubView(name="verdict", title="Verdict", words="one screen, one answer; everything behind it is under Evidence"),
    SubView(name="run", title="Run your own", words="the same budgets, on this machine, live"),
    SubView(name="evidence", title="Evidence", words="every finding with its table and the command that repeats it"),
)


def build_compare(jobs: Jobs) -> LiveComparisons:
    """Lay the three views out; what answers for live comparisons is shared."""
    comparisons = LiveComparisons(jobs)
    SubViews(tab="compare", views=VIEWS)
    with sub_view("compare", "verdict"):
        shown(lambda: CompareVerdict(stored_verdict()), "The verdict")
    with sub_view("compare", "run"):
        ComparisonBoard(setup=setup(), server_functions=comparisons.server_functions())
    with sub_view("compare", "evidence"):
        evidence(comparisons)
    return comparisons


def evidence(comparisons: LiveComparisons) -> None:
    """Everything that is recorded, one fold a finding."""
    folded("models", findings.models_finding, lambda: models(comparisons), "compare baselines")
    folded("paper", findings.dense_finding, dense, "compare dense", needs="dense")
    folded("scale", findings.scale_finding, scale, "compare paper", needs="paper-scale")
    folded("levels", findings.levels_finding, levels, "compare paper-video", needs="paper-video")
    folded("digits-found", findings.digits_finding, lambda: digits(comparisons), "evaluate digits-128 --record")
    folded("video-found", findings.video_finding, video, "evaluate video-16 --record")
    folded("joint-found", findings.joint_finding, joint, "compare joint", needs="joint")
    folded("scaling-found", findings.scaling_finding, scaling, "compare scaling", needs="scaling")
    folded("ablation-found", findings.ablation_finding, ablation, "compare ablation", needs="ablation")
    padding = lambda: findings.padding_finding(PADDED[-1])  # noqa: E731
    folded("padding-found", padding, paddings, "compare ablation", needs="ablation")
    if rows := memory_tables.recorded("lantern"):
        judged = memory_tables.verdicts
        verdicts = lambda: findings.memories_finding([each["verdict"] for each in judged(rows)])  # noqa: E731
        folded("memories", verdicts, lambda: memories(rows), "compare lantern")
    if trails := student_trails():
        trailing = lambda: findings.students_finding(list(trails.values()))  # noqa: E731
        folded("students-found", trailing, lambda: students(trails), "compare students", needs="students")
    grown = "python -m tests.bench_streaming --record"
    folded("growth-found", findings.growth_finding, growth, grown, needs="streaming")
    folded("race-found", findings.race_finding, race, "race --record", needs="race")
    folded("codecs-found", findings.codecs_finding, codecs, "codecs", needs="codecs")


def folded(
    name: str, title: Callable[[], str], build: Callable[[], object], command: str, *, needs: str = "baselines"
) -> None:
    """A fold titled by its finding, with the command that repeats it; nothing where it was not recorded. Where its
    record is damaged, the title says so and the fold says why.
    """
    if not stored(needs):
        return
    try:
        words = title()
    except DAMAGE:
        words = f"{name}: its record is damaged"
    with fold(words, f"compare-{name}"):
        shown(build, "This evidence")
        Reproduce(command if command.startswith("python ") else f"python -m engine {command}")


def stored(name: str) -> bool:
    """Whether a comparison has results."""
    return Path(tables.TOP / "assets" / "results" / f"{name}.json").exists()


def models(comparisons: LiveComparisons) -> None:
    """The stored comparison at equal budgets: table, chance, and error against what it costs."""
    remark(
        "Same data, steps, batches, [floats] and parameters, the best in bold; [MSE], [PSNR], [SSIM] on test digits."
    )
    ResultTable(model_tables.baselines_table(), elem_id="compare-table")
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


def digits(comparisons: LiveComparisons) -> None:
    """128 digits in 1,024 floats: figures, and the same digits through every bundled model."""
    remark("8 floats a digit, MNIST test split; linear is the [KLT], ours comes after [settling].")
    ResultTable(tables.digits_table(), elem_id="compare-digits")
    with card("The same digits through every bundled model", "128 digits in 1,024 floats, 16 of them shown"):
        SideBySide(server_functions=comparisons.server_functions())


def video() -> None:
    """Every level of the video memory."""
    remark("UCF-101 test split, 128 px, at the same [ratio] of floats; our tree has [zones].")
    ResultTable(tables.video_table(), elem_id="compare-video")


def joint() -> None:
    """Merging jointly, or each frame alone."""
    ResultTable(tables.comparison_table("joint"), elem_id="compare-joint")


def codecs() -> None:
    """What the same bytes buy elsewhere."""
    ResultTable(model_tables.codecs_table(), elem_id="compare-codecs")


def race() -> None:
    """Seconds from nothing to a given error."""
    PlotlyChart(race_figure(tables.read("assets/results/race.json"), MARKS), height=230, label="Race")


def scaling() -> None:
    """Error against the number of leaves."""
    authors = tables.read("assets/results/paper.json")["digits"][-1]
    figure = scaling_figure(tables.scaling_lines(), authors)
    PlotlyChart(figure, height=340, label="Error against length", elem_id="compare-scaling")
    note(tables.scaling_table().note)


def paddings() -> None:
    """What padding does while a sequence arrives."""
    remark("Unseen [leaf|leaves] as zeros, or their [merge|merges] skipped: two kinds of [padding].")
    figure = padding_figure(summary(tables.read("assets/results/ablation.json")), PADDED)
    PlotlyChart(figure, height=340, label="Paddings along the trajectory", elem_id="compare-padding")
    note(tables.padding_note(PADDED[-1]))


def ablation() -> None:
    """Every variant: family, pairing, training stage, padding."""
    ResultTable(tables.ablation_table(), elem_id="compare-ablation")


def memories(rows: list[dict]) -> None:
    """What memories know of a room they have seen, by fresh probes."""
    ResultTable(memory_tables.lantern_table(rows), elem_id="compare-lantern")
    note("Curves by lag, differences and the eight hypotheses stand on the Predict tab, under Evidence.")


def student_trails() -> dict[str, dict]:
    """How each bundled student follows its tree on test data, by name, as its card has it."""
    cards = {name: bundled()[0][name] for name in model_names("student")}
    return {name: card["metrics"]["trail"] for name, card in cards.items() if "trail" in (card.get("metrics") or {})}


def students(trails: dict[str, dict]) -> None:
    """How closely students follow, over training seeds and along the sequence."""
    ResultTable(tables.students_table(), elem_id="compare-students")
    with halves():
        for name, trail in trails.items():
            with card(name, "against its teacher, test data"):
                shown(partial(draw_trail, name, trail), "This chart")


def draw_trail(name: str, trail: dict) -> None:
    """How closely one student follows its teacher."""
    PlotlyChart(trail_figure(trail), height=240, label=f"{name} over t", elem_id=f"compare-trail-{name}")
    note(tables.trail_note(trail))


def growth() -> None:
    """What one more leaf costs, by the length of the tree."""
    streaming = tables.read("assets/results/streaming.json")
    PlotlyChart(growth_figure(streaming), height=340, label="Work against length", elem_id="compare-growth")
    note(tables.streaming_note(streaming))


def dense() -> None:
    """The paper's own tree as far as it was run."""
    remark("Dense [sweeper|sweepers], latent pair loss, level by level.")
    ResultTable(tables.dense_table(), elem_id="compare-dense")
    rows = tables.read("assets/results/dense.json")["rows"]
    with card("How it was trained", "latent pair loss of each level in turn, every seed a line"):
        PlotlyChart(curve_figure(rows), height=260, label="Training curve", elem_id="compare-curve")


def scale() -> None:
    """The paper's table at the paper's own scale: theirs, ours at their scale, ours at ours."""
    remark("MNIST test split, 128 digits in 1,024 [floats], equal CPU seconds; theirs beside ours.")
    ResultTable(paper_tables.scale_table(), elem_id="compare-scale")
    learned = [row for row in tables.read("assets/results/paper-scale.json")["rows"] if row["steps"]]
    if learned:
        with card("Error against CPU seconds", "a training window; a tree's line begins with its top level"):
            figure = seconds_figure(learned)
            PlotlyChart(figure, height=300, label="Error against CPU seconds", elem_id="compare-scale-curve")
    ResultTable(paper_verdicts.verdicts_table(paper_tables.SCALE), elem_id="compare-scale-verdicts")
    if stored("ssim"):
        with card("Which SSIM is theirs?", "reconstructions that depend on no training, in every variant"):
            shown(lambda: ResultTable(paper_tables.ssim_table(), elem_id="compare-ssim"), "This table")


def levels() -> None:
    """Error against compression level of learned video trees."""
    remark("UCF-101 test split, 128 px, at the same [ratio] of floats; trees learned level by level.")
    ResultTable(paper_tables.video_levels_table(), elem_id="compare-levels")
    ResultTable(paper_verdicts.verdicts_table(paper_tables.VIDEO), elem_id="compare-levels-verdicts")


@TABS.add
class Compare(Tab):
    """Models against one another, stored and live."""

    name, title, place = "compare", "Compare", 40
    styles = ("comparison.css", "compare.css")

    def build(self, context: PageContext, place: gr.Tab) -> None:
        """The tab; what answers for live comparisons is shared."""
        context.provide(build_compare(context.service(Trainings).jobs))

    def ready(self, context: PageContext) -> None:
        """The named endpoints for trainings and comparisons."""
        from app.api.runs import build_runs_api

        build_runs_api(context.service(Trainings), context.service(LiveComparisons))
