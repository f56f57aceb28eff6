"""Jobs that die: found out, resumed, and the same in the end as if nothing had happened."""

from __future__ import annotations

import os
import random
import signal
import sqlite3
import threading
import time
from contextlib import closing
from pathlib import Path

import pytest

from engine.jobs.execution import recording
from engine.jobs.execution.runner import Runner
from engine.jobs.store import database
from engine.jobs.store.store import Store
from engine.jobs.submission.creation import continue_run
from engine.training.recorder import due
from engine.training.state import load_state
from tests.engine.jobs.jobs_here import digits_on_disk, forked, queued, state, tiny_job, until, weights

KILLS = 50


def expected_totals(stages: list[int]) -> list[int]:
    """The steps after which a run of these stages leaves rows; 0 is the closed form."""
    config, totals, before = tiny_job(), [0], 0
    for steps in stages:
        for step in range(1, steps + 1):
            if due(step, steps) or step % config.probe_every == 0:
                totals.append(before + step)
        before += steps
    return totals


def saved_total(folder: Path) -> int:
    """The step that a run has saved last, -1 for none."""
    path = folder / "state.safetensors"
    return load_state(path)[1].total if path.exists() else -1


def last_total(store: Store, run: str) -> int:
    """The newest row's step, -1 before there is one."""
    return (store.metrics.last(run) or {"total": -1})["total"]


@pytest.mark.slow(20)
def test_a_run_killed_fifty_times_ends_with_the_weights_and_rows_of_an_undisturbed_one(tmp_path: Path) -> None:
    data, chance = digits_on_disk(tmp_path / "data"), random.Random(0)
    store = Store(tmp_path / "home")
    runner = Runner(store, forked(data))
    straight = queued(store, "straight")
    runner.tick()
    until(lambda: state(store, straight) == "finished")

    run = queued(store, "disturbed")
    folder, totals = Path(store.find(run)["folder"]), expected_totals([60, 60, 180])
    slowest, reached = 0.0, []
    for moment in sorted(chance.uniform(-30, 295) for _ in range(KILLS)):
        runner.tick()
        assert state(store, run) == "running"
        pid = until(lambda: store.find(run)["pid"])
        # below zero: somewhere in the start and the closed form
        until(lambda: moment < 0 or last_total(store, run) >= moment)  # noqa: B023
        time.sleep(chance.uniform(0, 0.5 if moment < 0 else 0.06))
        os.kill(pid, signal.SIGKILL)
        killed = time.monotonic()
        until(lambda: runner.tick() or state(store, run) == "interrupted", 10)
        slowest = max(slowest, time.monotonic() - killed)
        saved, rows = saved_total(folder), [row["total"] for row in store.metrics.every(run)]
        assert rows == totals[: len(rows)]
        assert set(rows) >= {total for total in totals if total <= saved}
        reached.append(saved)
        continue_run(store, run)
    until(lambda: runner.tick() or state(store, run) == "finished")
    print(f"{KILLS} kills, the slowest found out after {slowest:.2f} s, saved steps {reached}")
    assert weights(store, straight) == weights(store, run)
    assert [row["total"] for row in store.metrics.every(run)] == totals
    same = ("stage", "step", "total")
    undisturbed = [[row[k] for k in same] + [row["values"].get("mse")] for row in store.metrics.every(straight)]
    assert undisturbed == [[row[k] for k in same] + [row["values"].get("mse")] for row in store.metrics.every(run)]


def test_a_training_loses_no_row_while_somebody_else_has_locked_the_store(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It goes on, and waits with its rows; only a save waits for the store."""
    monkeypatch.setattr(database, "BUSY", 0.02)
    monkeypatch.setattr(recording, "BATCH", 0.0)
    store = Store(tmp_path)
    run = queued(store)
    recorder = recording.StoreRecorder(store, store.claim(), Path(store.find(run)["folder"]))
    row = {"stage": "joint", "seconds": 0.1, "values": {"loss": 1.0}}
    with closing(sqlite3.connect(tmp_path / "jobs.sqlite", isolation_level=None, check_same_thread=False)) as other:
        other.execute("BEGIN IMMEDIATE")
        for total in range(1, 6):
            recorder.row({**row, "number": total, "step": total, "total": total})
        assert last_total(store, run) == -1 and len(recorder.waiting) == 5
        threading.Timer(0.3, other.execute, ("ROLLBACK",)).start()
        recorder.saving()
    assert [row["total"] for row in store.metrics.every(run)] == [1, 2, 3, 4, 5]
    monkeypatch.setattr(database, "PATIENCE", 0.0)
    with closing(sqlite3.connect(tmp_path / "jobs.sqlite", isolation_level=None, check_same_thread=False)) as other:
        other.execute("BEGIN IMMEDIATE")
        with pytest.raises(sqlite3.OperationalError, match="locked"):
            database.patiently(lambda: store.heartbeat(recorder.ticket))
