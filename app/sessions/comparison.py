"""Run a comparison from the Compare tab: models of equal budgets as jobs, followed live, measured when they finish."""

from __future__ import annotations

from dataclasses import asdict, replace
from typing import Any

import gradio as gr

from app.components import ContestBoard
from app.pictures.probe import probe_sheet
from app.server.answers import Answers
from app.server.limits import limits
from app.server.owners import Owners
from app.server.training_limits import check_share
from engine.evaluation.significance import note, paired, sequence_means
from engine.experiments.live_comparison import SIZES, Contests, models, start
from engine.jobs import Jobs
from engine.reports.export import FORMATS, export
from engine.reports.model_tables import baselines_table, models_table
from engine.reports.table import Table


class ContestDesk(Answers):
    """Answers to `assets/js/compare/comparison_view.js`."""

    questions = ("refresh", "start", "stop", "sheet", "export")

    def __init__(self, jobs: Jobs) -> None:
        self.jobs, self.contests, self.owners = jobs, Contests(jobs), Owners(jobs.store.home)

    def refresh(self, visitor: str, wish: dict) -> dict:
        """All contests, and of the one that is looked at its runs, what is new of them, and its table."""
        numbers = [n for n in self.contests.numbers() if self.owners.owns(visitor, f"contest {n}")]
        number = int(wish["number"]) if wish.get("number") in numbers else next(iter(numbers), None)
        if number is None:
            return {"numbers": [], "number": None, "members": [], "runs": [], "status": {}, "table": None}
        members = self.contests.members(number)
        ids = {member["run"] for member in members}
        cursors = {each["run"]: int(each["cursor"]) for each in wish.get("follow", []) if each["run"] in ids}
        status = {run: self.jobs.status(run, cursor) for run, cursor in cursors.items()}
        summaries = [self.jobs.status(run, limit=1)["run"] for run in ids - set(status)]
        runs = [*(found["run"] for found in status.values()), *summaries]
        table = self.table(number)
        found = {"numbers": numbers, "number": number, "members": members, "runs": runs, "status": status}
        return {**found, "table": table and table.payload()}

    def table(self, number: int) -> Table | None:
        """The models that have been measured, with a word on chance; None before the first one."""
        result = self.contests.result(number)
        if not result["rows"]:
            return None
        table = models_table(result)
        return replace(table, note=chance(result))

    def start(self, visitor: str, wish: dict) -> dict:
        """Queue a contest."""
        sizes = {name: int(wish[name]) for name in ("leaves", "steps", "seeds")}
        limits().check_steps(sizes["steps"])
        check_share(self.jobs, self.owners, visitor)
        number = start(self.jobs, [str(key) for key in wish["models"]], **sizes)
        for name in (f"contest {number}", *(member["run"] for member in self.contests.members(number))):
            self.owners.claim(visitor, name)
        return {"number": number}

    def stop(self, visitor: str, wish: dict) -> dict:
        """Stop one run; the others go on."""
        self.jobs.stop(self.owners.check(visitor, str(wish["run"])))
        return {}

    def sheet(self, visitor: str, wish: dict) -> dict:
        """One look at a run's probe."""
        return asdict(probe_sheet(self.jobs, self.owners.check(visitor, str(wish["run"])), int(wish["total"])))

    def export(self, visitor: str, wish: dict) -> dict:
        """The table in another program's form; `stored` for the one that came with the page."""
        kind = str(wish.get("kind"))
        if not wish.get("stored"):
            self.owners.check(visitor, f"contest {int(wish['number'])}")
        table = baselines_table() if wish.get("stored") else self.table(int(wish["number"]))
        if table is None:
            raise ValueError("There is nothing to export yet: the first model is still training.")
        return {"text": export(table, kind), "kind": kind}


def chance(result: dict) -> str:
    """Whether the best model's lead over the next could be chance, paired over the test sequences."""
    labels = list(dict.fromkeys(row["variant"] for row in result["rows"]))
    means = {label: sequence_means([r for r in result["rows"] if r["variant"] == label]) for label in labels}
    order = sorted(means, key=lambda label: sum(means[label]))
    return note(order[0], order[1], paired(means[order[0]], means[order[1]])) if len(order) > 1 else ""


def setup() -> dict[str, Any]:
    """What can be chosen."""
    return {"models": [{"key": k, "label": v} for k, v in models().items()], "sizes": SIZES, "formats": list(FORMATS)}


def build_contests(jobs: Jobs) -> ContestDesk:
    """Lay the card out and wire it."""
    desk = ContestDesk(jobs)
    board = ContestBoard(setup=setup())

    def ask(event: gr.EventData, request: gr.Request) -> dict:
        return desk.answer(request.session_hash, event._data)

    board.ask(ask, None, board, queue=False, show_progress="hidden", trigger_mode="multiple", api_name=False)
    return desk


__all__ = ["ContestDesk", "build_contests"]
