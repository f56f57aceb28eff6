"""What a page has grown by after hundreds of explorations, trajectories, trainings and comparisons in a row.

    python -m tests.load --leak                 300 explorations, 50 trajectories, 10 trainings, 20 comparisons
    python -m tests.load --leak --share 0.2     a fifth of each

Resident memory, descriptors, threads and disk of the page are noted after every thing; they must be flat after the
first fifth. Trainings' own folders are counted apart: they belong to their visitor until they are deleted.
"""

from __future__ import annotations

import itertools
import secrets
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import psutil

from tests.app.visitor import Visitor
from tests.load.host import Host, files_under, hosted

WHOLE = {"explorations": 300, "trajectories": 50, "trainings": 10, "comparisons": 20}
A_VISITOR = 10
"""things that one visitor does before another comes"""
KEPT = 60
"""seconds that a visitor's folder is kept"""
LIMITS = {
    "kept_seconds": KEPT,
    "max_own_runs": 10**6,
    "max_queued_runs": 10**6,
    "max_visitor_folders": 10**6,
    "max_disk_mb": 10**6,
}


@dataclass(kw_only=True)
class Leak:
    """A page and what it has grown to."""

    host: Host
    samples: list[dict[str, float]] = field(default_factory=list)
    wrong: list[str] = field(default_factory=list)
    done: int = 0

    def __post_init__(self) -> None:
        self.come()

    def come(self) -> None:
        """Another visitor."""
        self.visitor, self.key = Visitor(self.host.url), secrets.token_hex(16)

    def ask(self, target: str, name: str, **request: object) -> dict:
        """An answer; a refusal is noted."""
        said = self.visitor.ask(target, name, request, key=self.key)
        if not said["ok"]:
            self.wrong.append(f"{name}: {said['message'][:200]}")
        return said.get("answer") or {}

    def followed(self, target: str, work: dict) -> None:
        """Until a work is over."""
        seen, state = 0, "busy"
        while work and state == "busy":
            news = self.ask(target, "progress", id=work["id"], seen=seen)
            seen, state = news.get("seen", seen), news.get("state", "failed")
        if state == "failed":
            self.wrong.append(f"{target} failed")

    def exploration(self, number: int) -> None:
        """Of every sample in turn, and a file taken away."""
        sample, model = (("digits", "digits-128"), ("realshort", "video-16"))[number % 2]
        self.followed(
            "explore-controls", self.ask("explore-controls", "explore", model=model, sample=sample, count="32")
        )
        self.ask("explore-controls", "take", id="first", kind=("json", "csv", "memory")[number % 3], merges=4)

    def trajectory(self, number: int) -> None:
        """With settings that UMAP has not fitted."""
        settings = {"neighbours": str(3 + number % 60)}
        self.followed("path-controls", self.ask("path-controls", "follow", chosen="digits", settings=settings))

    def training(self, number: int) -> None:
        """A few steps."""
        settings = {"joint_steps": 5, "probe_every": 5, "digits.fit_images": 256, "batch": 128}
        kind, said = self.visitor.call("train_start", "digits-30s", f"leak {number} {secrets.token_hex(3)}", settings)
        if kind != "complete":
            self.wrong.append(f"train_start: {said}")

    def comparison(self, number: int) -> None:
        """Of the cheapest models."""
        kind, said = self.visitor.call("compare_start", ["frame"], 16, 2, 1)
        if kind != "complete":
            self.wrong.append(f"compare_start: {said}")

    def sample(self) -> None:
        """What the page takes now."""
        page = psutil.Process(self.host.server.pid)
        own = [path for path in files_under(self.host.folder) if "runs" not in path.parts and path.name != "log"]
        self.samples.append(
            {
                "MB": page.memory_info().rss / 1e6,
                "descriptors": page.num_fds(),
                "threads": page.num_threads(),
                "disk MB": sum(size(path) for path in own) / 1e6,
                "files": len(own),
            }
        )


def size(path: Path) -> int:
    """Bytes of a file; 0 for one that has just gone."""
    try:
        return path.stat().st_size
    except OSError:
        return 0


def mixed(share: float) -> Iterator[str]:
    """The things to do, mixed as evenly as their numbers allow."""
    counts = {kind: max(1, round(count * share)) for kind, count in WHOLE.items()}
    places = [((index + 0.5) / count, kind) for kind, count in counts.items() for index in range(count)]
    return iter([kind for _, kind in sorted(places)])


def leak(folder: Path, share: float) -> dict:
    """Run it; what was measured."""
    with hosted(folder, **LIMITS) as host:
        found = Leak(host=host)
        ways: dict[str, Callable[[int], None]] = {
            "explorations": found.exploration,
            "trajectories": found.trajectory,
            "trainings": found.training,
            "comparisons": found.comparison,
        }
        numbers = {kind: itertools.count() for kind in ways}
        for kind in mixed(share):
            if found.done % A_VISITOR == 0:
                found.come()
            ways[kind](next(numbers[kind]))
            found.done += 1
            found.sample()
        time.sleep(KEPT * 1.5)  # what nobody comes back for goes
        found.sample()
        runs = sum(size(path) for path in files_under(folder / "home" / "runs"))
        tracebacks = (folder / "log").read_text().count("Traceback")
    return {
        **summary(found.samples),
        "done": found.done,
        "wrong": found.wrong[:20],
        "tracebacks": tracebacks,
        "trainings MB": runs / 1e6,
    }


def summary(samples: list[dict[str, float]]) -> dict[str, dict[str, float]]:
    """Of each figure: the most in the first fifth, the median of the last one, the most after the first, the end."""
    fifth = max(1, len(samples) // 5)
    found = {}
    for name in samples[0]:
        values = [round(sample[name], 1) for sample in samples]
        last = sorted(values[-fifth - 1 : -1] or values)
        found[name] = {
            "first fifth": max(values[:fifth]),
            "last fifth": last[len(last) // 2],
            "most later": max(values[fifth:] or values),
            "at the end": values[-1],
        }
    return found
