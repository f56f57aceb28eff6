"""Nodes of one level of a tree, made once, from which a level-wise training draws its pairs.

A level's pair loss asks for pairs of states of the level below, whose sweepers are frozen. To make each pair from its
leaves costs 2^level merges; at the top of 128 leaves that is 126 merges for every pair that is learned from. Here a
fixed number of nodes rises one level whenever a level is learned, and every step draws from them, so a step costs the
same at every level. Leaves that are independent (digits) are paired anew at every level; frames of a video stay beside
their neighbours, and some of a frame's slots are kept, since sweepers share their weights over slots.
What is drawn depends on (seed, level) and on the weights below alone, so a resumed run has the same nodes.
Shapes: W windows (or single nodes), N nodes of a window, S slots, C channels.
"""

from __future__ import annotations

import torch
from torch import Tensor

from engine.compressors.tree import Tree
from engine.data.datasets.base import Batch, Dataset, step_generator
from engine.training.stopping import Interruptible

AT_ONCE = 4096
"""nodes that are encoded or merged in one call"""
STREAM = -4
"""in place of a stage's number, for the bank's own random numbers"""


class NodeBank:
    """Stands where a data set stands in a stage's loop. `draw` gives pairs and no frames."""

    def __init__(
        self, dataset: Dataset | Interruptible, tree: Tree, *, independent: bool, seed: int, nodes: int, pairs: int
    ) -> None:
        """`nodes`: independent nodes, or windows; `pairs`: of a step."""
        self.dataset, self.tree, self.origin = dataset, tree, dataset.origin
        self.independent, self.seed, self.nodes, self.pairs = independent, seed, nodes, pairs
        self.level, self.thinning = 0, 1 if independent else 2
        self.states_WNSC = self.leaves()

    @torch.no_grad()
    def leaves(self) -> Tensor:
        """The leaves' states."""
        generator = step_generator(self.seed, STREAM, 0)
        length = 1 if self.independent else self.tree.config.leaves
        found, missing = [], self.nodes
        while missing:
            count = min(missing, max(1, AT_ONCE // length**2))
            states_WNSC = self.tree.encode(self.dataset.draw(count, length, generator).frames_BTHWK)
            slots = states_WNSC.shape[2]
            kept = torch.randperm(slots, generator=generator)[: max(1, slots // self.thinning)]
            found.append(states_WNSC[:, :, kept].clone())
            missing -= count
        return torch.cat(found)

    @torch.no_grad()
    def rise(self, level: int) -> None:
        """Make the nodes those of `level`; levels that were learned meanwhile are used as they are now."""
        while self.level < level:
            generator = step_generator(self.seed, STREAM, self.level + 1)
            below = self.matched(self.nodes, generator) if self.independent else self.states_WNSC
            parts = below.split(max(1, AT_ONCE // below.shape[2]))
            self.states_WNSC = torch.cat([self.tree.merge(part, self.level) for part in parts])
            self.level += 1

    def matched(self, count: int, generator: torch.Generator) -> Tensor:
        """Random pairs of independent nodes [count, 2, S, C]."""
        picks = torch.randint(len(self.states_WNSC), (2 * count,), generator=generator)
        return self.states_WNSC[picks, 0].unflatten(0, (count, 2))

    def neighbours(self, count: int, generator: torch.Generator) -> Tensor:
        """Random pairs that one node of the next level is made of, of one slot [count, 2, 1, C]."""
        pairs_WNISC = self.states_WNSC.unflatten(1, (-1, 2))
        windows, nodes, _, slots, _ = pairs_WNISC.shape
        picks = (torch.randint(most, (count,), generator=generator) for most in (windows, nodes, slots))
        w, n, s = picks
        return pairs_WNISC[w, n, :, s][:, :, None]

    def draw(self, windows: int, leaves: int, generator: torch.Generator) -> Batch:
        """`pairs` pairs, whatever the number of windows."""
        draw = self.matched if self.independent else self.neighbours
        pairs = draw(self.pairs, generator)
        return Batch(frames_BTHWK=pairs.new_empty(len(pairs), 0), more={"pairs": pairs})
