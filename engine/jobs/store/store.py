"""The job store: runs and their events in a SQLite file under $IMFN_HOME, shared by page, command line and workers.

A run's `attempt` counts how often it was started. A worker writes only while the attempt is its own, so a process that
was replaced after its heartbeat had stopped changes nothing. Every change of state is checked and recorded as an event.
The column `sentence` holds the message of the last change of state.
"""

from __future__ import annotations

import sqlite3
import time
from dataclasses import dataclass
from pathlib import Path

from engine.files import home_folder, json_text
from engine.jobs.process_identity import Identity, oom_kills
from engine.jobs.store.comparisons import Comparisons, Membership, join
from engine.jobs.store.database import Database
from engine.jobs.store.metrics import Metrics
from engine.jobs.store.run_rows import run_of
from engine.jobs.store.schema import ALIVE, ENDED, NEXT


class Superseded(RuntimeError):
    """This process no longer owns its run: it was taken for dead, or the run was started again."""


@dataclass(frozen=True, kw_only=True)
class Ticket:
    """The right to work on a run."""

    run: str
    attempt: int


class Store:
    """Runs and their events; `metrics` holds the rows."""

    def __init__(self, home: Path | None = None) -> None:
        self.home = Path(home or home_folder())
        self.database = Database(self.home / "jobs.sqlite")
        self.metrics = Metrics(self.database)
        self.comparisons = Comparisons(self.database)

    def add(
        self,
        *,
        id: str,
        name: str,
        kind: str,
        config: dict,
        device: str,
        folder: Path,
        note: str = "",
        owner: str = "",
        member: Membership | None = None,
        start: bool = False,
    ) -> Ticket | None:
        """Add a queued run, or with `start` a running one whose ticket is returned. ValueError when a run of the same
        owner that is not deleted has its name. `member` makes it one of a comparison's.
        """
        now = time.time()
        row = (id, name, note, kind, json_text(config), device, str(folder), "queued", now, now, owner)
        with self.database.writing() as db:
            naming(
                db,
                "INSERT INTO runs (id, name, note, kind, config, device, folder, state, created, queued, owner) "
                "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
                row,
                name,
            )
            if member:
                join(db, id, member)
            event(db, id, "state", "queued")
            return begin(db, id) if start else None

    def find(self, wanted: str) -> dict:
        """A run by id, or by name with runs that are not deleted first; ValueError lists the names."""
        found = self.database.row("SELECT * FROM runs WHERE id = ?", wanted) or self.database.row(
            "SELECT * FROM runs WHERE name = ? ORDER BY deleted IS NOT NULL, created DESC", wanted
        )
        if found is None:
            known = ", ".join(row["name"] for row in self.list()) or "none yet"
            raise ValueError(f"there is no run {wanted!r}; known are {known}")
        return run_of(found)

    def owner(self, run: str) -> str | None:
        """The owner of a run, by its id; None where there is no such run."""
        row = self.database.row("SELECT owner FROM runs WHERE id = ?", run)
        return str(row["owner"]) if row else None

    def list(self, deleted: bool = False) -> list[dict]:
        """Runs that are not deleted, or the deleted ones, oldest first."""
        test = "IS NOT NULL" if deleted else "IS NULL"
        return [run_of(r) for r in self.database.rows(f"SELECT * FROM runs WHERE deleted {test} ORDER BY created, id")]

    def events(self, run: str) -> list[dict]:
        """What happened to a run, in order."""
        return [dict(r) for r in self.database.rows("SELECT * FROM events WHERE run = ? ORDER BY id", run)]

    def claim(self) -> Ticket | None:
        """Start the first queued run whose device is free, in one transaction, so that only one runner gets it."""
        with self.database.writing() as db:
            row = db.execute(
                "SELECT id FROM runs WHERE state = 'queued' AND deleted IS NULL AND device NOT IN "
                "(SELECT device FROM runs WHERE state IN ('running', 'stopping')) ORDER BY queued, id LIMIT 1"
            ).fetchone()
            return begin(db, row["id"]) if row else None

    def again(self, run: str, *, start: bool = False) -> Ticket | None:
        """Queue a run that has ended, or with `start` set it running and return its ticket."""
        with self.database.writing() as db:
            move(db, run, "queued")
            return begin(db, run) if start else None

    def register(self, ticket: Ticket, identity: Identity) -> None:
        """Record the process that works on a run; Superseded when the attempt is not the run's any more."""
        with self.database.writing() as db:
            own(db, ticket)
            db.execute(
                "UPDATE runs SET host = ?, pid = ?, process_started = ?, heartbeat = ? WHERE id = ?",
                (identity.host, identity.pid, identity.started, time.time(), ticket.run),
            )

    def heartbeat(self, ticket: Ticket) -> str:
        """Record a heartbeat; the run's state, which may be `stopping`. Superseded when it has another owner."""
        with self.database.writing() as db:
            state = own(db, ticket)
            db.execute("UPDATE runs SET heartbeat = ? WHERE id = ?", (time.time(), ticket.run))
            return state

    def describe(self, ticket: Ticket, *, steps: int, parameters: int) -> None:
        """Record what only the worker knows: optimiser steps in all, and parameters."""
        with self.database.writing() as db:
            own(db, ticket)
            db.execute("UPDATE runs SET steps = ?, parameters = ? WHERE id = ?", (steps, parameters, ticket.run))

    def record(self, ticket: Ticket, rows: list[dict]) -> None:
        """Add metric rows, all or none; Superseded when the run has another owner."""
        with self.database.writing() as db:
            own(db, ticket)
            self.metrics.add(db, ticket.run, rows)

    def prune(self, ticket: Ticket, total: int) -> None:
        """Delete rows past the step that a run resumes from, and record it as an event for viewers."""
        with self.database.writing() as db:
            own(db, ticket)
            cursor = self.metrics.prune(db, ticket.run, total)
            event(db, ticket.run, "resumed", f"from step {total}", total, cursor)

    def end(self, ticket: Ticket, state: str, message: str = "") -> None:
        """Record how the worker ended; Superseded when the run has another owner."""
        with self.database.writing() as db:
            own(db, ticket)
            move(db, ticket.run, state, message)

    def move(self, run: str, state: str, message: str = "", attempt: int | None = None) -> bool:
        """Change a run's state from outside; False when `attempt` is given and is not the living attempt any more."""
        with self.database.writing() as db:
            row = db.execute("SELECT attempt, state FROM runs WHERE id = ?", (run,)).fetchone()
            if attempt is not None and (row["attempt"] != attempt or row["state"] not in ALIVE):
                return False
            move(db, run, state, message)
            return True

    def change(self, run: str, **columns: object) -> None:
        """Change name, note or deleted; ValueError when another run of its owner that is not deleted has the name."""
        names = ", ".join(f"{name} = ?" for name in columns)
        with self.database.writing() as db:
            name = columns.get("name") or db.execute("SELECT name FROM runs WHERE id = ?", (run,)).fetchone()["name"]
            naming(db, f"UPDATE runs SET {names} WHERE id = ?", (*columns.values(), run), name)
            event(db, run, "change", json_text(columns))

    def check_next(self, run: str, state: str) -> None:
        """ValueError unless a run may become `state` now."""
        check_next(self.database.row("SELECT name, state FROM runs WHERE id = ?", run), state)

    def note_change(self, run: str, settings: dict) -> None:
        """Record among a run's events which settings it goes on with."""
        with self.database.writing() as db:
            event(db, run, "change", json_text(settings))

    def replace_config(self, run: str, config: dict) -> None:
        """Store the config again, after config.json was edited."""
        with self.database.writing() as db:
            db.execute("UPDATE runs SET config = ? WHERE id = ?", (json_text(config), run))

    def forget(self, run: str) -> None:
        """Remove a run with its rows and events for good."""
        with self.database.writing() as db:
            db.execute("DELETE FROM runs WHERE id = ?", (run,))


