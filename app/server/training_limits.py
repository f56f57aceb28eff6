"""What a shared page allows of trainings: which data, how many steps, how many at once, how long.

The page and the named endpoints call `check_allowed` and `check_share` before a run is queued; `watch` ends runs that
have used up their time. On one's own machine nothing is refused and nothing is ended.
"""

from __future__ import annotations

import contextlib
import math
import threading
import time
from collections.abc import Sequence

from app.server.limits import limits
from app.server.owners import Owners
from engine.config import TrainConfig
from engine.jobs import Jobs, planned_steps
from engine.registry import DATASETS


def check_share(jobs: Jobs, owners: Owners, visitor: str) -> None:
    """ValueError when a visitor, or the page as a whole, has as many trainings waiting or running as it may."""
    active = [run for run in jobs.store.list() if run["state"] in ("queued", "running", "stopping")]
    own = [run for run in active if limits().public and owners.owns(visitor, run["id"])]
    limits().check_queue(sum(run["state"] == "queued" for run in active), len(own))


def check_allowed(config: TrainConfig, files: Sequence[str]) -> None:
    """ValueError for a training that a shared page does not take."""
    bounds = limits()
    if not bounds.own_paths and not files and not config.dataset.public:
        public = ", ".join(DATASETS.names(public=True))
        raise ValueError(f"On this shared page choose {public} or files of your own, not {config.data[:40]!r}.")
    bounds.check_steps(planned_steps(config))


def end_overlong(jobs: Jobs) -> None:
    """Stop trainings that have used up their time on a shared page; they keep what they have learned."""
    most = limits().max_train_seconds
    for run in jobs.list() if not math.isinf(most) else ():
        if run["state"] == "running" and run["trained_seconds"] > most:
            jobs.stop(run["id"])


def watch(jobs: Jobs, every: float = 5.0) -> None:
    """Call `end_overlong` every so many seconds, in a thread that ends with the program."""

    def look_after() -> None:
        while True:
            time.sleep(every)
            with contextlib.suppress(ValueError, OSError):
                end_overlong(jobs)

    if not math.isinf(limits().max_train_seconds):
        threading.Thread(target=look_after, daemon=True).start()
