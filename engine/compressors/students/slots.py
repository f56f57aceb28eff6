"""The student of a `stack` tree: every leaf has a slot of the root, and one step writes one slot.

    g(m_t, x_t, t) = e_t ⊗ (f(x_t) - m_t[t])
In a stack tree nothing but its own leaf ever reaches a slot, so f need not be learned from nothing. It is
`merges`  the teacher's own merge maps, one after the other, on one leaf: the start of distillation is the teacher; or
`fit`     a linear map, the least-squares fit to the teacher's codes: the teacher's knowledge has to be learned again.
Either way an MLP that starts at zero is added. What a step costs does not depend on t or T.
Shapes: B batch, T leaves, S slots of the root (= T), C its channels, I channels of a leaf.
"""

from __future__ import annotations

from copy import deepcopy
from dataclasses import dataclass

import torch
from torch import Tensor, nn

from engine.compressors.base import Blocks
from engine.compressors.covariance import Covariance
from engine.compressors.students.base import Student
from engine.compressors.sweepers.residual import correction
from engine.compressors.tree import Tree
from engine.config import setting
from engine.registry import COMPRESSORS


@COMPRESSORS.add
class SlotStudent(Student):
    """Weights of f; the teacher stands beside them."""

    name = "slot_student"

    @dataclass(frozen=True, kw_only=True)
    class Config:
        """How f begins, and what is added to it."""

        start: str = setting("merges", choices=("merges", "fit"))
        """begins as a copy of the teacher's merges, or as a linear fit"""
        hidden: int = setting(0, low=0, high=16384, unit="units")
        """width of the MLP that is added, 0 for none"""

    def __init__(self, teacher: Tree, options: Config) -> None:
        super().__init__(teacher, options)
        inputs, merges, hidden = teacher.codec.channels, teacher.config.merges, options.hidden
        self.start = merge_path(teacher) if options.start == "merges" else nn.Linear(inputs, inputs >> merges)
        self.correction = correction(inputs, hidden, inputs >> merges) if hidden else None

    @torch.no_grad()
    def fit(self, batches: Blocks, device: torch.device) -> None:
        """With `fit`, least squares from a leaf's state to the teacher's code of it, over the training leaves."""
        if self.options.start != "fit":
            return
        inputs = self.start.in_features
        moments = Covariance(inputs + self.start.out_features)
        for block in batches.blocks():
            leaves, codes = self.taught(block.to(device))
            moments.add(torch.cat((leaves[:, :, 0], codes), -1))
        mean, matrix = moments.result()
        ridge = 1e-6 * matrix.diagonal().mean() * torch.eye(inputs, dtype=matrix.dtype)
        weight = torch.linalg.solve(matrix[:inputs, :inputs].cpu() + ridge, matrix[:inputs, inputs:].cpu()).T
        self.start.weight.copy_(weight)
        self.start.bias.copy_(mean[inputs:].cpu() - weight @ mean[:inputs].cpu())

    @torch.no_grad()
    def taught(self, frames_BTHWK: Tensor) -> tuple[Tensor, Tensor]:
        """Leaf states [B, T, 1, I] and the teacher's root over them, whose slots are the leaves' codes [B, T, C]."""
        leaves = self.teacher.encode(frames_BTHWK)
        return leaves, self.teacher.rise(leaves, self.config.merges)[-1][:, 0]

    def code(self, leaf_I: Tensor) -> Tensor:
        """A leaf's state [.., I] -> what its slot holds [.., C]."""
        code = self.start(leaf_I)
        return code + self.correction(leaf_I) if self.correction else code

    def initial(self, height: int, width: int) -> Tensor:
        """The teacher's memory of black frames only, [S, C]."""
        black = torch.zeros(1, 1, height, width, self.teacher.codec.colours, device=next(self.parameters()).device)
        states = self.teacher.encode(black).expand(1, self.leaves, -1, -1)
        return self.teacher.rise(states, self.teacher.config.merges)[-1][0, 0]

    def step(self, state_BSC: Tensor, leaf_B1I: Tensor, t: int) -> Tensor:
        """The memory after one more leaf."""
        change = torch.zeros_like(state_BSC)
        change[:, t] = self.code(leaf_B1I[:, 0]) - state_BSC[:, t]
        return state_BSC + change

    def forward(self, leaves_BT1I: Tensor, initial_SC: Tensor) -> Tensor:
        """All memories m_0 … m_t of a sequence, [B, t+1, S, C], in one call."""
        count = leaves_BT1I.shape[1]
        codes_BTC = self.code(leaves_BT1I[:, :, 0])
        changes = codes_BTC - initial_SC[:count]
        seen = torch.ones(count + 1, count, device=codes_BTC.device).tril(-1)
        written = initial_SC.new_zeros(len(codes_BTC), count + 1, *initial_SC.shape)
        written[:, :, :count] = seen[:, :, None] * changes[:, None]
        return initial_SC + written

    def final(self, leaves_BT1I: Tensor, initial_SC: Tensor) -> Tensor:
        """The last memory of `forward` alone, [B, S, C]."""
        count = leaves_BT1I.shape[1]
        rest = initial_SC[count:].expand(len(leaves_BT1I), -1, -1)
        return torch.cat((self.code(leaves_BT1I[:, :, 0]), rest), 1)

    def remembered(self, state_BSC: Tensor, t: int) -> Tensor:
        """The first t leaves' states through the teacher's inverse path."""
        return self.teacher.descend(state_BSC[:, None], self.teacher.config.merges, t)[:, :t]

    def aligned(self, state_BSC: Tensor, t: int) -> Tensor:
        """The memory itself: it is in the teacher's coordinates."""
        return state_BSC.flatten(1)


class MergePath(nn.Sequential):
    """A teacher's merge maps on a single leaf, level by level."""

    def forward(self, leaf_I: Tensor) -> Tensor:
        """A leaf's state [.., I] -> its slot of the root [.., C]."""
        for map in self:
            leaf_I = map.down(leaf_I)
        return leaf_I


def merge_path(teacher: Tree) -> MergePath:
    """Copies of the merge halves of a stack tree's maps, free to be trained on."""
    maps = [deepcopy(sweeper.map) for sweeper in teacher.sweepers]
    for map in maps:
        map.requires_grad_(True)
        if hasattr(map, "expand"):
            map.expand = None
    return MergePath(*maps)
