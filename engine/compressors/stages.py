"""The plan of a training run: its stages in order, and for every step which levels are trained.

Of a tree, stage 1 … log2 T train one level each, alone (its inverse path below is used but frozen); the last ones train
all levels together, always the root and one more, drawn at random: once at the full learning rate and, if asked, again
at half. A baseline has only these and sees a teacher's very batches; a student's stages are in `students/`.
"""

from __future__ import annotations

from dataclasses import dataclass

import torch

from engine.config import TrainConfig


@dataclass(frozen=True, kw_only=True)
class Stage:
    """One stretch of optimiser steps with one learning-rate cycle."""

    index: int
    title: str
    steps: int
    level: int | None
    """the sweeper that is trained alone, counted from 0, or None for all"""
    rate: float = 1.0
    """share of the config's peak learning rate"""
    objective: str = ""
    """the objective of this stage, where it is not the config's"""
    averaged: bool = False
    """whether a stage of one level keeps a moving average, too; joint ones do"""


def joint_stages(config: TrainConfig) -> list[Stage]:
    """The stages that train everything together."""
    top = config.tree.merges
    plan = [
        Stage(index=top, title="joint", steps=config.joint_steps, level=None),
        Stage(index=top + 1, title="again", steps=config.again_steps, level=None, rate=0.5),
    ]
    return [stage for stage in plan if stage.steps]


def trained_levels(stage: Stage, merges: int, generator: torch.Generator) -> tuple[int, ...]:
    """The numbers of merges whose loss a step sums."""
    if stage.level is not None:
        return (stage.level + 1,)
    other = int(torch.randint(1, merges, (1,), generator=generator)) if merges > 1 else merges
    return tuple(sorted({merges, other}))
