"""Learned codec: a small frame becomes one slot of `channels` floats by a perceptron beside a linear map, and back.

Nothing of it has a closed form; it is trained with whatever is built on it.
Shapes: N frames, H W K frame, P pixels, C channels.
"""

from __future__ import annotations

import torch
from torch import Tensor, nn

from engine.compressors.codecs.flat import FlatCodec


class Bypass(nn.Module):
    """A linear map and a perceptron beside it, added: [.., I] -> [.., O]."""

    def __init__(self, inputs: int, hidden: int, outputs: int) -> None:
        super().__init__()
        self.linear = nn.Linear(inputs, outputs)
        self.inner, self.outer = nn.Linear(inputs, hidden), nn.Linear(hidden, outputs, bias=False)

    def forward(self, x: Tensor) -> Tensor:
        return self.linear(x) + self.outer(nn.functional.gelu(self.inner(x)))


class LearnedCodec(nn.Module):
    """Frames of exactly one size; without `decodes` there is no way back."""

    def __init__(self, *, height: int, width: int, colours: int, channels: int, hidden: int, decodes: bool) -> None:
        super().__init__()
        pixels = height * width * colours
        self.height, self.width, self.colours, self.channels = height, width, colours, channels
        self.into = Bypass(pixels, hidden, channels)
        self.back = Bypass(channels, hidden, pixels) if decodes else None

    def grid(self, height: int, width: int) -> tuple[int, int]:
        """One slot a leaf."""
        return 1, 1

    def check(self, height: int, width: int, colours: int) -> None:
        """Raise ValueError unless the frame has the one size this codec knows."""
        FlatCodec.check(self, height, width, colours)

    def encode(self, frames_NHWK: Tensor) -> Tensor:
        """Frames in [0, 1] -> states [N, 1, C]."""
        return self.into(frames_NHWK.flatten(1))[:, None]

    def decode(self, state_NSC: Tensor, height: int, width: int) -> Tensor:
        """States -> frames, not clipped; ValueError for a codec that was never taught the way back."""
        if self.back is None:
            raise ValueError(NO_WAY_BACK)
        return self.back(state_NSC[:, 0]).unflatten(1, (self.height, self.width, self.colours))


NO_WAY_BACK = "this memory was trained to predict and gives no frames back; ask it with predict"


def black(frames_BTHWK: Tensor) -> Tensor:
    """Which frames hold nothing, hidden ones or those that have not come, bool [B, T]."""
    return ~(frames_BTHWK > 0).flatten(2).any(2)


def lengths(frames_BTHWK: Tensor) -> Tensor:
    """Frames that have come, [B]: up to the last one that is not black, at least one."""
    place_T = torch.arange(1, frames_BTHWK.shape[1] + 1, device=frames_BTHWK.device)
    return torch.where(black(frames_BTHWK), 1, place_T).amax(1)
