"""Brings a store of an earlier version up to date, in one transaction, whoever opens it first.

Version 1 had owners as files beside the store, and knew a comparison's runs by the names in their configs, which
anybody could choose. So of those only runs whose owner is the comparison's own become its members.
"""

from __future__ import annotations

import hashlib
import re
import sqlite3
from pathlib import Path

from engine.files import parse_json
from engine.jobs.store.schema import TABLES, VERSION

NAME = re.compile(r"contest-(\d{1,9})-([a-z]+)-(\d{1,9})")
"""a config's name in a comparison of version 1"""
RUN_NAME = re.compile(r"(.{1,60}) (\d{1,9}), comparison (\d{1,9})")
"""a run's name there, by which one is known whose config is damaged"""


def bring_up_to_date(connection: sqlite3.Connection, home: Path) -> None:
    """Make the tables that a store lacks, and fill them from what it has."""
    if version(connection) >= VERSION:
        return
    connection.execute("BEGIN IMMEDIATE")
    try:
        if version(connection) < VERSION:  # another process may have been faster
            if has_table(connection, "runs"):
                add_owners(connection, home / "owners")
            for statement in TABLES.split(";"):
                connection.execute(statement)
            add_comparisons(connection, home / "owners")
            connection.execute(f"PRAGMA user_version = {VERSION}")
    except BaseException:
        connection.execute("ROLLBACK")
        raise
    connection.execute("COMMIT")


def version(connection: sqlite3.Connection) -> int:
    """Of a store: 0 for one that is new, or of before there were numbers."""
    return connection.execute("PRAGMA user_version").fetchone()[0]


def has_table(connection: sqlite3.Connection, name: str) -> bool:
    """Whether there is a table of this name."""
    return connection.execute("SELECT 1 FROM sqlite_master WHERE name = ?", (name,)).fetchone() is not None


def add_owners(connection: sqlite3.Connection, owners: Path) -> None:
    """Give every run the owner that its file names; names are unique for an owner from now on."""
    columns = {row["name"] for row in connection.execute("PRAGMA table_info(runs)")}
    if "owner" not in columns:
        connection.execute("ALTER TABLE runs ADD COLUMN owner TEXT NOT NULL DEFAULT ''")
        for row in connection.execute("SELECT id FROM runs").fetchall():
            connection.execute("UPDATE runs SET owner = ? WHERE id = ?", (owner_of(owners, row["id"]), row["id"]))
    connection.execute("DROP INDEX IF EXISTS live_names")


def add_comparisons(connection: sqlite3.Connection, owners: Path) -> None:
    """Make members of the runs that a comparison of version 1 was known by."""
    for row in connection.execute("SELECT id, name, config, owner, created FROM runs ORDER BY created, id").fetchall():
        place = place_of(row["name"], row["config"])
        if place is None or row["owner"] != owner_of(owners, f"contest {place[0]}"):
            continue
        number, model, seed = place
        values = (number, row["owner"], row["created"])
        connection.execute("INSERT OR IGNORE INTO comparisons (number, owner, created) VALUES (?, ?, ?)", values)
        values = (row["id"], number, model, seed)
        connection.execute("INSERT OR IGNORE INTO members (run, comparison, model, seed) VALUES (?, ?, ?, ?)", values)


def place_of(name: object, config: object) -> tuple[int, str, int] | None:
    """(comparison, model, seed) of a run of version 1; None for one that belongs to none."""
    try:
        known = parse_json(config)["name"]
    except (ValueError, TypeError, KeyError):
        found = RUN_NAME.fullmatch(name) if isinstance(name, str) else None
        return (int(found[3]), found[1], int(found[2])) if found else None
    found = NAME.fullmatch(known) if isinstance(known, str) else None
    return (int(found[1]), found[2], int(found[3])) if found else None


def owner_of(owners: Path, name: str) -> str:
    """The hash of an owner's key, as version 1 kept it; empty where there is none."""
    try:
        return (owners / hashlib.sha256(name.encode()).hexdigest()).read_text()
    except OSError:
        return ""
