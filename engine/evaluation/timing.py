"""Milliseconds: a whole window to its memory, and one more frame of a stream, on whatever the model runs on.

The fastest of several runs is taken: everything that other programs do to a machine only ever adds.
"""

from __future__ import annotations

import time
from collections.abc import Callable

import numpy as np

from engine.model import Model
from engine.streaming.stream import open_stream

REPEATS = 40


def milliseconds(work: Callable[[], object], repeats: int = REPEATS) -> float:
    """The fastest of several runs, after one that does not count."""
    work()
    taken = []
    for _ in range(repeats):
        start = time.perf_counter()
        work()
        taken.append(time.perf_counter() - start)
    return 1000 * min(taken)


def streamed(model: Model, frames_THWK: np.ndarray) -> None:
    """One window, frame by frame."""
    height, width = frames_THWK.shape[1:3]
    stream = open_stream(model, height=height, width=width)
    for frame in frames_THWK:
        stream.push(frame)


def timings(model: Model, frames_THWK: np.ndarray) -> dict[str, float]:
    """`compress_ms` of a full window and `step_ms` of one frame of a stream, the mean over the window."""
    return {
        "compress_ms": round(milliseconds(lambda: model.compress(frames_THWK)), 3),
        "step_ms": round(milliseconds(lambda: streamed(model, frames_THWK), 8) / len(frames_THWK), 3),
    }
