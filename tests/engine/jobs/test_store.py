"""The store: nothing is lost or doubled with many readers and writers, and a refresh reads what is new."""

from __future__ import annotations

import sqlite3
import time
from pathlib import Path

import pytest

from engine.jobs.status import status
from engine.jobs.store.store import Store, Ticket
from tests.forks import SERVER

ROWS, BATCH = 5000, 10


def made(home: Path, *names: str) -> Store:
    """A store with runs on devices of their own, all running."""
    store = Store(home)
    for name in names:
        folder = home / "runs" / name
        store.add(id=name, name=name, kind="teacher", config={"name": name, "data": ""}, device=name, folder=folder)
        store.claim()
    return store


def rows(first: int, count: int) -> list[dict]:
    """Rows of a stage, one a step."""
    return [
        {"stage": "joint", "step": t, "total": t, "seconds": t / 10, "values": {"loss": 1 / t}}
        for t in range(first, first + count)
    ]


def write(home: Path, run: str) -> None:
    """A worker's writing, with a heartbeat between."""
    store = Store(home)
    for first in range(1, ROWS, BATCH):
        store.record(Ticket(run=run, attempt=1), rows(first, BATCH))
        store.heartbeat(Ticket(run=run, attempt=1))
    store.end(Ticket(run=run, attempt=1), "finished")


def read(home: Path, names: list[str], seen: object) -> None:
    """A viewer's reading, by cursor, until both runs are finished."""
    store = Store(home)
    cursors, totals = dict.fromkeys(names, 0), {name: [] for name in names}
    open_runs = set(names)
    while open_runs:
        time.sleep(0.005)
        for name in names:
            finished = store.find(name)["state"] == "finished"
            answer = status(store, name, cursors[name], 10_000)
            cursors[name] = answer["cursor"]
            totals[name] += [row["total"] for row in answer["rows"]]
            if finished and not answer["rows"]:
                open_runs.discard(name)
    seen.put(totals)


@pytest.mark.slow
def test_two_writers_and_four_readers_lose_and_double_no_row(tmp_path: Path) -> None:
    names = ["a", "b"]
    made(tmp_path, *names)
    seen = SERVER.Queue()
    readers = [SERVER.Process(target=read, args=(tmp_path, names, seen)) for _ in range(4)]
    writers = [SERVER.Process(target=write, args=(tmp_path, name)) for name in names]
    for process in readers + writers:
        process.start()
    answers = [seen.get(timeout=100) for _ in readers]
    for process in readers + writers:
        process.join(100)
        assert process.exitcode == 0
    for totals in answers:
        assert totals == {name: list(range(1, ROWS + 1)) for name in names}


def test_a_refresh_reads_what_is_new_and_a_long_run_is_thinned(tmp_path: Path) -> None:
    store = made(tmp_path, "a")
    ticket = Ticket(run="a", attempt=1)
    store.record(ticket, rows(1, 3000))
    first = status(store, "a", 0, 100)
    totals = [row["total"] for row in first["rows"]]
    assert len(totals) == 100
    assert (totals[0], totals[-1]) == (1, 3000)
    assert status(store, "a", first["cursor"], 100)["rows"] == []
    store.record(ticket, rows(3001, 2))
    assert [row["total"] for row in status(store, "a", first["cursor"], 100)["rows"]] == [3001, 3002]


def test_a_viewer_is_told_which_of_its_rows_a_resume_has_pruned(tmp_path: Path) -> None:
    store = made(tmp_path, "a")
    ticket = Ticket(run="a", attempt=1)
    store.record(ticket, rows(1, 30))
    behind = status(store, "a", 0, 500)["cursor"]
    store.record(ticket, rows(31, 10))
    store.prune(ticket, 20)
    store.record(ticket, rows(21, 5))
    answer = status(store, "a", behind, 500)
    assert answer["cut"] == 20
    assert [row["total"] for row in answer["rows"]] == [21, 22, 23, 24, 25]
    assert status(store, "a", answer["cursor"], 500)["cut"] is None
    assert status(store, "a", 0, 500)["cut"] is None


def test_a_step_is_recorded_once(tmp_path: Path) -> None:
    store = made(tmp_path, "a")
    store.record(Ticket(run="a", attempt=1), rows(1, 5))
    with pytest.raises(sqlite3.IntegrityError):
        store.record(Ticket(run="a", attempt=1), rows(4, 5))
    assert [row["total"] for row in store.metrics.every("a")] == [1, 2, 3, 4, 5]


def test_no_state_follows_that_makes_no_sense_and_every_change_leaves_an_event(tmp_path: Path) -> None:
    store = made(tmp_path, "a")
    store.move("a", "stopping")
    store.move("a", "stopped")
    with pytest.raises(ValueError, match="run a is stopped; it can become queued, not finished"):
        store.move("a", "finished")
    assert [event["text"] for event in store.events("a")] == ["queued", "running", "stopping", "stopped"]


def test_two_live_runs_never_share_a_name(tmp_path: Path) -> None:
    store = made(tmp_path, "a", "b")
    with pytest.raises(ValueError, match="already a run named 'a'"):
        made(tmp_path, "a")
    with pytest.raises(ValueError, match="already a run named 'a'"):
        store.change("b", name="a")
    assert [row["name"] for row in store.list()] == ["a", "b"]


@pytest.mark.parametrize("query", ["new", "reload"])
def test_a_refresh_of_a_long_run_does_not_walk_through_its_rows(tmp_path: Path, query: str) -> None:
    """Counted in SQLite's own instructions, which no busy machine changes."""
    store, costs = made(tmp_path, "short", "long"), []
    for name, count in (("short", 1000), ("long", 20_000)):
        store.record(Ticket(run=name, attempt=1), rows(1, count))
        cursor = store.metrics.last(name)["id"] - 20 if query == "new" else 0
        ticks = [0]

        def count_tick(ticks: list[int] = ticks) -> None:
            ticks[0] += 1

        store.database.connection().set_progress_handler(count_tick, 10)
        status(store, name, cursor, 500)
        store.database.connection().set_progress_handler(None, 0)
        costs.append(ticks[0])
    assert costs[1] < 1.5 * costs[0]
