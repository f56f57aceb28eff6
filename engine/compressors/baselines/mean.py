"""No memory at all: every frame comes back as the mean training frame. What any memory has to beat."""

from __future__ import annotations

import torch
from torch import Tensor

from engine.compressors.base import Blocks
from engine.compressors.baselines.baseline import Baseline, principal
from engine.config import TrainConfig
from engine.registry import COMPRESSORS, NoSettings


@COMPRESSORS.add
class MeanBaseline(Baseline):
    """Keeps zero floats."""

    name, trained, Config = "mean", False, NoSettings

    @classmethod
    def floats(cls, config: TrainConfig) -> int:
        """None."""
        return 0

    def __init__(self, config: TrainConfig) -> None:
        super().__init__(config)
        self.slots, self.channels = 1, 0
        self.register_buffer("mean", torch.zeros(self.pixels))

    def fit(self, batches: Blocks, device: torch.device) -> None:
        """The mean frame."""
        self.mean.copy_(principal(self, batches.blocks(), 1).mean)

    def encode(self, frames_BTHWK: Tensor) -> Tensor:
        """Nothing, [B, 1, 0]."""
        return frames_BTHWK.new_zeros(len(frames_BTHWK), 1, 0)

    def decode(self, memory_BSC: Tensor) -> Tensor:
        """The mean frame, T times."""
        return self.frames(self.mean.expand(len(memory_BSC), self.config.leaves, -1))

    def push(self, frame_BHWK: Tensor, carried: list, t: int) -> tuple[Tensor, list]:
        """Nothing to do."""
        return self.encode(frame_BHWK[:, None]), carried
