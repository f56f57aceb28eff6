"""Losses in the space of states: the paper's pair loss of a tree's level, and a student's one-step regression.

Charts show both in pixels all the same.
"""

from __future__ import annotations

import torch
from torch import Tensor

from engine.config import TrainConfig
from engine.data.datasets.base import Batch
from engine.registry import OBJECTIVES
from engine.training.objectives.pixels import PixelObjective


@OBJECTIVES.add
class LatentObjective(PixelObjective):
    """The paper's local loss: how far a level's inverse lands from the very pair of states that its merge was given."""

    name, needs_levels = "latents", True

    @classmethod
    def check(cls, config: TrainConfig) -> None:
        """ValueError with joint training, where every level's states move."""
        if config.joint_steps:
            raise ValueError(
                f"objective latents is for local stages only; set joint_steps to 0, it is {config.joint_steps}"
            )

    def forward(self, batch: Batch, levels: tuple[int, ...]) -> Tensor:
        """Mean squared error of one level's children, in latent space; the children are the batch's own where it
        brings some (`node_bank.py`), else they are made from the leaves up.
        """
        (merges,), tree = levels, self.compressor
        pairs = batch.more.get("pairs")
        if pairs is None:
            with torch.no_grad():
                pairs = tree.rise(tree.encode(batch.frames_BTHWK), merges - 1)[-1]
        return (tree.inverse(tree.merge(pairs, merges - 1), merges - 1) - pairs).square().mean()


@OBJECTIVES.add
class CodeObjective(PixelObjective):
    """Every step of a sequence at once: how far a student's code of a leaf lies from the teacher's."""

    name, offered = "codes", False

    def forward(self, batch: Batch, levels: tuple[int, ...]) -> Tensor:
        """Mean squared error of the codes."""
        leaves, codes = self.compressor.taught(batch.frames_BTHWK)
        return (self.compressor.code(leaves[:, :, 0]) - codes).square().mean()
