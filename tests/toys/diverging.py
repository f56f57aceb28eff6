"""A toy objective whose loss is no number any more after some steps, as that of a training with too large a rate."""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor

from engine.compressors.base import Compressor
from engine.config import setting
from engine.data.datasets.base import Batch
from engine.registry import OBJECTIVES
from engine.training.objectives.base import Objective


@OBJECTIVES.add
class Diverging(Objective):
    """Reconstruction, for a while."""

    name = "toy-diverging"

    @dataclass(frozen=True, kw_only=True)
    class Config:
        """Its own setting."""

        good: int = setting(3, low=0, high=100, unit="steps")
        """steps before it diverges"""

    def __init__(self, compressor: Compressor, options: Config) -> None:
        super().__init__(compressor, options)
        self.taken = 0

    def forward(self, batch: Batch, levels: tuple[int, ...]) -> Tensor:
        """The loss, NaN after the good steps."""
        self.taken += 1
        loss = super().forward(batch, levels)
        return loss if self.taken <= self.options.good else loss * torch.nan
