"""What a memory on its way should keep: what the teacher's root would keep if the newest leaf stayed for the rest.

A memory of t < T leaves that keeps its largest coefficients drops some that the end will want, and every step in other
coordinates drops a little more of what is left (as a picture that is saved again and again). So before a step chooses,
it looks ahead: its t leaves, and the last one T - t times more, are seen as the root sees T leaves, and the root's
zones are chosen. A coefficient counts as far as it leads to places that these keep; a small share of it counts however
that may be, since the memory must give back its leaves now, too.
Both ways are products of a small matrix a channel, so a step costs two more of these and one more choice of zones.
Shapes: T leaves of a window, t leaves so far, S slots, C channels, W channels kept, U places of the memory.
"""

from __future__ import annotations

import torch
from torch import Tensor

from engine.compressors.sweepers.shared_sweeper import SharedSweeper
from engine.compressors.tree import Tree


class Foresight:
    """For memories of t leaves that `sweeper` makes. basis_Wtt: what each of its coefficients is in time, a channel;
    final_WTT: the same of the teacher's `root`.
    """

    def __init__(self, root: SharedSweeper, sweeper: SharedSweeper, basis_Wtt: Tensor, final_WTT: Tensor) -> None:
        t, width = basis_Wtt.shape[1], min(len(basis_Wtt), len(final_WTT), len(sweeper.depth))
        seen_WtT, stays_W1T = final_WTT[:width, :t], final_WTT[:width, t:].sum(1, keepdim=True)
        matrix_WnT = torch.cat((basis_Wtt[:width].mT @ seen_WtT, stays_W1T), 1)
        self.root, self.to_root, self.back = (
            root,
            *(step_to(root, sweeper, x) for x in (matrix_WnT, matrix_WnT.square())),
        )

    def worth(self, opened_US: Tensor, leaf_CS: Tensor) -> Tensor:
        """The share [U, S] of each coefficient's energy that would be kept in the end, 0 to 1."""
        at_root = self.to_root.merged(opened_US, leaf_CS)
        return self.back.parted(self.root.kept(self.root.choose(at_root)))[0].clamp_(0, 1)

    def weighted(self, opened_US: Tensor, leaf_CS: Tensor, ahead: float) -> Tensor:
        """The coefficients as a choice should see them: `ahead` of their energy counts for the end alone."""
        return opened_US * self.worth(opened_US, leaf_CS).mul_(ahead).add_(1 - ahead).sqrt_()


def step_to(root: SharedSweeper, sweeper: SharedSweeper, matrix_WnT: Tensor) -> SharedSweeper:
    """From a memory and one more leaf to the places of the root."""
    sizes = {"channels": root.channels, "zones": root.zones, "groups": root.groups, "step": True}
    step = SharedSweeper(**sizes, below=sweeper).to(root.transform.device)
    step.take(matrix_WnT, root)
    return step


def composed(left_Wll: Tensor, right_Wrr: Tensor | None, matrix_Wnn: Tensor) -> Tensor:
    """What each of a parent's coefficients is in time [W, n, n], from both children's; None stands for a leaf."""
    width, left = len(matrix_Wnn), left_Wll.shape[1]
    first, last = left_Wll[:width] @ matrix_Wnn[:, :left], matrix_Wnn[:, left:]
    return torch.cat((first, last if right_Wrr is None else right_Wrr[:width] @ last), 1)


def teacher_basis(teacher: Tree) -> Tensor:
    """The same of a tree's root, [W, T, T]."""
    basis = torch.ones(teacher.codec.channels, 1, 1, device=teacher.codec.rotation.device)
    for sweeper in teacher.sweepers:
        basis = composed(basis, basis, sweeper.transform.detach())
    return basis
