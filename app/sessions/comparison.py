"""Comparisons that are run from the Compare tab: models of equal budgets as jobs, measured when they finish.

Answers `assets/js/compare/comparison_view.js`, and exports the stored table for `compare/exports.js`.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import Any, Literal, TypedDict

from app.pictures.probe import ProbeSheet, probe_sheet
from app.pictures.side_by_side import side_by_side
from app.server.folders import Download, download_of, new_folder
from app.server.limits import limits
from app.server.owners import Owners, owner_name
from app.server.rpc import Questions, Visitor
from app.server.training_limits import queueing
from app.sessions.runs import Done, Follow, RunRequest, RunStatus, RunSummary, SheetRequest, run_status, run_summary
from engine.damage import DAMAGE, reason_of
from engine.evaluation.significance import note, paired, sequence_means
from engine.experiments.live_comparison import SIZES, ComparisonRuns, models, planned_comparison, start
from engine.jobs import Jobs, estimate
from engine.reports.export import FORMATS, export
from engine.reports.model_tables import baselines_table, models_table
from engine.reports.table import Table
from engine.reports.verdict import Verdict, verdict_of

WAITING = ("queued", "running")
"""states of runs that can be stopped"""
ENDINGS = {"csv": "csv", "json": "json", "latex": "tex", "markdown": "md"}


class Member(TypedDict):
    """A run of a comparison."""

    run: str
    model: str
    """its key"""
    label: str
    seed: int


@dataclass(frozen=True, kw_only=True)
class ComparisonRequest:
    """A refresh: which comparison is looked at, the newest where it is null."""

    number: int | None = None
    follow: tuple[Follow, ...] = ()


@dataclass(frozen=True, kw_only=True)
class ComparisonAnswer:
    """A visitor's comparisons, and what is new of one."""

    numbers: list[int] = field(default_factory=list)
    """newest first"""
    number: int | None = None
    members: list[Member] = field(default_factory=list)
    runs: list[RunSummary] = field(default_factory=list)
    status: dict[str, RunStatus] = field(default_factory=dict)
    table: dict[str, Any] | None = None
    """for `showTable` of `ui/result_table.js`; null before the first model has been measured"""
    verdict: Verdict | None = None
    """null before two models have been measured"""


@dataclass(frozen=True, kw_only=True)
class StartRequest:
    """A comparison to start."""

    models: tuple[str, ...]
    leaves: int
    steps: int
    seeds: int


@dataclass(frozen=True, kw_only=True)
class StartAnswer:
    """The comparison that has been queued."""

    number: int


@dataclass(frozen=True, kw_only=True)
class CheckAnswer:
    """What is wrong with a comparison; empty where it can be started."""

    problem: str


@dataclass(frozen=True, kw_only=True)
class ComparisonCost:
    """What a comparison would take on this machine, one run after the other."""

    runs: int
    seconds: float | None
    """of everything that is trained; null where that cannot be forecast"""
    memory: int
    """bytes, of its largest run"""
    slowest: str
    """the model that takes longest; empty where none takes a step"""


@dataclass(frozen=True, kw_only=True)
class ComparisonCostAnswer:
    """The cost, or null where the comparison cannot be started."""

    cost: ComparisonCost | None


@dataclass(frozen=True, kw_only=True)
class NumberRequest:
    """One comparison."""

    number: int


@dataclass(frozen=True, kw_only=True)
class ExportRequest:
    """A table in another program's form; without a number the one that came with the page."""

    kind: Literal["csv", "json", "latex", "markdown"]
    number: int | None = None


@dataclass(frozen=True, kw_only=True)
class SideBySideAnswer:
    """Strips below one another."""

    html: str


