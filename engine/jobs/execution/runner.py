"""Starts queued runs, one a device, each as its own process that outlives this one; finds out what became of them.

Any number of programs may have a runner on one store: who starts what is settled in the store.
"""

from __future__ import annotations

import logging
import os
import sqlite3
import subprocess
import sys
import threading
from collections.abc import Callable
from pathlib import Path

from engine.jobs.execution.devices import environment
from engine.jobs.process_identity import identity_of
from engine.jobs.reconcile import end_late, purge, reconcile
from engine.jobs.store.store import Store, Superseded, Ticket

TOP = Path(__file__).resolve().parents[3]
EVERY = 1.0
"""seconds between two looks"""
log = logging.getLogger(__name__)


def spawn(store: Store, ticket: Ticket) -> subprocess.Popen:
    """A worker in a session of its own, its words in the run's log."""
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
    """Looks after the queue; `launch` is replaced in tests."""

    def __init__(self, store: Store, launch: Callable[[Store, Ticket], object] = spawn) -> None:
        self.store, self.launch = store, launch
        self.children: list[subprocess.Popen] = []
        self.over, self.called = threading.Event(), threading.Event()

    def tick(self) -> None:
        """One look: who died, who is late, who is next."""
        self.children = [child for child in self.children if reaped(child)]
        reconcile(self.store)
        end_late(self.store)
        purge(self.store)
        while ticket := self.store.claim():
            self.begin(ticket)

    def begin(self, ticket: Ticket) -> None:
        """Launch a claimed run; one that cannot be launched fails with the reason."""
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
        """Look again and again, in a thread of its own, until `stop`."""
        threading.Thread(target=self.look, name="job runner", daemon=True).start()

    def look(self) -> None:
        """The thread's work. A store that cannot be written for a while must not end it."""
        while not self.over.is_set():
            try:
                self.tick()
            except (OSError, sqlite3.Error):
                log.exception("the job runner could not look after the queue; it tries again")
            self.called.wait(EVERY)
            self.called.clear()

    def wake(self) -> None:
        """Look at once: something has just been queued."""
        self.called.set()

    def stop(self) -> None:
        """End the thread; the jobs go on."""
        self.over.set()
        self.called.set()


def reaped(child: object) -> bool:
    """Whether a child still runs; one that has ended is taken off the system's list."""
    poll = getattr(child, "poll", None)
    return poll() is None if poll else child.exitcode is None
