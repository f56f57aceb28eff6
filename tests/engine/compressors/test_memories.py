"""Memories of one slot and the fused tree: a step is the forward pass, a stream is a rebuild, costs stay constant."""

from __future__ import annotations

import copy
import json

import numpy as np
import pytest
import torch
from torch.utils.flop_counter import FlopCounterMode

from engine.compressors.base import Compressor, build_compressor
from engine.config import TrainConfig, train_config, with_settings
from engine.model import Model
from engine.streaming.stream import open_stream

SMALL = {
    "data": "lantern",
    "objective": "prediction",
    "local_steps": 0,
    "joint_steps": 2,
    "batch": 32,
    "tree.leaves": 8,
    "tree.height": 24,
    "tree.width": 36,
    "tree.channels": 12,
    "tree.family": "fused",
    "tree.pairing": "fuse",
    "tree.fused.units": 16,
    "tree.fused.frame_hidden": 16,
}
WRITTEN = ("gru_memory", "gru_wide", "mamba_memory", "flow", "last_frames", "window_transformer", "conv_lstm")


def config(**changes: object) -> TrainConfig:
    """A small training on Lantern rooms."""
    settings = {**SMALL, **changes}
    if changes.get("baseline") == "forest":
        settings |= {"forest.units": 8, "forest.frame_hidden": 8}
    elif name := changes.get("baseline"):
        settings |= {f"{name}.width": 4, f"{name}.frame_hidden": 16}
        settings |= {"tree.channels": 32} if name == "conv_lstm" else {}
    return with_settings(train_config(), [f"{key}={json.dumps(value)}" for key, value in settings.items()])


def made(**changes: object) -> Compressor:
    torch.manual_seed(0)
    compressor = build_compressor(config(**changes)).eval().requires_grad_(False)
    for parameter in compressor.parameters():
        parameter.add_(0.1 * torch.randn_like(parameter))
    return compressor


def windows(count: int = 3, frames: int = 8) -> torch.Tensor:
    return torch.rand(count, frames, 24, 36, 1, generator=torch.Generator().manual_seed(1))


def memories(compressor: Compressor, frames: torch.Tensor) -> torch.Tensor:
    return compressor.levels(frames, compressor.config.merges)[-1][:, 0]


@pytest.mark.parametrize("name", WRITTEN)
def test_a_step_equals_the_forward_pass_at_every_length(name: str) -> None:
    compressor, frames = made(baseline=name), windows(1)
    carried = compressor.begin(24, 36)
    for t in range(8):
        memory, carried = compressor.push(frames[:, t], carried, t)
        so_far = frames * (torch.arange(8) <= t).view(1, 8, 1, 1, 1)
        assert torch.allclose(memory, memories(compressor, so_far), atol=1e-5)
        assert memory.numel() == compressor.config.channels


@pytest.mark.parametrize("name", ["flow", "gru_memory", "mamba_memory", "last_frames", "conv_lstm"])
def test_a_step_costs_as_many_operations_at_any_time(name: str) -> None:
    compressor, frames = made(baseline=name), windows(1)
    carried, counted = compressor.begin(24, 36), []
    for t in range(8):
        with FlopCounterMode(display=False) as counter:
            _, carried = compressor.push(frames[:, t], carried, t)
        counted.append(counter.get_total_flops())
    assert counted[0] > 0
    assert len(set(counted)) == 1


def test_a_fused_tree_s_stream_equals_a_rebuild() -> None:
    tree = made(**{"tree.fused.inverts": False})
    model = Model(tree, card={}, name="fused", fingerprint="", device="cpu")
    stream, frames = open_stream(model, height=24, width=36), windows(1)
    for t in range(8):
        root = stream.push(frames[0, t].numpy())
        so_far = frames * (torch.arange(8) <= t).view(1, 8, 1, 1, 1)
        assert torch.allclose(root, memories(tree, so_far)[0], atol=1e-5)


def test_sweepers_that_share_are_stored_once_and_copied_whole() -> None:
    changes = {"tree.fused.inverts": False, "tree.fused.shares": True}
    tree, frames = made(**changes), windows(2)
    assert not any("inner" in key for key in tree.state_dict() if not key.startswith(("codec", "sweepers.0")))
    other = build_compressor(config(**changes)).eval()
    other.load_state_dict(tree.state_dict())
    for twin in (other, copy.deepcopy(tree)):
        assert torch.equal(memories(twin, frames), memories(tree, frames))
        assert twin.sweepers[1].map.shared[0] is twin.sweepers[0].map


def test_a_fused_tree_gives_every_level_back_where_it_inverts() -> None:
    tree = made(objective="joint")
    frames = windows(2)
    for merges, back in tree.reconstruct(frames, (0, 1, 3)).items():
        assert back.shape == frames.shape, merges


@pytest.mark.parametrize("changes", [{"tree.fused.inverts": False}, {"baseline": "gru_memory"}])
def test_a_memory_that_only_predicts_says_so_when_frames_are_wanted_back(changes: dict) -> None:
    model = Model(made(**changes), card={}, name="mine", fingerprint="", device="cpu")
    memory = model.compress(windows(1)[0].numpy())
    with pytest.raises(ValueError, match="trained to predict and gives no frames back"):
        model.reconstruct(memory)


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"objective": "pixels", "tree.fused.inverts": False}, "needs frames back"),
        ({"objective": "pixels", "baseline": "gru_memory"}, "gives no frames back"),
        ({"objective": "prediction", "data": "digits"}, "asks nothing of a memory"),
        ({"local_steps": 5}, "set local_steps to 0"),
        ({"tree.pairing": "stack"}, "fused goes with flat and fuse"),
    ],
)
def test_what_cannot_be_trained_is_refused_in_a_sentence(changes: dict, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        config(**changes)


def test_a_forest_keeps_the_roots_over_halves_of_what_is_left() -> None:
    forest, frames = made(baseline="forest"), windows(2)
    memory = forest.levels(frames, 3)[0][:, 0]
    assert memory.shape == (2, 4, 3)
    assert forest.floats(config(baseline="forest")) == forest.working_floats() == 12
    for slot, (first, last) in enumerate([(0, 4), (4, 6), (6, 7), (7, 8)]):
        merges = (last - first).bit_length() - 1
        span = forest.grove.rise(forest.grove.encode(frames[:, first:last]), merges)[-1][:, 0, 0]
        assert torch.allclose(memory[:, slot], span, atol=1e-6)
    carried = forest.begin(24, 36)
    for t in range(8):
        state, carried = forest.push(frames[:1, t], carried, t)
    assert torch.allclose(state[0], memory[0], atol=1e-6)


def test_memories_are_finite_for_black_windows() -> None:
    for changes in ({}, *({"baseline": name} for name in WRITTEN)):
        memory = memories(made(**changes), torch.zeros(1, 8, 24, 36, 1))
        assert np.isfinite(memory.numpy()).all()
