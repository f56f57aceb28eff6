"""Flat codec: one small image becomes one slot, its pixels centred and padded with zeros to `channels`.

state = pad(pixels - mean). Lossless; the mean image is a buffer fitted on training data.
"""

from __future__ import annotations

import torch
from torch import Tensor, nn
from torch.nn import functional as F


class FlatCodec(nn.Module):
    """Images of exactly [height, width, colours] as a state of one slot with `channels` floats."""

    def __init__(self, *, height: int, width: int, colours: int, channels: int) -> None:
        super().__init__()
        pixels = height * width * colours
        if channels < pixels:
            raise ValueError(f"a flat leaf of {pixels} pixels does not fit into {channels} channels")
        self.height, self.width, self.colours, self.channels = height, width, colours, channels
        self.register_buffer("mean", torch.zeros(pixels))

    def grid(self, height: int, width: int) -> tuple[int, int]:
        """One slot a leaf, whatever the picture."""
        return 1, 1

    def check(self, height: int, width: int, colours: int) -> None:
        """Raise ValueError unless the frame has the one size this codec knows."""
        if (height, width, colours) != (self.height, self.width, self.colours):
            raise ValueError(
                f"frames are {height}×{width}×{colours}, this model takes "
                f"{self.height}×{self.width}×{self.colours} only"
            )

    def fit(self, frames_NHWK: Tensor) -> None:
        """Set the mean image from training frames in [0, 1]."""
        self.mean.copy_(frames_NHWK.flatten(1).mean(0))

    def encode(self, frames_NHWK: Tensor) -> Tensor:
        """Frames in [0, 1] -> state [N, 1, channels]."""
        pixels_NP = frames_NHWK.flatten(1) - self.mean
        return F.pad(pixels_NP, (0, self.channels - pixels_NP.shape[1]))[:, None]

    def decode(self, state_NSC: Tensor, height: int, width: int) -> Tensor:
        """State -> frames; values are not clipped, so that training sees every error."""
        pixels_NP = state_NSC[:, 0, : self.mean.numel()] + self.mean
        return pixels_NP.unflatten(1, (self.height, self.width, self.colours))
