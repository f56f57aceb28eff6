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

from engine.compressors.codecs.lapped import border_filter, lap_columns, lap_rows

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
        patches_NSC = self.patches(frames_NHWK)
        return patches_NSC if self.rotation is None else patches_NSC @ self.rotation

    @torch.no_grad()
    def channels_first(self, frames_NHWK: Tensor) -> Tensor:
        """The same of a codec that rotates as [N, C, S], contiguous; frame by frame, so that a frame alone comes out as
        among others, to the last bit.
        """
        patches_NSC = self.patches(frames_NHWK)
        state_NCS = patches_NSC.new_empty(patches_NSC.mT.shape)
        for patches_SC, state_CS in zip(patches_NSC, state_NCS, strict=True):
            torch.mm(self.rotation.T, patches_SC.T, out=state_CS)
        return state_NCS

    def patches(self, frames_NHWK: Tensor) -> Tensor:
        """The state before its rotation, [N, S, C]."""
        n, height, width, colours = frames_NHWK.shape
        rows, columns = self.grid(height, width)
        x_NHWK = frames_NHWK.new_empty(n, rows * self.patch, columns * self.patch, colours)
        torch.sub(frames_NHWK, 0.5, out=x_NHWK[:, :height, :width])
        x_NHWK[:, :height, width:] = x_NHWK[:, :height, width - 1 : width]
        x_NHWK[:, height:] = x_NHWK[:, height - 1 : height]
        x_NHWK = self._lap(x_NHWK, self.filter)
        x = x_NHWK.reshape(n, rows, self.patch, columns, self.patch, colours).transpose(2, 3)
        if self.mirror:
            left, right = x.chunk(2, -2)
            right = right.flip(-2)
            x = torch.stack((left + right, left - right), 3) * HALF
        return x.reshape(n, rows * columns, self.channels)

    def decode(self, state_NSC: Tensor, height: int, width: int) -> Tensor:
        """State -> frames of the stated size, not clipped; with a rotation the last channels may be left out."""
        n, (rows, columns) = len(state_NSC), self.grid(height, width)
        if self.rotation is not None:
            state_NSC = state_NSC @ self.rotation[:, : state_NSC.shape[2]].T
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
        edge = torch.eye(self.patch // 2 - self.lap).to(filter_BB)
        mix_PP = torch.block_diag(edge, filter_BB, edge).to(x_NHWK)
        return lap_columns(lap_rows(x_NHWK, mix_PP), mix_PP)
