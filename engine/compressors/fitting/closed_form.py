"""Every level's KLT fitted on the states of the level below, streamed block by block.

No gradient, no batch size, one pass over the data a level. For `residual` sweepers this is the starting point, for
`linear` ones it is all there is; `zonal` ones have a fit of their own (`zonal_tree.py`).
"""

from __future__ import annotations

import torch
from torch import Tensor
from tqdm import tqdm

from engine.compressors.base import Blocks
from engine.compressors.tree import Tree


@torch.no_grad()
def fit_closed_form(tree: Tree, batches: Blocks, device: torch.device, first: int = 0) -> None:
    """Fit the sweepers' maps in place from level `first` on: they have `moments` and `fit`, alone or as a shortcut."""
    for level, sweeper in enumerate(tqdm(tree.sweepers[first:], desc="closed form", unit="level"), first):
        if level and hasattr(closed_form(tree, level), "follow"):  # a mirrored map takes its channels' order from below
            closed_form(tree, level).follow(closed_form(tree, level - 1))
        moments = sweeper.map.moments()
        for block in batches.blocks():
            moments.add(pair_rows(tree, block.to(device), level))
        sweeper.map.fit(moments)


def closed_form(tree: Tree, level: int) -> torch.nn.Module:
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
