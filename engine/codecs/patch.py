"""Patch codec: frames of any size as one slot per p×p patch, with an optional lapped transform.

state = patches(L(frame) - 0.5). Without lapping L is the identity. With `lap` = n, an orthogonal filter
mixes the n pixels on either side of every patch border before cutting (the time-domain lapped transform of
Tran, Liang and Tu, 2003), so that a patch's strongest directions reach into its neighbours and a truncated
reconstruction shows no blocks. L is orthogonal: errors in the state are errors in the pixels, and lossless
stays lossless. Sizes that are no multiple of p are padded by repeating the edge and cropped on the way back.
"""

from __future__ import annotations

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from engine.codecs.lapped import border_filter


class PatchCodec(nn.Module):
    """Frames [H, W, colours] as ceil(H/p)·ceil(W/p) slots of p·p·colours channels."""

    def __init__(self, *, patch: int, colours: int, lap: int = 0) -> None:
        super().__init__()
        if lap and not 0 < 2 * lap <= patch:
            raise ValueError(f"a lap of {lap} pixels needs patches of at least {2 * lap}, not {patch}")
        self.patch, self.colours, self.lap = patch, colours, lap
        self.channels = patch * patch * colours
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
        pad = (0, columns * self.patch - width, 0, rows * self.patch - height)
        x_NKHW = frames_NHWK.permute(0, 3, 1, 2) - 0.5
        if any(pad):
            x_NKHW = F.pad(x_NKHW, pad, mode="replicate")
        x_NKHW = self._lap(x_NKHW, self.filter)
        x = x_NKHW.reshape(n, colours, rows, self.patch, columns, self.patch)
        return x.permute(0, 2, 4, 3, 5, 1).reshape(n, rows * columns, self.channels)

    def decode(self, state_NSC: Tensor, height: int, width: int) -> Tensor:
        """State -> frames of the stated size, not clipped."""
        n, (rows, columns) = len(state_NSC), self.grid(height, width)
        x = state_NSC.reshape(n, rows, columns, self.patch, self.patch, self.colours)
        x_NKHW = x.permute(0, 5, 1, 3, 2, 4).reshape(n, self.colours, rows * self.patch, columns * self.patch)
        x_NKHW = self._lap(x_NKHW, self.filter.T)
        return x_NKHW[:, :, :height, :width].permute(0, 2, 3, 1) + 0.5

    def _lap(self, x_NKHW: Tensor, filter_BB: Tensor) -> Tensor:
        """Apply the border filter along both axes; the picture's own edge is left alone."""
        if not self.lap:
            return x_NKHW
        for axis in (2, 3):
            x_NKHW = self._lap_axis(x_NKHW.movedim(axis, -1), filter_BB).movedim(-1, axis)
        return x_NKHW

    def _lap_axis(self, x: Tensor, filter_BB: Tensor) -> Tensor:
        borders = x.shape[-1] // self.patch - 1
        if borders < 1:
            return x
        half = self.patch // 2
        inner = x[..., half:-half].unflatten(-1, (borders, self.patch))
        edge = half - self.lap
        mixed = inner[..., edge : edge + 2 * self.lap] @ filter_BB
        inner = torch.cat((inner[..., :edge], mixed, inner[..., edge + 2 * self.lap :]), -1)
        return torch.cat((x[..., :half], inner.flatten(-2), x[..., -half:]), -1)
