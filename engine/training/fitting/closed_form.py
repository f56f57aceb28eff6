"""The closed-form stage: every level's KLT fitted on the states of the level below, streamed block by block.

No gradient, no batch size, one pass over the data a level. For `residual` sweepers this is the starting point,
for `linear` ones it is all there is; `zonal` ones have a fit of their own (`zones.py`).
"""

from __future__ import annotations

import torch
from torch import Tensor
from tqdm import tqdm

from engine.compressors.codecs import FlatCodec
from engine.compressors.sweepers import MirrorMap
from engine.compressors.tree import Tree
from engine.data.datasets.batches import DigitBatches, VideoBatches
from engine.training.fitting.zonal_tree import fit_zonal


@torch.no_grad()
def fit_closed_form(tree: Tree, batches: DigitBatches | VideoBatches, device: torch.device) -> None:
    """Fit codec mean and all shortcuts in place. Needs maps with `fit` (linear, residual)."""
    if isinstance(tree.codec, FlatCodec):
        tree.codec.fit(batches.blocks())
    if tree.config.family == "dense":
        return
    if tree.config.family == "zonal":
        fit_zonal(tree, batches, device)
        return
    for level, sweeper in enumerate(tqdm(tree.sweepers, desc="closed form", unit="level")):
        if level and tree.config.mirror:
            closed_form(tree, level).follow(closed_form(tree, level - 1))
        moments = sweeper.map.moments()
        for block in batches.blocks():
            moments.add(pair_rows(tree, block.to(device), level))
        sweeper.map.fit(moments)


def closed_form(tree: Tree, level: int) -> MirrorMap:
    """A level's closed-form map, alone or as the shortcut of a residual one."""
    map = tree.sweepers[level].map
    return getattr(map, "shortcut", map)


def pair_rows(tree: Tree, frames_BTHWK: Tensor, level: int) -> Tensor:
    """The joined pairs a level's sweeper sees. `stack` shares weights over slots, so single leaves do."""
    states = tree.encode(frames_BTHWK)
    for below in range(level):
        if tree.config.pairing == "stack":
            states = tree.sweepers[below].map.down(states)
        else:
            states = tree.merge(states, below)
    if tree.config.pairing == "stack":
        return states
    return tree.sweepers[level].pairing.join(states[:, 0::2], states[:, 1::2])
