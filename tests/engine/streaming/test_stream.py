"""Streams and trajectories: equal to rebuilding the tree after every frame, for log2 T merges a frame."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import torch

from engine.config import TreeConfig, tree_config
from engine.model import Model, pad_leaves, to_tensor
from engine.streaming.stream import StreamingTree, recall, trajectory
from tests.engine.tiny import DENSE, FLAT, PATCH, SHARED, ZONAL, frames, tiny_model

LONG = tree_config(leaves=128, height=4, width=4, channels=256, hidden=(4,) * 7)
FAMILIES = [FLAT, PATCH, ZONAL, SHARED, DENSE]


def clip(model: Model, count: int, seed: int = 0) -> np.ndarray:
    """Random frames that fit."""
    return frames(count, *(model.frame_shape or (10, 7, 3)), seed=seed)


def rebuilt(model: Model, seen_THWK: np.ndarray, padding: str) -> torch.Tensor:
    """The memory of the first frames by a whole new tree: slow, and without the code under test."""
    if padding == "zeros":
        rest = np.zeros((model.leaves - len(seen_THWK), *seen_THWK.shape[1:]), np.uint8)
        return model.rise(np.concatenate((seen_THWK, rest)), model.merges)[-1][0]
    nodes = list(model.tree.encode(to_tensor(seen_THWK, model.device)[None])[0])
    level = 0
    while len(nodes) > 1:
        pairs = [(nodes[i], nodes[i + 1] if i + 1 < len(nodes) else nodes[i]) for i in range(0, len(nodes), 2)]
        nodes = [model.tree.sweepers[level].merge(a[None], b[None])[0] for a, b in pairs]
        level += 1
    return nodes[0]


@pytest.mark.parametrize("padding", ["zeros", "skip"])
@pytest.mark.parametrize("config", FAMILIES, ids=lambda c: c.family)
@torch.inference_mode()
def test_a_stream_equals_a_rebuild_after_every_frame(tmp_path: Path, config: TreeConfig, padding: str) -> None:
    for seed in range(3):
        model = tiny_model(tmp_path, config, name=f"tiny-{seed}", seed=seed)
        x = clip(model, model.leaves, seed)
        stream = StreamingTree(model, height=x.shape[1], width=x.shape[2], padding=padding)
        path = trajectory(model, x, padding)
        for t in range(1, len(x) + 1):
            truth = rebuilt(model, x[:t], padding)
            assert torch.allclose(stream.push(x[t - 1]), truth, atol=1e-5)
            assert torch.allclose(path.states_TD[t], truth.flatten(), atol=1e-5)


@pytest.mark.parametrize("padding", ["zeros", "skip"])
@pytest.mark.parametrize("count", [1, 2, 3, 16, 128])
@torch.inference_mode()
def test_sequences_of_every_length_stream(tmp_path: Path, count: int, padding: str) -> None:
    model = tiny_model(tmp_path, LONG)
    x = clip(model, count)
    stream = StreamingTree(model, height=4, width=4, padding=padding)
    for frame in x:
        root = stream.push(frame)
    assert torch.allclose(root, rebuilt(model, x, padding), atol=1e-5)
    assert torch.allclose(trajectory(model, x, padding).states_TD[-1], root.flatten(), atol=1e-5)


def test_a_frame_costs_exactly_log2_T_merges(tmp_path: Path) -> None:
    model = tiny_model(tmp_path, LONG)
    stream = StreamingTree(model, height=4, width=4)
    for t, frame in enumerate(clip(model, 128), start=1):
        stream.push(frame)
        assert stream.merged == 7 * t


def test_skipping_merges_no_more_than_the_leaves_need(tmp_path: Path) -> None:
    model = tiny_model(tmp_path, LONG)
    stream = StreamingTree(model, height=4, width=4, padding="skip")
    costs = []
    for frame in clip(model, 9):
        before = stream.merged
        stream.push(frame)
        costs.append(stream.merged - before)
    assert costs == [0, 1, 2, 2, 3, 3, 3, 3, 4]


def test_skipping_remembers_half_a_window_as_well_as_its_own_node_does(tmp_path: Path) -> None:
    model = tiny_model(tmp_path)
    x = clip(model, 2)
    path = trajectory(model, x, "skip")
    node = model.reconstruct(model.compress(x, merges=1))
    assert np.allclose(recall(model, path, 2), node, atol=1e-5)


def test_a_stream_longer_than_a_window_leaves_one_root_a_window(tmp_path: Path) -> None:
    model = tiny_model(tmp_path)
    x = clip(model, 11)
    stream = StreamingTree(model, height=10, width=7)
    for frame in x:
        stream.push(frame)
    memory = stream.memory()
    assert memory.floats == 3 * model.compress(x[:4]).floats
    back = model.reconstruct(memory)
    assert back.shape == x.shape
    assert np.allclose(back[:8], model.reconstruct(model.compress(x[:8])), atol=1e-5)
    assert np.allclose(back[8:], stream.recall(), atol=1e-5)


def test_bad_frames_and_paddings_are_named(tmp_path: Path) -> None:
    model = tiny_model(tmp_path, FLAT)
    with pytest.raises(ValueError, match="choose zeros or skip"):
        StreamingTree(model, height=4, width=4, padding="ones")
    with pytest.raises(ValueError, match="takes 4"):
        StreamingTree(model, height=5, width=4)
    with pytest.raises(ValueError, match="one window"):
        trajectory(model, clip(model, 9))
    with pytest.raises(ValueError, match="this stream takes"):
        StreamingTree(model, height=4, width=4).push(frames(1, 5, 4, 1)[0])
    assert len(pad_leaves(clip(model, 3), 4)) == 4
