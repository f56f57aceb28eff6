"""Brings the store up to date: runs whose process is gone, stops that take too long, deleted runs to purge."""

from __future__ import annotations

import os
import shutil
import signal
import time
from pathlib import Path

from engine.jobs import process_identity
from engine.jobs.failure_messages import KILLED, LATE, MEMORY
from engine.jobs.store.schema import ALIVE
from engine.jobs.store.store import Store

GRACE = 30.0
"""seconds that a run may take to save and stop"""
KEEP_DELETED = 24 * 3600.0
"""seconds for which a deleted run can be brought back"""


def reconcile(store: Store) -> list[str]:
    """Set the state of every run whose process is gone; the ids of those runs."""
    found = []
    for run in store.list():
        if run["state"] in ALIVE and not process_identity.lives(run):
            state, message = verdict(run)
            if store.move(run["id"], state, message, attempt=run["attempt"]):
                found.append(run["id"])
    return found


def verdict(run: dict) -> tuple[str, str]:
    """(state, message) of a run whose process is gone."""
    if run["state"] == "stopping":
        return "stopped", LATE
    kills = process_identity.oom_kills()
    if kills is not None and run["ooms"] is not None and kills > run["ooms"]:
        return "failed", MEMORY
    return "interrupted", KILLED


def end_late(store: Store, grace: float = GRACE) -> None:
    """Kill the processes of runs that have been stopping for more than `grace` seconds."""
    for run in store.list():
        if run["state"] == "stopping" and time.time() - (run["stopping"] or 0) > grace:
            send(run, signal.SIGKILL)


def send(run: dict, number: int) -> None:
    """Send a signal to a run's process, if it is on this machine and still the same one."""
    known = process_identity.identity_of(run["pid"]) if run["pid"] else None
    if (
        known
        and known.host == run["host"]
        and abs(known.started - (run["process_started"] or 0)) < process_identity.SAME_START
    ):
        os.kill(run["pid"], number)


def purge(store: Store, older_than: float = KEEP_DELETED) -> list[str]:
    """Remove runs that were deleted more than `older_than` seconds ago, with their folders; their ids."""
    old = [run for run in store.list(deleted=True) if time.time() - (run["deleted"] or time.time()) > older_than]
    for run in old:
        store.forget(run["id"])
        shutil.rmtree(Path(run["folder"]), ignore_errors=True)
    return [run["id"] for run in old]
