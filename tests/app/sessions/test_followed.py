"""Sequences that were followed: a sample's are kept for the next visitor, nobody else's."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest

from app.server.models import model
from app.sessions import followed
from app.sessions.followed import Followed, Kept, kept
from app.sessions.sequences import Sequence
from app.sessions.trajectory import TrajectorySession, TrajectorySettings
from tests.engine.tiny import frames


def follow(kept_ones: Kept, frames_THWK: np.ndarray, *, student: str | None = None, padding: str = "zeros") -> Followed:
    """Random frames through the bundled video model."""
    return kept_ones.follow(model("video-16"), student and model(student), frames_THWK, padding)


@pytest.fixture
def counted(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """How many frames were followed, one entry each time."""
    taken, real = [], followed.memory_path

    def counting(teacher: object, frames_THWK: np.ndarray, padding: str) -> object:
        taken.append(len(frames_THWK))
        return real(teacher, frames_THWK, padding)

    monkeypatch.setattr(followed, "memory_path", counting)
    return taken


def test_the_same_frames_are_followed_and_read_back_once(counted: list[int]) -> None:
    known, noise = Kept(), frames(3, 32, 40)
    first = follow(known, noise)
    list(first.reading())
    again = follow(known, noise.copy())
    assert again is first
    assert counted == [3]
    assert list(again.reading()) == []
    assert len(again.back.mse["tree"]) == 3


@pytest.mark.parametrize(
    "other",
    [
        lambda known, noise: follow(known, noise[:2]),
        lambda known, noise: follow(known, noise.reshape(3, 40, 32, 3)),
        lambda known, noise: follow(known, 255 - noise),
        lambda known, noise: follow(known, noise, padding="skip"),
        lambda known, noise: follow(known, noise, student="video-16-student"),
    ],
    ids=["fewer", "another shape", "other values", "another padding", "a student"],
)
def test_what_differs_is_followed_by_itself(counted: list[int], other: Callable) -> None:
    known, noise = Kept(), frames(3, 32, 40)
    assert other(known, noise) is not follow(known, noise)
    assert len(counted) == 2


def test_what_was_not_asked_for_longest_makes_room() -> None:
    sizes = Followed(teacher=model("video-16"), student=None, frames_THWK=frames(3, 32, 40), padding="zeros").bytes
    known = Kept(most=2 * sizes)
    clips = [frames(3, 32, 40, seed=seed) for seed in range(3)]
    one, two = (follow(known, clip) for clip in clips[:2])
    assert follow(known, clips[0]) is one
    follow(known, clips[2])
    assert follow(known, clips[0]) is one
    assert follow(known, clips[1]) is not two
    assert len(known.known) == 2


@pytest.mark.parametrize(("chosen", "stays"), [("realshort", True), ("explored", False), ("", False)])
def test_only_samples_are_kept(chosen: str, stays: bool) -> None:
    kept.cache_clear()
    noise = Sequence(name="noise", frames_THWK=frames(3, 32, 40))
    TrajectorySession(model("video-16"), None, [noise], TrajectorySettings(neighbours="2"), chosen).remove()
    assert bool(kept().known) == stays
    kept.cache_clear()
