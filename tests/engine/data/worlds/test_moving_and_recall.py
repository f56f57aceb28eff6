"""Moving digits bounce as described, and recall asks what its definition says."""

from __future__ import annotations

import math

import numpy as np
import pytest
import torch

from engine.data.datasets.base import load_dataset, step_generator
from engine.data.worlds import recall
from engine.data.worlds.moving import STEP, moving, paths, sized_digits
from tests.engine.compressors.test_memories import config


def slow_path(place: list[float], angle: float, frames: int, free: int) -> list[tuple[int, int]]:
    """One digit's corners, step by step."""
    velocity, found = [math.sin(angle), math.cos(angle)], []
    for _ in range(frames):
        for axis in (0, 1):
            place[axis] += velocity[axis] * STEP
            if place[axis] <= 0:
                place[axis], velocity[axis] = 0.0, -velocity[axis]
            elif place[axis] >= 1:
                place[axis], velocity[axis] = 1.0, -velocity[axis]
        found.append((int(free * place[0]), int(free * place[1])))
    return found


def test_paths_equal_those_of_a_slow_generator() -> None:
    fast = paths(20, 30, 36, torch.Generator().manual_seed(4))
    generator = torch.Generator().manual_seed(4)
    places = torch.rand(20, 2, generator=generator, dtype=torch.float64)
    angles = 2 * math.pi * torch.rand(20, generator=generator, dtype=torch.float64)
    for b in range(20):
        expected = slow_path(places[b].tolist(), angles[b].item(), 30, 36)
        assert np.abs(fast[b].numpy() - expected).max() <= 1e-9


def test_two_digits_stand_in_every_frame_where_their_paths_say() -> None:
    digits = torch.ones(3, 5, 5)
    frames = moving(digits, 4, 12, 16, torch.Generator().manual_seed(0))
    assert frames.shape == (4, 12, 16, 16, 1)
    ink = frames.sum((2, 3, 4))
    assert ((ink >= 25) & (ink <= 50)).all()
    assert frames.max() == 1


def test_overlapping_digits_show_the_brighter_pixel() -> None:
    frames = moving(torch.full((1, 8, 8), 0.5), 16, 10, 8, torch.Generator().manual_seed(0))
    assert torch.equal(frames, torch.full_like(frames, 0.5))


def test_digits_are_scaled_without_losing_their_brightness() -> None:
    images = torch.randint(0, 256, (3, 28, 28, 1), dtype=torch.uint8)
    assert sized_digits(images, 28).shape == (3, 28, 28)
    assert torch.allclose(sized_digits(images, 14).mean((1, 2)), sized_digits(images, 28).mean((1, 2)), atol=1e-4)


def test_ten_frames_are_shown_and_ten_are_asked() -> None:
    settings = {"data": "moving", "tree.leaves": 16, "tree.height": 32, "tree.width": 32, "batch": 16}
    batch = load_dataset(config(**settings)).draw(3, 16, step_generator(0, 0, 0))
    assert batch.frames_BTHWK[:, :10].flatten(2).any(2).all()
    assert not batch.frames_BTHWK[:, 10:].any()
    assert batch.more["true.frames"].shape == (3, 10 * 32 * 32)


def test_repeat_asks_the_suit_of_so_many_frames_ago() -> None:
    suits, answers = recall.repeat(50, 12, 5, torch.Generator().manual_seed(0))
    for b in range(50):
        assert answers[b].item() == suits[b].tolist()[::-1][5]
    assert set(suits.flatten().tolist()) == set(range(4))


def test_associative_recall_asks_the_value_behind_a_key() -> None:
    symbols, keys, values = recall.associative(200, 16, torch.Generator().manual_seed(0))
    for b in range(200):
        row = symbols[b].tolist()
        shown = dict(zip(row[0::2], row[1::2], strict=True))
        assert len(shown) == 8
        assert shown[keys[b].item()] == recall.KEYS + values[b].item()


@pytest.mark.parametrize("task", ["repeat", "associative"])
def test_symbols_are_one_hot_rows(task: str) -> None:
    settings = {"data": "recall", "recall.task": task, "tree.height": 1, "tree.width": 32}
    batch = load_dataset(config(**settings)).draw(4, 8, step_generator(0, 0, 0))
    assert batch.frames_BTHWK.shape == (4, 8, 1, 32, 1)
    assert (batch.frames_BTHWK.sum((2, 3, 4)) == 1).all()
    assert (batch.more["true.symbol"].sum(1) == 1).all()


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ({"data": "lantern", "tree.width": 28}, "a Lantern room has frames of 24×36×1"),
        ({"data": "moving", "tree.height": 24}, "square frames of one colour"),
        ({"data": "moving", "tree.height": 32, "tree.width": 32}, "a window has 8 leaves; set tree.leaves to 16"),
        ({"data": "recall"}, "frames of 1×32×1"),
        ({"data": "recall", "tree.height": 1, "tree.width": 32, "recall.back": 8}, "at most 7"),
    ],
)
def test_frames_that_a_world_does_not_have_are_refused_in_a_sentence(settings: dict, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        load_dataset(config(**settings))
