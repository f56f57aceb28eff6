"""Learned sweepers that merge two states jointly, for memories that need not give everything back.

    down(l, r) = g ⊙ l + (1 - g) ⊙ r + f(l, r)      g, f: a gate and a perceptron of LayerNorm([l, r])
    up(m)      = [m, m] + h(m)                       only where the tree is to give frames back
A node keeps as many floats as each of its children (`fuse`), so what is kept of either is decided by what training
asks: `pixels` to reconstruct, `prediction` to foresee, `joint` for both. Weights are shared over slots.
Shapes: B windows, S slots, C channels, D floats of a node.
"""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor, nn

from engine.compressors.base import Blocks
from engine.compressors.codecs.learned import NO_WAY_BACK, LearnedCodec
from engine.compressors.pairing import Pairing
from engine.compressors.sweepers.sweeper import Sweeper
from engine.compressors.tree import Tree
from engine.config import TreeConfig, setting
from engine.registry import COMPRESSORS


class GatedMap(nn.Module):
    """[.., 2C] <-> [.., C]: a gated mean of both halves and a correction; without `inverts` there is no way back."""

    def __init__(self, channels: int, *, hidden: int, inverts: bool) -> None:
        super().__init__()
        self.norm, self.gate = nn.LayerNorm(2 * channels), nn.Linear(2 * channels, channels)
        self.inner, self.outer = nn.Linear(2 * channels, hidden), nn.Linear(hidden, channels)
        self.expand = None
        if inverts:
            self.expand = nn.Sequential(nn.Linear(channels, hidden), nn.GELU(), nn.Linear(hidden, 2 * channels))

    def down(self, x: Tensor) -> Tensor:
        """Merge."""
        return self.mixed(x, self.norm(x))

    def mixed(self, x: Tensor, known: Tensor) -> Tensor:
        """The gated mean and the correction, of a pair and what is known of it."""
        left, right = x.chunk(2, -1)
        gate = torch.sigmoid(self.gate(known))
        return gate * left + (1 - gate) * right + self.outer(nn.functional.gelu(self.inner(known)))

    def up(self, y: Tensor) -> Tensor:
        """Invert; ValueError where that was never learned."""
        if self.expand is None:
            raise ValueError(NO_WAY_BACK)
        return torch.cat((y, y), -1) + self.expand(y)


class LevelMap(nn.Module):
    """A level's own LayerNorm before the map of the first level, which all levels share."""

    def __init__(self, first: GatedMap) -> None:
        super().__init__()
        self.norm = nn.LayerNorm(first.norm.normalized_shape)
        self.shared = (first,)  # in a tuple, so that its weights are trained and stored once, with the first level

    def down(self, x: Tensor) -> Tensor:
        """Merge."""
        return self.shared[0].mixed(x, self.norm(x))

    def up(self, y: Tensor) -> Tensor:
        """Invert."""
        return self.shared[0].up(y)


@COMPRESSORS.add
class FusedTree(Tree):
    """A learned codec and a gated sweeper a level."""

    name, pads_black = "fused", True

    @dataclass(frozen=True, kw_only=True)
    class Config:
        """What fused sweepers need besides the tree's shape."""

        units: int = setting(128, low=1, high=16384, unit="units")
        """width of each level's perceptron"""
        frame_hidden: int = setting(128, low=1, high=16384, unit="units")
        """width of the codec's perceptron"""
        shares: bool = False
        """one perceptron for all levels, each with a LayerNorm of its own, as a recurrence uses one for all frames"""
        inverts: bool = True
        """whether the tree learns to give frames back; a memory that only predicts needs no way back"""

    @classmethod
    def check_tree(cls, tree: TreeConfig) -> None:
        """ValueError unless frames have one size and pairs are fused."""
        if (tree.codec, tree.pairing) != ("flat", "fuse"):
            raise ValueError(f"fused goes with flat and fuse, not {tree.codec} and {tree.pairing}")
        if tree.settle:
            raise ValueError(f"settle is {tree.settle}; a fused memory is kept as it was merged, set it to 0")

    @classmethod
    def student(cls, tree: TreeConfig) -> str:
        """The student whose every step writes the whole memory."""
        return "flow_student"

    def build_codec(self) -> LearnedCodec:
        """The codec, with a way back where the tree has one."""
        config, options = self.config, self.options
        size = {"height": config.height, "width": config.width, "colours": config.colours}
        return LearnedCodec(**size, channels=config.channels, hidden=options.frame_hidden, decodes=options.inverts)

    def sweeper(self, level: int, pairing: Pairing) -> Sweeper:
        """A gated map around a pairing."""
        options = self.options
        if options.shares and level:
            return Sweeper(pairing, LevelMap(self.sweepers[0].map))
        return Sweeper(pairing, GatedMap(pairing.channels_out, hidden=options.units, inverts=options.inverts))

    def fit(self, batches: Blocks, device: torch.device) -> None:
        """Nothing here has a closed form."""
