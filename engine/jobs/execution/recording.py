"""A training that is recorded in the job store: rows in batches, a heartbeat, the wish to stop, and the end.

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
from engine.jobs.failure_messages import sentence_for
from engine.jobs.process_identity import identity_of
from engine.jobs.store.store import Store, Superseded, Ticket
from engine.training.recorder import FileRecorder
from engine.training.state import Place

BEAT = 1.0
"""seconds between two signs of life"""
BATCH = 0.5
"""seconds that rows wait to be written together"""


class StoreRecorder(FileRecorder):
    """Writes files and store."""

    def __init__(self, store: Store, ticket: Ticket, folder: Path) -> None:
        super().__init__(folder)
        self.store, self.ticket = store, ticket
        self.waiting: list[dict] = []
        self.flushed, self.lock = time.monotonic(), threading.Lock()
        self.asked = self.lost = False

    def begins(self, plan: list[Stage], parameters: int) -> None:
        """Tell how long it will be."""
        self.store.describe(self.ticket, steps=sum(stage.steps for stage in plan), parameters=parameters)

    def resumes(self, place: Place) -> None:
        """Prune files and rows past the place."""
        super().resumes(place)
        self.store.prune(self.ticket, place.total)

    def row(self, row: dict, sheet: Image.Image | None = None) -> None:
        """Keep a row until a few have come together."""
        super().row(row, sheet)
        with self.lock:
            self.waiting.append(row)
        if time.monotonic() - self.flushed > BATCH:
            self.flush()

    def saving(self) -> None:
        """Rows first, so that no saved step lacks its rows."""
        if self.lost:
            raise Superseded(f"run {self.ticket.run} was given up for dead")
        self.flush()

    def flush(self) -> None:
        """Write the waiting rows in one transaction."""
        with self.lock:
            if self.waiting:
                self.store.record(self.ticket, self.waiting)
                self.waiting = []
            self.flushed = time.monotonic()

    def stopping(self) -> bool:
        """Somebody asked in the store, or the run is no longer ours."""
        return self.asked or self.lost

    def beat(self) -> None:
        """A sign of life, rows that wait, and a look at what is wanted."""
        try:
            self.asked = self.store.beat(self.ticket) == "stopping"
            self.flush()
        except Superseded:
            self.lost = True
        except sqlite3.Error:
            pass  # a full disk shows up in the training itself, which can say so


def recorded(store: Store, ticket: Ticket, work: Callable[[StoreRecorder], Path | None]) -> Path | None:
    """Do the work of a run and record how it ends; its checkpoint, or None when it was stopped."""
    store.register(ticket, identity_of(os.getpid()))
    recorder = StoreRecorder(store, ticket, Path(store.find(ticket.run)["folder"]))
    over = threading.Event()
    heart = threading.Thread(target=beating, args=(recorder, over), daemon=True)
    heart.start()
    try:
        checkpoint = work(recorder)
        recorder.flush()
    except BaseException as error:
        over.set()
        heart.join()
        fail(recorder, error)
        raise
    over.set()
    heart.join()
    store.end(ticket, "finished" if checkpoint else "stopped")
    return checkpoint


def beating(recorder: StoreRecorder, over: threading.Event) -> None:
    """Beat until it is over."""
    while not over.wait(BEAT):
        recorder.beat()
    recorder.store.database.close()


def fail(recorder: StoreRecorder, error: BaseException) -> None:
    """Record an error, and the rows that still wait, as far as that is possible."""
    for last in (recorder.flush, lambda: recorder.store.end(recorder.ticket, "failed", sentence_for(error))):
        with contextlib.suppress(sqlite3.Error, Superseded):
            last()
