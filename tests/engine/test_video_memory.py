"""The bundled video-16 from outside: what its memory files survive, and what is refused before anything is decoded."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
import torch

from engine.compressors.sweepers.zone_names import MOST_ZONES
from engine.data.samples import samples
from engine.data.sources.opening import open_source, windows
from engine.memory import Memory
from engine.model import Model, load_model

MERGES = 4


@pytest.fixture(scope="module")
def model() -> Model:
    """The bundled checkpoint on the CPU."""
    return load_model("video-16", device="cpu")


@pytest.fixture(scope="module")
def clip() -> np.ndarray:
    """A bundled clip's frames: one window and a tail."""
    path = next(sample.path for sample in samples() if sample.name == "realshort")
    return np.concatenate(list(windows(open_source(path, short_side=128).frames(), 16)))[:20]


@pytest.fixture(scope="module")
def memory(model: Model, clip: np.ndarray) -> Memory:
    """Its memory at 16:1."""
    return model.compress(clip)


def indices(model: Model, memory: Memory) -> torch.Tensor:
    """The index floats of all nodes, [M, I·S]."""
    sweeper = model.tree.sweepers[memory.merges - 1]
    return memory.states_MSC.flatten(1)[:, : memory.states_MSC.shape[1] * sweeper.index_floats]


@pytest.mark.parametrize("merges", [1, 2, 3, 4])
def test_half_precision_costs_at_most_a_twentieth_of_a_decibel(model: Model, clip: np.ndarray, merges: int) -> None:
    memory = model.compress(clip, merges)
    halved = replace(memory, states_MSC=memory.states_MSC.half().float())
    whole, half = (((model.reconstruct(m) - clip / 255) ** 2).mean() for m in (memory, halved))
    assert 10 * np.log10(half / whole) <= 0.05


def test_no_float_says_one_of_more_than_2048_things(model: Model, memory: Memory) -> None:
    named = indices(model, memory)
    assert torch.equal(named, named.round()) and named.min() >= 0 and named.max() < MOST_ZONES
    assert all(sweeper.zones**sweeper.joined <= MOST_ZONES for sweeper in model.tree.sweepers)


@pytest.mark.parametrize("value", [2047.0, -1.0, 3.5, 1e9])
def test_a_memory_whose_index_names_no_zone_is_refused(model: Model, memory: Memory, value: float) -> None:
    with pytest.raises(ValueError, match="the memory is damaged: it names a zone that is not there"):
        next(model.reconstruct_windows(changed(memory, 5, value)))


def test_a_memory_whose_lengths_do_not_add_up_is_refused(model: Model, memory: Memory) -> None:
    sweeper, slots = model.tree.sweepers[-1], memory.states_MSC.shape[1]
    largest = sweeper.zones**sweeper.joined - 1
    with pytest.raises(ValueError, match="its zones keep more floats than it has"):
        next(model.reconstruct_windows(changed(memory, slice(sweeper.index_floats * slots), float(largest))))
    with pytest.raises(ValueError, match="it has more floats than its zones keep"):
        next(model.reconstruct_windows(changed(memory, slice(sweeper.index_floats * slots), 0.0)))


@pytest.mark.parametrize("value", [float("nan"), float("inf")])
def test_a_memory_of_no_finite_floats_is_refused(model: Model, memory: Memory, value: float) -> None:
    with pytest.raises(ValueError, match="not a finite number"):
        next(model.reconstruct_windows(changed(memory, -1, value)))


def changed(memory: Memory, at: int | slice, value: float) -> Memory:
    """A memory whose last node has other floats: the first window alone would still decode."""
    states = memory.states_MSC.clone()
    states[-1].view(-1)[at] = value
    return replace(memory, states_MSC=states)


def test_frames_and_levels_keep_exactly_the_floats_they_state(model: Model, clip: np.ndarray) -> None:
    for merges in range(1, MERGES + 1):
        square = clip[:16, :, :128]
        assert square.size == model.compress(square, merges).floats << merges
