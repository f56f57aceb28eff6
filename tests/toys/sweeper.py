"""A toy family of sweepers: a node keeps a share of each child's channels, by one learned weight a level."""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor, nn

from engine.compressors.pairing import Pairing
from engine.compressors.sweepers.sweeper import Sweeper
from engine.compressors.tree import Tree
from engine.config import setting
from engine.registry import COMPRESSORS


class Share(nn.Module):
    """[.., I] -> the first O channels, weighted, and back."""

    def __init__(self, channels_in: int, channels_out: int, start: float) -> None:
        super().__init__()
        self.channels_in, self.channels_out = channels_in, channels_out
        self.weight = nn.Parameter(torch.tensor(start))

    def down(self, x: Tensor) -> Tensor:
        return x[..., : self.channels_out] * self.weight

    def up(self, y: Tensor) -> Tensor:
        return nn.functional.pad(y, (0, self.channels_in - self.channels_out))


@COMPRESSORS.add
class ToyTree(Tree):
    """A tree of these."""

    name = "toy-share"

    @dataclass(frozen=True, kw_only=True)
    class Config:
        """Its own setting."""

        start: float = setting(0.5, low=0.0, high=1.0)
        """what the weights begin at"""

    def sweeper(self, level: int, pairing: Pairing) -> Sweeper:
        """One level."""
        return Sweeper(pairing, Share(pairing.channels_in, pairing.channels_out, self.options.start))
