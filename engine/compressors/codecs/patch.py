"""Patch codec: frames of any size as one slot per p×p patch, with an optional lapped transform.

state = patches(L(frame) - 0.5). Without lapping L is the identity. With `lap` = n, an orthogonal filter mixes the n
pixels on either side of every patch border before cutting (the time-domain lapped transform of Tran, Liang and Tu,
2003), so that a patch's strongest directions reach into its neighbours and a truncated reconstruction shows no
blocks. L is orthogonal: errors in the state are errors in the pixels, and lossless stays lossless. With `mirror` a
patch's left and right halves are kept as their sum and difference, over √2: channels that stay and channels that
change their sign when the picture is mirrored. With `rotate` the channels are the principal components of patches.
Sizes that are no multiple of p are padded by repeating the edge and cropped on the way back.
"""

from __future__ import annotations

import math

import torch
from torch import Tensor, nn

from engine.compressors.codecs.lapped import border_filter

HALF = math.sqrt(0.5)


class PatchCodec(nn.Module):
    """Frames [H, W, colours] as ceil(H/p)·ceil(W/p) slots of p·p·colours channels."""

    def __init__(self, *, patch: int, colours: int, lap: int = 0, mirror: bool = False, rotate: bool = False) -> None:
        super().__init__()
        if mirror and patch % 2:
            raise ValueError(f"mirror needs patches of an even side, not {patch}")
        if lap and not 0 < 2 * lap <= patch:
            raise ValueError(f"a lap of {lap} pixels needs patches of at least {2 * lap}, not {patch}")
        self.patch, self.colours, self.lap, self.mirror = patch, colours, lap, mirror
        self.channels = patch * patch * colours
        self.rotation = nn.Parameter(torch.eye(self.channels)) if rotate else None
        self.register_buffer("filter", border_filter(lap), persistent=False)

    def grid(self, height: int, width: int) -> tuple[int, int]:
        """Rows and columns of patches that cover the picture."""
        return -(-height // self.patch), -(-width // self.patch)

    def check(self, height: int, width: int, colours: int) -> None:
        """Raise ValueError for an empty frame or another number of colours."""
        if colours != self.colours or min(height, width) < 1:
            raise ValueError(
                f"frames are {height}×{width}×{colours}, this model takes any size with {self.colours} colours"
            )

    def encode(self, frames_NHWK: Tensor) -> Tensor:
        """Frames in [0, 1] -> state [N, S, C]."""
        n, height, width, colours = frames_NHWK.shape
        rows, columns = self.grid(height, width)
        x_NHWK = frames_NHWK - 0.5
        for axis, missing in ((1, rows * self.patch - height), (2, columns * self.patch - width)):
            if missing:
                edge = x_NHWK.narrow(axis, x_NHWK.shape[axis] - 1, 1)
                x_NHWK = torch.cat((x_NHWK, edge.expand(*edge.shape[:axis], missing, *edge.shape[axis + 1 :])), axis)
        x_NHWK = self._lap(x_NHWK, self.filter)
        x = x_NHWK.reshape(n, rows, self.patch, columns, self.patch, colours).transpose(2, 3)
        if self.mirror:
            left, right = x.chunk(2, -2)
            right = right.flip(-2)
            x = torch.stack((left + right, left - right), 3) * HALF
        state_NSC = x.reshape(n, rows * columns, self.channels)
        return state_NSC if self.rotation is None else state_NSC @ self.rotation

    def decode(self, state_NSC: Tensor, height: int, width: int) -> Tensor:
        """State -> frames of the stated size, not clipped."""
        n, (rows, columns) = len(state_NSC), self.grid(height, width)
        if self.rotation is not None:
            state_NSC = state_NSC @ self.rotation.T
        if self.mirror:
            shape = (n, rows, columns, 2, self.patch, self.patch // 2, self.colours)
            even, odd = (state_NSC * HALF).reshape(shape).unbind(3)
            x = torch.cat((even + odd, (even - odd).flip(-2)), -2)
        else:
            x = state_NSC.reshape(n, rows, columns, self.patch, self.patch, self.colours)
        x_NHWK = x.transpose(2, 3).reshape(n, rows * self.patch, columns * self.patch, self.colours)
        return self._lap(x_NHWK, self.filter.T)[:, :height, :width] + 0.5

    def _lap(self, x_NHWK: Tensor, filter_BB: Tensor) -> Tensor:
        """Apply the border filter along both axes; the picture's own edge is left alone."""
        if not self.lap:
            return x_NHWK
        n, height, width, colours = x_NHWK.shape
        x_NHWK = self._lap_rows(x_NHWK.reshape(n, height, -1), filter_BB, 1)
        return self._lap_rows(x_NHWK.reshape(n * height, width, colours), filter_BB, colours).view(
            n, height, width, colours
        )

    def _lap_rows(self, x_NRX: Tensor, filter_BB: Tensor, colours: int) -> Tensor:
        """Mix the rows on either side of every border between patches; X is what lies side by side in a row.

        Where a row is only a pixel (`colours` > 1) pixel and colour are mixed as one vector: one large product
        instead of many tiny ones.
        """
        borders = x_NRX.shape[1] // self.patch - 1
        if borders < 1:
            return x_NRX
        half, edge = self.patch // 2, self.patch // 2 - self.lap
        out_NRX = x_NRX.clone()
        inner = slice(edge, edge + 2 * self.lap)
        source, target = (t[:, half:-half].unflatten(1, (borders, self.patch))[:, :, inner] for t in (x_NRX, out_NRX))
        if colours > 1:
            wide = torch.kron(
                filter_BB.contiguous(), torch.eye(colours, dtype=filter_BB.dtype, device=filter_BB.device)
            )
            target.copy_((source.flatten(2) @ wide).view_as(target))
        else:
            target.copy_(filter_BB.T @ source)
        return out_NRX
