"""A loaded student: the same three calls as a teacher, but its memory is built one frame after the other.

It keeps roots only and decodes them through its teacher. `compress` settles a finished memory where the teacher does,
for then the frames are at hand; along a trajectory nothing settles.
Shapes: T frames of a window, N nodes, S slots, C channels, H W K frame.
"""

from __future__ import annotations

import numpy as np
import torch
from torch import Tensor

from engine.compressors.students import Student
from engine.model import pad_leaves, to_tensor
from engine.root_model import RootModel


class StudentModel(RootModel):
    """A student ready for use."""

    def __init__(self, student: Student, *, card: dict, name: str, fingerprint: str, device: str | None = None) -> None:
        super().__init__(student.teacher, card=card, name=name, fingerprint=fingerprint, device=device)
        self.student = student.to(self.device)

    @property
    def parameters(self) -> int:
        """Number of learned values: its own and its teacher's, with which it decodes."""
        return self.student.learned() + self.tree.learned()

    @torch.inference_mode()
    def rise(self, frames_THWK: np.ndarray, merges: int) -> list[Tensor]:
        """[root states [1, S, C]] of one window, a short one filled up with its last frame."""
        leaves = self.encoded(pad_leaves(frames_THWK, self.leaves))
        return [self.student.final(leaves, self.student.initial(*frames_THWK.shape[1:3]))]

    @torch.inference_mode()
    def encoded(self, frames_THWK: np.ndarray) -> Tensor:
        """Leaf states [1, T, S, C]."""
        frames = to_tensor(frames_THWK, self.device)
        return torch.cat([self.tree.encode(part[None]) for part in self.parts(frames)], 1)
