"""Augmentation of small images: a random turn, scaling and shift with a smooth random warp on top.

The warp is the elastic deformation that is standard for digits: a coarse field of displacements, interpolated to
every pixel. Everything is drawn from the generator that is passed in, so a resumed run sees the same pictures.
Shapes: N images, H W K image, G points a side of the coarse field.
"""

from __future__ import annotations

import torch
from torch import Tensor
from torch.nn import functional as F

TURN = 0.12
"""radians at most"""
SCALING = 0.08
"""share of the size at most"""
SHIFT = 1.0
"""pixels at most"""
WARP = 0.5
"""standard deviation of the coarse displacements in pixels"""
POINTS = 5
"""displacements a side of the coarse field"""
UNTOUCHED = 0.35
"""share of the images that stay as they are"""


def jitter(frames_NHWK: Tensor, generator: torch.Generator) -> Tensor:
    """Images of the same shape, most of them moved and warped a little."""
    n, height = frames_NHWK.shape[:2]
    grid_NHW2 = affine_grid(frames_NHWK.shape, generator) + warp_grid(frames_NHWK.shape, generator) * 2 / height
    x_NKHW = frames_NHWK.permute(0, 3, 1, 2)
    moved = F.grid_sample(x_NKHW, grid_NHW2, align_corners=False).permute(0, 2, 3, 1)
    keep = torch.rand(n, generator=generator) < UNTOUCHED
    return torch.where(keep[:, None, None, None], frames_NHWK, moved)


def affine_grid(shape: torch.Size, generator: torch.Generator) -> Tensor:
    """Sampling positions [N, H, W, 2] of random turns, scalings (both axes apart) and shifts."""
    n, height, width, colours = shape
    draw = torch.rand(5, n, generator=generator) * 2 - 1
    angle, wide, tall = TURN * draw[0], 1 + SCALING * draw[1], 1 + SCALING * draw[2]
    shift = draw[3:5] * 2 * SHIFT / height
    rows = (angle.cos() * wide, -angle.sin() * tall, shift[0]), (angle.sin() * wide, angle.cos() * tall, shift[1])
    theta = torch.stack([torch.stack(row, 1) for row in rows], 1)
    return F.affine_grid(theta, [n, colours, height, width], align_corners=False)


def warp_grid(shape: torch.Size, generator: torch.Generator) -> Tensor:
    """Smooth displacements [N, H, W, 2] in pixels."""
    n, height, width, _ = shape
    coarse = WARP * torch.randn(n, 2, POINTS, POINTS, generator=generator)
    smooth = F.interpolate(coarse, size=(height, width), mode="bicubic", align_corners=True)
    return smooth.permute(0, 2, 3, 1)
