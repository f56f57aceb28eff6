"""Tiny baselines: 4 frames of 6×6 in 8 floats, random but fixed weights."""

from __future__ import annotations

from pathlib import Path

import torch

from engine.checkpoints import save_checkpoint
from engine.compressors.base import build_compressor
from engine.config import TrainConfig, as_dict, train_config, tree_config
from engine.model import Model, load_model
from engine.registry import COMPRESSORS

BASELINES = COMPRESSORS.names(baseline=True, gives_frames=True)
TREE = tree_config(leaves=4, height=6, width=6, channels=8, family="linear", hidden=())
TRAINED = ("transformer", "mamba", "gru", "frame")
RECURRENT = ("mamba", "gru")
ROOTS = tuple(name for name in BASELINES if name != "linear")


def tiny_config(baseline: str, **changes: object) -> TrainConfig:
    """A config whose baseline has a few hundred parameters."""
    sizes = {"baseline_width": 8, "baseline_depth": 1, "baseline_hidden": 12, "baseline_heads": 2, "baseline_state": 3}
    values = {"local_steps": 0, "batch": 16, "half": False, "tree": TREE, **sizes, **changes}
    return train_config(baseline=baseline, **values)


def tiny_baseline(folder: Path, baseline: str, **changes: object) -> Model:
    """A loaded checkpoint of random weights."""
    torch.manual_seed(0)
    config = tiny_config(baseline, **changes)
    module = build_compressor(config)
    for value in module.state_dict().values():
        value.normal_(std=0.3)
    card = {"kind": "baseline", "config": as_dict(config)}
    save_checkpoint(folder / baseline, module, card, half=False)
    return load_model(str(folder / baseline))
