"""The bundled digits-128 from outside: its floats, what its memory files survive, and what is refused before anything
is decoded.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
import torch

from engine.checkpoints import BUNDLED
from engine.compressors.sweepers.zone_names import MOST_ZONES
from engine.data.samples import samples
from engine.data.sources.opening import open_source, windows
from engine.memory import Memory
from engine.model import Model, load_model
from engine.streaming.stream import StreamingTree

LARGEST, ALL = 10_000_000, 45_000_000
"""bytes of a bundled file, and of all of them"""


@pytest.fixture(scope="module")
def model() -> Model:
    """The bundled checkpoint on the CPU."""
    return load_model("digits-128", device="cpu")


@pytest.fixture(scope="module")
def digits() -> np.ndarray:
    """The bundled digits, one window."""
    sample = next(sample for sample in samples() if sample.name == "digits")
    return np.concatenate(
        list(windows(open_source(sample.path, tile=sample.tile, frame_shape=(28, 28, 1)).frames(), 128))
    )[:128]


@pytest.fixture(scope="module")
def memory(model: Model, digits: np.ndarray) -> Memory:
    """Their memory."""
    return model.compress(digits)


def error(model: Model, memory: Memory, digits: np.ndarray) -> float:
    """MSE of what a memory gives back."""
    return float(((model.reconstruct(memory) - digits / 255) ** 2).mean())


def test_a_memory_has_exactly_1024_floats_and_uses_them_up(model: Model, memory: Memory) -> None:
    assert memory.floats == 1024
    lengths = model.tree.slot_floats(memory.states_MSC, memory.merges)
    assert int(lengths.sum()) + model.exact_floats(memory.merges, 128) == 1024
    assert model.parameters <= 5_000_000


def test_files_are_as_small_as_a_space_takes() -> None:
    sizes = [path.stat().st_size for path in BUNDLED.rglob("*") if path.is_file()]
    assert max(sizes) <= LARGEST and sum(sizes) <= ALL


def test_it_remembers_more_than_equal_lengths_do(model: Model, memory: Memory, digits: np.ndarray) -> None:
    equal = load_model("digits-128-equal", device="cpu")
    assert error(model, memory, digits) < 0.95 * error(equal, equal.compress(digits), digits)


@pytest.mark.parametrize("merges", [1, 6])
def test_levels_below_the_root_are_those_of_equal_lengths(model: Model, digits: np.ndarray, merges: int) -> None:
    equal = load_model("digits-128-equal", device="cpu")
    assert torch.equal(model.rise(digits, merges)[-1], equal.rise(digits, merges)[-1])


@pytest.mark.parametrize(("precision", "share"), [("float16", 1.01), ("8bit", 1.1)])
def test_a_stored_memory_loses_little(
    model: Model, memory: Memory, digits: np.ndarray, precision: str, share: float
) -> None:
    stored = model.at_precision(memory, precision)
    assert error(model, stored, digits) <= share * error(model, memory, digits)


def test_every_float_stored_as_float16_costs_at_most_a_hundredth(
    model: Model, memory: Memory, digits: np.ndarray
) -> None:
    halved = replace(memory, states_MSC=memory.states_MSC.half().float())
    assert error(model, halved, digits) <= 1.01 * error(model, memory, digits)


def test_no_float_says_one_of_more_than_2048_things(model: Model, memory: Memory) -> None:
    named = memory.states_MSC.flatten(1)[:, : model.exact_floats(memory.merges, 128)]
    assert torch.equal(named, named.round()) and named.min() >= 0 and named.max() < MOST_ZONES
    assert len(model.tree.top.lengths_K) ** model.tree.top.joined <= MOST_ZONES


@pytest.mark.parametrize(
    ("at", "value", "words"),
    [
        (3, 2047.0, "it names a length that is not there"),
        (3, 0.5, "it names a length that is not there"),
        (42, 1727.0, "it names a length that is not there"),  # of a 129th digit
        (slice(42), 1727.0, "its codes are longer than its floats"),
        (slice(42), 0.0, "it has more floats than its codes"),
        (-1, float("nan"), "not a finite number"),
    ],
)
def test_a_memory_that_cannot_be_is_refused(
    model: Model, memory: Memory, at: int | slice, value: float, words: str
) -> None:
    states = memory.states_MSC.repeat(2, 1, 1)
    states[1].view(-1)[at] = value
    with pytest.raises(ValueError, match=words):
        next(model.reconstruct_windows(replace(memory, states_MSC=states, frames=256)))


def test_a_path_update_equals_a_rebuild(model: Model, digits: np.ndarray) -> None:
    stream = StreamingTree(model, height=28, width=28)
    for frame in digits[:70]:
        root = stream.push(frame)
    padded = np.concatenate((digits[:70], np.zeros_like(digits[:58])))
    assert torch.allclose(root, model.rise(padded, model.merges)[-1][0], atol=1e-4)
