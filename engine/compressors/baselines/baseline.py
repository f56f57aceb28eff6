"""What all baselines share: the window, the frame maps at both ends, and the face that a tree shows to its model.

Every trained baseline starts where the teacher starts, at the closed form: its first and last linear maps are the
principal components of single frames, its layers change nothing yet, and with one slot a frame the memory keeps each
frame's leading components. So no model spends its steps on finding them, and what differs is what it learns from there.
Shapes: B windows, T leaves, S slots of the memory, C floats of a slot (S·C = d), E width, P pixels, H W K frame.
"""

from __future__ import annotations

from collections.abc import Iterable

import torch
from torch import Tensor, nn

from engine.compressors.codecs import FlatCodec
from engine.config import TrainConfig


class Baseline(nn.Module):
    """A sequence compressor. Subclasses define `encode` and `decode`."""

    trained = True
    """whether an optimiser improves it after the closed form"""

    def __init__(self, config: TrainConfig) -> None:
        super().__init__()
        self.config, tree = config.tree, config.tree
        self.slots = config.baseline_slots or tree.leaves
        self.channels = tree.channels // self.slots
        self.codec = FrameCheck(height=tree.height, width=tree.width, colours=tree.colours)

    @property
    def pixels(self) -> int:
        """Values of one frame."""
        return self.config.height * self.config.width * self.config.colours

    def encode(self, frames_BTHWK: Tensor) -> Tensor:
        """Whole windows in [0, 1] -> memories [B, S, C]."""
        raise NotImplementedError

    def decode(self, memory_BSC: Tensor) -> Tensor:
        """Memories -> frames [B, T, H, W, K], not clipped."""
        raise NotImplementedError

    def forward(self, frames_BTHWK: Tensor) -> Tensor:
        """There and back."""
        return self.decode(self.encode(frames_BTHWK))

    def fit(self, blocks: Iterable[Tensor]) -> None:
        """Start from the principal components of single frames."""
        codec = principal(self, blocks, self.embed.out_features)
        start_at(self.embed, codec.basis_PC.T, -codec.mean @ codec.basis_PC)
        start_at(self.head, codec.basis_PC, codec.mean)
        if self.slots == self.config.leaves:
            start_at(self.keep, torch.eye(*self.keep.weight.shape))
            start_at(self.expand, torch.eye(*self.expand.weight.shape))

    def frames(self, pixels_BTP: Tensor) -> Tensor:
        """Pixels in a row -> frames."""
        return pixels_BTP.unflatten(-1, (self.config.height, self.config.width, self.config.colours))

    def recover(self, states_BNSC: Tensor, merges: int, height: int, width: int) -> Tensor:
        """Frames [B, N·T, H, W, K] of N memories in a row, as a tree gives them."""
        frames = self.decode(states_BNSC.flatten(0, 1))
        return frames.unflatten(0, states_BNSC.shape[:2]).flatten(1, 2)

    def state_shape(self, merges: int, height: int, width: int) -> tuple[int, int]:
        """[S, C] of a memory."""
        return self.slots, self.channels

    def learned(self) -> int:
        """Number of learned values: everything that a checkpoint of this baseline stores."""
        return sum(value.numel() for value in self.state_dict().values())

    def begin(self, batch: int) -> object:
        """What is carried from frame to frame before the first one; here the frames themselves."""
        return []

    def push(self, frame_BHWK: Tensor, carried: list, t: int) -> tuple[Tensor, list]:
        """(memory after frame t, what is carried on). Without a recurrence the whole window is read again."""
        carried = [*carried, frame_BHWK]
        filled = carried + [frame_BHWK] * (self.config.leaves - len(carried))
        return self.encode(torch.stack(filled, 1)), carried


class FrameCheck:
    """The part of a codec that a model asks about frames."""

    def __init__(self, *, height: int, width: int, colours: int) -> None:
        self.height, self.width, self.colours = height, width, colours

    def check(self, height: int, width: int, colours: int) -> None:
        """ValueError unless the frame has the one size this baseline knows."""
        FlatCodec.check(self, height, width, colours)


def principal(baseline: Baseline, blocks: Iterable[Tensor], channels: int) -> FlatCodec:
    """Mean and leading components of the training frames; a width beyond the pixels gets zeros."""
    sizes = {name: getattr(baseline.config, name) for name in ("height", "width", "colours")}
    codec = FlatCodec(**sizes, channels=min(channels, baseline.pixels - 1))
    codec.fit(blocks)
    codec.basis_PC = nn.functional.pad(codec.basis_PC, (0, channels - codec.channels))
    return codec


@torch.no_grad()
def start_at(linear: nn.Linear, weight: Tensor | float, bias: Tensor | float = 0.0) -> None:
    """Set a linear map; zeros make a residual branch start at no change."""
    linear.weight.copy_(torch.as_tensor(weight))
    if linear.bias is not None:
        linear.bias.copy_(torch.as_tensor(bias))
