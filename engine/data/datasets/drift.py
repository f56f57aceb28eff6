"""digits-drift: sequences with structure. One digit wanders, turns, bends and fades into another of its class.

Independent digits cannot show what joint merging buys, since one says nothing about the next. Here every frame follows
from the last: position, angle and a smooth warp move along slow random waves, and a second digit of the same class
takes over from the first between the beginning and the end.
Shapes: N images, B sequences, T frames, H W K frame, G points a side of the coarse warp.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from torch import Tensor
from torch.nn import functional as F

from engine.config import TrainConfig, setting
from engine.data.datasets import digits
from engine.data.datasets.base import Batch, Dataset, step_generator
from engine.registry import DATASETS

WANDER = 2.0
"""pixels, standard deviation of the position"""
TURN = 0.35
"""radians, standard deviation of the angle"""
WARP = 0.7
"""pixels, standard deviation of the coarse displacements"""
POINTS = 4
"""displacements a side of the coarse warp"""
WAVES = 2
"""slow waves each movement is the sum of"""
BLOCKS = 24
"""blocks that a closed form is fitted to, 4,096 frames each"""
TESTED = 100
"""test sequences a seed"""


def drift(images_NHWK: Tensor, labels_N: Tensor, windows: int, leaves: int, generator: torch.Generator) -> Tensor:
    """Sequences [B, T, H, W, K] in [0, 1] of digits drawn at random."""
    first = torch.randint(len(labels_N), (windows,), generator=generator)
    second = same_class(labels_N, first, generator)
    share = torch.linspace(0, 1, leaves)[None, :, None, None, None]
    share = 0.5 - 0.5 * (math.pi * share).cos()
    a, b = (images_NHWK[picks].float()[:, None] / 255 for picks in (first, second))
    frames = ((1 - share) * a + share * b).flatten(0, 1)
    return moved(frames, movement_grid(windows, leaves, frames.shape[1:3], generator)).unflatten(0, (windows, leaves))


def same_class(labels_N: Tensor, picks_B: Tensor, generator: torch.Generator) -> Tensor:
    """For every pick another image with its label."""
    order = labels_N.argsort(stable=True)
    counts = labels_N.long().bincount()
    starts = counts.cumsum(0) - counts
    label = labels_N[picks_B].long()
    offset = (torch.rand(len(picks_B), generator=generator) * counts[label]).long()
    return order[starts[label] + offset]


def waves(windows: int, leaves: int, shape: tuple[int, ...], generator: torch.Generator) -> Tensor:
    """Slow random movements of unit variance, [B, T, *shape]: sums of waves of at most one period."""
    time = torch.linspace(0, 1, leaves).view(1, leaves, *(1,) * len(shape), 1)
    draw = torch.rand(2, windows, 1, *shape, WAVES, generator=generator)
    period, phase = 0.25 + 0.75 * draw[0], 2 * math.pi * draw[1]
    return (2 * math.pi * period * time + phase).sin().sum(-1) * math.sqrt(2 / WAVES)


def movement_grid(windows: int, leaves: int, size: tuple[int, int], generator: torch.Generator) -> Tensor:
    """Where every pixel of every frame is taken from, [B·T, H, W, 2]."""
    height, width = size
    angle = TURN * waves(windows, leaves, (), generator).flatten()
    shift = WANDER * waves(windows, leaves, (2,), generator).flatten(0, 1) * 2 / height
    cos, sin = angle.cos(), angle.sin()
    theta = torch.stack((torch.stack((cos, -sin, shift[:, 0]), 1), torch.stack((sin, cos, shift[:, 1]), 1)), 1)
    coarse = WARP * waves(windows, leaves, (2, POINTS, POINTS), generator).flatten(0, 1)
    warp = F.interpolate(coarse, size=size, mode="bicubic", align_corners=True).permute(0, 2, 3, 1)
    return F.affine_grid(theta, [len(angle), 1, height, width], align_corners=False) + warp * 2 / height


def moved(frames_NHWK: Tensor, grid_NHW2: Tensor) -> Tensor:
    """Frames sampled at a grid; outside is black."""
    picture = F.grid_sample(frames_NHWK.permute(0, 3, 1, 2), grid_NHW2, align_corners=False)
    return picture.permute(0, 2, 3, 1).clamp(0, 1)


@DATASETS.add
class DriftDataset(Dataset):
    """Drifting digits, made on the fly of the training split; measured on others made of the test split."""

    name, public, one_size = "digits-drift", True, True

    @dataclass(frozen=True, kw_only=True)
    class Config:
        """Which digits they are made of."""

        holdout: int = setting(0, low=0, high=50_000, unit="images")
        """training images kept out of training, the last ones, to choose settings on"""

    def __init__(self, config: TrainConfig) -> None:
        super().__init__(config)
        found, holdout = digits.load_digits("train"), self.options.holdout
        count = digits.kept_for_training(len(found.images_NHWK), holdout, self.leaves)
        self.frames_NHWK = torch.from_numpy(found.images_NHWK[:count])
        self.labels_N = torch.from_numpy(found.labels_N[:count])
        held_out = f", the last {holdout:,} held out" if holdout else ""
        self.origin = f"digits-drift, made of the {found.origin}{held_out}"

    def blocks(self) -> Iterator[Tensor]:
        """The same random windows at every pass, [B, T, H, W, K]."""
        for index in range(BLOCKS):
            generator = step_generator(self.config.seed, -2, index)
            yield self.draw(max(1, 4096 // self.leaves), self.leaves, generator).frames_BTHWK

    def draw(self, windows: int, leaves: int, generator: torch.Generator) -> Batch:
        """Random windows [B, T, H, W, K] in [0, 1]."""
        return Batch(frames_BTHWK=drift(self.frames_NHWK, self.labels_N, windows, leaves, generator))

    @classmethod
    def test_windows(
        cls, leaves: int, data: str | Path | None, *, seeds: int = 1, size: int = 128, held_out: int = 0
    ) -> tuple[str, Iterator[np.ndarray]]:
        """Where the digits come from, and drifting test digits, seed by seed."""
        found = digits.load_digits("test", root=Path(data) if data else None)
        images, labels = torch.from_numpy(found.images_NHWK), torch.from_numpy(found.labels_N)
        generators = [torch.Generator().manual_seed(seed) for seed in range(seeds)]
        sequences = (drift(images, labels, 1, leaves, g)[0].numpy() for g in generators for _ in range(TESTED))
        return f"digits-drift, made of the {found.origin}", sequences
