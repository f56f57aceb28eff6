"""Recurrent compressors: layers that read frame after frame and write the memory as they go, and layers that read it.

The memory is S slots of d / S floats. Slot s is written from the state after the last frame of its share of the window;
with S = T every frame leaves d / T floats of what the layers made of it and of all before. The way back reads the
slots in the same order, each for its share of the frames, with a learned position. A step costs the same at any time.
The layers are Mamba-1 blocks (`mamba.py`) or pre-norm residual GRUs.
Shapes: B windows, T leaves, S slots, C floats of a slot, E width, P pixels, H W K frame.
"""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor, nn

from engine.compressors.baselines.baseline import Baseline, start_at
from engine.compressors.baselines.mamba import MambaLayer
from engine.config import TrainConfig, setting
from engine.registry import COMPRESSORS


class GruLayer(nn.Module):
    """u + map(GRU(LayerNorm(u)))."""

    def __init__(self, width: int) -> None:
        super().__init__()
        self.norm, self.gru = nn.LayerNorm(width), nn.GRU(width, width, batch_first=True)
        self.out_proj = nn.Linear(width, width, bias=False)
        start_at(self.out_proj, 0.0)

    def forward(self, u_BTE: Tensor) -> Tensor:
        return u_BTE + self.out_proj(self.gru(self.norm(u_BTE))[0])

    def begin(self, batch: int) -> Tensor:
        return self.norm.weight.new_zeros(1, batch, self.gru.hidden_size)

    def step(self, u_BE: Tensor, carried_1BE: Tensor) -> tuple[Tensor, Tensor]:
        y_B1E, carried_1BE = self.gru(self.norm(u_BE)[:, None], carried_1BE)
        return u_BE + self.out_proj(y_B1E[:, 0]), carried_1BE


class Layers(nn.Module):
    """A stack of residual layers; `forward` for a sequence, `step` for one item."""

    def __init__(self, layers: list[nn.Module]) -> None:
        super().__init__()
        self.layers = nn.ModuleList(layers)

    def forward(self, u_BTE: Tensor) -> Tensor:
        for layer in self.layers:
            u_BTE = layer(u_BTE)
        return u_BTE

    def begin(self, batch: int) -> list:
        """What each layer carries before the first item."""
        return [layer.begin(batch) for layer in self.layers]

    def step(self, u_BE: Tensor, carried: list) -> tuple[Tensor, list]:
        """One item and what is carried on."""
        after = []
        for layer, state in zip(self.layers, carried, strict=True):
            u_BE, state = layer.step(u_BE, state)
            after.append(state)
        return u_BE, after


class RecurrentBaseline(Baseline):
    """Subclasses say what a layer is."""

    def __init__(self, config: TrainConfig) -> None:
        super().__init__(config)
        width, self.share = self.options.width, config.tree.leaves // self.slots
        self.embed, self.head = nn.Linear(self.pixels, width), nn.Linear(width, self.pixels)
        self.reader, self.writer = self.layers(), self.layers()
        self.keep, self.expand = nn.Linear(width, self.channels), nn.Linear(self.channels, width)
        self.positions = nn.Parameter(0.02 * torch.randn(config.tree.leaves, width))

    def layers(self) -> Layers:
        """`depth` layers."""
        raise NotImplementedError

    def encode(self, frames_BTHWK: Tensor) -> Tensor:
        """Read everything, keep what stands at the end of every slot's share."""
        read_BTE = self.reader(self.embed(frames_BTHWK.flatten(2)))
        return self.keep(read_BTE[:, self.share - 1 :: self.share])

    def decode(self, memory_BSC: Tensor) -> Tensor:
        """Every slot for its share of the frames, in order."""
        tokens_BTE = self.expand(memory_BSC).repeat_interleave(self.share, 1) + self.positions
        return self.frames(self.head(self.writer(tokens_BTE)))

    def begin(self, height: int, width: int) -> tuple[Tensor, list]:
        """An empty memory and the layers' states, of one window."""
        return self.keep.weight.new_zeros(1, self.slots, self.channels), self.reader.begin(1)

    def push(self, frame_BHWK: Tensor, carried: tuple[Tensor, list], t: int) -> tuple[Tensor, tuple[Tensor, list]]:
        """One frame at constant cost: the slot of its share is written again."""
        memory, states = carried[0].clone(), carried[1]
        read_BE, states = self.reader.step(self.embed(frame_BHWK.flatten(1)), states)
        memory[:, t // self.share] = self.keep(read_BE)
        return memory, (memory, states)


@COMPRESSORS.add
class MambaBaseline(RecurrentBaseline):
    """Mamba-1 blocks."""

    name = "mamba"

    @dataclass(frozen=True, kw_only=True)
    class Config(Baseline.Config):
        """Its own settings."""

        state: int = setting(16, low=1, high=256)
        """states of an inner channel"""

    def layers(self) -> Layers:
        return Layers([MambaLayer(self.options.width, self.options.state) for _ in range(self.options.depth)])


@COMPRESSORS.add
class GruBaseline(RecurrentBaseline):
    """Gated recurrent units."""

    name = "gru"

    def layers(self) -> Layers:
        return Layers([GruLayer(self.options.width) for _ in range(self.options.depth)])
