"""What every reader shares: the facts of an input, the interface of a reader, the limits, and notes that are said once.

Shapes: H W pixels, K colours.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from numbers import Real
from typing import Protocol

import numpy as np

MAX_SIDE = 8192
MIN_FPS, MAX_FPS = 1e-5, 1000.0
"""frames per second that can be kept and written: one frame a day lies just within"""
ASSUMED_FPS = {"video": 25.0, "images": 10.0}
"""frames per second where nothing states them"""
MAX_NAME = 200
"""characters of a name that a memory file keeps"""


@dataclass(frozen=True, kw_only=True)
class SourceInfo:
    """What is known on opening. Raises ValueError for a rate that no memory file could hold."""

    name: str
    kind: str
    """video or images"""
    frames: int | None
    """as stated, before any range is chosen; None when nothing states it"""
    height: int
    """upright and with square pixels, before resizing"""
    width: int
    fps: float

    def __post_init__(self) -> None:
        check_fps(self.fps)


class Reader(Protocol):
    """What each kind of input offers: raw RGB or grey frames at native or scaled size."""

    info: SourceInfo
    notes: list[str]

    def read(self, size: tuple[int, int] | None) -> Iterator[np.ndarray]: ...


class Notes(list[str]):
    """Sentences for the user, each said once however often a file is read."""

    def say(self, sentence: str) -> None:
        """Add a sentence unless it is there."""
        if sentence not in self:
            self.append(sentence)


def is_rate(fps: object) -> bool:
    """Whether a number is a frame rate that can be kept, read back and written."""
    return isinstance(fps, Real) and math.isfinite(fps) and MIN_FPS <= fps <= MAX_FPS


def check_fps(fps: object) -> float:
    """The rate as a float. Raises ValueError for what is none, with what would be accepted."""
    if not is_rate(fps):
        raise ValueError(f"the frame rate is {str(fps)[:20]}; choose a number from {MIN_FPS:g} to {MAX_FPS:g}")
    return float(fps)


def check_side(side: int, name: str) -> None:
    """Raises ValueError for pictures that would not fit into memory."""
    if side > MAX_SIDE:
        raise ValueError(f"{name} is {side:,} pixels along one side; at most {MAX_SIDE:,} are accepted, scale it down")
