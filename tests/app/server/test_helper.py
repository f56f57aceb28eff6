"""The process that explores while visitors stand in line: the same numbers, and nobody notices when it dies."""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Iterator

import numpy as np
import pytest

from app.server import helper as helpers
from app.server import inference
from app.server.helper import Helper, levels
from app.server.models import model
from app.server.queue import Queue
from tests.engine.tiny import frames

NAME = "video-16"
PATIENCE = 120.0


@pytest.fixture(scope="module")
def other() -> Iterator[Helper]:
    """A helper that has loaded a model."""
    found = Helper()
    waited(found)
    yield found
    found.forget()


def waited(other: Helper) -> None:
    """Wait until it has loaded the model."""
    over = time.monotonic() + PATIENCE
    while not other.ready(NAME):
        assert time.monotonic() < over
        time.sleep(0.1)


def clip() -> np.ndarray:
    """A window of small frames."""
    return frames(16, 32, 32, 3)


@pytest.mark.slow
def test_it_gives_what_the_page_gives(other: Helper):
    expected = levels(model(NAME), clip())
    found, maps = other.explored(NAME, clip())
    assert len(maps["states"]) == len(maps["spent"]) == 8 + 4 + 2 + 1
    assert len(found) == len(expected) == 4
    for one, two in zip(found, expected, strict=True):
        assert one.merges == two.merges and one.ssim == pytest.approx(two.ssim, abs=1e-6)
        np.testing.assert_allclose(one.states_NSC.numpy(), two.states_NSC.numpy(), atol=1e-4)
        np.testing.assert_allclose(one.frames_THWK.astype(int), two.frames_THWK.astype(int), atol=1)
        np.testing.assert_allclose(one.mse_T, two.mse_T, rtol=1e-3)


@pytest.mark.slow
def test_when_it_is_killed_nothing_is_lost_and_another_begins(other: Helper):
    first = next(iter(other.pool._processes))
    os.kill(first, signal.SIGKILL)
    over = time.monotonic() + PATIENCE
    while other.explored(NAME, clip()) is not None:
        assert time.monotonic() < over
    waited(other)
    assert first not in other.pool._processes
    assert other.explored(NAME, clip()) is not None


def test_it_is_asked_where_others_wait_on_a_shared_page_alone(monkeypatch: pytest.MonkeyPatch):
    line, asked = Queue(), []

    class Counted:
        def explored(self, name: str, frames_THWK: np.ndarray) -> None:
            """It has not loaded anything yet."""
            asked.append(name)

    monkeypatch.setattr(inference, "queue", lambda: line)
    monkeypatch.setattr(inference, "helper", Counted)
    monkeypatch.setenv("IMFN_PUBLIC", "1")
    line.join("one")
    assert inference.explored(model(NAME), clip()) and not asked
    line.join("two")
    assert len(inference.explored(model(NAME), clip())[0]) == 4 and asked == [NAME]
    monkeypatch.setenv("IMFN_PUBLIC", "0")
    assert inference.explored(model(NAME), clip()) and asked == [NAME]


def test_a_model_that_cannot_be_loaded_there_is_left_to_the_page(monkeypatch: pytest.MonkeyPatch):
    class Dead:
        def submit(self, *work: object) -> None:
            raise helpers.BrokenProcessPool

        def shutdown(self, wait: bool) -> None:
            """It has ended."""

    other = Helper()
    other.pool = Dead()
    assert other.explored(NAME, clip()) is None and other.pool is None
