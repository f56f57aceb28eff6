"""Questions of a view and their answers: `assets/js/train/wire.js` asks one at a time, the answer carries its number.

A ValueError becomes the sentence that the view shows; nothing else of a failure reaches the browser.
"""

from __future__ import annotations

import base64
import contextlib
import hashlib
import math
import re
import threading
import time
from collections.abc import Sequence
from pathlib import Path
from typing import ClassVar

from PIL import Image

from app.server.errors import in_words
from app.server.limits import limits
from engine.config import TrainConfig
from engine.jobs import Jobs
from engine.training.budget import planned_steps

KEY = re.compile("[0-9a-f]{32}")
"""what a browser calls its visitor"""
REMEMBERED = 2000
"""sessions whose key is known; a page tells it with every question"""


class Owners:
    """Who started which run, on a shared page: there nobody sees, stops or takes away what is another visitor's.

    A browser keeps a key of 128 random bits and sends it with every question, so that a reload finds its runs again;
    what comes without one belongs to its session. Hashes lie beside the runs, so that a restart forgets nobody.
    """

    def __init__(self, home: Path) -> None:
        self.folder = home / "owners"
        self.keys: dict[str, str] = {}
        """of the sessions that have told one"""

    def took(self, visitor: str, run: str) -> None:
        """A visitor has started a run."""
        if limits().public:
            self.folder.mkdir(parents=True, exist_ok=True)
            self.note_of(run).write_text(hashed(visitor))

    def may(self, visitor: str, run: str) -> bool:
        """Whether a run is a visitor's to see."""
        return not limits().public or self.owner_of(run) == hashed(visitor)

    def check(self, visitor: str, run: str) -> str:
        """The run; ValueError when it is somebody else's, in the words for one that is not there."""
        if not self.may(visitor, run):
            raise ValueError(f"there is no run {run[:60]!r}")
        return run

    def owner_of(self, run: str) -> str | None:
        """The hash of whoever started it; None when nobody here has."""
        try:
            return self.note_of(run).read_text()
        except OSError:
            return None

    def note_of(self, run: str) -> Path:
        """Where that is written; a run's name may hold anything."""
        return self.folder / hashed(run)


def hashed(text: str) -> str:
    """A name that tells nothing."""
    return hashlib.sha256(text.encode()).hexdigest()


def check_share(jobs: Jobs, owners: Owners, visitor: str) -> None:
    """ValueError when no training more of a visitor's is taken."""
    going = [run for run in jobs.store.list() if run["state"] in ("queued", "running", "stopping")]
    own = [run for run in going if limits().public and owners.may(visitor, run["id"])]
    limits().check_queue(sum(run["state"] == "queued" for run in going), len(own))


def check_allowed(config: TrainConfig, files: Sequence[str]) -> None:
    """ValueError for a training that a shared page does not take."""
    bounds = limits()
    if not bounds.own_paths and not files and config.data not in ("digits", "digits-drift"):
        raise ValueError(
            f"On this shared page choose digits, digits-drift or files of your own, not {config.data[:40]!r}."
        )
    bounds.check_steps(planned_steps(config))


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
    owners: Owners

    def visitor(self, session: str, wish: object = None) -> str:
        """Who asks: by the key that his browser keeps, which is remembered for the session, else by the session."""
        keys = self.owners.keys
        said = wish.get("visitor") if isinstance(wish, dict) else None
        if isinstance(said, str) and KEY.fullmatch(said):
            keys[session] = said
            if len(keys) > REMEMBERED:
                keys.pop(next(iter(keys)))
        return keys.get(session, session)

    def forget(self, session: str) -> None:
        """A page was closed."""
        self.owners.keys.pop(session, None)

    def answer(self, session: str, wish: dict) -> dict:
        """The answer to one question."""
        visitor = self.visitor(session, wish)
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
