"""The orthogonal filter across a patch border that turns block transforms into lapped ones.

F = ½ [[I, J], [J, -I]] · diag(I, V) · [[I, J], [J, -I]] with J the exchange matrix: the n pixels left and right
of the border are split into their even (sum) and odd (difference) halves; V rotates the odd ones. V is the
fast lapped transform's DCT choice, V = J (C_II)ᵀ C_IV J (Tran, Liang and Tu, IEEE Trans. Signal Processing
51(6), 2003): orthogonal, so nothing is amplified.
"""

from __future__ import annotations

import math

import torch
from torch import Tensor


def dct_matrix(n: int, *, kind: int) -> Tensor:
    """The orthonormal DCT of kind 2 or 4, [n, n], one basis function a row, in float64."""
    k = torch.arange(n, dtype=torch.float64)[:, None]
    t = torch.arange(n, dtype=torch.float64)[None]
    if kind == 4:
        return torch.cos(math.pi / n * (k + 0.5) * (t + 0.5)) * math.sqrt(2 / n)
    scale = torch.full((n, 1), math.sqrt(2 / n), dtype=torch.float64)
    scale[0] = math.sqrt(1 / n)
    return torch.cos(math.pi / n * k * (t + 0.5)) * scale


def border_filter(lap: int) -> Tensor:
    """The filter for `lap` pixels on either side, [2·lap, 2·lap], applied as row vector @ matrix."""
    eye, flip = torch.eye(lap, dtype=torch.float64), torch.eye(lap, dtype=torch.float64).flip(0)
    butterfly = torch.cat((torch.cat((eye, flip), 1), torch.cat((flip, -eye), 1))) / math.sqrt(2)
    rotation = flip @ dct_matrix(lap, kind=2).T @ dct_matrix(lap, kind=4) @ flip if lap else eye
    middle = torch.block_diag(eye, rotation)
    return (butterfly @ middle @ butterfly).T.float()


def lap_rows(x_NHWK: Tensor, mix_PP: Tensor) -> Tensor:
    """Mix the rows around every border between patches, as row vector @ matrix; P rows with the border in their middle.

    All borders at once: memory that begins half a patch later falls into runs of P rows with a border in the middle of
    each. The last of a frame's runs reaches into the next frame; these rows are the frame's edge, and are put back.
    """
    half, row = len(mix_PP) // 2, x_NHWK.shape[2] * x_NHWK.shape[3]
    if x_NHWK.shape[1] < 4 * half:
        return x_NHWK
    out_NHWK = torch.empty_like(x_NHWK)
    runs, mixed = (x.view(-1)[half * row : -half * row].view(-1, 2 * half, row) for x in (x_NHWK, out_NHWK))
    multiply(mix_PP.T.expand(len(runs), -1, -1), runs, mixed)
    out_NHWK[:, :half], out_NHWK[:, -half:] = x_NHWK[:, :half], x_NHWK[:, -half:]
    return out_NHWK


def lap_columns(x_NHWK: Tensor, mix_PP: Tensor) -> Tensor:
    """The same along the columns; a pixel and its colours are mixed as one vector."""
    half, colours = len(mix_PP) // 2, x_NHWK.shape[3]
    if x_NHWK.shape[2] < 4 * half:
        return x_NHWK
    out_NHWK = torch.empty_like(x_NHWK)
    wide = torch.kron(mix_PP.contiguous(), torch.eye(colours).to(mix_PP))
    begin = half * colours
    runs, mixed = (x.view(-1)[begin:-begin].view(-1, len(wide)) for x in (x_NHWK, out_NHWK))
    multiply(runs, wide, mixed)
    out_NHWK[:, :, :half], out_NHWK[:, :, -half:] = x_NHWK[:, :, :half], x_NHWK[:, :, -half:]
    return out_NHWK


def multiply(left: Tensor, right: Tensor, out: Tensor) -> None:
    """out = left @ right, written in place unless a gradient has to go through it."""
    if torch.is_grad_enabled() and (left.requires_grad or right.requires_grad):
        out.copy_(left @ right)
    else:
        torch.matmul(left, right, out=out)
