"""Who works on a run, and whether that process still lives: host, pid and start time, with the heartbeat as witness."""

from __future__ import annotations

import platform
import time
from dataclasses import dataclass
from pathlib import Path

import psutil

STALE = 8.0
"""seconds without a heartbeat after which a process that cannot be looked at is given up"""
SAME_START = 2.0
"""seconds that two readings of one start time may lie apart, for the clock is set now and then"""


@dataclass(frozen=True, kw_only=True)
class Identity:
    """One process, never another that gets its pid later."""

    host: str
    pid: int
    started: float


def identity_of(pid: int) -> Identity | None:
    """A process that exists now; None when it does not."""
    try:
        return Identity(host=platform.node(), pid=pid, started=psutil.Process(pid).create_time())
    except psutil.Error:
        return None


def lives(run: dict) -> bool:
    """Whether the process that a run names still works on it.

    A process on this machine is looked at. Where that says nothing (it is yet to come, its start time does not fit,
    it is in another container), the heartbeat decides.
    """
    fresh = time.time() - (run["heartbeat"] or 0) < STALE
    if run["pid"] is None or run["host"] != platform.node():
        return fresh
    try:
        process = psutil.Process(run["pid"])
        if process.status() == psutil.STATUS_ZOMBIE:
            return False
        return fresh or abs(process.create_time() - run["process_started"]) < SAME_START
    except psutil.NoSuchProcess:
        return False
    except psutil.Error:
        return fresh


def oom_kills(path: Path = Path("/proc/vmstat")) -> int | None:
    """How often this machine has killed for want of memory since it started; None where it does not tell."""
    try:
        counts = dict(line.split() for line in path.read_text().splitlines())
        return int(counts["oom_kill"])
    except (OSError, ValueError, KeyError):
        return None
