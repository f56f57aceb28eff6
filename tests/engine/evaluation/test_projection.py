"""Projections: exact principal coordinates, trust that can be lost, pictures fitted once."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from concurrent.futures import Future
from concurrent.futures.process import BrokenProcessPool
from multiprocessing import get_context
from pathlib import Path

import numpy as np
import psutil
import pytest

from engine.evaluation import projection
from engine.evaluation.projection import (
    COMPILED,
    Clock,
    Epochs,
    Fitter,
    Left,
    default_neighbours,
    keep_compiled,
    leave_umap,
    principal,
    start_umap,
    trust,
    umap_left,
)

ROOT = Path(__file__).resolve().parents[3]


def cloud(count: int = 40, size: int = 300) -> np.ndarray:
    """Random points."""
    return np.random.default_rng(0).normal(size=(count, size))


def test_principal_coordinates_keep_every_distance() -> None:
    points = cloud()
    found = principal(points)
    apart = lambda x: np.linalg.norm(x[:, None] - x[None], axis=-1)  # noqa: E731
    assert np.allclose(apart(found), apart(points), atol=1e-6)
    assert np.all(np.diff(found.var(0)) <= 1e-9)


@pytest.mark.slow
def test_a_faithful_picture_is_trusted_and_a_shuffled_one_is_not() -> None:
    line = np.random.default_rng(1).normal(size=(60, 2))
    shuffled = np.random.default_rng(0).permutation(line)
    assert trust(line, line, 5) == pytest.approx(1.0)
    assert trust(line, shuffled, 5) < 0.7


@pytest.mark.slow
def test_what_umap_compiles_is_kept_for_the_next_process() -> None:
    assert keep_compiled() == list(COMPILED)


def test_settings_that_make_no_picture_are_refused() -> None:
    with pytest.raises(ValueError, match="neighbours is 40; of 40 points choose 2 to 39"):
        start_umap(cloud(), 40, 0.5)
    with pytest.raises(ValueError, match=r"spread is 2\.0"):
        start_umap(cloud(), 5, 2.0)
    assert 2 <= default_neighbours(9) < 9


class Counted:
    """Stands for the process."""

    def __init__(self) -> None:
        self.submitted = 0

    def submit(self, *_: object) -> object:
        from concurrent.futures import Future

        self.submitted += 1
        future: Future = Future()
        future.set_result(self.submitted)
        return future


def test_the_same_points_and_settings_are_fitted_once() -> None:
    fitter = Fitter()
    fitter.pool.shutdown()
    fitter.pool = Counted()
    first = fitter.fit(cloud(), 5, 0.5)
    assert fitter.fit(cloud(), 5, 0.5) is first
    assert fitter.fit(cloud(), 6, 0.5) is not first
    assert fitter.pool.submitted == 2


def test_a_fit_that_nobody_waits_for_is_not_begun() -> None:
    fitter = Fitter()
    fitter.pool.shutdown()
    fitter.pool = Waiting()
    one, same = fitter.fit(cloud(), 5, 0.5), fitter.fit(cloud(), 5, 0.5)
    fitter.leave(one)
    assert not same.cancelled()
    fitter.leave(same)
    assert same.cancelled()
    again = fitter.fit(cloud(), 5, 0.5)
    assert again is not same and not again.cancelled()
    assert len(fitter.waiting) == 1


class Waiting:
    """A process that never begins."""

    def submit(self, *_: object) -> Future:
        return Future()


def test_a_killed_process_breaks_what_it_was_doing_and_nothing_after_that(monkeypatch: pytest.MonkeyPatch) -> None:
    fitter = Fitter()
    monkeypatch.setattr(projection, "fit_umap", max)
    running = fitter.pool.submit(time.sleep, 600)
    while not (running.running() and spawned()):
        time.sleep(0.05)
    for child in spawned():
        child.kill()
    with pytest.raises(BrokenProcessPool):
        running.result()
    assert fitter.submit(7, 2).result() == 7
    fitter.pool.shutdown()


def test_a_fit_tells_how_far_it_is_and_when_it_will_end(monkeypatch: pytest.MonkeyPatch) -> None:
    clock, now = Clock(get_context("spawn")), [100.0]
    monkeypatch.setattr(projection.time, "time", lambda: now[0])
    assert clock.left(1) == Left(share=0.0, seconds=None)
    clock.begin(1, 1000)
    clock.done(0)
    now[0] += 3.0
    Epochs(clock.done, before=0).write("\r250")
    assert clock.left(1) == Left(share=0.25, seconds=9.0)
    Epochs(clock.done, before=500).write("\r500")
    assert clock.left(1) == Left(share=1.0, seconds=0.0)
    assert clock.left(2) == Left(share=0.0, seconds=None), "another one waits its turn"


@pytest.mark.slow
def test_umap_s_own_process_tells_all_its_epochs() -> None:
    future = start_umap(cloud(), 5, 0.25)
    future.result()
    assert umap_left(future).share == 1.0
    leave_umap(future)


def spawned() -> list[psutil.Process]:
    """Processes of pools that this one has started."""
    return [each for each in psutil.Process().children() if any("spawn_main" in word for word in each.cmdline())]


ORPHAN = """
import os, signal, sys
from engine.evaluation.projection import fitter
if __name__ == "__main__":
    print(fitter().pool.submit(os.getpid).result(), flush=True)
    os.kill(os.getpid(), signal.SIGKILL)
"""


@pytest.mark.slow
def test_the_process_that_fits_does_not_outlive_a_killed_program(tmp_path: Path) -> None:
    script = tmp_path / "orphan.py"
    script.write_text(ORPHAN)
    done = subprocess.run(
        [sys.executable, str(script)], capture_output=True, text=True, env={**os.environ, "PYTHONPATH": str(ROOT)}
    )
    child = int(done.stdout)
    end = time.monotonic() + 20
    while time.monotonic() < end and psutil.pid_exists(child):
        time.sleep(0.2)
    assert not psutil.pid_exists(child)
