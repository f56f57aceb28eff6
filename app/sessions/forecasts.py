"""What runs were estimated to take: told until their own pace is known, and all the while of a closed form, which takes
no steps. Each is computed once, in a thread, for an estimate of a large tree takes seconds.
"""

from __future__ import annotations

import contextlib
from concurrent.futures import ThreadPoolExecutor
from threading import Lock

from engine.compatibility import upgrade
from engine.config import TrainConfig, from_dict
from engine.jobs import Jobs, estimate, square_frames
from engine.registry import DATASETS

COMING = ("queued", "running")


class Forecasts:
    """Seconds by run; a run that is over has none."""

    def __init__(self, jobs: Jobs) -> None:
        self.jobs, self.lock = jobs, Lock()
        self.known: dict[str, float | None] = {}
        self.asked: set[str] = set()
        self.pool = ThreadPoolExecutor(1, thread_name_prefix="forecast")

    def of(self, run: dict) -> float | None:
        """Seconds that a run of `Jobs.list` was estimated to take; None for what is not known, or not yet."""
        if run["state"] not in COMING:
            return None
        with self.lock:
            if run["id"] not in self.asked:
                self.asked.add(run["id"])
                self.pool.submit(self.compute, run["id"])
        return self.known.get(run["id"])

    def compute(self, run: str) -> None:
        """Estimate a run; what cannot be estimated stays unknown."""
        with contextlib.suppress(ValueError, OSError, KeyError, TypeError):
            found = self.jobs.store.find(run)
            config = from_dict(TrainConfig, upgrade(found["config"]))
            frames = square_frames(config) if config.data not in DATASETS else None
            about = {"device": found["device"], "store": self.jobs.store, "frames": frames}
            self.known[run] = estimate(config, **about)["seconds"]


__all__ = ["Forecasts"]
