"""A Transformer as a sequence compressor, of PyTorch's own layers.

Every frame becomes one token by a linear map; pre-norm encoder layers let tokens look at one another; S learned queries
read out d / S floats each, which is the memory. On the way back T learned queries read the slots, encoder layers refine
them, a linear map gives pixels. In both look-ups places are added to keys, never to values (Carion et al., 2020), so
that where to look and what is kept stay apart. Query and place start equal, and so do the query and key maps: slot t
looks at frame t from the first step and passes it on, and may learn to look elsewhere.
Shapes: B windows, T leaves, S slots, C floats of a slot, E width, P pixels, H W K frame.
"""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor, nn

from engine.compressors.baselines.baseline import Baseline, start_at
from engine.config import TrainConfig, setting
from engine.registry import COMPRESSORS

SHARPNESS = 1.5
"""scale of the query and key maps at the start: with it almost all attention is on the own place"""


def layers(options: TransformerBaseline.Config) -> nn.TransformerEncoder:
    """`depth` pre-norm layers."""
    layer = nn.TransformerEncoderLayer(
        options.width,
        options.heads,
        options.hidden,
        dropout=0.0,
        activation="gelu",
        batch_first=True,
        norm_first=True,
    )
    stack = nn.TransformerEncoder(layer, options.depth, enable_nested_tensor=False)
    for layer in stack.layers:
        start_at(layer.self_attn.out_proj, 0.0)
        start_at(layer.linear2, 0.0)
    return stack


class Lookup(nn.Module):
    """Learned queries that read a row of items: [B, N, E] -> [B, M, E], N and M multiples of one another."""

    def __init__(self, items: int, queries: int, width: int, heads: int) -> None:
        super().__init__()
        places = torch.randn(max(items, queries), width)
        self.places = nn.Parameter(places.unflatten(0, (items, -1)).mean(1))
        self.queries = nn.Parameter(places.unflatten(0, (queries, -1)).mean(1))
        self.attention = nn.MultiheadAttention(width, heads, batch_first=True)
        with torch.no_grad():
            one = torch.eye(width)
            self.attention.in_proj_weight.copy_(torch.cat((SHARPNESS * one, SHARPNESS * one, one)))
        start_at(self.attention.out_proj, one)

    def forward(self, items_BNE: Tensor) -> Tensor:
        """What each query finds."""
        keys = items_BNE + self.places
        queries = self.queries.expand(len(items_BNE), -1, -1)
        return self.attention(queries, keys, items_BNE, need_weights=False)[0]


@COMPRESSORS.add
class TransformerBaseline(Baseline):
    """Encoder layers, read-out, memory, look-up, encoder layers."""

    name = "transformer"

    @dataclass(frozen=True, kw_only=True)
    class Config(Baseline.Config):
        """Its own settings."""

        hidden: int = setting(512, low=1, high=32768, unit="units")
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

    def __init__(self, config: TrainConfig) -> None:
        super().__init__(config)
        width, heads, leaves = self.options.width, self.options.heads, config.tree.leaves
        self.embed, self.head = nn.Linear(self.pixels, width), nn.Linear(width, self.pixels)
        self.positions = nn.Parameter(0.02 * torch.randn(leaves, width))
        self.reader, self.writer = layers(self.options), layers(self.options)
        self.read, self.ask = (Lookup(*sizes, width, heads) for sizes in ((leaves, self.slots), (self.slots, leaves)))
        self.keep, self.expand = nn.Linear(width, self.channels), nn.Linear(self.channels, width)

    def encode(self, frames_BTHWK: Tensor) -> Tensor:
        """Tokens, layers, queries."""
        tokens_BTE = self.embed(frames_BTHWK.flatten(2)) + self.positions
        return self.keep(self.read(self.reader(tokens_BTE)))

    def decode(self, memory_BSC: Tensor) -> Tensor:
        """Slots, queries, layers."""
        tokens_BTE = self.ask(self.expand(memory_BSC)) + self.positions
        return self.frames(self.head(self.writer(tokens_BTE)))
