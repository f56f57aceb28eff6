"""The student of an ordered tree: one memory in the root's own format, to which one step adds one leaf.

A step reads its own memory, codes the new leaf by the teacher's merges on that leaf alone, and shares the floats anew:
codes that are there can be cut, since their first floats decode alone, but cannot grow again. What a further cut would
cost is seen as the teacher sees it, by decoding, against what is left of the code instead of the leaf, which is gone.
So the student's last memory differs from the teacher's root only where it knew less of a leaf when it cut it.
Nothing is learned; the memory of nothing, m_0, is all that it stores. A step costs the same at every t.
Shapes: B batch, T leaves = S slots of the root, C its channels, I floats of a code, K lengths.
"""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor

from engine.compressors.base import Blocks
from engine.compressors.students.base import Student
from engine.compressors.sweepers.ordered_sweeper import OrderedSweeper, share
from engine.compressors.tree import Tree
from engine.registry import COMPRESSORS


@COMPRESSORS.add
class OrderedStudent(Student):
    """Cuts what it has to make room; the teacher stands beside it."""

    name, trained = "ordered_student", False

    @dataclass(frozen=True, kw_only=True)
    class Config:
        """Nothing to set."""

    def __init__(self, teacher: Tree, options: Config) -> None:
        super().__init__(teacher, options)
        self.register_buffer("first_SC", torch.zeros(self.top.slots, self.top.channels))

    @property
    def top(self) -> OrderedSweeper:
        """The teacher's root, in whose format the memory is."""
        return self.teacher.sweepers[-1]

    @torch.no_grad()
    def fit(self, batches: Blocks, device: torch.device) -> None:
        """m_0: the teacher's memory of black frames only, in numbers that half precision keeps."""
        config = self.config
        black = torch.zeros(1, 1, config.height, config.width, config.colours, device=device)
        states = self.teacher.encode(black).expand(1, self.leaves, -1, -1)
        self.first_SC.copy_(self.teacher.rise(states, config.merges)[-1][0, 0].half())

    def initial(self, height: int, width: int) -> Tensor:
        """m_0 [S, C]."""
        return self.first_SC

    def below(self, leaves_NI: Tensor) -> Tensor:
        """Leaf states -> what each has below the root, [.., I]: in a stack tree nothing but its leaf reaches it."""
        for sweeper in self.teacher.sweepers[:-1]:
            leaves_NI = sweeper.map.down(leaves_NI)
        return leaves_NI

    @torch.no_grad()
    def step(self, state_BSC: Tensor, leaf_B1I: Tensor, t: int) -> Tensor:
        """The memory after one more leaf."""
        code_BSI, _ = (part.clone() for part in self.top.unpack(state_BSC).chunk(2, -1))
        known_BSI, most_BS = self.top.open(state_BSC), self.top.choices(state_BSC)
        known_BSI[:, t] = self.below(leaf_B1I[:, 0])
        code_BSI[:, t], most_BS[:, t] = self.top.map.down(known_BSI[:, t]), len(self.top.lengths_K)
        error_BSK = self.top.errors(code_BSI, known_BSI)
        number_K = torch.arange(error_BSK.shape[-1], device=error_BSK.device)
        error_BSK = error_BSK.masked_fill(number_K > most_BS[..., None], torch.inf)
        return self.top.pack(code_BSI, share(error_BSK, self.top.lengths_K, self.top.budget))

    def forward(self, leaves_BT1I: Tensor, initial_SC: Tensor) -> Tensor:
        """All memories m_0 … m_t of a sequence, [B, t+1, S, C]; one step after the other."""
        states = [initial_SC.expand(len(leaves_BT1I), -1, -1)]
        for t in range(leaves_BT1I.shape[1]):
            states.append(self.step(states[-1], leaves_BT1I[:, t], t))
        return torch.stack(states, 1)

    def final(self, leaves_BT1I: Tensor, initial_SC: Tensor) -> Tensor:
        """The last memory of `forward` alone, [B, S, C]."""
        return self.forward(leaves_BT1I, initial_SC)[:, -1]

    def remembered(self, state_BSC: Tensor, t: int) -> Tensor:
        """The first t leaves' states through the teacher's inverse path."""
        return self.teacher.descend(state_BSC[:, None], self.config.merges, t)[:, :t]

    def aligned(self, state_BSC: Tensor, t: int) -> Tensor:
        """What is remembered of every leaf just below the root, which does not depend on lengths."""
        return self.top.open(state_BSC).flatten(1)
