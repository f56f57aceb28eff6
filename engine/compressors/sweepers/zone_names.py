"""Zones of a shared sweeper: how index floats name them, how they are stored, and those of a fresh one.

A float that survives float16 is a whole number of at most 2,048 different ones; one number names the zones of as many
groups as fit into it. Zones are stored as bits. Shapes: K zones, U places.
"""

from __future__ import annotations

import numpy as np
import torch
from torch import Tensor

MOST_ZONES = 2048
"""whole numbers that float16 tells apart, from 0 up"""


def names_in_a_float(zones: int, groups: int) -> int:
    """Groups whose choices among `zones` a whole number below MOST_ZONES can name together."""
    joined = 1
    while joined < groups and zones ** (joined + 1) <= MOST_ZONES:
        joined += 1
    return joined


def prefixes(edges: np.ndarray, zones: int) -> np.ndarray:
    """Zones [K, U] of a sweeper that nothing has been fitted to: the first places of every group, more and more."""
    shares_K1 = np.linspace(0, 1, zones)[:, None]
    return np.concatenate([np.arange(width) < (shares_K1 * width).round() for width in np.diff(edges)], 1)


def pack_zones(zones_KU: np.ndarray) -> Tensor:
    """Eight zones a byte, [K / 8, U] uint8."""
    return torch.from_numpy(np.packbits(zones_KU, axis=0))


def unpack_zones(packed_zones: Tensor, zones: int) -> Tensor:
    """The zones [K, U] bool of packed ones."""
    bits = np.unpackbits(packed_zones.cpu().numpy(), axis=0, count=zones)
    return torch.from_numpy(bits.astype(bool)).to(packed_zones.device)
