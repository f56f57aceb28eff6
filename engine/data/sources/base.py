"""What every reader shares: the facts of an input, the interface of a reader, the limits, and notes that are said once.

Shapes: H W pixels, K colours.
"""

from __future__ import annotations

import math
import os
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
INHERITED = "IMFN_READER_BOUNDS"
"""the variable by which a shared page's workers know its bounds"""
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

    def read(self, size: tuple[int, int] | None, first: int = 0) -> Iterator[np.ndarray | None]:
        """Frames in order; None for each of those before `first`, which are passed over as cheaply as can be."""
        ...


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


@dataclass
class Bounds:
    """What every reader of this process keeps to, from the first header to the last frame; a shared page lowers it."""

    max_pixels: int = MAX_SIDE * MAX_SIDE
    """of a picture as it is stored"""
    threads: int = 0
    """that decode one video, each with frames of its own in memory; 0 for as many as there are cores"""

    def lower(self, max_pixels: float, threads: int) -> None:
        """Keep to less, here and in the processes that are started from now on."""
        self.max_pixels, self.threads = int(min(max_pixels, self.max_pixels)), threads
        os.environ[INHERITED] = f"{self.max_pixels} {threads}"


def inherited() -> Bounds:
    """What the process that started this one keeps to."""
    said = os.environ.get(INHERITED, "").split()
    known = len(said) == 2 and all(word.isdigit() for word in said)
    return Bounds(max_pixels=int(said[0]), threads=int(said[1])) if known else Bounds()


BOUNDS = inherited()


class TooLarge(ValueError):
    """A picture is larger than this process takes: no damage, and no frame to be passed over."""


def check_size(height: int, width: int, name: str) -> None:
    """Raises TooLarge for pictures that would not fit into memory. Called with every header, before its pixels are
    decoded, and with every frame, since frames may grow.
    """
    if (side := max(height, width)) > MAX_SIDE:
        raise TooLarge(f"{name} is {side:,} pixels along one side; at most {MAX_SIDE:,} are accepted, scale it down")
    if height * width > BOUNDS.max_pixels:
        raise TooLarge(
            f"{name} has pictures of {width:,}×{height:,}; {BOUNDS.max_pixels / 1e6:g} million pixels are accepted "
            "here, scale it down"
        )
