"""Starts queued runs, one a device, each as a process of its own that outlives this one, and reconciles the store.

Any number of programs may have a runner on one store: a transaction decides which of them starts a run.
"""

from __future__ import annotations

import logging
import os
import sqlite3
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path

from engine.jobs.execution.devices import environment
from engine.jobs.process_identity import identity_of
from engine.jobs.reconcile import end_late, purge, reconcile
from engine.jobs.store.store import Store, Superseded, Ticket

TOP = Path(__file__).resolve().parents[3]
EVERY = 1.0
"""seconds between two ticks"""
QUIET = 60.0
"""seconds between two complaints of the same kind"""
log = logging.getLogger(__name__)


def spawn(store: Store, ticket: Ticket) -> subprocess.Popen:
    """Start a worker in a session of its own, with its output in the run's log.txt; the process."""
    run = store.find(ticket.run)
    paths = os.pathsep.join(filter(None, (str(TOP), os.environ.get("PYTHONPATH"))))
    own = {"PYTHONPATH": paths, "IMFN_HOME": str(store.home), "TQDM_MININTERVAL": "2"}
    with (Path(run["folder"]) / "log.txt").open("ab") as words:
        return subprocess.Popen(
            [sys.executable, "-m", "engine.jobs.execution.worker", ticket.run, str(ticket.attempt)],
            stdin=subprocess.DEVNULL,
            stdout=words,
            stderr=subprocess.STDOUT,
            start_new_session=True,
            env={**os.environ, **own, **environment(run["device"])},
        )


class Runner:
    """Starts what is queued, from a thread; `launch` is replaced in tests."""

    def __init__(self, store: Store, launch: Callable[[Store, Ticket], object] = spawn) -> None:
        self.store, self.launch = store, launch
        self.children: list[subprocess.Popen] = []
        self.over, self.called = threading.Event(), threading.Event()
        self.complained = ("", 0.0)

    def tick(self) -> None:
        """Reconcile the store, end late stops, purge deleted runs, and start what can start."""
        self.children = [child for child in self.children if still_runs(child)]
        reconcile(self.store)
        end_late(self.store)
        purge(self.store)
        while ticket := self.store.claim():
            self.begin(ticket)

    def begin(self, ticket: Ticket) -> None:
        """Launch a claimed run; one that cannot be launched ends as failed, with the reason."""
        try:
            child = self.launch(self.store, ticket)
        except OSError as error:
            self.store.end(ticket, "failed", f"its process could not be started: {error.strerror}")
            return
        self.children.append(child)
        try:
            if known := identity_of(child.pid):
                self.store.register(ticket, known)
        except Superseded:
            log.info("run %s was over before it was noted", ticket.run)

    def start(self) -> None:
        """Tick every EVERY seconds in a daemon thread until `stop`."""
        threading.Thread(target=self.look, name="job runner", daemon=True).start()

    def look(self) -> None:
        """The thread's loop. Errors of the disk or the store are logged, and the next tick tries again."""
        while not self.over.is_set():
            try:
                self.tick()
            except (OSError, ValueError, sqlite3.Error) as error:
                self.complain(error)
            self.called.wait(EVERY)
            self.called.clear()

    def complain(self, error: Exception) -> None:
        """A line in the log, and no other one of the same kind for QUIET seconds."""
        kind, now = type(error).__name__, time.monotonic()
        if self.complained[0] != kind or now - self.complained[1] > QUIET:
            self.complained = kind, now
            log.error("the job runner cannot look after the queue (%s: %s); it tries again every second", kind, error)

    def wake(self) -> None:
        """Tick now: something has just been queued."""
        self.called.set()

    def stop(self) -> None:
        """End the thread; running jobs go on."""
        self.over.set()
        self.called.set()


def still_runs(child: object) -> bool:
    """Whether a child process still runs; one that has ended is still_runs."""
    poll = getattr(child, "poll", None)
    return poll() is None if poll else child.exitcode is None
