"""Two more memories to compare with: a Transformer that reads the whole window, and a ConvLSTM with a map as its state.

    window_transformer   causal encoder layers over the frames' tokens; a linear map of the last token is the memory. To
                         read one more frame it carries the tokens of all frames before.
    conv_lstm            convolutions shrink a frame to a map of GRID × GRID, a convolutional LSTM (Shi et al., 2015)
                         reads one map after the other; its two states together have d floats and are the memory.
Shapes: B windows, T leaves, E width of a token or channels of a map, D floats of the memory.
"""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from engine.compressors.baselines.memories import WrittenMemory
from engine.config import TrainConfig, setting
from engine.registry import COMPRESSORS

GRID = 4
"""places a side of a ConvLSTM's map"""


@COMPRESSORS.add
class WindowTransformer(WrittenMemory):
    """Causal pre-norm layers."""

    name = "window_transformer"

    @dataclass(frozen=True, kw_only=True)
    class Config(WrittenMemory.Config):
        """Its own settings."""

        depth: int = setting(2, low=1, high=64, unit="layers")
        """layers"""
        hidden: int = setting(128, low=1, high=32768, unit="units")
        """width inside an MLP"""
        heads: int = setting(4, low=1, high=64)
        """attention heads"""

    @classmethod
    def check_baseline(cls, config: TrainConfig) -> None:
        """ValueError also when the heads cannot share the width."""
        super().check_baseline(config)
        options = config.parts[cls.name]
        if options.width % options.heads:
            raise ValueError(f"{options.heads} heads do not divide a width of {options.width}")

    def build_cell(self) -> None:
        """Layers, places and the map to the memory."""
        options, sizes = self.options, {"dropout": 0.0, "activation": "gelu", "batch_first": True, "norm_first": True}
        layer = nn.TransformerEncoderLayer(options.width, options.heads, options.hidden, **sizes)
        self.layers = nn.TransformerEncoder(layer, options.depth, enable_nested_tensor=False)
        self.places = nn.Parameter(0.02 * torch.randn(self.config.leaves, options.width))
        self.keep = nn.Linear(options.width, self.config.channels)

    def read(self, tokens_BTE: Tensor) -> Tensor:
        """At every time a map of the last token, which has looked at all before."""
        count = tokens_BTE.shape[1]
        mask = nn.Transformer.generate_square_subsequent_mask(count, device=tokens_BTE.device)
        return self.keep(self.layers(tokens_BTE + self.places[:count], mask=mask, is_causal=True))

    def start(self, batch: int) -> Tensor:
        """No tokens."""
        return self.places.new_zeros(batch, 0, self.options.width)

    def step(self, token_BE: Tensor, carried: Tensor, t: int) -> tuple[Tensor, Tensor]:
        """All tokens once more."""
        carried = torch.cat((carried, token_BE[:, None]), 1)
        return self.read(carried)[:, -1], carried

    def working_floats(self) -> int:
        """The window's tokens."""
        return self.config.leaves * self.options.width


@COMPRESSORS.add
class ConvLstmMemory(WrittenMemory):
    """The states of a convolutional LSTM."""

    name = "conv_lstm"

    @dataclass(frozen=True, kw_only=True)
    class Config(WrittenMemory.Config):
        """Its own settings; `width` is the channels of a frame's map, `frame_hidden` those of the layer before."""

    @classmethod
    def check_baseline(cls, config: TrainConfig) -> None:
        """ValueError unless both states have whole channels."""
        super().check_baseline(config)
        if config.tree.channels % (2 * GRID * GRID):
            raise ValueError(f"a ConvLSTM keeps a multiple of {2 * GRID * GRID} floats, not {config.tree.channels}")

    def build_cell(self) -> None:
        """Two convolutions that shrink a frame, and the gates'. They stand for the linear frame map of the others."""
        options = self.options
        self.channels_kept = self.config.channels // (2 * GRID * GRID)
        self.embed = nn.Sequential(
            nn.Conv2d(self.config.colours, options.frame_hidden, 5, stride=3, padding=1),
            nn.GELU(),
            nn.Conv2d(options.frame_hidden, options.width, 3, stride=2, padding=1),
            nn.GELU(),
            nn.AdaptiveAvgPool2d(GRID),
        )
        self.gates = nn.Conv2d(options.width + self.channels_kept, 4 * self.channels_kept, 3, padding=1)

    def token(self, frames_NHWK: Tensor) -> Tensor:
        """Frames as maps [N, E, GRID, GRID]."""
        return self.embed(frames_NHWK.permute(0, 3, 1, 2))

    def encode(self, frames_BTHWK: Tensor) -> Tensor:
        """As the others, with maps for tokens."""
        maps = self.token(frames_BTHWK.flatten(0, 1)).unflatten(0, frames_BTHWK.shape[:2])
        return self.at_the_end(self.read(maps), frames_BTHWK)

    def read(self, tokens_BTE: Tensor) -> Tensor:
        """One map after the other."""
        memory, memories = self.start(len(tokens_BTE)), []
        for t, token in enumerate(tokens_BTE.unbind(1)):
            memory, _ = self.step(token, memory, t)
            memories.append(memory)
        return torch.stack(memories, 1)

    def start(self, batch: int) -> Tensor:
        """Zeros."""
        return self.gates.weight.new_zeros(batch, self.config.channels)

    def step(self, token_BE: Tensor, carried: Tensor, t: int) -> tuple[Tensor, Tensor]:
        """Input, forget and output gates, and a candidate."""
        state, cell = carried.unflatten(1, (2, self.channels_kept, GRID, GRID)).unbind(1)
        take, keep, show, new = self.gates(torch.cat((token_BE, state), 1)).chunk(4, 1)
        cell = torch.sigmoid(keep + 1) * cell + torch.sigmoid(take) * torch.tanh(new)
        memory_BD = torch.stack((torch.sigmoid(show) * F.tanh(cell), cell), 1).flatten(1)
        return memory_BD, memory_BD

    def push(self, frame_BHWK: Tensor, carried: Tensor, t: int) -> tuple[Tensor, Tensor]:
        """One frame at constant cost."""
        memory_BD, carried = self.step(self.token(frame_BHWK), carried, t)
        return memory_BD[:, None], carried
