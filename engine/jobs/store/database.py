"""SQLite as the job store uses it: WAL, so that readers never wait for a writer; a busy timeout, so that writers wait
for one another; one connection a thread and process, since neither may share one; short transactions.
"""

from __future__ import annotations

import os
import sqlite3
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from engine.jobs.store.migration import bring_up_to_date

BUSY = 30.0
"""seconds that a writer waits for another"""
PATIENCE = 900.0
"""seconds for which a training waits for a store that somebody else has locked, where it cannot go on without it"""
NEW = 60.0
"""seconds within which an empty file is one that is being made"""


class Database:
    """A SQLite file that several threads and processes read and write."""

    def __init__(self, path: Path) -> None:
        self.path, self.local = path, threading.local()

    def connection(self) -> sqlite3.Connection:
        """This thread's connection, made when it is first asked for, and again after a fork."""
        if getattr(self.local, "pid", None) != os.getpid():
            self.local.connection, self.local.pid = connect(self.path), os.getpid()
        return self.local.connection

    def rows(self, query: str, *values: object) -> list[sqlite3.Row]:
        """All rows of a query."""
        return self.connection().execute(query, values).fetchall()

    def row(self, query: str, *values: object) -> sqlite3.Row | None:
        """The first row of a query, or None."""
        return self.connection().execute(query, values).fetchone()

    @contextmanager
    def reading(self) -> Iterator[None]:
        """A transaction whose queries all see the same state, whatever is written meanwhile."""
        connection = self.connection()
        connection.execute("BEGIN")
        try:
            yield
        finally:
            connection.execute("COMMIT")

    @contextmanager
    def writing(self) -> Iterator[sqlite3.Connection]:
        """A write transaction: all or nothing, and no other writer in between."""
        connection = self.connection()
        connection.execute("BEGIN IMMEDIATE")
        try:
            yield connection
        except BaseException:
            connection.execute("ROLLBACK")
            raise
        connection.execute("COMMIT")

    def close(self) -> None:
        """Close this thread's connection."""
        if getattr(self.local, "pid", None) == os.getpid():
            self.local.connection.close()
            self.local.pid = None


def connect(path: Path) -> sqlite3.Connection:
    """A connection to a store, which is created if it does not exist."""
    path.parent.mkdir(parents=True, exist_ok=True)
    check_not_emptied(path)
    try:
        connection = sqlite3.connect(path, timeout=BUSY, isolation_level=None)
        connection.execute("PRAGMA schema_version").fetchone()
    except sqlite3.DatabaseError as error:
        raise ValueError(
            f"the list of runs {path.name} cannot be read ({error}); move it away, the runs' folders stay"
        ) from None
    connection.row_factory = sqlite3.Row
    connection.text_factory = lambda text: text.decode(errors="replace")
    write_ahead(connection)
    connection.execute("PRAGMA synchronous = NORMAL")
    connection.execute("PRAGMA foreign_keys = ON")
    bring_up_to_date(connection, path.parent)
    return connection


def is_locked(error: sqlite3.Error) -> bool:
    """Whether a store is in somebody else's hands, and will be free again."""
    return any(word in str(error) for word in ("locked", "busy"))


def patiently(work: Callable[[], object]) -> None:
    """Do what needs the store, however long somebody else has locked it, up to PATIENCE seconds."""
    deadline = time.monotonic() + PATIENCE
    while True:
        try:
            work()
            return
        except sqlite3.OperationalError as error:
            if not is_locked(error) or time.monotonic() > deadline:
                raise


def check_not_emptied(path: Path) -> None:
    """ValueError for a file that something has cut to nothing: SQLite would take it for a new store, and runs that are
    there would be gone from the list. One that is just being made is empty for a moment.
    """
    try:
        found = path.stat()
        emptied = found.st_size == 0 and time.time() - found.st_mtime > NEW and any((path.parent / "runs").iterdir())
    except OSError:
        return
    if emptied:
        raise ValueError(f"the list of runs {path.name} was emptied; move it away to begin another, the folders stay")


def write_ahead(connection: sqlite3.Connection) -> None:
    """Switch to WAL, with retries: SQLite does not wait here when another process is switching."""
    deadline = time.monotonic() + BUSY
    while True:
        try:
            connection.execute("PRAGMA journal_mode = WAL")
            return
        except sqlite3.OperationalError:
            if time.monotonic() > deadline:
                raise
            time.sleep(0.02)
