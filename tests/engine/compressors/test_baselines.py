"""Baselines keep the contract of every checkpoint: the three calls, d floats, as many frames back as went in."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
import torch

from engine import Memory
from engine.compressors.base import build_compressor
from engine.config import load_config, with_settings
from engine.model import load_model
from engine.streaming.stream import RootStream
from tests.engine.tiny import frames
from tests.engine.tiny_baselines import BASELINES, RECURRENT, ROOTS, TRAINED, tiny_baseline, tiny_config


@pytest.mark.parametrize("baseline", BASELINES)
@pytest.mark.parametrize("count", [1, 3, 4, 9])
def test_as_many_frames_come_back_as_went_in(tmp_path: Path, baseline: str, count: int) -> None:
    model = tiny_baseline(tmp_path, baseline)
    back = model.reconstruct(model.compress(frames(count, 6, 6, 1)))
    assert back.shape == (count, 6, 6, 1)
    assert back.min() >= 0
    assert back.max() <= 1


@pytest.mark.parametrize("baseline", BASELINES)
def test_a_window_keeps_d_floats_exactly_and_the_mean_none(tmp_path: Path, baseline: str) -> None:
    model = tiny_baseline(tmp_path, baseline)
    assert model.compress(frames(4, 6, 6, 1)).floats == (0 if baseline == "mean" else 8)
    assert model.compress(frames(8, 6, 6, 1)).floats == (0 if baseline == "mean" else 16)


@pytest.mark.parametrize("baseline", BASELINES)
def test_a_memory_file_is_enough(tmp_path: Path, baseline: str) -> None:
    model, clip = tiny_baseline(tmp_path, baseline), frames(6, 6, 6, 1)
    memory = model.compress(clip)
    memory.save(tmp_path / "m.imfn")
    again = load_model(str(tmp_path / baseline))
    assert np.array_equal(again.reconstruct(Memory.load(tmp_path / "m.imfn")), model.reconstruct(memory))
    assert again.parameters == model.parameters == again.tree.learned()


@pytest.mark.parametrize("baseline", TRAINED)
def test_a_short_window_is_filled_up_with_its_last_frame(tmp_path: Path, baseline: str) -> None:
    model, clip = tiny_baseline(tmp_path, baseline), frames(2, 6, 6, 1)
    padded = np.concatenate((clip, clip[-1:], clip[-1:]))
    assert torch.equal(model.compress(clip).states_MSC, model.compress(padded).states_MSC)


@pytest.mark.parametrize("baseline", ROOTS)
def test_roots_are_all_they_keep(tmp_path: Path, baseline: str) -> None:
    with pytest.raises(ValueError, match="is a baseline and keeps roots only, 2 merges"):
        tiny_baseline(tmp_path, baseline).compress(frames(4, 6, 6, 1), 1)


@pytest.mark.parametrize("baseline", ROOTS)
def test_other_frame_sizes_are_refused(tmp_path: Path, baseline: str) -> None:
    with pytest.raises(ValueError, match="takes 6×6×1 only"):
        tiny_baseline(tmp_path, baseline).compress(frames(4, 7, 6, 1))


@pytest.mark.parametrize("baseline", ROOTS)
@pytest.mark.parametrize("slots", [0, 2])
def test_a_stream_ends_at_the_memory_of_the_whole_window(tmp_path: Path, baseline: str, slots: int) -> None:
    model = tiny_baseline(tmp_path, baseline, baseline_slots=0 if baseline == "frame" else slots)
    clip, stream = frames(4, 6, 6, 1), RootStream(model, height=6, width=6)
    memories = [stream.push(frame) for frame in clip]
    assert torch.allclose(memories[-1], model.compress(clip).states_MSC[0], atol=1e-5)
    with pytest.raises(ValueError, match="window of 4 frames is full"):
        stream.push(clip[0])


@pytest.mark.parametrize("baseline", RECURRENT)
def test_a_recurrence_writes_no_slot_before_its_time(tmp_path: Path, baseline: str) -> None:
    stream = RootStream(tiny_baseline(tmp_path, baseline), height=6, width=6)
    first = stream.push(frames(1, 6, 6, 1)[0])
    assert first[0].abs().sum() > 0
    assert first[1:].abs().sum() == 0


class OneBlock:
    """Training data of a single block."""

    def __init__(self, frames: torch.Tensor) -> None:
        self.frames = frames

    def blocks(self) -> Iterator[torch.Tensor]:
        yield self.frames


@pytest.mark.parametrize("baseline", TRAINED)
def test_every_trained_baseline_starts_at_the_closed_form(baseline: str) -> None:
    """Eight floats for four frames: two leading components each, up to a Transformer's soft look-up."""
    blocks = torch.rand(64, 4, 6, 6, 1) * torch.linspace(0.1, 1, 6)[:, None]
    linear = build_compressor(tiny_config("linear"))
    linear.codec.fit(iter([blocks]))
    torch.manual_seed(0)
    sizes = {"baseline_width": 32, "baseline_heads": 1}
    module = build_compressor(tiny_config(baseline, **sizes)).requires_grad_(False)
    module.fit(OneBlock(blocks), torch.device("cpu"))
    with torch.no_grad():
        memory = module.encode(blocks)
        variance = memory.var((0, 1))
        values = torch.linalg.eigvalsh(torch.cov(blocks.flatten(2).flatten(0, 1).T)).flip(0)
    assert torch.allclose(variance, values[:2], rtol=0.15)


@pytest.mark.parametrize("baseline", TRAINED)
def test_every_weight_is_trained(baseline: str) -> None:
    torch.manual_seed(0)
    module = build_compressor(tiny_config(baseline))
    for value in module.parameters():
        torch.nn.init.normal_(value, std=0.3)
    module(torch.rand(2, 4, 6, 6, 1)).square().mean().backward()
    assert [name for name, value in module.named_parameters() if value.grad is None or not value.grad.any()] == []


@pytest.mark.slow
@pytest.mark.parametrize(("name", "millions"), [("transformer-128-paper", 182.56), ("mamba-128-paper", 186.86)])
def test_the_paper_s_sizes_are_met_within_2_percent(name: str, millions: float) -> None:
    config = load_config(name)
    with torch.device("meta"):
        parameters = build_compressor(config).learned()
    assert abs(parameters / 1e6 / millions - 1) < 0.02
    assert (config.tree.leaves, config.tree.channels) == (128, 1024)


@pytest.mark.parametrize(
    ("settings", "words"),
    [
        (["baseline=lstm"], "or linear or frame or mean"),
        (["baseline=mamba"], "local_steps must be 0, not 250"),
        (["baseline=gru", "local_steps=0", "baseline_slots=3"], "3 slots cannot share out 128 frames"),
        (["baseline=transformer", "local_steps=0", "baseline_width=30"], "4 heads do not divide a width of 30"),
        (["baseline=frame", "local_steps=0", "baseline_slots=2"], "128 slots, not 2"),
        (["baseline=frame", "local_steps=0", "teacher=digits-128"], "has no teacher"),
    ],
)
def test_a_baseline_that_cannot_be_is_refused(settings: list[str], words: str) -> None:
    with pytest.raises(ValueError, match=words):
        with_settings(load_config("digits-128-equal"), ["joint_steps=1", *settings])
