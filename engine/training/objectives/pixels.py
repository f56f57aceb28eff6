"""Reconstruction: the frames that went in, judged in pixels at every level that a step trains."""

from __future__ import annotations

from engine.registry import OBJECTIVES
from engine.training.objectives.base import Objective


@OBJECTIVES.add
class PixelObjective(Objective):
    """What the contract does when nothing is overridden."""

    name = "pixels"
