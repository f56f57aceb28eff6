"""Jobs as the page starts them: processes of their own, which outlive whoever started them."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import textwrap
import time
from pathlib import Path

import pytest

from engine.jobs.execution.runner import Runner
from engine.jobs.jobs import Jobs
from engine.jobs.store.store import Store
from engine.jobs.submission.creation import continue_run
from tests.engine.jobs.jobs_here import digits_on_disk, forked, queued, state, tiny_job, until, weights

PARENT = """
import sys
from pathlib import Path
from engine.jobs.execution.runner import Runner
from engine.jobs.store.store import Store
runner = Runner(Store(Path(sys.argv[1])))
runner.tick()
print("started", flush=True)
sys.stdin.read()
"""


@pytest.fixture
def data(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    folder = digits_on_disk(tmp_path / "data")
    monkeypatch.setenv("IMFN_DATA", str(folder))
    return folder


@pytest.mark.slow
def test_a_job_goes_on_when_its_runner_is_killed_and_a_new_one_finds_it(tmp_path: Path, data: Path) -> None:
    store = Store(tmp_path / "home")
    run = queued(store, config=tiny_job(joint_steps=100_000))
    second = queued(store, "second")
    parent = subprocess.Popen(
        [sys.executable, "-c", textwrap.dedent(PARENT), str(store.home)], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    )
    try:
        assert parent.stdout.readline() == b"started\n"
        until(lambda: store.metrics.last(run), 90)
    finally:
        parent.kill()
        parent.communicate()
    runner, before = Runner(store, forked(data)), store.metrics.last(run)["total"]
    runner.tick()
    assert (state(store, run), state(store, second)) == ("running", "queued")
    until(lambda: store.metrics.last(run)["total"] > before)
    jobs = Jobs(store.home)
    jobs.stop(run)
    assert jobs.status(run)["run"]["state"] == "stopping"
    until(lambda: state(store, run) == "stopped")
    assert "step" in jobs.log(run)
    until(lambda: runner.tick() or state(store, second) == "finished")


@pytest.mark.slow
def test_a_stopped_job_resumes_to_the_same_weights(tmp_path: Path, data: Path) -> None:
    jobs = Jobs(tmp_path / "home")
    jobs.runner.launch = forked(data)
    straight, stopped = queued(jobs.store, "straight"), queued(jobs.store, "stopped")
    jobs.runner.tick()
    until(lambda: jobs.runner.tick() or jobs.store.metrics.last(stopped))
    jobs.stop(stopped)
    until(lambda: state(jobs.store, stopped) == "stopped")
    jobs.resume(stopped)
    until(lambda: jobs.runner.tick() or state(jobs.store, stopped) == "finished")
    assert weights(jobs.store, straight) == weights(jobs.store, stopped)


def test_two_runners_on_one_store_start_every_job_once_and_one_at_a_time(tmp_path: Path) -> None:
    store, started = Store(tmp_path), []

    def launch(store: Store, ticket: object) -> subprocess.Popen:
        started.append(ticket.run)
        return subprocess.Popen(["sleep", "60"], start_new_session=True)

    runs = [queued(store, f"job {n}") for n in range(3)]
    runners = [Runner(Store(tmp_path), launch) for _ in range(2)]
    try:
        for _ in range(3):
            for runner in runners:
                runner.tick()
        assert started == [runs[0]]
        assert [row["state"] for row in store.list()] == ["running", "queued", "queued"]
    finally:
        os.kill(store.find(runs[0])["pid"], signal.SIGKILL)


def test_a_job_that_does_not_stop_in_time_is_ended_and_can_be_resumed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("engine.jobs.reconcile.end_late.__defaults__", (0.2,))
    jobs, run = Jobs(tmp_path), None
    deaf = ["sh", "-c", "trap '' TERM; while true; do sleep 1; done"]
    jobs.runner.launch = lambda store, ticket: subprocess.Popen(deaf, start_new_session=True)
    run = queued(jobs.store)
    jobs.runner.tick()
    time.sleep(0.2)
    jobs.stop(run)
    until(lambda: jobs.runner.tick() or state(jobs.store, run) == "stopped", 10)
    assert "did not stop in time" in jobs.store.find(run)["sentence"]
    continue_run(jobs.store, run)
    assert state(jobs.store, run) == "queued"


def test_a_worker_that_was_given_up_changes_nothing(tmp_path: Path) -> None:
    from engine.jobs.store.store import Superseded

    store = Store(tmp_path)
    run = queued(store)
    old = store.claim()
    store.move(run, "interrupted", attempt=old.attempt)
    continue_run(store, run)
    store.claim()
    for late in (
        lambda: store.record(old, [{"stage": "joint", "step": 1, "total": 1, "seconds": 0.0, "values": {}}]),
        lambda: store.end(old, "finished"),
        lambda: store.heartbeat(old),
    ):
        with pytest.raises(Superseded):
            late()
    assert state(store, run) == "running"
    assert store.metrics.every(run) == []