class LiveComparisons(Questions):
    """Answers the comparison board; on a shared page a visitor has to do with their own comparisons alone."""

    questions = (
        "refresh",
        "check_comparison",
        "estimate_comparison",
        "start_comparison",
        "stop_run",
        "stop_all",
        "sheet",
        "export_table",
        "side_by_side",
    )
    heavy = ("estimate_comparison", "start_comparison")

    def __init__(self, jobs: Jobs) -> None:
        self.jobs, self.comparisons, self.owners = jobs, ComparisonRuns(jobs), Owners(jobs)

    def refresh(self, visitor: Visitor, request: ComparisonRequest) -> ComparisonAnswer:
        """All comparisons, and of the one that is looked at its runs, what is new of them, and its table."""
        numbers = self.numbers(visitor.key)
        number = request.number if request.number in numbers else next(iter(numbers), None)
        if number is None:
            return ComparisonAnswer()
        members = self.comparisons.members(number)
        ids = {member["run"] for member in members}
        status = {each.run: run_status(self.jobs, each) for each in request.follow if each.run in ids}
        others = [run_summary(self.jobs.status(run, limit=1)["run"]) for run in ids - set(status)]
        result = self.comparisons.result(number)
        table = table_of(result)
        runs = [*(found["run"] for found in status.values()), *others]
        return ComparisonAnswer(
            numbers=numbers,
            number=number,
            members=members,
            runs=runs,
            status=status,
            table=table and table.payload(),
            verdict=found_by(result, so_far=len(result["rows"]) + len(result["damaged"]) < expected(runs)),
        )

    def numbers(self, owner: str) -> list[int]:
        """The comparisons that a visitor may see, newest first."""
        return self.owners.comparisons(owner)

    def check_comparison(self, visitor: Visitor, request: StartRequest) -> CheckAnswer:
        """What is wrong with a comparison, without starting it."""
        try:
            limits().check_steps(request.steps)
            planned_comparison(list(request.models), leaves=request.leaves, steps=request.steps, seeds=request.seeds)
        except ValueError as error:
            return CheckAnswer(problem=str(error))
        return CheckAnswer(problem="")

    def estimate_comparison(self, visitor: Visitor, request: StartRequest) -> ComparisonCostAnswer:
        """What a comparison would take; a new size may take seconds to forecast."""
        if self.check_comparison(visitor, request).problem:
            return ComparisonCostAnswer(cost=None)
        sizes = {"leaves": request.leaves, "steps": request.steps, "seeds": request.seeds}
        planned = planned_comparison(list(request.models), **sizes)
        configs = {label: planned.config(label, planned.seeds[0]) for label in planned.variants}
        costs = {label: estimate(config, store=self.jobs.store) for label, config in configs.items()}
        trained = {label: cost["seconds"] for label, cost in costs.items() if cost["steps"]}
        known = [seconds for seconds in trained.values() if seconds is not None]
        cost = ComparisonCost(
            runs=len(configs) * len(planned.seeds),
            seconds=sum(known) * len(planned.seeds) if len(known) == len(trained) else None,
            memory=max(cost["memory"] for cost in costs.values()),
            slowest=max(trained, key=lambda label: trained[label] or 0.0, default=""),
        )
        return ComparisonCostAnswer(cost=cost)

    def start_comparison(self, visitor: Visitor, request: StartRequest) -> StartAnswer:
        """Queue a comparison."""
        return StartAnswer(number=self.submit(visitor.key, request))

    def submit(self, owner: str, request: StartRequest) -> int:
        """Queue a comparison of a visitor's, from the page or the API; its number."""
        limits().check_steps(request.steps)
        sizes = {"leaves": request.leaves, "steps": request.steps, "seeds": request.seeds}
        planned = planned_comparison(list(request.models), **sizes)
        coming = len(planned.variants) * len(planned.seeds)
        with queueing(self.jobs, owner, coming) as queued:
            number = start(self.jobs, list(request.models), owner=owner_name(owner), **sizes)
            for member in self.comparisons.members(number):
                queued(member["run"])
        return number

    def stop_run(self, visitor: Visitor, request: RunRequest) -> Done:
        """Stop one run; the others go on."""
        self.jobs.stop(self.owners.check(visitor.key, request.run))
        return Done()

    def stop_all(self, visitor: Visitor, request: NumberRequest) -> Done:
        """Stop every run of a comparison that has not ended."""
        self.owners.check_comparison(visitor.key, request.number)
        for member in self.comparisons.members(request.number):
            if self.jobs.status(member["run"], limit=1)["run"]["state"] in WAITING:
                self.jobs.stop(member["run"])
        return Done()

    def sheet(self, visitor: Visitor, request: SheetRequest) -> ProbeSheet:
        """One look at a run's probe."""
        return probe_sheet(self.jobs, self.owners.check(visitor.key, request.run), request.total)

    def export_table(self, visitor: Visitor, request: ExportRequest) -> Download:
        """A file with the table of a comparison, or with the stored one."""
        if request.number is not None:
            self.owners.check_comparison(visitor.key, request.number)
        number = request.number
        table = baselines_table() if number is None else table_of(self.comparisons.result(number))
        if table is None:
            raise ValueError("There is nothing to export yet: the first model is still training.")
        name = "models" if request.number is None else f"comparison-{request.number}"
        path = new_folder("table") / f"{name}.{ENDINGS[request.kind]}"
        path.write_text(export(table, request.kind))
        return download_of(path)

    def side_by_side(self, visitor: Visitor) -> SideBySideAnswer:
        """The same digits through every bundled model."""
        return SideBySideAnswer(html=side_by_side())


def table_of(result: dict) -> Table | None:
    """The models that have been measured, with a word on chance; None before the first one."""
    if not result["rows"]:
        return None
    try:
        table, words = models_table(result), chance(result)
    except DAMAGE as error:
        table, words = Table(head=[], rows=[]), f"The measured figures are damaged: {reason_of(error)}."
    return replace(table, note=" ".join(filter(None, [words, *result["damaged"]])))


def expected(runs: list[RunSummary]) -> int:
    """How many runs have figures, or will have them."""
    return sum(run["state"] in (*WAITING, "stopping", "finished") for run in runs)


def found_by(result: dict, *, so_far: bool) -> Verdict | None:
    """Who keeps most among the models that are measured, `so_far` while others train; None before two are."""
    try:
        return verdict_of(result, so_far=so_far) if len({row["variant"] for row in result["rows"]}) > 1 else None
    except DAMAGE:
        return None  # the table says what is damaged


def chance(result: dict) -> str:
    """Whether the best model's lead over the next could be chance, paired over the test sequences."""
    labels = list(dict.fromkeys(row["variant"] for row in result["rows"]))
    means = {label: sequence_means([r for r in result["rows"] if r["variant"] == label]) for label in labels}
    order = sorted(means, key=lambda label: sum(means[label]))
    return note(order[0], order[1], paired(means[order[0]], means[order[1]])) if len(order) > 1 else ""


def setup() -> dict[str, Any]:
    """What can be chosen."""
    return {"models": [{"key": k, "label": v} for k, v in models().items()], "sizes": SIZES, "formats": list(FORMATS)}
