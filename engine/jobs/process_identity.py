"""Which process works on a run, and whether it still runs: by host, pid and start time, else by the heartbeat."""

from __future__ import annotations

import platform
import time
from dataclasses import dataclass
from pathlib import Path

import psutil

STALE = 8.0
"""seconds without a heartbeat after which a process that cannot be inspected counts as gone"""
SAME_START = 2.0
"""seconds that two readings of one start time may differ by, since clocks are adjusted"""


@dataclass(frozen=True, kw_only=True)
class Identity:
    """A process, told from another that gets its pid later by its start time (Unix seconds)."""

    host: str
    pid: int
    started: float


def identity_of(pid: int) -> Identity | None:
    """The identity of an existing process; None when there is none."""
    try:
        return Identity(host=platform.node(), pid=pid, started=psutil.Process(pid).create_time())
    except psutil.Error:
        return None


def lives(run: dict) -> bool:
    """Whether the process registered for a run still runs.

    A process on this machine is inspected. Where that does not tell (none is registered yet, the start time differs,
    it is in another container), the heartbeat's age decides.
    """
    fresh = time.time() - (run["heartbeat"] or 0) < STALE
    if run["pid"] is None or run["host"] != platform.node():
        return fresh
    try:
        process = psutil.Process(run["pid"])
        if process.status() == psutil.STATUS_ZOMBIE:
            return False
        return fresh or abs(process.create_time() - (run["process_started"] or 0)) < SAME_START
    except psutil.NoSuchProcess:
        return False
    except psutil.Error:
        return fresh


def oom_kills(path: Path = Path("/proc/vmstat")) -> int | None:
    """How many processes the kernel has killed for lack of memory since it started; None where it does not say."""
    try:
        counts = dict(line.split() for line in path.read_text().splitlines())
        return int(counts["oom_kill"])
    except (OSError, ValueError, KeyError):
        return None