def begin(db: sqlite3.Connection, run: str) -> Ticket:
    """Set a queued run running as its next attempt; the ticket."""
    move(db, run, "running")
    now = time.time()
    db.execute(
        "UPDATE runs SET attempt = attempt + 1, started = ?, heartbeat = ?, ended = NULL, stopping = NULL, "
        "host = NULL, pid = NULL, process_started = NULL, ooms = ? WHERE id = ?",
        (now, now, oom_kills(), run),
    )
    return Ticket(run=run, attempt=db.execute("SELECT attempt FROM runs WHERE id = ?", (run,)).fetchone()["attempt"])


def own(db: sqlite3.Connection, ticket: Ticket) -> str:
    """The run's state if the ticket's attempt owns it; Superseded otherwise."""
    row = db.execute("SELECT state, attempt FROM runs WHERE id = ?", (ticket.run,)).fetchone()
    if row is None or row["attempt"] != ticket.attempt or row["state"] not in ALIVE:
        raise Superseded(f"run {ticket.run} no longer belongs to attempt {ticket.attempt}")
    return row["state"]


def move(db: sqlite3.Connection, run: str, state: str, message: str = "") -> None:
    """Check and record a change of state; ValueError lists the states that can follow."""
    row = db.execute("SELECT name, state FROM runs WHERE id = ?", (run,)).fetchone()
    if row is None:
        raise ValueError(f"there is no run {run!r}")
    check_next(row, state)
    moment = {"queued": "queued", "stopping": "stopping"} | dict.fromkeys(ENDED, "ended")
    if state in moment:
        db.execute(f"UPDATE runs SET {moment[state]} = ? WHERE id = ?", (time.time(), run))
    db.execute("UPDATE runs SET state = ?, sentence = ? WHERE id = ?", (state, message, run))
    event(db, run, "state", f"{state}: {message}" if message else state)


def check_next(row: sqlite3.Row, state: str) -> None:
    """ValueError unless a state may follow that of a run; it lists those that can."""
    following = NEXT.get(row["state"], ())
    if state not in following:
        possible = f"it can become {', '.join(following)}" if following else "nothing can follow that"
        raise ValueError(f"run {row['name']} is {row['state']}; {possible}, not {state}")


def naming(db: sqlite3.Connection, statement: str, values: tuple, name: object) -> None:
    """Execute a statement that writes a name; ValueError when another run of the same owner has it."""
    try:
        db.execute(statement, values)
    except sqlite3.IntegrityError:
        raise ValueError(f"there is already a run named {name!r}; choose another name") from None


def event(
    db: sqlite3.Connection, run: str, kind: str, text: str, total: int | None = None, cursor: int | None = None
) -> None:
    """Add a row to the events of a run."""
    db.execute(
        "INSERT INTO events (run, at, kind, text, total, cursor) VALUES (?, ?, ?, ?, ?, ?)",
        (run, time.time(), kind, text, total, cursor),
    )
