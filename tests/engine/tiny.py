"""Tiny models for tests: random but fixed weights, milliseconds on a CPU."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import torch

from engine.checkpoints import save_checkpoint
from engine.compressors.base import Compressor
from engine.compressors.tree import build_tree
from engine.config import TrainConfig, TreeConfig, as_dict, train_config, tree_config
from engine.data.datasets.base import Batch
from engine.model import Model, load_model
from engine.registry import OBJECTIVES

FLAT = tree_config(leaves=8, height=4, width=4, channels=16, hidden=(8, 8, 8))
PATCH = tree_config(
    codec="patch", leaves=4, colours=3, patch=4, lap=2, family="residual", pairing="fuse", mirror=True, hidden=(8, 8)
)
ZONAL = tree_config(
    codec="patch", leaves=4, colours=3, patch=4, lap=2, family="zonal", pairing="fuse", zones=3, hidden=()
)
SHARED = tree_config(
    codec="patch",
    leaves=4,
    colours=3,
    patch=4,
    lap=2,
    family="shared",
    pairing="fuse",
    shared={"zones": 16, "groups": 3},
)
ORDERED = tree_config(family="ordered", leaves=8, height=8, width=8, channels=64, ordered={"hidden": (16, 16, 16)})
DENSE = tree_config(leaves=4, height=4, width=4, channels=16, family="dense", pairing="fuse", hidden=(8, 8))


def tiny_model(folder: Path, config: TreeConfig = PATCH, name: str = "tiny", seed: int = 0) -> Model:
    """A loaded checkpoint of random weights."""
    torch.manual_seed(seed)
    tree = build_tree(config)
    for parameter in tree.parameters():
        torch.nn.init.normal_(parameter, std=0.1)
    values = {"tree": as_dict(config), "batch": 16, "name": name}
    save_checkpoint(folder / name, tree, {"kind": "teacher", "config": values}, half=False)
    return load_model(str(folder / name))


def level_errors(compressor: Compressor, frames_BTHWK: torch.Tensor) -> list[float]:
    """The error of every level's clipped reconstruction, the codec's first."""
    objective = OBJECTIVES.get("pixels")(compressor, None)
    return objective.errors(compressor, Batch(frames_BTHWK=frames_BTHWK))


def frames(count: int, height: int = 10, width: int = 7, colours: int = 3, seed: int = 0) -> np.ndarray:
    """Random uint8 frames."""
    return np.random.default_rng(seed).integers(0, 256, (count, height, width, colours), dtype=np.uint8)


def tiny_training(family: str = "residual", **changes: object) -> TrainConfig:
    """Seconds of training on small windows."""
    tree = tree_config(leaves=4, hidden=(8, 8), channels=784, family=family)
    return train_config(name="tiny", tree=tree, batch=16, **changes)
