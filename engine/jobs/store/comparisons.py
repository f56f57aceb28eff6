"""Which runs belong to which comparison, and whose it is: rows of the store, not names that somebody may choose."""

from __future__ import annotations

import sqlite3
import time
from dataclasses import dataclass

from engine.jobs.store.database import Database


@dataclass(frozen=True, kw_only=True)
class Membership:
    """A run's place in a comparison."""

    comparison: int
    model: str
    """its key, such as imfn or gru"""
    seed: int


class Comparisons:
    """Comparisons of a store by number; one with runs that are all deleted is not shown."""

    def __init__(self, database: Database) -> None:
        self.database = database

    def open(self, owner: str = "") -> int:
        """A new comparison of an owner's; its number, which no other one ever had."""
        with self.database.writing() as db:
            return db.execute("INSERT INTO comparisons (owner, created) VALUES (?, ?)", (owner, time.time())).lastrowid

    def forget(self, number: int) -> None:
        """Remove a comparison that could not be started; its runs stay what they are."""
        with self.database.writing() as db:
            db.execute("DELETE FROM comparisons WHERE number = ?", (number,))

    def numbers(self, owner: str | None = None) -> list[int]:
        """Comparisons of an owner's, or all of them, newest first."""
        rows = self.database.rows(
            "SELECT DISTINCT number FROM comparisons JOIN members ON comparison = number JOIN runs ON id = run "
            "WHERE deleted IS NULL AND (? IS NULL OR comparisons.owner = ?) ORDER BY number DESC",
            owner,
            owner,
        )
        return [row["number"] for row in rows]

    def members(self, number: int) -> list[sqlite3.Row]:
        """Its runs that are not deleted, oldest first: run, model, seed."""
        return self.database.rows(
            "SELECT run, model, seed FROM members JOIN runs ON id = run "
            "WHERE comparison = ? AND deleted IS NULL ORDER BY created, id",
            number,
        )

    def of_runs(self) -> dict[str, int]:
        """By run, the number of its comparison."""
        return {row["run"]: row["comparison"] for row in self.database.rows("SELECT run, comparison FROM members")}


def join(db: sqlite3.Connection, run: str, member: Membership) -> None:
    """Give a run its place, in the transaction that adds it."""
    values = (run, member.comparison, member.model, member.seed)
    db.execute("INSERT INTO members (run, comparison, model, seed) VALUES (?, ?, ?, ?)", values)


__all__ = ["Comparisons", "Membership", "join"]
