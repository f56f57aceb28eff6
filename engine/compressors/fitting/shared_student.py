"""Fitting the student of a shared tree: no gradient. For every t, transforms and zones on what it still remembers.

Transforms start from what the teacher's root will ask for: its components over all T leaves, cut to the first t and
made orthonormal in their order, so that what is dropped early would hardly have been kept in the end. Zones are fitted
as the tree's (`shared_tree.py`), t after t, on nodes that the student has trimmed at t - 1.
Shapes: T leaves, S slots, C channels, t leaves so far.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import torch
from torch import Tensor
from tqdm import tqdm

from engine.compressors.base import Blocks
from engine.compressors.fitting.shared_tree import fit_level, joint, read_windows, trimmed
from engine.compressors.fitting.zonal_student import orthonormal

if TYPE_CHECKING:
    from engine.compressors.students.shared import SharedStudent

SAMPLE = 24_000
"""slots of whole windows that every step's zones are fitted on"""
RARE = 0.003
"""as in `shared_tree.py`, but smaller: what a step has no place for is gone at all later ones"""


@torch.no_grad()
def fit_shared_student(student: SharedStudent, batches: Blocks, device: torch.device) -> None:
    """Set transforms, places and zones of every t < T in place."""
    transforms, windows = read_windows(student.teacher, batches, device, SAMPLE)
    generator = torch.Generator().manual_seed(0)
    leaves = [[leaf_SC.T.contiguous() for leaf_SC in window] for window in windows]
    least = len(student.teacher.sweepers[-1].depth)
    nodes, before = [first for first, *_ in leaves], transforms[1]
    for t, sweeper in enumerate(tqdm(student.steps, desc="student zones", unit="leaf"), 2):
        basis_Ctt = cut_short(transforms[student.leaves], t)
        pairs = list(zip(nodes, (window[t - 1] for window in leaves), strict=True))
        matrix_Ctt = joint(before, transforms[1], basis_Ctt)
        fit_level(sweeper, pairs, matrix_Ctt, generator, least=least, rare=RARE, weighted=student.looking(t, basis_Ctt))
        weighted = student.looking(t, basis_Ctt)  # anew: fewer places are left
        nodes, before = [trimmed(sweeper, pair, weighted) for pair in pairs], basis_Ctt


def cut_short(final_CTT: Tensor, t: int) -> Tensor:
    """Q_t [C, t, t]: each channel's components over T leaves, cut to the first t, orthonormal in their order."""
    return torch.stack([orthonormal(final_TT[:t].double()) for final_TT in final_CTT]).float()
