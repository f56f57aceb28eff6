"""A toy objective that predicts: the frame after the window, read from the root's memory by a head of its own."""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor, nn

from engine.compressors.base import Compressor
from engine.config import setting
from engine.data.datasets.base import Batch
from engine.registry import OBJECTIVES
from engine.training.objectives.base import Objective, Score


@OBJECTIVES.add
class ToyObjective(Objective):
    """The next frame."""

    name = "toy-next"

    @dataclass(frozen=True, kw_only=True)
    class Config:
        """Its own setting."""

        hidden: int = setting(16, low=1, high=64, unit="units")
        """width of the head"""

    def __init__(self, compressor: Compressor, options: Config) -> None:
        super().__init__(compressor, options)
        window = compressor.config
        pixels = window.height * window.width * window.colours
        self.head = nn.Sequential(
            nn.Linear(window.channels, options.hidden), nn.GELU(), nn.Linear(options.hidden, pixels)
        )

    def target(self, batch: Batch) -> Tensor:
        """The frame after the window, [B, H, W, K]."""
        return batch.more["next"]

    def given(self, compressor: Compressor, batch: Batch, levels: tuple[int, ...]) -> dict[int, Tensor]:
        """What the head reads from the root."""
        merges = compressor.config.merges
        root = compressor.levels(batch.frames_BTHWK, merges)[-1]
        return {merges: self.head(root[:, 0].flatten(1)).view_as(self.target(batch))}

    def views(self, compressor: Compressor, batch: Batch) -> dict[str, Tensor]:
        """The prediction."""
        return {"next frame": self.given(compressor, batch, ())[compressor.config.merges]}

    @torch.inference_mode()
    def score(self, compressor: Compressor, batch: Batch) -> Score:
        """Its error, and its skill against a black frame."""
        (error,) = self.errors(compressor, batch)
        black = float(self.target(batch).square().mean())
        return Score(figures={"levels": ["next frame"], "mse": [error], "skill": [1 - error / max(black, 1e-9)]})
