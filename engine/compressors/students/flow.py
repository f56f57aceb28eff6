"""The student of a fused tree: m + g(m, x, t) over the whole memory, one step a leaf (`../flow.py`).

A stack tree's student writes a slot a leaf; a fused tree has none to write, every leaf may change all of its memory.
The student sees the teacher's leaf states and is drawn to the teacher's roots at whatever length a window ends (the
objective `follow`). It starts at the teacher's memory of nothing. What a step costs depends on neither t nor T.
Shapes: B windows, T leaves, S slots (1), C channels.
"""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor

from engine.compressors.base import Blocks, join, split
from engine.compressors.codecs.learned import lengths
from engine.compressors.flow import Flow
from engine.compressors.stages import Stage
from engine.compressors.students.base import Student
from engine.compressors.tree import Tree
from engine.config import TrainConfig, setting
from engine.registry import COMPRESSORS


@COMPRESSORS.add
class FlowStudent(Student):
    """The flow's weights; the teacher stands beside them."""

    name, pads_black = "flow_student", True

    @dataclass(frozen=True, kw_only=True)
    class Config:
        """The flow."""

        units: int = setting(256, low=1, high=16384, unit="units")
        """width of g's perceptron"""

    def __init__(self, teacher: Tree, options: Config) -> None:
        super().__init__(teacher, options)
        floats = teacher.config.channels
        self.flow = Flow(floats, floats, hidden=options.units, leaves=self.leaves)

    @classmethod
    def stages(cls, config: TrainConfig) -> list[Stage]:
        """Rollouts alone: a step has no target of its own before it stands where the student stands."""
        return [Stage(index=1, title="rollout", steps=config.joint_steps, level=None)] if config.joint_steps else []

    @torch.no_grad()
    def fit(self, batches: Blocks, device: torch.device) -> None:
        """Start at the teacher's memory of black frames."""
        config = self.config
        black = torch.zeros(1, self.leaves, config.height, config.width, config.colours, device=device)
        self.flow.first.copy_(self.taught(black)[0, 0])

    def taught(self, frames_BTHWK: Tensor) -> Tensor:
        """The teacher's roots [B, S, C]."""
        return self.teacher.levels(frames_BTHWK, self.config.merges)[-1][:, 0]

    def levels(self, frames_BTHWK: Tensor, merges: int, at_once: int | None = None) -> list[Tensor]:
        """The memory after the last frame that has come, [[B, 1, S, C]]."""
        leaves = join(self.teacher.encode(part) for part in split(frames_BTHWK, at_once))
        memories = self.forward(leaves, self.initial(*frames_BTHWK.shape[2:4]))
        return [memories[torch.arange(len(memories)), lengths(frames_BTHWK)][:, None]]

    def initial(self, height: int, width: int) -> Tensor:
        """The memory of nothing, [1, C]."""
        return self.flow.first[None]

    def step(self, state_BSC: Tensor, leaf_BSC: Tensor, t: int) -> Tensor:
        """The memory after one more leaf."""
        return self.flow(state_BSC[:, 0], leaf_BSC[:, 0], t)[:, None]

    def forward(self, leaves_BTSC: Tensor, initial_SC: Tensor) -> Tensor:
        """All memories m_0 … m_T, [B, T + 1, S, C]."""
        memories = [initial_SC.expand(len(leaves_BTSC), -1, -1)]
        for t in range(leaves_BTSC.shape[1]):
            memories.append(self.step(memories[-1], leaves_BTSC[:, t], t))
        return torch.stack(memories, 1)

    def final(self, leaves_BTSC: Tensor, initial_SC: Tensor) -> Tensor:
        """The last memory of `forward`, [B, S, C]."""
        return self.forward(leaves_BTSC, initial_SC)[:, -1]

    def remembered(self, state_BSC: Tensor, t: int) -> Tensor:
        """The first t leaves' states through the teacher's inverse path."""
        return self.teacher.descend(state_BSC[:, None], self.config.merges, t)[:, :t]

    def aligned(self, state_BSC: Tensor, t: int) -> Tensor:
        """The memory itself: it is in the teacher's coordinates."""
        return state_BSC.flatten(1)
