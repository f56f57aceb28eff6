"""Quality by age: few witnesses whatever the length of a stream, figures that a direct look confirms, flat work."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from engine.metrics import frame_mse
from engine.model import Model
from engine.streaming.ages import WITNESSES, Ages, AgesNow, decibels, thin
from engine.streaming.bounded import BoundedMemory, strides_after
from tests.engine.tiny import FLAT, ORDERED, PATCH, SHARED, ZONAL, frames, tiny_model

SIZE = {"height": 10, "width": 7}
COUNT = 47
"""frames: eleven windows of 4 and an open one, in at most 4 roots"""


@pytest.fixture(scope="module")
def model(tmp_path_factory: pytest.TempPathFactory) -> Model:
    """Windows of 4 leaves."""
    return tiny_model(tmp_path_factory.mktemp("model"))


def pushed(ages: Ages, frame: np.ndarray) -> AgesNow:
    """One more frame, measured."""
    memory = ages.memory
    window, first = memory.window, memory.count - memory.window.count
    memory.push(frame)
    return ages.measure(frame, window.recall(), first)


def watched(model: Model, x: np.ndarray) -> tuple[Ages, list[AgesNow]]:
    """A stream of these frames, and what was known after every push."""
    ages = Ages(BoundedMemory(model, **SIZE, roots=4))
    return ages, [pushed(ages, frame) for frame in x]


@pytest.fixture(scope="module")
def whole(model: Model) -> tuple[Ages, list[AgesNow]]:
    """COUNT frames."""
    return watched(model, frames(COUNT))


def test_witnesses_are_few_and_spread_evenly_over_the_logarithm_of_age() -> None:
    numbers: list[int] = []
    for number in range(20_000):
        numbers.append(number)
        if (gone := thin(numbers)) is not None:
            del numbers[gone]
        assert len(numbers) <= WITNESSES
    ages = np.array([numbers[-1] - number + 1 for number in numbers])
    assert ages[0] == 20_000 and ages[-1] == 1
    octaves = np.bincount(np.log2(ages).astype(int), minlength=15)
    assert octaves[0] == 1 and octaves[1:14].min() >= 2 and octaves.max() <= 5
    assert (ages[:-1] / ages[1:]).max() <= 2, "between two neighbours age doubles at most"


def test_every_figure_is_what_the_memory_gives_back_at_that_age(whole: tuple[Ages, list[AgesNow]]) -> None:
    ages, known = whole
    x, memory, now = frames(COUNT), ages.memory, known[-1]
    assert memory.roots[0].stride >= 4 and len(now.points) == min(COUNT, WITNESSES)
    for age, db in now.points:
        truth = x[COUNT - 1 - age][None] / np.float32(255)
        assert db == pytest.approx(decibels(float(frame_mse(truth, memory.recover(age)[None])[0])), abs=1e-3)
    errors = {age: 10 ** (-db / 10) for age, db in now.points}
    for root, db in zip(now.roots, now.psnr_R, strict=True):
        span = range(root.first, root.first + 4 * root.stride)
        inside = [error for age, error in errors.items() if COUNT - 1 - age in span]
        assert db == pytest.approx(decibels(float(np.mean(inside))), abs=1e-3)


def test_a_push_decodes_one_root_at_most_and_every_root_is_seen(model: Model, monkeypatch: pytest.MonkeyPatch) -> None:
    decoded = []
    whole_root = BoundedMemory.frames_of
    monkeypatch.setattr(BoundedMemory, "frames_of", lambda self, root: decoded.append(root) or whole_root(self, root))
    ages, seen, pictures = Ages(BoundedMemory(model, **SIZE, roots=4)), set(), {}
    for number, frame in enumerate(frames(COUNT)):
        before = len(decoded)
        now = pushed(ages, frame)
        assert len(decoded) - before <= (number % 4 != 3), "none where the push has recalled a whole window"
        assert len(now.looked) <= 1
        pictures |= {view.root: view.middle_HWK for view in now.looked}
        assert all(root.stride > 1 for root in decoded), "a finished window was recalled already"
        seen |= {(view.root.first, view.root.stride) for view in now.looked}
        assert (
            ages.seen
            <= {(root.first, root.stride) for root in ages.memory.roots}
            <= seen | {(root.first, root.stride) for root in now.roots if number % 4 == 3}
        )
    for root in ages.memory.roots:
        assert np.allclose(pictures[root], ages.memory.frames_of(root)[2], atol=1e-6)


def test_what_came_before_a_stream_went_on_is_not_measured(model: Model) -> None:
    memory = BoundedMemory(model, **SIZE, roots=4)
    x = frames(COUNT)
    for frame in x[:30]:
        memory.push(frame)
    ages = Ages(memory)
    known = [pushed(ages, frame) for frame in x[30:]]
    assert ages.since == 30
    assert max(age for age, _ in known[-1].points) == COUNT - 1 - 30
    unknown = [psnr is None for psnr in known[-1].psnr_R]
    assert unknown == [root.first + 4 * root.stride <= 30 for root in known[-1].roots] and any(unknown)
    assert [root.stride for root in known[-1].roots] == [root.stride for root in watched(model, x)[1][-1].roots]


@pytest.mark.parametrize("config", [FLAT, PATCH, ZONAL, SHARED, ORDERED])
def test_one_leaf_is_recovered_as_among_all(tmp_path: Path, config: object) -> None:
    model = tiny_model(tmp_path, config)
    shape = model.frame_shape or (10, 7, 3)
    memory = BoundedMemory(model, height=shape[0], width=shape[1], roots=4)
    for frame in frames(5 * model.leaves, *shape):
        memory.push(frame)
    for root in memory.roots:
        assert np.allclose(memory.middle_of(root), memory.frames_of(root)[model.leaves // 2], atol=1e-6)


def test_the_example_of_strides_is_what_a_memory_does(whole: tuple[Ages, list[AgesNow]]) -> None:
    assert strides_after(COUNT // 4, 4) == [root.stride for root in whole[0].memory.roots]
    assert strides_after(48, 8) == sorted(strides_after(48, 8), reverse=True)
    assert sum(strides_after(48, 8)) == 48 and len(strides_after(48, 8)) == 8
