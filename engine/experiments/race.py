"""How long it takes, from an untrained tree, to be better than a given error on the test split.

    python -m engine race --record          writes assets/results/race.json

The clock runs while the tree is made, fitted and trained, and stands still while it is measured. The quick config fits
the closed form to a part of the digits and goes straight to joint training; test digits are measured, never trained on,
and decide nothing: the run has the same length whatever they show.
"""

from __future__ import annotations

import time
from collections.abc import Iterator

import torch
from accelerate import Accelerator

from engine.checkpoints import hardware, revision
from engine.compressors.tree import Tree, build_tree
from engine.config import TrainConfig
from engine.data.datasets.base import Dataset, load_dataset
from engine.evaluation.protocols import test_windows
from engine.model import Model
from engine.registry import OBJECTIVES
from engine.training.loop import StageLoop

MARKS = {"the authors' 0.0521": 0.0521, "the linear tree's 0.0364": 0.0364, "0.0250": 0.0250}
EVERY = 20
"""steps between two measurements"""


class Clock:
    """Seconds of work, pauses left out."""

    def __init__(self) -> None:
        self.worked, self.since = 0.0, time.perf_counter()

    def pause(self) -> float:
        """Stop; the seconds so far."""
        self.worked += time.perf_counter() - self.since
        return self.worked

    def go(self) -> None:
        """Run again."""
        self.since = time.perf_counter()


def race(config: TrainConfig, data: str | None) -> dict:
    """The curve of test errors over seconds, and when it fell below each mark (None: never)."""
    clock = Clock()
    torch.manual_seed(config.seed)
    batches, accelerator = load_dataset(config), Accelerator(mixed_precision=config.precision)
    tree = build_tree(config.tree).to(accelerator.device)
    curve = []
    for step in trained(config, tree, batches, accelerator):
        seconds = clock.pause()
        curve.append({"step": step, "seconds": round(seconds, 2), "mse": root_error(tree, data)})
        clock.go()
    below = {
        name: next((point["seconds"] for point in curve if point["mse"] < mark), None) for name, mark in MARKS.items()
    }
    made = {"command": "python -m engine race --record", "hardware": hardware(), "revision": revision()}
    return {"seconds_until_below": below, "curve": curve, **made}


def trained(config: TrainConfig, tree: Tree, batches: Dataset, accelerator: Accelerator) -> Iterator[int]:
    """Train, stopping to be measured: after the closed form, then every few steps."""
    tree.fit(batches, accelerator.device)
    yield 0
    objective = OBJECTIVES.get(config.objective)(tree, config.parts[config.objective])
    loop = StageLoop(config, type(tree).stages(config)[-1], tree, objective, batches, accelerator)
    for step in range(config.joint_steps):
        loop.step(step)
        if (step + 1) % EVERY == 0:
            yield step + 1


@torch.inference_mode()
def root_error(tree: Tree, data: str | None) -> float:
    """Mean squared error of the root's reconstructions over MNIST's test split, one order."""
    device = next(tree.parameters()).device
    model = Model(tree, card={}, name="race", fingerprint="", device=str(device))
    errors = []
    for frames in test_windows(model, data)[1]:
        x = model.tensor(frames)[None]
        root = tree.rise(tree.encode(x), tree.config.merges)[-1]
        back = tree.recover(root, tree.config.merges, *x.shape[2:4]).clamp(0, 1)
        errors.append((back - x).square().mean().item())
    return sum(errors) / len(errors)
