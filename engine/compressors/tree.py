"""The memory tree: a codec and one sweeper a level. Every level merges upwards and decodes back to frames.

A family of sweepers is a subclass that says what a level's sweeper is; `sweepers/` has one in every file.
Shapes: B windows, T leaves, N nodes of a level (T / 2^merges), S slots, C channels, H W K frame.
Level k holds the nodes with k merges; [S, C] of a level follows from the pairing, S·C is always the same.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Self

import torch
from torch import Tensor, nn

from engine.compressors.base import Blocks, Compressor, join, split
from engine.compressors.codecs import FlatCodec, PatchCodec
from engine.compressors.pairing import Pairing, pairing_of
from engine.compressors.stages import Stage, joint_stages
from engine.config import TrainConfig, TreeConfig
from engine.registry import COMPRESSORS


class Tree(Compressor):
    """A teacher's weights. Subclasses define `sweeper`, and `fit_sweepers` where a level has a closed form."""

    def __init__(self, config: TreeConfig) -> None:
        super().__init__()
        self.config, self.options = config, config.options
        self.codec = self.build_codec()
        slots, channels = 1, self.codec.channels
        self.sweepers = nn.ModuleList()
        for level in range(config.merges):
            pairing = pairing_of(config.pairing, slots=slots, channels=channels)
            self.sweepers.append(self.sweeper(level, pairing))
            slots, channels = pairing.slots_out, pairing.channels_out

    def build_codec(self) -> FlatCodec | PatchCodec:
        """The codec that the config names."""
        config = self.config
        if config.codec == "flat":
            return FlatCodec(height=config.height, width=config.width, colours=config.colours, channels=config.channels)
        return PatchCodec(patch=config.patch, colours=config.colours, lap=config.lap)

    def sweeper(self, level: int, pairing: Pairing) -> nn.Module:
        """A level's sweeper, with `merge`, `inverse`, `open` and its `pairing`; those below it are in `sweepers`."""
        raise NotImplementedError

    @classmethod
    def check_tree(cls, tree: TreeConfig) -> None:
        """ValueError unless a tree's settings go with this family."""

    @classmethod
    def check_baseline(cls, config: TrainConfig) -> None:
        """ValueError unless it can be trained in a baseline's place."""
        from engine.compressors.baselines.baseline import check_place

        check_place(config)

    @classmethod
    def learns(cls, tree: TreeConfig, level: int) -> bool:
        """Whether an optimiser has anything to do on a level."""
        return cls.trained

    @classmethod
    def stages(cls, config: TrainConfig) -> list[Stage]:
        """Each level alone, then all together; none for a closed form and for levels with nothing to learn."""
        learning = [level for level in range(config.tree.merges) if cls.learns(config.tree, level)]
        plan = [
            Stage(index=level, title=f"level {level + 1}", steps=config.local_steps, level=level) for level in learning
        ]
        return ([] if not config.local_steps else plan) + (joint_stages(config) if learning else [])

    @classmethod
    def build(cls, config: TrainConfig, teacher: Compressor | None = None) -> Self:
        """The untrained tree of a config, or as its baseline the tree of this family in its place."""
        tree = config.tree
        if tree.family != cls.name:
            parts = {name: part for name, part in config.parts.items() if name == cls.name}
            tree = replace(tree, family=cls.name, parts=parts)
        return cls(tree)

    @classmethod
    def student(cls, tree: TreeConfig) -> str:
        """What follows a tree whose slots are its leaves; ValueError for one that fuses."""
        if tree.pairing == "stack":
            return "slot_student"
        raise ValueError(
            f"there is no student for {cls.name} trees that fuse; choose a teacher that stacks, or a zonal one"
        )

    @torch.no_grad()
    def fit(self, batches: Blocks, device: torch.device) -> None:
        """The codec's mean and basis, then every level's closed form."""
        if isinstance(self.codec, FlatCodec):
            self.codec.fit(batches.blocks())
        self.fit_sweepers(batches, device)

    def fit_sweepers(self, batches: Blocks, device: torch.device) -> None:
        """The closed form of the sweepers, level by level; here there is none."""

    def part(self, level: int | None) -> nn.Module:
        """A level's sweeper, or with None the tree."""
        return self if level is None else self.sweepers[level]

    def check_frames(self, height: int, width: int, colours: int) -> None:
        """ValueError unless the codec can take such frames."""
        self.codec.check(height, width, colours)

    def encode(self, frames_BTHWK: Tensor) -> Tensor:
        """Frames in [0, 1] -> leaf states [B, T, S, C]."""
        return self.codec.encode(frames_BTHWK.flatten(0, 1)).unflatten(0, frames_BTHWK.shape[:2])

    def merge(self, states_BNSC: Tensor, level: int) -> Tensor:
        """Neighbouring nodes with `level` merges -> half as many nodes with one more."""
        return self.sweepers[level].merge(states_BNSC[:, 0::2], states_BNSC[:, 1::2])

    def inverse(self, states_BNSC: Tensor, level: int) -> Tensor:
        """Opened nodes with `level` + 1 merges -> their children, opened, twice as many, in order."""
        pair = self.sweepers[level].inverse(states_BNSC)
        return torch.stack(pair, 2).flatten(1, 2)

    def rise(self, states_BNSC: Tensor, merges: int) -> list[Tensor]:
        """Leaf states -> the states of every level up to `merges`, leaves first."""
        levels = [states_BNSC]
        for level in range(merges):
            levels.append(self.merge(levels[-1], level))
        return levels

    def levels(self, frames_BTHWK: Tensor, merges: int, at_once: int | None = None) -> list[Tensor]:
        """Frames -> the states of every level up to `merges`, leaves first."""
        return self.rise(join(self.encode(part) for part in split(frames_BTHWK, at_once)), merges)

    def descend(self, states_BNSC: Tensor, merges: int, count: int | None = None) -> Tensor:
        """Nodes with `merges` merges -> the leaf states they remember, or the first `count` of them: what lies to the
        right of these is not opened.
        """
        if merges:
            states_BNSC = self.sweepers[merges - 1].open(states_BNSC)
        for level in reversed(range(merges)):
            states_BNSC = self.inverse(states_BNSC, level)
            if count is not None:
                states_BNSC = states_BNSC[:, : -(-count // 2**level)]
        return states_BNSC if count is None else states_BNSC[:, :count]

    def decode(self, states_BTSC: Tensor, height: int, width: int) -> Tensor:
        """Leaf states -> frames [B, T, H, W, K], not clipped."""
        frames = self.codec.decode(states_BTSC.flatten(0, 1), height, width)
        return frames.unflatten(0, states_BTSC.shape[:2])

    def recover(
        self,
        states_BNSC: Tensor,
        merges: int,
        height: int,
        width: int,
        count: int | None = None,
        at_once: int | None = None,
    ) -> Tensor:
        """Nodes with `merges` merges -> the frames they remember, or the first `count`."""
        leaves = self.descend(states_BNSC, merges, count)
        return join(self.decode(part, height, width) for part in split(leaves, at_once))

    def state_shape(self, merges: int, height: int, width: int) -> tuple[int, int]:
        """[S, C] of a node with `merges` merges over frames of this size."""
        rows, columns = self.codec.grid(height, width)
        if self.config.pairing == "stack":
            return rows * columns << merges, self.codec.channels >> merges
        return rows * columns, self.codec.channels


def build_tree(config: TreeConfig) -> Tree:
    """The untrained tree of a config."""
    return COMPRESSORS.get(config.family)(config)


def check_widths(tree: TreeConfig) -> None:
    """ValueError unless a family's `hidden` has one width a level."""
    if len(tree.options.hidden) != tree.merges:
        raise ValueError(f"hidden has {len(tree.options.hidden)} widths, {tree.merges} levels need one each")
