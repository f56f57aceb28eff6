"""Metric rows: written in batches, read by cursor, thinned where a reader is far behind.

`id` grows over all runs and is the cursor. `number` counts the rows of one run without a gap, so that a few hundred
evenly spaced ones are found by index: a refresh costs the same however long the run is.
"""

from __future__ import annotations

import sqlite3

from engine.files import json_text
from engine.jobs.store.database import Database
from engine.jobs.store.run_rows import is_number, values_in

COLUMNS = 'id, number, stage, step, total, seconds, "values"'


class Metrics:
    """The rows of all runs."""

    def __init__(self, database: Database) -> None:
        self.database = database

    def add(self, db: sqlite3.Connection, run: str, rows: list[dict]) -> None:
        """Append rows {stage, step, total, seconds, values} in the writer's transaction."""
        first = 1 + (db.execute("SELECT max(number) FROM metrics WHERE run = ?", (run,)).fetchone()[0] or 0)
        db.executemany(
            'INSERT INTO metrics (run, number, stage, step, total, seconds, "values") VALUES (?, ?, ?, ?, ?, ?, ?)',
            [
                (run, first + i, r["stage"], r["step"], r["total"], r["seconds"], json_text(r["values"]))
                for i, r in enumerate(rows)
            ],
        )

    def prune(self, db: sqlite3.Connection, run: str, total: int) -> int:
        """Delete rows past a step, in the writer's transaction; the last cursor that may have read them."""
        last = db.execute("SELECT max(id) FROM metrics WHERE run = ?", (run,)).fetchone()[0] or 0
        db.execute("DELETE FROM metrics WHERE run = ? AND total > ?", (run, total))
        return last

    def after(self, run: str, cursor: int = 0, limit: int = 500) -> tuple[list[dict], int]:
        """(rows after a cursor, the next cursor). More than `limit` are thinned to that many, the last one kept."""
        first = self.database.row(
            "SELECT number FROM metrics WHERE run = ? AND id > ? ORDER BY id LIMIT 1", run, cursor
        )
        if first is None:
            return [], cursor
        last = self.database.row("SELECT max(number) FROM metrics WHERE run = ?", run)[0] or 0
        numbers = spread(first["number"], last, limit)
        marks = ", ".join("?" * len(numbers))
        query = f"SELECT {COLUMNS} FROM metrics WHERE run = ? AND number IN ({marks}) ORDER BY number"
        rows = [unpacked(row) for row in self.database.rows(query, run, *numbers)]
        return rows, rows[-1]["id"]

    def last(self, run: str) -> dict | None:
        """A run's newest row."""
        row = self.database.row(f"SELECT {COLUMNS} FROM metrics WHERE run = ? ORDER BY number DESC LIMIT 1", run)
        return unpacked(row) if row else None

    def numbered(self, run: str, number: int) -> dict | None:
        """A run's n-th row, counted from 1."""
        row = self.database.row(f"SELECT {COLUMNS} FROM metrics WHERE run = ? AND number = ?", run, number)
        return unpacked(row) if row else None

    def every(self, run: str) -> list[dict]:
        """All rows, for a download."""
        return [
            unpacked(r) for r in self.database.rows(f"SELECT {COLUMNS} FROM metrics WHERE run = ? ORDER BY id", run)
        ]

    def cut(self, run: str, cursor: int) -> int | None:
        """The step past which a reader at this cursor holds rows that a resume has pruned; None when it holds none."""
        return self.database.row(
            "SELECT min(total) FROM events WHERE run = ? AND kind = 'resumed' AND cursor >= ? AND ? > 0",
            run,
            cursor,
            cursor,
        )[0]


def spread(first: int, last: int, limit: int) -> list[int]:
    """At most `limit` whole numbers from first to last, both among them, evenly."""
    count = last - first + 1
    if count <= limit:
        return list(range(first, last + 1))
    return [first + i * (count - 1) // max(1, limit - 1) for i in range(limit)]


def unpacked(row: sqlite3.Row) -> dict:
    """A row's columns, its values parsed; harmless numbers where the row is damaged."""
    numbers = {n: row[n] if is_number(row[n], True) else 0 for n in ("step", "total", "seconds")}
    return {**dict(row), **numbers, "stage": str(row["stage"]), "values": values_in(row["values"])}
