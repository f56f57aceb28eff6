"""Distilling a student: closed form, then one-step regression on the teacher's states, then its own rollouts.

    python -m engine train digits-128-student
A `zonal` student is fitted and has no optimised stage. A `slots` student that begins as a linear fit first learns every
step of a sequence at once, as a regression on the teacher's codes; one that begins as the teacher's merges knows them.
Then the rolled-out memory is decoded by the frozen teacher and compared with the frames themselves, so what it gets
wrong is weighed as the decoder will show it.
"""

from __future__ import annotations

from dataclasses import replace

import torch
from torch import Tensor, nn

from engine.checkpoints import find_checkpoint, load_tree
from engine.compressors.covariance import Covariance
from engine.compressors.students import SlotStudent, Student
from engine.compressors.students.zonal import ZonalStudent
from engine.compressors.tree import Tree
from engine.config import TrainConfig
from engine.data.datasets.batches import DigitBatches, VideoBatches
from engine.training.fitting.zonal_student import fit_zonal_student
from engine.training.stages import Stage


def with_teacher(config: TrainConfig) -> TrainConfig:
    """The config with its teacher's tree; unchanged where it names none."""
    if not config.teacher:
        return config
    tree = load_tree(find_checkpoint(config.teacher))[0]
    return replace(config, tree=tree.config)


def followed(config: TrainConfig) -> tuple[Tree, str]:
    """The teacher a config names, frozen, and its fingerprint."""
    tree, _, fingerprint = load_tree(find_checkpoint(config.teacher))
    return tree, fingerprint


def student_stages(config: TrainConfig, student: Student) -> list[Stage]:
    """One-step regression, then rollouts; none where the closed form is all."""
    if isinstance(student, ZonalStudent):
        return []
    plan = [
        Stage(index=0, title="one step", steps=config.local_steps, level=None),
        Stage(index=1, title="rollout", steps=config.joint_steps, level=None),
    ]
    return [stage for stage in plan if stage.steps]


def fit_student(
    student: Student, batches: DigitBatches | VideoBatches, device: torch.device, config: TrainConfig
) -> None:
    """The closed form a student starts from."""
    if isinstance(student, ZonalStudent):
        fit_zonal_student(student, batches, device, config.student_zones)
    elif config.student_start == "fit":
        fit_codes(student, batches, device)


@torch.no_grad()
def fit_codes(student: SlotStudent, batches: DigitBatches, device: torch.device) -> None:
    """Least squares from a leaf's state to the teacher's code of it, over the training leaves."""
    inputs = student.start.in_features
    moments = Covariance(inputs + student.start.out_features)
    for block in batches.blocks():
        leaves, codes = taught(student.teacher, block.to(device))
        moments.add(torch.cat((leaves[:, :, 0], codes), -1))
    mean, matrix = moments.result()
    ridge = 1e-6 * matrix.diagonal().mean() * torch.eye(inputs, dtype=matrix.dtype)
    weight = torch.linalg.solve(matrix[:inputs, :inputs].cpu() + ridge, matrix[:inputs, inputs:].cpu()).T
    student.start.weight.copy_(weight)
    student.start.bias.copy_(mean[inputs:].cpu() - weight @ mean[:inputs].cpu())


def taught(teacher: Tree, frames_BTHWK: Tensor) -> tuple[Tensor, Tensor]:
    """Leaf states [B, T, 1, I] and the teacher's root over them, whose slots are the leaves' codes [B, T, C]."""
    leaves = teacher.encode(frames_BTHWK)
    return leaves, teacher.rise(leaves, teacher.config.merges)[-1][:, 0]


class StudentLoss(nn.Module):
    """Loss of one stage, from whole windows of frames."""

    def __init__(self, student: SlotStudent, stage: Stage) -> None:
        super().__init__()
        self.student, self.rollout = student, stage.title == "rollout"

    def forward(self, frames_BTHWK: Tensor, levels: tuple[int, ...]) -> Tensor:
        """Mean squared error of the codes, or of the frames that the rolled-out memory gives back."""
        student, teacher = self.student, self.student.teacher
        with torch.no_grad():
            leaves, codes = taught(teacher, frames_BTHWK)
        if not self.rollout:
            return (student.code(leaves[:, :, 0]) - codes).square().mean()
        back = student_frames(student, leaves, *frames_BTHWK.shape[2:4])
        return (back - frames_BTHWK).square().mean()


def student_frames(student: Student, leaves_BTSC: Tensor, height: int, width: int) -> Tensor:
    """What the memory of a whole sequence gives back, not clipped."""
    final = student.final(leaves_BTSC, student.initial(height, width))
    return student.teacher.decode(student.remembered(final, leaves_BTSC.shape[1]), height, width)


@torch.inference_mode()
def student_errors(student: Student, frames_BTHWK: Tensor) -> list[float]:
    """[teacher's, student's] MSE of whole windows, clipped."""
    height, width = frames_BTHWK.shape[2:4]
    teacher = student.teacher
    leaves = teacher.encode(frames_BTHWK)
    root = teacher.rise(leaves, teacher.config.merges)[-1]
    taught_back = teacher.recover(root, teacher.config.merges, height, width)
    both = taught_back, student_frames(student, leaves, height, width)
    return [(back.clamp(0, 1) - frames_BTHWK).square().mean().item() for back in both]
