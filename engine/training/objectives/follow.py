"""Distillation of a whole memory: how far a student's memory lies from its teacher's, at whatever length a window ends.

    loss = |student - teacher|² / variance of the teacher's memories in the batch
Nothing is decoded, so a teacher that gives no frames back can be followed, too.
"""

from __future__ import annotations

import torch
from torch import Tensor

from engine.compressors.base import Compressor
from engine.config import TrainConfig
from engine.data.datasets.base import Batch
from engine.registry import OBJECTIVES
from engine.training.objectives.base import Objective, Score


@OBJECTIVES.add
class FollowObjective(Objective):
    """The relative distance to the teacher; 1 is no better than the teacher's mean memory."""

    name, gives_frames = "follow", False

    @classmethod
    def check(cls, config: TrainConfig) -> None:
        """ValueError without a teacher that merges jointly."""
        if not config.teacher:
            raise ValueError("objective follow is for students; name a teacher of the fused family")
        if config.local_steps:
            raise ValueError(
                f"objective follow trains rollouts alone; set local_steps to 0, it is {config.local_steps}"
            )

    def forward(self, batch: Batch, levels: tuple[int, ...]) -> Tensor:
        """The distance, a scalar."""
        return self.distance(self.compressor, batch)

    def distance(self, student: Compressor, batch: Batch) -> Tensor:
        """Squared distance over the variance of the teacher's memories."""
        with torch.no_grad():
            taught_BSC = student.taught(batch.frames_BTHWK)
        found_BSC = student.levels(batch.frames_BTHWK, student.config.merges)[-1][:, 0]
        spread = (taught_BSC - taught_BSC.mean(0)).square().mean().clamp_min(1e-9)
        return (found_BSC - taught_BSC).square().mean() / spread

    @torch.inference_mode()
    def errors(self, compressor: Compressor, batch: Batch) -> list[float]:
        """The distance on a batch."""
        return [self.distance(compressor, batch).item()]

    @torch.inference_mode()
    def score(self, compressor: Compressor, batch: Batch) -> Score:
        """How far one window's memory lies from the teacher's, in units of the teacher's own mean square."""
        taught_BSC = compressor.taught(batch.frames_BTHWK)
        found_BSC = compressor.levels(batch.frames_BTHWK, compressor.config.merges)[-1][:, 0]
        gap = (found_BSC - taught_BSC).square().mean() / taught_BSC.square().mean().clamp_min(1e-9)
        return Score(figures={"levels": ["memory"], "distance": [gap.item()]})
