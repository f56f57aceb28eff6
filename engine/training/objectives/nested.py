"""Reconstruction from codes that are cut short: what orders the code of an ordered tree's root.

Every leaf's code is cut to a length drawn at random (nested dropout: Rippel, Gelbart and Adams, 2014), for a share
`explore` of the leaves any length, for the others about the one that the tree would give it among the leaves of its
window: short codes are practised on what is simple. The tree decodes every leaf at every length to know; that takes too
long for a step, so an MLP of the objective's own, `foresee`, learns from the errors what each length would leave.
Later (`sharing`) lengths are decoded after all, every third of them, and windows have up to a fifth more or fewer
floats than a root has. Lengths are drawn from the batch itself, so a resumed run is the same run. Other levels are
judged as ever.
Shapes: B windows, T leaves (= S slots of a root), I floats of a code, K lengths.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import torch
from torch import Tensor
from torch.nn import functional as F

from engine.compressors.sweepers.ordered import OrderedTree
from engine.compressors.sweepers.ordered_sweeper import generator_of, share
from engine.compressors.sweepers.residual import correction
from engine.config import TrainConfig, setting
from engine.data.datasets.base import Batch
from engine.registry import COMPRESSORS, OBJECTIVES
from engine.training.objectives.pixels import PixelObjective

FORESIGHT = 160
"""width of the MLP that foretells errors"""
WEIGHT = 0.003
"""of its loss; it has layers of its own, so this only keeps gradients of a size"""
LEAST = 1e-7
"""errors below this count as this"""
SPREAD = 0.2
"""of the logarithm of a window's floats in the last stage, either way"""
FIRST = 3.0
"""-ln of the error that is expected of a code of no floats before training; every equal share makes it e times less"""


@OBJECTIVES.add
class NestedObjective(PixelObjective):
    """Mean squared error of pixels after random cuts."""

    name = "nested"

    @dataclass(frozen=True, kw_only=True)
    class Config:
        """How lengths are drawn."""

        explore: float = setting(0.25, low=0.0, high=1.0)
        """share of the leaves whose codes are cut anywhere; the others are cut where the tree would"""

    def __init__(self, compressor: OrderedTree, options: Config) -> None:
        super().__init__(compressor, options)
        top = compressor.top
        self.foresee = correction(2 * top.channels, FORESIGHT, len(top.lengths_K))
        with torch.no_grad():
            self.foresee[-1].bias.copy_(-FIRST - top.lengths_K / top.channels)

    @classmethod
    def check(cls, config: TrainConfig) -> None:
        """ValueError for a tree whose codes have no order."""
        super().check(config)
        family = COMPRESSORS.get(config.tree.family)
        if config.teacher or config.baseline or not issubclass(family, OrderedTree):
            raise ValueError(f"objective nested orders the codes of ordered trees, not of {config.tree.family}")

    def forward(self, batch: Batch, levels: tuple[int, ...]) -> Tensor:
        """The loss over `levels`, the root's with random cuts; a scalar."""
        root = self.compressor.config.merges
        loss = self.cut(batch.frames_BTHWK) if root in levels else 0.0
        below = tuple(level for level in levels if level < root)
        return loss + super().forward(batch, below) if below else loss

    def cut(self, frames_BTHWK: Tensor) -> Tensor:
        """The root's error after random cuts, and that of the errors foretold."""
        x_BSI = self.compressor.below_root(frames_BTHWK)
        choice_BS = self.drawn(x_BSI, frames_BTHWK)
        back_BTHWK = self.compressor.cut_frames(x_BSI, choice_BS)
        error_BS = (back_BTHWK - frames_BTHWK).square().flatten(2).mean(2)
        return error_BS.mean() + WEIGHT * self.surprise(x_BSI.detach(), choice_BS, error_BS.detach())

    def surprise(self, x_BSI: Tensor, choice_BS: Tensor, error_BS: Tensor) -> Tensor | float:
        """How far the errors foretold lie from those that came, in logarithms."""
        foretold_BS = self.foresee(x_BSI).gather(-1, choice_BS[..., None])[..., 0]
        return F.smooth_l1_loss(foretold_BS.float(), error_BS.clamp_min(LEAST).log())

    def expected(self, x_BSI: Tensor, frames_BTHWK: Tensor) -> Tensor:
        """The logarithm of the error that every length would leave, [B, S, K]."""
        return self.foresee(x_BSI).float()

    def budget(self, generator: torch.Generator) -> int:
        """Floats that the codes of a window share."""
        return self.compressor.top.budget

    @torch.no_grad()
    def drawn(self, x_BSI: Tensor, frames_BTHWK: Tensor) -> Tensor:
        """Numbers of lengths [B, S]."""
        generator = generator_of(frames_BTHWK)
        top, shape, count = self.compressor.top, x_BSI.shape[:2], len(self.compressor.top.lengths_K)
        anywhere_BS = torch.randint(count, shape, generator=generator).to(x_BSI.device)
        free_BS = torch.rand(shape, generator=generator).to(x_BSI.device) < self.options.explore
        error_BSK = self.expected(x_BSI, frames_BTHWK).exp()
        shared_BS = share(error_BSK, top.lengths_K, self.budget(generator))
        return torch.where(free_BS, anywhere_BS, shared_BS)


@OBJECTIVES.add
class SharingObjective(NestedObjective):
    """The same with lengths that are seen by decoding, as a tree shares them once it is trained."""

    name, offered = "sharing", False

    def __init__(self, compressor: OrderedTree, options: NestedObjective.Config) -> None:
        super().__init__(compressor, options)
        self.foresee = None

    def surprise(self, x_BSI: Tensor, choice_BS: Tensor, error_BS: Tensor) -> float:
        """Nothing is foretold."""
        return 0.0

    def expected(self, x_BSI: Tensor, frames_BTHWK: Tensor) -> Tensor:
        """Every third length decoded, the others between them."""
        tree, lengths_K = self.compressor, self.compressor.top.lengths_K
        seen_J = torch.unique(torch.tensor([*range(0, len(lengths_K), 3), len(lengths_K) - 1]))
        rows = []
        for number in seen_J.tolist():
            back = tree.cut_frames(x_BSI, torch.full_like(x_BSI[..., 0], number, dtype=torch.long))
            rows.append((back - frames_BTHWK).square().flatten(2).mean(2).clamp_min(LEAST).log())
        seen_BSJ = torch.stack(rows, -1)
        right_K = torch.searchsorted(seen_J, torch.arange(len(lengths_K))).to(lengths_K.device)
        left_K = (right_K - 1).clamp_min(0)
        ends_K = lengths_K[seen_J[left_K].to(lengths_K.device)], lengths_K[seen_J[right_K].to(lengths_K.device)]
        part_K = (lengths_K - ends_K[0]) / (ends_K[1] - ends_K[0]).clamp_min(1)
        return seen_BSJ[..., left_K].lerp(seen_BSJ[..., right_K], part_K.to(seen_BSJ))

    def budget(self, generator: torch.Generator) -> int:
        """More or less than a root has, so that more lengths are practised."""
        share = 2 * torch.rand(1, generator=generator).item() - 1
        return round(self.compressor.top.budget * math.exp(SPREAD * share))
