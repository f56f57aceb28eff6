"""What a shared page allows of trainings: whose weights and which data they name, how many steps, how much memory, how
many at once, how long.

Everything that becomes queued, from the page or the named endpoints, passes `queueing`, `check_names` and
`check_allowed`; `watch` ends runs that have used up their time. On one's own machine nothing is refused and nothing is
ended.
"""

from __future__ import annotations

import contextlib
import math
import os
import threading
import time
from collections.abc import Iterator, Sequence
from functools import cache

from app.server.limits import limits
from app.server.owners import Owners
from engine.checkpoints import bundled_names
from engine.config import TrainConfig
from engine.jobs import MEMORY_LIMIT, Jobs, estimate, form, planned_steps, settings_of
from engine.registry import DATASETS

OTHER_DATA = "On this shared page choose {} or files of your own, not {!r}."
OTHER_TEACHER = "On this shared page a teacher is one of {} or a finished training of your own, not {!r}."
NO_NAME = "On this shared page {} cannot be set."
LOCK = threading.Lock()
"""held from the count of what waits until one more does"""


@contextlib.contextmanager
def queueing(jobs: Jobs, owners: Owners, visitor: str, coming: int = 1) -> Iterator[None]:
    """Around whatever queues `coming` runs of a visitor's: counted and queued in one go. ValueError where a visitor, or
    the page as a whole, would have more waiting or running than it may.
    """
    with LOCK:
        active = [run for run in jobs.store.list() if run["state"] in ("queued", "running", "stopping")]
        own = [run for run in active if limits().public and owners.owns(visitor, run["id"])]
        limits().check_queue(sum(run["state"] == "queued" for run in active), len(own), coming)
        yield


@cache
def free_texts() -> dict[str, str]:
    """By key, the default of every setting that takes any text: a path, or the name of something."""
    return {entry["key"]: entry["default"] for entry in form() if entry["type"] == "str" and not entry["choices"]}


def check_names(config: TrainConfig, own: Sequence[dict], files: Sequence[str] = ()) -> None:
    """ValueError where a shared page's config names anything but what comes with the program and the visitor's `own`
    runs. Whether something of another name exists is not told: nothing is looked up.
    """
    if limits().own_paths:
        return
    settings = settings_of(config)
    for key, default in free_texts().items():
        said = settings.get(key, default)
        if said == default:
            continue
        if key == "data":
            public = DATASETS.names(public=True)
            if not files and said not in public:
                raise ValueError(OTHER_DATA.format(", ".join(public), str(said)[:40]))
        elif key == "teacher":
            if said not in bundled_names() and said not in {run["id"] for run in own}:
                raise ValueError(OTHER_TEACHER.format(", ".join(bundled_names()), str(said)[:40]))
        else:
            raise ValueError(NO_NAME.format(key))


def check_allowed(config: TrainConfig) -> None:
    """ValueError for a training that is too long or too large for a shared page."""
    bounds = limits()
    bounds.check_steps(planned_steps(config))
    if bounds.public:
        bounds.check_train_memory(estimate(config)["memory"])


def bound_workers() -> None:
    """Have every worker that is started from now on end before it takes more memory than a shared page gives it."""
    if not math.isinf(most := limits().max_train_gb):
        os.environ[MEMORY_LIMIT] = str(int(most * 2**30))


def end_overlong(jobs: Jobs) -> None:
    """Stop trainings that have used up their time on a shared page, from their start on, whether or not a step has been
    recorded; they keep what they have learned.
    """
    most = limits().max_train_seconds
    for run in jobs.list() if not math.isinf(most) else ():
        if run["state"] == "running" and time.time() - (run["started"] or time.time()) > most:
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
