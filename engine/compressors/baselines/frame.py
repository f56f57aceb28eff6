"""An autoencoder for every frame alone: d / T floats each, whatever the other frames are.

An MLP with residual blocks between a linear map at either end; for independent frames no sequence model has more to
gain, so this is what the others must match. It streams for free.
Shapes: B windows, T leaves, C floats of a slot, E width, P pixels, H W K frame.
"""

from __future__ import annotations

from dataclasses import dataclass

from torch import Tensor, nn

from engine.compressors.baselines.baseline import Baseline, start_at
from engine.config import TrainConfig, setting
from engine.registry import COMPRESSORS


class Block(nn.Module):
    """x + MLP(LayerNorm(x))."""

    def __init__(self, width: int, hidden: int) -> None:
        super().__init__()
        last = nn.Linear(hidden, width)
        start_at(last, 0.0)
        self.change = nn.Sequential(nn.LayerNorm(width), nn.Linear(width, hidden), nn.GELU(), last)

    def forward(self, x_E: Tensor) -> Tensor:
        return x_E + self.change(x_E)


@COMPRESSORS.add
class FrameBaseline(Baseline):
    """One slot a frame."""

    name = "frame"

    @dataclass(frozen=True, kw_only=True)
    class Config(Baseline.Config):
        """Its own settings."""

        hidden: int = setting(512, low=1, high=32768, unit="units")
        """width inside an MLP"""

    @classmethod
    def check_baseline(cls, config: TrainConfig) -> None:
        """ValueError also when it is given fewer slots than frames."""
        super().check_baseline(config)
        if config.parts[cls.name].slots not in (0, leaves := config.tree.leaves):
            raise ValueError(
                f"frame keeps every frame in its own slot: {leaves} slots, not {config.parts[cls.name].slots}"
            )

    def __init__(self, config: TrainConfig) -> None:
        super().__init__(config)
        width, hidden, depth = self.options.width, self.options.hidden, self.options.depth
        self.embed, self.head = nn.Linear(self.pixels, width), nn.Linear(width, self.pixels)
        self.reader = nn.Sequential(*(Block(width, hidden) for _ in range(depth)))
        self.keep, self.expand = nn.Linear(width, self.channels), nn.Linear(self.channels, width)
        self.writer = nn.Sequential(*(Block(width, hidden) for _ in range(depth)))

    def encode(self, frames_BTHWK: Tensor) -> Tensor:
        """Frame t -> slot t."""
        return self.keep(self.reader(self.embed(frames_BTHWK.flatten(2))))

    def decode(self, memory_BTC: Tensor) -> Tensor:
        """Slot t -> frame t."""
        return self.frames(self.head(self.writer(self.expand(memory_BTC))))

    def begin(self, height: int, width: int) -> Tensor:
        """An empty memory."""
        return self.keep.weight.new_zeros(1, self.slots, self.channels)

    def push(self, frame_BHWK: Tensor, carried: Tensor, t: int) -> tuple[Tensor, Tensor]:
        """Write one slot."""
        memory = carried.clone()
        memory[:, t] = self.encode(frame_BHWK[:, None])[:, 0]
        return memory, memory
