"""A training that is recorded in the job store: metric rows in batches, heartbeats, stop requests, how it ended.

`recorded` is the only way in which anything trains, in a worker or on the command line.
"""

from __future__ import annotations

import contextlib
import os
import sqlite3
import threading
import time
from collections.abc import Callable
from pathlib import Path

from PIL import Image

from engine.compressors.stages import Stage
from engine.jobs.failure_messages import message_for
from engine.jobs.process_identity import identity_of
from engine.jobs.store.database import is_locked, patiently
from engine.jobs.store.store import Store, Superseded, Ticket
from engine.training.recorder import FileRecorder
from engine.training.state import Place

INTERVAL = 1.0
"""seconds between two heartbeats"""
BATCH = 0.5
"""seconds for which rows are collected before they are written"""


class StoreRecorder(FileRecorder):
    """Writes a run's rows and probe pictures to its files and to the store."""

    def __init__(self, store: Store, ticket: Ticket, folder: Path) -> None:
        super().__init__(folder)
        self.store, self.ticket = store, ticket
        self.waiting: list[dict] = []
        self.flushed, self.lock = time.monotonic(), threading.Lock()
        self.asked = self.lost = False

    def begins(self, plan: list[Stage], parameters: int) -> None:
        """Record the number of steps and of parameters."""
        steps = sum(stage.steps for stage in plan)
        patiently(lambda: self.store.describe(self.ticket, steps=steps, parameters=parameters))

    def resumes(self, place: Place) -> None:
        """Prune files and rows past the place."""
        super().resumes(place)
        patiently(lambda: self.store.prune(self.ticket, place.total))

    def row(self, row: dict, sheet: Image.Image | None = None) -> None:
        """Keep a row until a few have come together."""
        super().row(row, sheet)
        with self.lock:
            self.waiting.append(row)
        if time.monotonic() - self.flushed > BATCH:
            self.flush_if_free()

    def saving(self) -> None:
        """Flush, so that every saved step has its rows; Superseded when another attempt owns the run."""
        if self.lost:
            raise Superseded(f"run {self.ticket.run} was given up for dead")
        patiently(self.flush)

    def flush(self) -> None:
        """Write the waiting rows in one transaction."""
        with self.lock:
            if self.waiting:
                self.store.record(self.ticket, self.waiting)
                self.waiting = []
            self.flushed = time.monotonic()

    def flush_if_free(self) -> None:
        """The same; rows go on waiting while somebody else has locked the store."""
        try:
            self.flush()
        except sqlite3.OperationalError as error:
            if not is_locked(error):
                raise
            self.flushed = time.monotonic()

    def stopping(self) -> bool:
        """Whether a stop was requested in the store, or another attempt owns the run."""
        return self.asked or self.lost

    def heartbeat(self) -> None:
        """Record a heartbeat, write waiting rows, and read whether a stop was requested."""
        try:
            self.asked = self.store.heartbeat(self.ticket) == "stopping"
            self.flush()
        except Superseded:
            self.lost = True
        except sqlite3.Error:
            pass  # a full disk shows up in the training itself, which can say so


def recorded(store: Store, ticket: Ticket, work: Callable[[StoreRecorder], Path | None]) -> Path | None:
    """Run `work` and record how it ends; the checkpoint's folder, or None when it was stopped. Errors are recorded and
    raised again.
    """
    patiently(lambda: store.register(ticket, identity_of(os.getpid())))
    recorder = StoreRecorder(store, ticket, Path(store.find(ticket.run)["folder"]))
    over = threading.Event()
    pulse = threading.Thread(target=keep_alive, args=(recorder, over), daemon=True)
    pulse.start()
    try:
        checkpoint = work(recorder)
        patiently(recorder.flush)
    except BaseException as error:
        over.set()
        pulse.join()
        fail(recorder, error)
        raise
    over.set()
    pulse.join()
    patiently(lambda: store.end(ticket, "finished" if checkpoint else "stopped"))
    return checkpoint


def keep_alive(recorder: StoreRecorder, over: threading.Event) -> None:
    """Record a heartbeat every INTERVAL until `over` is set."""
    while not over.wait(INTERVAL):
        recorder.heartbeat()
    recorder.store.database.close()


def fail(recorder: StoreRecorder, error: BaseException) -> None:
    """Record an error, and the rows that still wait, as far as that is possible."""
    for last in (recorder.flush, lambda: recorder.store.end(recorder.ticket, "failed", message_for(error))):
        with contextlib.suppress(sqlite3.Error, Superseded):
            patiently(last)
