"""Runs as the browser sees them: the shapes of what `engine.jobs` tells, and what is asked of one run.

`Jobs.status` documents every key. Paths of this machine are left out.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, TypedDict

from engine.jobs import Jobs


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


class RunRow(TypedDict):
    """Figures after one step, or of one look at the probe."""

    id: int
    number: int
    stage: str
    step: int
    total: int
    seconds: float
    values: dict[str, Any]


class RunStatus(TypedDict):
    """What is new of a run since a cursor."""

    run: RunSummary
    rows: list[RunRow]
    cursor: int
    cut: int | None
    """rows past this total are taken back"""
    sheets: list[int]
    """totals that have a picture of the probe"""


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


def run_summary(run: dict) -> RunSummary:
    """What `Jobs.list` tells of a run, without paths of this machine."""
    return {**{key: run.get(key) for key in RunSummary.__annotations__}, "checkpoint": bool(run["checkpoint"])}


def run_status(jobs: Jobs, followed: Follow) -> RunStatus:
    """What `Jobs.status` tells of a run."""
    found = jobs.status(followed.run, followed.cursor)
    return {**found, "run": run_summary(found["run"])}
