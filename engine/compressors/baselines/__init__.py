"""Baselines: what else could keep a sequence in d floats, behind one interface.

    transformer   attention layers, learned queries that read out into the memory, and learned queries back
    mamba         selective state-space blocks that write the memory while they read, and blocks that read it back
    gru           the same around gated recurrent units
    frame         an autoencoder for every frame alone, d / T floats each
    linear        the closed-form tree (Karhunen-Loève transform), no optimiser
    mean          the mean training frame, no memory at all
A baseline looks like a tree that has only its root: `encode(frames_BTHWK) -> memory_BSC`, `decode(memory_BSC) ->
frames_BTHWK`, and what `engine.model.Model` asks of a tree. It is trained by the same loop, on the same batches, for as
many steps, and keeps at most as many floats (`tree.channels`).
"""

from __future__ import annotations

from dataclasses import replace

from engine.compressors.baselines.baseline import Baseline
from engine.compressors.baselines.frame import FrameBaseline
from engine.compressors.baselines.mean import MeanBaseline
from engine.compressors.baselines.recurrent import GruBaseline, MambaBaseline
from engine.compressors.baselines.transformer import TransformerBaseline
from engine.compressors.tree import Tree
from engine.config import BASELINES, TrainConfig

KINDS: dict[str, type[Baseline]] = {
    "transformer": TransformerBaseline,
    "mamba": MambaBaseline,
    "gru": GruBaseline,
    "frame": FrameBaseline,
    "mean": MeanBaseline,
}


def build_baseline(config: TrainConfig) -> Baseline | Tree:
    """The untrained baseline that a config names; ValueError for an unknown one."""
    if config.baseline == "linear":
        return Tree(replace(config.tree, family="linear", hidden=()))
    if config.baseline not in KINDS:
        raise ValueError(f"there is no baseline {config.baseline!r}; choose one of {', '.join(BASELINES)}")
    return KINDS[config.baseline](config)


__all__ = ["KINDS", "Baseline", "build_baseline"]
