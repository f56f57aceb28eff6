"""A forest: log T + 1 states of a fused tree at equal total floats, instead of one root.

Of a window of T leaves it keeps the roots over the first half, the next quarter, the next eighth … and the last leaf
alone, as a binary counter before its last carry (so do Log-Linear Attention and Fenwick trees). What is old shares a
state with much, what is new with little. Each state has d / (log T + 1) floats, rounded down.
Shapes: B windows, T leaves, S = log T + 1 states, C floats of each.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import ClassVar

import torch
from torch import Tensor

from engine.compressors.base import Blocks
from engine.compressors.baselines.baseline import Baseline, check_place
from engine.compressors.codecs.learned import NO_WAY_BACK
from engine.compressors.sweepers.fused import FusedTree
from engine.config import TrainConfig, setting
from engine.registry import COMPRESSORS, OBJECTIVES


@COMPRESSORS.add
class Forest(Baseline):
    """A fused tree of narrow states, most of its last path kept."""

    name = "forest"
    gives_frames: ClassVar[bool] = False
    pads_black: ClassVar[bool] = True

    @dataclass(frozen=True, kw_only=True)
    class Config:
        """The tree's settings."""

        units: int = setting(128, low=1, high=16384, unit="units")
        """width of each level's perceptron"""
        frame_hidden: int = setting(128, low=1, high=16384, unit="units")
        """width of the codec's perceptron"""

    def __init__(self, config: TrainConfig) -> None:
        super().__init__(config)
        self.slots = config.tree.merges + 1
        self.channels = config.tree.channels // self.slots
        options = FusedTree.Config(units=self.options.units, frame_hidden=self.options.frame_hidden, inverts=False)
        shape = replace(config.tree, family="fused", channels=self.channels, pairing="fuse", parts={"fused": options})
        self.grove = FusedTree(shape)
        del self.grove.sweepers[-1]  # nothing is merged over the whole window

    @classmethod
    def check_baseline(cls, config: TrainConfig) -> None:
        """ValueError unless every state gets a float and the objective needs no frames back."""
        check_place(config)
        if OBJECTIVES.get(config.objective).gives_frames:
            raise ValueError(f"forest gives no frames back, objective {config.objective} needs them; choose prediction")
        if config.tree.channels <= config.tree.merges:
            raise ValueError(f"{config.tree.channels} floats are too few for {config.tree.merges + 1} states")

    @classmethod
    def floats(cls, config: TrainConfig) -> int:
        """Of all states."""
        states = config.tree.merges + 1
        return config.tree.channels // states * states

    def fit(self, batches: Blocks, device: torch.device) -> None:
        """Nothing here has a closed form."""

    def encode(self, frames_BTHWK: Tensor) -> Tensor:
        """The states [B, S, C], oldest first."""
        levels = self.grove.rise(self.grove.encode(frames_BTHWK), self.config.merges - 1)
        halves = [level[:, -2] for level in reversed(levels)]
        return torch.cat([*halves, levels[0][:, -1]], 1)

    def decode(self, memory_BSC: Tensor) -> Tensor:
        """ValueError: there is no way back."""
        raise ValueError(NO_WAY_BACK)

    def working_floats(self) -> int:
        """The states are the path."""
        return self.slots * self.channels
