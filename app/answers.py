"""Questions of a view and their answers: `assets/js/train_wire.js` asks one at a time, the answer carries its number.

A ValueError becomes the sentence that the view shows; nothing else of a failure reaches the browser.
"""

from __future__ import annotations

import base64
import contextlib
import math
import threading
import time
from collections.abc import Sequence
from typing import ClassVar

from PIL import Image

from app.failure import in_words
from app.limits import limits
from engine.config import TrainConfig
from engine.jobs import Jobs
from engine.training.budget import planned_steps


class Owners:
    """Who started which run, on a shared page: there nobody sees, stops or takes away what is another visitor's."""

    def __init__(self) -> None:
        self.visitor_of: dict[str, str] = {}

    def took(self, visitor: str, run: str) -> None:
        """A visitor has started a run."""
        self.visitor_of[run] = visitor

    def may(self, visitor: str, run: str) -> bool:
        """Whether a run is a visitor's to see."""
        return not limits().public or self.visitor_of.get(run) == visitor

    def check(self, visitor: str, run: str) -> str:
        """The run; ValueError when it is somebody else's, in the words for one that is not there."""
        if not self.may(visitor, run):
            raise ValueError(f"there is no run {run[:60]!r}")
        return run


def check_allowed(jobs: Jobs, config: TrainConfig, files: Sequence[str]) -> None:
    """ValueError for a training that a shared page does not take."""
    bounds = limits()
    if not bounds.own_paths and not files and config.data not in ("digits", "digits-drift"):
        raise ValueError(
            f"On this shared page choose digits, digits-drift or files of your own, not {config.data[:40]!r}."
        )
    bounds.check_steps(planned_steps(config))
    bounds.check_queue(sum(run["state"] == "queued" for run in jobs.store.list()))


def end_overlong(jobs: Jobs) -> None:
    """Stop trainings that have had their time on a shared page; they keep what they have."""
    most = limits().max_train_seconds
    for run in jobs.list() if not math.isinf(most) else ():
        if run["state"] == "running" and run["trained_seconds"] > most:
            jobs.stop(run["id"])


def watch(jobs: Jobs, every: float = 5.0) -> None:
    """Look after overlong trainings from now on, in a thread that ends with the program."""

    def look_after() -> None:
        while True:
            time.sleep(every)
            with contextlib.suppress(ValueError, OSError):
                end_overlong(jobs)

    if not math.isinf(limits().max_train_seconds):
        threading.Thread(target=look_after, daemon=True).start()


class Answers:
    """Subclasses name their questions; each is a method of (visitor, wish) that gives the answer's values."""

    questions: ClassVar[tuple[str, ...]] = ()

    def answer(self, visitor: str, wish: dict) -> dict:
        """The answer to one question."""
        what = str(wish.get("what"))
        if what not in self.questions:
            return refusal(wish, f"There is no question {what[:30]!r}.")
        try:
            found = getattr(self, what)(visitor, wish)
        except (ValueError, OSError) as error:
            return refusal(wish, in_words(error))
        except (KeyError, TypeError) as error:
            return refusal(wish, f"The question {what} came without what it needs ({str(error)[:60]}).")
        return {"id": wish.get("id"), "ok": True, **found}


def refusal(wish: dict, sentence: str) -> dict:
    """An answer that says what is wrong."""
    return {"id": wish.get("id"), "ok": False, "sentence": sentence}


def look(jobs: Jobs, run: str, total: int) -> dict:
    """One look at a run's probe as a data URL, and how many strips it has; ValueError when it is not kept."""
    path = jobs.sheet(run, total)
    if not path.is_file():
        raise ValueError(f"There is no picture of step {total} any more.")
    with Image.open(path) as picture:
        rows = strips(picture.size, jobs.status(run, limit=40)["rows"])
    return {"url": "data:image/png;base64," + base64.b64encode(path.read_bytes()).decode(), "rows": rows}


def strips(size: tuple[int, int], rows: list[dict]) -> int:
    """Strips of a sheet: the window itself and one a level, as the first look at the probe counted them."""
    levels = next((row["values"]["levels"] for row in rows if "levels" in row["values"]), None)
    return 1 + len(levels) if levels else max(1, size[1] * 12 // max(1, size[0]))
