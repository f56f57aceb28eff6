"""One sequence of moving digits for whoever looks at it: a seed's two bundled test digits, ten frames and ten more.

    frames_THW = draw_bounces(7)          [20, 32, 32] in [0, 1]; the first SEEN are shown, the others asked

The digits come with the program (assets/samples/digits.png, of the MNIST test split): a seed is the same sequence
everywhere; assets/samples/moving-mean.png is the mean frame of training digits.
Shapes: T frames, H W canvas, N digits, D digit side.
"""

from __future__ import annotations

from functools import lru_cache

import numpy as np
import torch
from PIL import Image
from torch import Tensor

from engine.data.samples import FOLDER
from engine.data.worlds.moving import AHEAD, SEEN, SHARE, moving, sized_digits
from engine.data.worlds.rounds import cells_of, check_seed

SIDE = 32
"""pixels a side of the canvas"""
SHEET, MEAN = FOLDER / "digits.png", FOLDER / "moving-mean.png"
TILE = 28
"""pixels a side of a digit on the sheet"""


@lru_cache(maxsize=1)
def bundled_digits() -> Tensor:
    """The bundled digits [N, D, D] in the canvas's size."""
    cells_NTT = cells_of(np.asarray(Image.open(SHEET)), TILE)
    return sized_digits((255 * cells_NTT).round().to(torch.uint8)[..., None], round(SHARE * SIDE))


@lru_cache(maxsize=1)
def mean_frame() -> Tensor:
    """The mean frame [H, W] of sequences of training digits."""
    return torch.tensor(np.asarray(Image.open(MEAN))).float() / 255


@lru_cache(maxsize=64)
def draw_bounces(seed: int) -> Tensor:
    """The sequence [T, H, W] of a seed; ValueError for a seed that none has."""
    generator = torch.Generator().manual_seed(check_seed(seed, "sequence"))
    return moving(bundled_digits(), 1, SEEN + AHEAD, SIDE, generator)[0, ..., 0]


__all__ = ["MEAN", "SIDE", "draw_bounces", "mean_frame"]
