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
import sqlite3
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from functools import cache
from pathlib import Path

from app.server.folders import check_disk
from app.server.limits import limits
from app.server.owners import owner_name
from app.server.quota import ACCOUNTS
from app.server.visitors import Visitor, asking
from engine.checkpoints import bundled_names, check_bundled
from engine.config import TrainConfig
from engine.jobs import MEMORY_LIMIT, Jobs, estimate, form, planned_steps, settings_of
from engine.registry import DATASETS

OTHER_DATA = "On this shared page choose {} or files of your own, not {!r}."
OTHER_TEACHER = "On this shared page a teacher is one of {} or a finished training of your own, not {!r}."
NO_NAME = "On this shared page {} cannot be set."
LOCK = threading.Lock()
"""held from the count of what waits until one more does"""
ADDRESSES: dict[str, str] = {}
"""by run: the address that it was asked for from; kept in memory alone, for an address says who somebody is"""


@contextlib.contextmanager
def queueing(
    jobs: Jobs, visitor: str, coming: int = 1, config: TrainConfig | None = None
) -> Iterator[Callable[[str], None]]:
    """Around whatever queues `coming` runs of a visitor's: counted and queued in one go. It gives what each of them is
    told to, by its id. ValueError where a visitor, their address, or the page as a whole, would have more waiting or
    running than it may, or no room for another on the disk.
    """
    asker = asking.get() or Visitor(key=visitor, session=visitor)
    with LOCK:
        active = [run for run in jobs.store.list() if run["state"] in ("queued", "running", "stopping")]
        own = [run for run in active if limits().public and run["owner"] == owner_name(visitor)]
        limits().check_queue(sum(run["state"] == "queued" for run in active), len(own), coming)
        if asker.address:
            limits().check_address(sum(ADDRESSES.get(run["id"]) == asker.address for run in active), coming)
        if limits().public:
            check_disk(coming * (estimate(config)["disk"] if config else 0), coming, asker)

        def queued(run: str) -> None:
            ADDRESSES[run] = asker.address
            ACCOUNTS.claim(Path(jobs.store.find(run)["folder"]), owner_name(visitor), asker.address)

        yield queued
        known = {run["id"] for run in jobs.store.list()}
        for gone in ADDRESSES.keys() - known:
            ADDRESSES.pop(gone, None)


def claim_runs(jobs: Jobs) -> None:
    """Count the folders of all runs for their owners, after a restart; what cannot be read is said elsewhere."""
    with contextlib.suppress(ValueError, OSError, sqlite3.Error):
        for run in (*jobs.store.list(), *jobs.store.list(deleted=True)) if limits().public else ():
            ACCOUNTS.claim(Path(run["folder"]), run["owner"])


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
        elif key == "tree.ordered.start":
            check_bundled(said)
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
            with contextlib.suppress(ValueError, OSError, sqlite3.Error):
                end_overlong(jobs)

    if not math.isinf(limits().max_train_seconds):
        threading.Thread(target=look_after, daemon=True).start()
