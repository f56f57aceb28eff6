"""What all students share: the teacher beside them, in whose format their last memory is and which decodes it.

    initial(height, width) -> m_0 [S, C]            step(m_BSC, leaf_BSC, t) -> m_{t+1}
    forward(leaves_BTSC, m_0) -> [B, T+1, S, C]     final(leaves_BTSC, m_0) -> the last of them alone
    remembered(m_BSC, t) -> the first t leaf states [B, t, S, C]
    aligned(m_BSC, t) -> [B, D'], the memory in the teacher's coordinates, for distances and projections
`step` one leaf at a time is `forward`. The optimised stages are a one-step regression on the teacher's states (the
objective `codes`), then rollouts, whose memories the frozen teacher decodes, so what is wrong weighs as it will show.
Shapes: B batch, T leaves, S slots, C channels, H W K frame.
"""

from __future__ import annotations

from typing import ClassVar, Self

import torch
from torch import Tensor

from engine.compressors.base import Compressor, join, split
from engine.compressors.stages import Stage
from engine.compressors.tree import Tree
from engine.config import TrainConfig, from_dict
from engine.registry import COMPRESSORS


class Student(Compressor):
    """Subclasses define `initial`, `step`, `forward`, `final`, `remembered` and `aligned`."""

    kind: ClassVar[str] = "student"
    keeps_levels: ClassVar[bool] = False

    def __init__(self, teacher: Tree, options: object) -> None:
        super().__init__()
        self.beside = (teacher,)  # in a tuple, so that it is neither trained nor stored with the student
        self.config, self.options = teacher.config, options
        self.leaves = teacher.config.leaves

    @classmethod
    def build(cls, config: TrainConfig, teacher: Compressor | None = None) -> Self:
        """The untrained student of a teacher; ValueError without one."""
        if teacher is None:
            raise ValueError(f"a {cls.name} follows a teacher; name one")
        return cls(teacher, config.parts.get(cls.name) or cls.Config())

    @property
    def teacher(self) -> Tree:
        """The tree that is followed, and whose inverse path decodes."""
        return self.beside[0]

    @classmethod
    def stages(cls, config: TrainConfig) -> list[Stage]:
        """One-step regression, then rollouts; none where the closed form is all."""
        plan = [
            Stage(index=0, title="one step", steps=config.local_steps, level=None, objective="codes"),
            Stage(index=1, title="rollout", steps=config.joint_steps, level=None),
        ]
        return [stage for stage in plan if stage.steps and cls.trained]

    def check_frames(self, height: int, width: int, colours: int) -> None:
        """ValueError unless the teacher can take such frames."""
        self.teacher.check_frames(height, width, colours)

    def encode(self, frames_BTHWK: Tensor, at_once: int | None = None) -> Tensor:
        """The teacher's leaf states [B, T, S, C]."""
        return join(self.teacher.encode(part) for part in split(frames_BTHWK, at_once))

    def levels(self, frames_BTHWK: Tensor, merges: int, at_once: int | None = None) -> list[Tensor]:
        """The memory of whole windows, [[B, 1, S, C]]."""
        leaves = self.encode(frames_BTHWK, at_once)
        return [self.final(leaves, self.initial(*frames_BTHWK.shape[2:4]))[:, None]]

    def recover(
        self,
        states_BNSC: Tensor,
        merges: int,
        height: int,
        width: int,
        count: int | None = None,
        at_once: int | None = None,
    ) -> Tensor:
        """What the teacher recovers of finished memories."""
        return self.teacher.recover(states_BNSC, merges, height, width, count, at_once)

    def reconstruct(self, frames_BTHWK: Tensor, levels: tuple[int, ...]) -> dict[int, Tensor]:
        """What the memories of whole windows give back, by the student's own account of their leaves."""
        with torch.no_grad():
            leaves = self.teacher.encode(frames_BTHWK)
        return {self.config.merges: self.rolled_out(leaves, *frames_BTHWK.shape[2:4])}

    def rolled_out(self, leaves_BTSC: Tensor, height: int, width: int) -> Tensor:
        """Frames of the memory of a whole sequence of leaf states, not clipped."""
        final = self.final(leaves_BTSC, self.initial(height, width))
        return self.teacher.decode(self.remembered(final, leaves_BTSC.shape[1]), height, width)

    def views(self, frames_BTHWK: Tensor) -> dict[str, Tensor]:
        """What the teacher's root and the student's memory give back."""
        height, width = frames_BTHWK.shape[2:4]
        leaves, merges = self.teacher.encode(frames_BTHWK), self.config.merges
        root = self.teacher.rise(leaves, merges)[-1]
        return {
            "teacher": self.teacher.recover(root, merges, height, width),
            "student": self.rolled_out(leaves, height, width),
        }

    def state_shape(self, merges: int, height: int, width: int) -> tuple[int, int]:
        """[S, C] of a finished memory, as the teacher's root."""
        return self.teacher.state_shape(merges, height, width)

    def index_floats(self, merges: int) -> int:
        """As the teacher."""
        return self.teacher.index_floats(merges)

    def exact_floats(self, merges: int, slots: int) -> int:
        """As the teacher."""
        return self.teacher.exact_floats(merges, slots)

    def slot_floats(self, states_NSC: Tensor, merges: int) -> Tensor | None:
        """As the teacher."""
        return self.teacher.slot_floats(states_NSC, merges)

    def check_states(self, states_MSC: Tensor, merges: int) -> None:
        """As the teacher, in whose format they are."""
        self.teacher.check_states(states_MSC, merges)

    def begin(self, height: int, width: int) -> Tensor:
        """The memory of nothing, [1, S, C]."""
        return self.initial(height, width)[None]

    def push(self, frame_BHWK: Tensor, carried: Tensor, t: int) -> tuple[Tensor, Tensor]:
        """One step."""
        state = self.step(carried, self.encode(frame_BHWK[:, None])[:, 0], t)
        return state, state

    def recall(self, memory_BSC: Tensor, t: int, height: int, width: int, at_once: int | None = None) -> Tensor:
        """The first t frames as the memory of t leaves holds them."""
        leaves = self.remembered(memory_BSC, t)
        return join(self.teacher.decode(part, height, width) for part in split(leaves, at_once))


def build_student(teacher: Tree, **settings: object) -> Student:
    """The untrained student that suits a teacher, with some of its own settings; ValueError where there is none."""
    cls = COMPRESSORS.get(type(teacher).student(teacher.config))
    return cls(teacher, from_dict(cls.Config, settings))
