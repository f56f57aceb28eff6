"""Runs as the browser sees them: the shapes of what `engine.jobs` tells, and what is asked of one run.

`Jobs.status` documents every key. Paths of this machine are left out.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypedDict

from engine.jobs import Jobs
from engine.registry import DATASETS


class RunSummary(TypedDict):
    """A run in a line."""

    id: str
    name: str
    note: str
    kind: str
    state: str
    device: str | None
    sentence: str | None
    """why it ended"""
    attempt: int
    created: float
    started: float | None
    ended: float | None
    deleted: float | None
    steps: int | None
    """in all; null until it has begun"""
    parameters: int | None
    data: str
    total: int
    """steps done"""
    stage: str | None
    trained_seconds: float
    progress: float | None
    """0 to 1"""
    eta: float | None
    """seconds"""
    silent: float | None
    """seconds since its last sign of life"""
    last: dict[str, Any]
    """values of the newest row"""
    checkpoint: bool
    """whether it can be opened"""
    planned: float | None
    """seconds that it was estimated to take, while nothing better is known"""
    own: bool
    """whether it learns from files of the visitor's own"""
    comparison: int | None
    """the number of the comparison that it belongs to"""


class RunRow(TypedDict):
    """Figures after one step, or of one look at the probe."""

    id: int
    number: int
    stage: str
    step: int
    total: int
    seconds: float
    values: dict[str, Any]


class ClipFigures(TypedDict):
    """What a model gives of a clip at its root."""

    psnr: float | None
    """dB; null for a perfect copy"""
    mse: float
    ratio: float
    """floats in for one that is kept"""


class SameClip(TypedDict):
    """A finished run and a bundled model on the same frames."""

    clip: str
    frames: int
    merges: int
    """of the level that is told"""
    own: ClipFigures
    other: str
    """the bundled model's name"""
    beside: ClipFigures
    """what it gives of the same frames"""


class RunStatus(TypedDict):
    """What is new of a run since a cursor."""

    run: RunSummary
    rows: list[RunRow]
    cursor: int
    cut: int | None
    """rows past this total are taken back"""
    sheets: list[int]
    """totals that have a picture of the probe"""
    clip: SameClip | None
    """once it is finished, where there is a bundled model of its kind"""


@dataclass(frozen=True, kw_only=True)
class Follow:
    """A run whose rows are wanted from a cursor on."""

    run: str
    cursor: int = 0


@dataclass(frozen=True, kw_only=True)
class RunRequest:
    """One run."""

    run: str


@dataclass(frozen=True, kw_only=True)
class SheetRequest:
    """One look at a run's probe."""

    run: str
    total: int


@dataclass(frozen=True, kw_only=True)
class Done:
    """Nothing to tell."""


def run_summary(run: dict, planned: float | None = None, comparison: int | None = None) -> RunSummary:
    """What `Jobs.list` tells of a run, without paths of this machine."""
    more = {"checkpoint": bool(run["checkpoint"]), "planned": planned, "comparison": comparison}
    more |= {"data": data_words(run), "own": is_own(run)}
    return {**{key: run.get(key) for key in RunSummary.__annotations__}, **more}


def is_own(run: dict) -> bool:
    """Whether a run learns from files that were handed in for it."""
    return Path(run["data"]) == Path(run["folder"]) / "data"


def data_words(run: dict) -> str:
    """The name of a run's data set, or those of its own files."""
    if not is_own(run):
        return run["data"] if run["data"] in DATASETS else Path(run["data"]).name
    names = sorted(Path(run["data"]).glob("*"))
    first = re.sub(r"^\d{5}-|\.npy$", "", names[0].name) if names else "files of its own"
    return first if len(names) < 2 else f"{first} and {len(names) - 1} more"


def run_status(jobs: Jobs, followed: Follow) -> RunStatus:
    """What `Jobs.status` tells of a run."""
    found = jobs.status(followed.run, followed.cursor)
    clip = jobs.same_clip(followed.run) if found["run"]["state"] == "finished" else None
    return {**found, "run": run_summary(found["run"]), "clip": clip}
