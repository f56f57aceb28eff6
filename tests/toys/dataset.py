"""A toy data set: a bright square that grows by the frame; a batch also says how the next frame would look."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from torch import Tensor

from engine.config import TrainConfig, setting
from engine.data.datasets.base import Batch, Dataset
from engine.registry import DATASETS


def growing(starts_B: Tensor, leaves: int, rate: float, size: int) -> Tensor:
    """Windows [B, T, H, W, 1] of squares that are `rate` pixels larger in every frame."""
    side = starts_B[:, None] + rate * torch.arange(leaves)
    place = torch.arange(size)
    inside = place < side[..., None]
    return (inside[..., :, None] & inside[..., None, :]).float()[..., None]


@DATASETS.add
class ToyDataset(Dataset):
    """Growing squares."""

    name, public, one_size = "toy-squares", True, True

    @dataclass(frozen=True, kw_only=True)
    class Config:
        """Its own setting."""

        rate: float = setting(1.0, low=0.0, high=10.0, unit="pixels")
        """what a square grows by in a frame"""

    def __init__(self, config: TrainConfig) -> None:
        super().__init__(config)
        self.origin = f"squares that grow by {self.options.rate:g}"

    def blocks(self) -> Iterator[Tensor]:
        """Every start once."""
        yield growing(torch.arange(0.0, 8.0), self.leaves, self.options.rate, self.config.tree.height)

    def draw(self, windows: int, leaves: int, generator: torch.Generator) -> Batch:
        """Random starts, and the frame after each window."""
        starts = 8 * torch.rand(windows, generator=generator)
        frames = growing(starts, leaves + 1, self.options.rate, self.config.tree.height)
        return Batch(frames_BTHWK=frames[:, :-1], more={"next": frames[:, -1]})

    @classmethod
    def test_windows(
        cls, leaves: int, data: str | Path | None, *, seeds: int = 1, size: int = 128, held_out: int = 0
    ) -> tuple[str, Iterator[np.ndarray]]:
        """Starts between those that are trained on."""
        windows = growing(torch.arange(0.5, 8.0), leaves, 1.0, 8).numpy()
        return "growing squares", itertools.chain.from_iterable([windows] * seeds)
