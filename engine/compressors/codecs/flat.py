"""Flat codec: one small image becomes one slot of `channels` floats.

With room for all pixels, state = pad(pixels - mean) with zeros: lossless. With fewer channels than pixels,
state = (pixels - mean) · basis, the leading principal components. Mean and basis are fitted on training data.
Shapes: N images, H W K image, P pixels, C channels.
"""

from __future__ import annotations

from collections.abc import Iterable

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from engine.compressors.covariance import Covariance


class FlatCodec(nn.Module):
    """Images of exactly [height, width, colours] as a state of one slot with `channels` floats."""

    def __init__(self, *, height: int, width: int, colours: int, channels: int) -> None:
        super().__init__()
        pixels = height * width * colours
        self.height, self.width, self.colours, self.channels = height, width, colours, channels
        self.register_buffer("mean", torch.zeros(pixels))
        self.register_buffer("basis_PC", torch.eye(pixels, channels) if channels < pixels else None)

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

    def fit(self, blocks: Iterable[Tensor]) -> None:
        """Set mean image and basis from blocks of training frames [.., H, W, K] in [0, 1]."""
        covariance = Covariance(len(self.mean))
        for block in blocks:
            covariance.add(block.flatten(-3))
        mean, matrix = covariance.result()
        self.mean.copy_(mean)
        if self.basis_PC is not None:
            self.basis_PC.copy_(torch.linalg.eigh(matrix).eigenvectors.flip(1)[:, : self.channels])

    def encode(self, frames_NHWK: Tensor) -> Tensor:
        """Frames in [0, 1] -> state [N, 1, channels]."""
        pixels_NP = frames_NHWK.flatten(1) - self.mean
        if self.basis_PC is not None:
            return (pixels_NP @ self.basis_PC)[:, None]
        return F.pad(pixels_NP, (0, self.channels - pixels_NP.shape[1]))[:, None]

    def decode(self, state_NSC: Tensor, height: int, width: int) -> Tensor:
        """State -> frames; values are not clipped, so that training sees every error."""
        kept_NP = state_NSC[:, 0, : len(self.mean)] if self.basis_PC is None else state_NSC[:, 0] @ self.basis_PC.T
        pixels_NP = kept_NP + self.mean
        return pixels_NP.unflatten(1, (self.height, self.width, self.colours))
