"""What a training will take, before it starts."""

from __future__ import annotations

import torch

from engine.config import TrainConfig
from engine.tree import Tree


def parameters_of(config: TrainConfig) -> int:
    """Learned values of what is trained, counted without making them."""
    with torch.device("meta"):
        return Tree(config.tree).learned()
