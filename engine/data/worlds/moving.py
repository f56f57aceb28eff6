"""Moving digits: two MNIST digits that bounce in a square, as Srivastava et al. (2015) and OpenSTL make them.

A digit starts at a random place with a random direction; every frame moves it by STEP of the free way, a wall turns the
velocity's component around and holds the digit at the wall. Where digits overlap the brighter pixel is shown.
Shapes: B sequences, T frames, N digits of a sequence, D digit side, R canvas side.
"""

from __future__ import annotations

import math

import torch
from torch import Tensor
from torch.nn import functional as F

STEP = 0.1
"""of the free way, a frame"""
DIGITS = 2
"""digits of a sequence"""
SEEN = AHEAD = 10
"""frames that are shown, and that are asked"""
SHARE = 28 / 64
"""side of a digit over that of the canvas"""


def paths(count: int, frames: int, free: int, generator: torch.Generator) -> Tensor:
    """Upper left corners of bouncing digits in whole pixels, [B, T, 2] (down, right) within [0, free]."""
    place = torch.rand(count, 2, generator=generator, dtype=torch.float64)
    angle = 2 * math.pi * torch.rand(count, generator=generator, dtype=torch.float64)
    velocity = torch.stack((angle.sin(), angle.cos()), 1)
    places = []
    for _ in range(frames):
        place = place + STEP * velocity
        velocity = torch.where((place <= 0) | (place >= 1), -velocity, velocity)
        place = place.clamp(0, 1)
        places.append(place)
    return (free * torch.stack(places, 1)).long()


def sized_digits(images_NHWK: Tensor, side: int) -> Tensor:
    """MNIST digits uint8 [N, 28, 28, 1] as [N, D, D] in [0, 1], scaled where D is not 28."""
    images = images_NHWK[..., 0].float()[:, None] / 255
    return (images if side == images.shape[-1] else F.interpolate(images, size=(side, side), mode="area"))[:, 0]


def moving(digits_NDD: Tensor, count: int, frames: int, side: int, generator: torch.Generator) -> Tensor:
    """Sequences [B, T, R, R, 1] in [0, 1]."""
    size = digits_NDD.shape[-1]
    canvas = torch.zeros(count, frames, side, side)
    for _ in range(DIGITS):
        picks = torch.randint(len(digits_NDD), (count,), generator=generator)
        corners = paths(count, frames, side - size, generator)
        down, right = ((corners[..., axis, None] + torch.arange(size)) for axis in (0, 1))
        index = (down[..., :, None] * side + right[..., None, :]).flatten(2)
        drawn = torch.zeros(count, frames, side * side)
        drawn.scatter_(2, index, digits_NDD[picks].flatten(1)[:, None].expand(-1, frames, -1))
        canvas = torch.maximum(canvas, drawn.view_as(canvas))
    return canvas[..., None]
