"""One window through the whole tree, the heavy step of the Explore tab, as a lent GPU can run it (see `gpu.py`).

Shapes: t real frames of a window, H W K frame.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace

import numpy as np

from app.server.gpu import lent_device, short, zero_gpu
from app.server.models import model
from engine.data.writer import to_pixels
from engine.evaluation.levels import Level, explore_window
from engine.model import Model


def explored(loaded: Model, frames_THWK: np.ndarray, *, measure: bool = True) -> list[Level]:
    """Every level of one window; frames as bytes, since a long window has many and they are only drawn."""
    if zero_gpu():
        return lent(loaded.name, frames_THWK, measure)
    return list(drawn(explore_window(loaded, frames_THWK, measure=measure)))


@short
def lent(name: str, frames_THWK: np.ndarray, measure: bool) -> list[Level]:
    """The same on a lent GPU; the model travels as its name."""
    return list(drawn(explore_window(model(name, lent_device()), frames_THWK, measure=measure)))


def drawn(levels: Iterable[Level]) -> Iterator[Level]:
    """The levels with frames uint8."""
    for level in levels:
        yield replace(level, frames_THWK=np.stack([to_pixels(frame) for frame in level.frames_THWK]))
