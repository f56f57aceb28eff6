"""The job store's tables, and the states a run goes through.

    queued -> running -> stopping -> stopped | finished | failed | interrupted

A run that has ended may be queued again: it goes on where it last saved.
"""

from __future__ import annotations

ALIVE = ("running", "stopping")
ENDED = ("stopped", "finished", "failed", "interrupted")
NEXT = {
    "queued": ("running", "stopped", "failed"),
    "running": ("stopping", *ENDED),
    "stopping": ENDED,
    **dict.fromkeys(ENDED, ("queued",)),
}
"""by state, the states that may follow it"""

VERSION = 2
"""of the tables below; `migration.py` brings earlier ones up to date"""

TABLES = """
CREATE TABLE IF NOT EXISTS runs (
    id TEXT PRIMARY KEY,
    name TEXT NOT NULL,
    note TEXT NOT NULL DEFAULT '',
    kind TEXT NOT NULL,
    config TEXT NOT NULL,
    device TEXT NOT NULL,
    folder TEXT NOT NULL,
    state TEXT NOT NULL,
    attempt INTEGER NOT NULL DEFAULT 0,
    created REAL NOT NULL,
    queued REAL NOT NULL,
    started REAL,
    stopping REAL,
    ended REAL,
    host TEXT,
    pid INTEGER,
    process_started REAL,
    heartbeat REAL,
    ooms INTEGER,
    steps INTEGER,
    parameters INTEGER,
    sentence TEXT NOT NULL DEFAULT '',
    deleted REAL,
    owner TEXT NOT NULL DEFAULT ''
);
CREATE UNIQUE INDEX IF NOT EXISTS own_names ON runs (owner, name) WHERE deleted IS NULL;
CREATE INDEX IF NOT EXISTS run_states ON runs (state);
CREATE TABLE IF NOT EXISTS metrics (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    run TEXT NOT NULL REFERENCES runs (id) ON DELETE CASCADE,
    number INTEGER NOT NULL,
    stage TEXT NOT NULL,
    step INTEGER NOT NULL,
    total INTEGER NOT NULL,
    seconds REAL NOT NULL,
    "values" TEXT NOT NULL,
    UNIQUE (run, number),
    UNIQUE (run, total)
);
CREATE INDEX IF NOT EXISTS run_rows ON metrics (run, id);
CREATE TABLE IF NOT EXISTS events (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    run TEXT NOT NULL REFERENCES runs (id) ON DELETE CASCADE,
    at REAL NOT NULL,
    kind TEXT NOT NULL,
    text TEXT NOT NULL,
    total INTEGER,
    cursor INTEGER
);
CREATE INDEX IF NOT EXISTS run_events ON events (run, id);
CREATE TABLE IF NOT EXISTS comparisons (
    number INTEGER PRIMARY KEY AUTOINCREMENT,
    owner TEXT NOT NULL DEFAULT '',
    created REAL NOT NULL
);
CREATE TABLE IF NOT EXISTS members (
    run TEXT PRIMARY KEY REFERENCES runs (id) ON DELETE CASCADE,
    comparison INTEGER NOT NULL REFERENCES comparisons (number) ON DELETE CASCADE,
    model TEXT NOT NULL,
    seed INTEGER NOT NULL
);
CREATE INDEX IF NOT EXISTS comparison_members ON members (comparison);
"""
