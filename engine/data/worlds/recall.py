"""Selective recall: sequences of symbols that a memory must keep apart, as one-hot frames of one row.

repeat        RepeatPrevious of POPGym (Morad et al., 2023): a random suit of four in every frame; asked is the suit
              that was shown a fixed number of frames before the last one.
associative   Multi-query associative recall of Zoology (Arora et al., 2024): keys, each followed by its value; asked
              is the value of one of the keys. Keys of a sequence differ.
Shapes: B sequences, T frames, V symbols.
"""

from __future__ import annotations

import torch
from torch import Tensor
from torch.nn import functional as F

SUITS = 4
KEYS = VALUES = 16
"""symbols of associative recall; a frame's first KEYS places are keys, the others values"""


def repeat(count: int, frames: int, back: int, generator: torch.Generator) -> tuple[Tensor, Tensor]:
    """(suits [B, T], the one shown `back` frames before the last one [B])."""
    suits_BT = torch.randint(SUITS, (count, frames), generator=generator)
    return suits_BT, suits_BT[:, frames - 1 - back]


def associative(count: int, frames: int, generator: torch.Generator) -> tuple[Tensor, Tensor, Tensor]:
    """(symbols [B, T]: key, value, key, value …; a key that was shown [B]; its value [B])."""
    pairs = frames // 2
    keys_BP = torch.rand(count, KEYS, generator=generator).argsort(1)[:, :pairs]
    values_BP = torch.randint(VALUES, (count, pairs), generator=generator)
    pick_B1 = torch.randint(pairs, (count, 1), generator=generator)
    symbols_BT = torch.stack((keys_BP, KEYS + values_BP), 2).flatten(1)
    return symbols_BT, keys_BP.gather(1, pick_B1)[:, 0], values_BP.gather(1, pick_B1)[:, 0]


def as_frames(symbols_BT: Tensor, symbols: int) -> Tensor:
    """One-hot frames [B, T, 1, V, 1]."""
    return F.one_hot(symbols_BT, symbols).float()[:, :, None, :, None]
