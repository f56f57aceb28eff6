"""Pairings: how two states [S, C] are laid side by side before a map halves them.

`fuse`   joins the channels of one slot:  [S, C] + [S, C] -> [S, 2C], halved to [S, C].
         For frames of a video, whose slots show the same place.
`stack`  joins the slots:                 [S, C] + [S, C] -> [2S, C], halved to [2S, C/2].
         For items without spatial alignment; every slot keeps one leaf, in fewer and fewer channels.
Either way the memory keeps S·C floats.
"""

from __future__ import annotations

from typing import Protocol

import torch
from torch import Tensor


class Pairing(Protocol):
    """What a sweeper asks of a layout."""

    channels_in: int
    channels_out: int
    slots_out: int

    def join(self, left_BSC: Tensor, right_BSC: Tensor) -> Tensor: ...

    def split(self, pair: Tensor) -> tuple[Tensor, Tensor]: ...


class Fuse:
    """Channels side by side, slot for slot."""

    def __init__(self, *, slots: int, channels: int) -> None:
        self.channels_in, self.channels_out, self.slots_out = 2 * channels, channels, slots

    def join(self, left_BSC: Tensor, right_BSC: Tensor) -> Tensor:
        return torch.cat((left_BSC, right_BSC), -1)

    def split(self, pair_BSI: Tensor) -> tuple[Tensor, Tensor]:
        left, right = pair_BSI.chunk(2, -1)
        return left, right


class Stack:
    """Slots one after the other."""

    def __init__(self, *, slots: int, channels: int) -> None:
        if channels % 2:
            raise ValueError(f"stack halves the channels at every merge, {channels} is odd")
        self.channels_in, self.channels_out, self.slots_out = channels, channels // 2, 2 * slots

    def join(self, left_BSC: Tensor, right_BSC: Tensor) -> Tensor:
        return torch.cat((left_BSC, right_BSC), -2)

    def split(self, pair_BSI: Tensor) -> tuple[Tensor, Tensor]:
        left, right = pair_BSI.chunk(2, -2)
        return left, right


def pairing_of(name: str, *, slots: int, channels: int) -> Pairing:
    """The pairing of a name over states [slots, channels]."""
    return {"fuse": Fuse, "stack": Stack}[name](slots=slots, channels=channels)
