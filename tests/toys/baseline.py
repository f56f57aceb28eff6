"""A toy baseline: one linear map of the whole window to its memory and one back."""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor, nn

from engine.compressors.base import Blocks
from engine.compressors.baselines.baseline import Baseline
from engine.config import TrainConfig, setting
from engine.registry import COMPRESSORS


@COMPRESSORS.add
class ToyBaseline(Baseline):
    """A linear autoencoder."""

    name = "toy-linear"

    @dataclass(frozen=True, kw_only=True)
    class Config:
        """Its own setting."""

        spread: float = setting(0.1, low=0.0, high=1.0)
        """standard deviation of the weights it begins with"""

    def __init__(self, config: TrainConfig) -> None:
        super().__init__(config)
        values, floats = self.config.leaves * self.pixels, self.config.channels
        self.there, self.back = nn.Linear(values, floats), nn.Linear(floats, values)
        nn.init.normal_(self.there.weight, std=self.options.spread)

    def fit(self, batches: Blocks, device: torch.device) -> None:
        """It has no closed form."""

    def encode(self, frames_BTHWK: Tensor) -> Tensor:
        """Windows -> memories [B, S, C]."""
        return self.there(frames_BTHWK.flatten(1)).unflatten(1, (self.slots, self.channels))

    def decode(self, memory_BSC: Tensor) -> Tensor:
        """Memories -> windows."""
        return self.frames(self.back(memory_BSC.flatten(1)).unflatten(1, (self.config.leaves, -1)))
