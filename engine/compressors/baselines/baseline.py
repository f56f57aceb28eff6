"""What all baselines share: the window, and the frame maps at both ends.

Every trained baseline starts where the teacher starts, at the closed form: its first and last linear maps are the
principal components of single frames, its layers change nothing yet, and with one slot a frame the memory keeps each
frame's leading components. So no model spends its steps on finding them, and what differs is what it learns from there.
Shapes: B windows, T leaves, S slots of the memory, C floats of a slot (S·C = d), E width, P pixels, H W K frame.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import ClassVar, Self

import torch
from torch import Tensor, nn

from engine.compressors.base import Blocks, Compressor
from engine.compressors.codecs import FlatCodec
from engine.config import TrainConfig, setting
from engine.registry import OBJECTIVES


class Baseline(Compressor):
    """A sequence compressor. Subclasses define `encode` and `decode`."""

    kind: ClassVar[str] = "baseline"
    baseline: ClassVar[bool] = True
    keeps_levels: ClassVar[bool] = False

    @dataclass(frozen=True, kw_only=True)
    class Config:
        """What layered baselines have in common."""

        width: int = setting(128, low=1, high=8192, unit="floats")
        """floats of a frame between the layers"""
        depth: int = setting(2, low=1, high=64, unit="layers")
        """layers on either side of the memory"""
        slots: int = setting(0, low=0, high=4096)
        """equal parts of the memory, each read out at its own place; 0 for one a leaf"""

    def __init__(self, config: TrainConfig) -> None:
        super().__init__()
        self.config, self.options = config.tree, config.parts[self.name]
        self.slots = slots_of(self.options, config)
        self.channels = config.tree.channels // self.slots

    @classmethod
    def build(cls, config: TrainConfig, teacher: Compressor | None = None) -> Self:
        """The untrained baseline of a config."""
        return cls(config)

    @classmethod
    def check_baseline(cls, config: TrainConfig) -> None:
        """ValueError unless it can be built and trained as a config says."""
        check_place(config)
        slots, leaves, floats = slots_of(config.parts[cls.name], config), config.tree.leaves, config.tree.channels
        if leaves % slots or floats % slots:
            raise ValueError(f"{slots} slots cannot share out {leaves} frames and {floats} floats evenly")

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

    def fit(self, batches: Blocks, device: torch.device) -> None:
        """Start from the principal components of single frames."""
        codec = principal(self, batches.blocks(), self.embed.out_features)
        start_at(self.embed, codec.basis_PC.T, -codec.mean @ codec.basis_PC)
        start_at(self.head, codec.basis_PC, codec.mean)
        if self.slots == self.config.leaves:
            start_at(self.keep, torch.eye(*self.keep.weight.shape))
            start_at(self.expand, torch.eye(*self.expand.weight.shape))

    def frames(self, pixels_BTP: Tensor) -> Tensor:
        """Pixels in a row -> frames."""
        return pixels_BTP.unflatten(-1, (self.config.height, self.config.width, self.config.colours))

    def check_frames(self, height: int, width: int, colours: int) -> None:
        """ValueError unless the frame has the one size this baseline knows."""
        FlatCodec.check(self.config, height, width, colours)

    def levels(self, frames_BTHWK: Tensor, merges: int, at_once: int | None = None) -> list[Tensor]:
        """The memory of whole windows, [[B, 1, S, C]]."""
        return [self.encode(frames_BTHWK)[:, None]]

    def recover(
        self,
        states_BNSC: Tensor,
        merges: int,
        height: int,
        width: int,
        count: int | None = None,
        at_once: int | None = None,
    ) -> Tensor:
        """Frames [B, N·T, H, W, K] of N memories in a row, or the first `count`."""
        frames = self.decode(states_BNSC.flatten(0, 1))
        return frames.unflatten(0, states_BNSC.shape[:2]).flatten(1, 2)[:, :count]

    def reconstruct(self, frames_BTHWK: Tensor, levels: tuple[int, ...]) -> dict[int, Tensor]:
        """Whole windows, there and back."""
        return {self.config.merges: self(frames_BTHWK)}

    def state_shape(self, merges: int, height: int, width: int) -> tuple[int, int]:
        """[S, C] of a memory."""
        return self.slots, self.channels


def check_place(config: TrainConfig) -> None:
    """ValueError unless a config's baseline stands where a tree could: digits or the like, whole windows alone."""
    if config.teacher or config.tree.codec != "flat" or not config.dataset.one_size:
        raise ValueError("a baseline takes digits through the flat codec and has no teacher")
    if config.local_steps or OBJECTIVES.get(config.objective).needs_levels:
        raise ValueError(
            f"a baseline has no levels: local_steps must be 0, not {config.local_steps}, and the objective none that "
            f"needs levels, as {config.objective} may"
        )


def slots_of(options: object, config: TrainConfig) -> int:
    """Slots of a baseline's memory: as many as it says, else one a leaf."""
    return getattr(options, "slots", 0) or config.tree.leaves


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
