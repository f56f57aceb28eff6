"""The memory tree: a codec and one sweeper a level. Every level merges upwards and decodes back to frames.

Shapes: B windows, T leaves, N nodes of a level (T / 2^merges), S slots, C channels, H W K frame.
Level k holds the nodes with k merges; [S, C] of a level follows from the pairing, S·C is always the same.
"""

from __future__ import annotations

import torch
from torch import Tensor, nn

from engine.compressors.codecs import FlatCodec, PatchCodec
from engine.compressors.sweepers import build_sweeper
from engine.config import TreeConfig


def build_codec(config: TreeConfig) -> FlatCodec | PatchCodec:
    """The codec a config names."""
    if config.codec == "flat":
        return FlatCodec(height=config.height, width=config.width, colours=config.colours, channels=config.channels)
    return PatchCodec(
        patch=config.patch,
        colours=config.colours,
        lap=config.lap,
        mirror=config.mirror,
        rotate=config.family == "zonal",
    )


class Tree(nn.Module):
    """A teacher's weights."""

    def __init__(self, config: TreeConfig) -> None:
        super().__init__()
        self.config = config
        self.codec = build_codec(config)
        slots, channels = 1, self.codec.channels
        self.sweepers = nn.ModuleList()
        for level in range(config.merges):
            hidden = config.hidden[level] if level < len(config.hidden) else 0
            sweeper = build_sweeper(
                family=config.family,
                pairing=config.pairing,
                slots=slots,
                channels=channels,
                hidden=hidden,
                mirror=config.mirror,
                zones=config.zones,
                below=self.sweepers[-1] if level else None,
            )
            self.sweepers.append(sweeper)
            slots, channels = sweeper.pairing.slots_out, sweeper.pairing.channels_out

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
        return states_BNSC

    def decode(self, states_BTSC: Tensor, height: int, width: int) -> Tensor:
        """Leaf states -> frames [B, T, H, W, K], not clipped."""
        frames = self.codec.decode(states_BTSC.flatten(0, 1), height, width)
        return frames.unflatten(0, states_BTSC.shape[:2])

    def recover(self, states_BNSC: Tensor, merges: int, height: int, width: int) -> Tensor:
        """Nodes with `merges` merges -> the frames they remember."""
        return self.decode(self.descend(states_BNSC, merges), height, width)

    def state_shape(self, merges: int, height: int, width: int) -> tuple[int, int]:
        """[S, C] of a node with `merges` merges over frames of this size."""
        rows, columns = self.codec.grid(height, width)
        if self.config.pairing == "stack":
            return rows * columns << merges, self.codec.channels >> merges
        return rows * columns, self.codec.channels

    def learned(self) -> int:
        """Number of learned values: everything that a checkpoint of this tree stores."""
        return sum(value.numel() for value in self.state_dict().values())
