"""Training for CPU seconds: resumed is uninterrupted, levels share the seconds, a bank's nodes are the tree's own."""

from __future__ import annotations

import itertools
import json
from pathlib import Path

import numpy as np
import pytest
import torch
from safetensors.torch import load_file

from engine.compressors.tree import build_tree
from engine.config import TrainConfig
from engine.data.datasets.base import Batch, step_generator
from engine.data.datasets.digits import DigitSet
from engine.training.node_bank import NodeBank
from engine.training.timed import TimedTrainer
from tests.engine.tiny import FLAT, PATCH, tiny_training
from tests.engine.tiny_baselines import tiny_config
from tests.engine.training.test_training import blobs, stop_after

TREE = tiny_training("dense", objective="latents", local_steps=1, joint_steps=0, augment=False, average=0.0)


@pytest.fixture(autouse=True)
def fake_digits(monkeypatch: pytest.MonkeyPatch) -> None:
    images = blobs(400)
    fake = DigitSet(images_NHWK=images, labels_N=images[:, 0, 0, 0], origin="blobs")
    monkeypatch.setattr("engine.data.datasets.digits.load_digits", lambda split, **_: fake)
    monkeypatch.setattr("engine.training.timed.NODES", {True: 64, False: 4})


def timed(folder: Path, config: TrainConfig, seconds: float, pairs: int = 0) -> TimedTrainer:
    """A trainer whose clock goes on by a second whenever it is asked, so that every step takes one."""
    folder.mkdir(parents=True, exist_ok=True)
    return TimedTrainer(config, folder, seconds=seconds, pairs=pairs, clock=itertools.count().__next__)


@pytest.mark.slow
@pytest.mark.parametrize("pairs", [0, 8])
def test_a_stopped_training_goes_on_to_the_weights_of_one_that_was_not(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, pairs: int
) -> None:
    straight = timed(tmp_path / "a", TREE, 16, pairs).train()
    with monkeypatch.context() as patch:
        stop_after(patch, 9)
        assert timed(tmp_path / "b", TREE, 16, pairs).train() is None
    resumed = timed(tmp_path / "b", TREE, 16, pairs).train()
    assert (straight / "model.safetensors").read_bytes() == (resumed / "model.safetensors").read_bytes()
    cards = [json.loads((folder / "card.json").read_text()) for folder in (straight, resumed)]
    assert cards[0]["cpu_seconds"] == cards[1]["cpu_seconds"] == 16
    assert cards[0]["steps"] == cards[1]["steps"]


def test_levels_share_the_seconds_and_every_one_ends_annealed(tmp_path: Path) -> None:
    folder = timed(tmp_path, TREE, 41).train().parent
    rows = [json.loads(line) for line in (folder / "metrics.jsonl").read_text().splitlines()]
    last = {row["stage"]: row for row in rows if "rate" in row}
    assert [(stage, row["step"]) for stage, row in last.items()] == [("level 1", 20), ("level 2", 20)]
    assert all(row["rate"] < 0.05 * TREE.rate for row in last.values())


def baseline(folder: Path, average: float) -> TimedTrainer:
    """A small Transformer's, on the same few pictures at every step."""
    trainer, images = (
        timed(folder, tiny_config("transformer", joint_steps=1, average=average), 7),
        torch.rand(2, 4, 6, 6, 1),
    )
    trainer.batches.dataset.blocks = lambda: iter([images])
    trainer.batches.dataset.draw = lambda *_: Batch(frames_BTHWK=images)
    return trainer


def test_a_baseline_is_trained_for_its_seconds_and_says_what_it_took(tmp_path: Path) -> None:
    card = json.loads((baseline(tmp_path, 0.0).train() / "card.json").read_text())
    assert (card["steps"], card["cpu_seconds"], card["planned_cpu_seconds"]) == (6, 7, 7)
    assert card["peak_megabytes"] > 50


def test_the_average_follows_the_steps(tmp_path: Path) -> None:
    last, averaged = (load_file(baseline(tmp_path / str(a), a).train() / "model.safetensors") for a in (0.0, 0.001))
    assert all(torch.allclose(last[name].float(), averaged[name].float(), atol=1e-4) for name in last)


class Frames:
    """Random windows of a tree's frames."""

    origin = "noise"

    def __init__(self, *shape: int) -> None:
        self.shape = shape

    def draw(self, windows: int, leaves: int, generator: torch.Generator) -> Batch:
        return Batch(frames_BTHWK=torch.rand(windows, leaves, *self.shape, generator=generator))


@pytest.mark.parametrize("independent", [True, False])
def test_a_bank_s_nodes_are_what_the_tree_makes_of_its_leaves(independent: bool) -> None:
    torch.manual_seed(0)
    config, shape = (FLAT, (4, 4, 1)) if independent else (PATCH, (8, 8, 3))
    tree, options = build_tree(config), {"seed": 0, "nodes": 6, "pairs": 5}
    bank = NodeBank(Frames(*shape), tree, independent=independent, **options)
    leaves = bank.states_WNSC
    bank.rise(1)
    if not independent:
        assert torch.allclose(bank.states_WNSC, tree.merge(leaves, 0))
    else:
        below = bank.states_WNSC  # a node of two leaves: one of all the pairs that there are
        pairs = torch.stack([torch.cat((a, b)) for a, b in itertools.product(leaves, repeat=2)])
        made = tree.merge(pairs, 0)[:, 0]
        assert all((node[0] - made).abs().amax((1, 2)).min() < 1e-5 for node in below)
    drawn = bank.draw(1, 1, step_generator(0, 0, 0)).more["pairs"]
    assert drawn.shape[:2] == (5, 2)
    assert np.isfinite(tree.merge(drawn, 1).detach().numpy()).all()
