"""Windows through the whole tree, the heavy step of the Explore tab, as a lent GPU can run it (see `gpu.py`).

Shapes: t real frames of a window, H W K frame.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from itertools import count

import numpy as np

from app.pictures.state_maps import Maps, state_maps
from app.server.gpu import lent_device, short, zero_gpu
from app.server.helper import helper, levels
from app.server.limits import limits
from app.server.models import model
from app.server.queue import queue
from engine.evaluation.levels import Level
from engine.model import Model
from engine.overlap import side_by_side


def all_explored(
    loaded: Model,
    windows: Iterable[np.ndarray | None],
    then: Callable[[int, np.ndarray, list[Level]], None],
    *,
    several: bool,
) -> Iterator[tuple[np.ndarray, list[Level], Maps] | None]:
    """Windows in their order, each with its levels and maps; None where the next one is not there yet. `then` is done
    with each, and with its number, before it is given out.

    Two are under way at a time where there are `several`, the model gains by it and nobody waits.
    """
    fit, numbers = several and loaded.single_threaded and not zero_gpu(), count()

    def work(item: tuple[int, np.ndarray]) -> tuple[np.ndarray, list[Level], Maps]:
        """A window with what was found of it."""
        index, frames_THWK = item
        found, maps = explored(loaded, frames_THWK)
        then(index, frames_THWK, found)
        return frames_THWK, found, maps

    numbered = (None if each is None else (next(numbers), each) for each in windows)
    return side_by_side(work, numbered, lambda: fit and len(queue().tickets) < 2)


def explored(loaded: Model, frames_THWK: np.ndarray) -> tuple[list[Level], Maps]:
    """Every level of one window and its maps, in one's turn: by the helper where others wait for theirs."""
    crowded = limits().public and not zero_gpu() and loaded.device.type == "cpu" and len(queue().tickets) > 1
    if crowded and (found := helper().explored(loaded.name, frames_THWK)):
        return found
    found = lent(loaded.name, frames_THWK, True) if zero_gpu() else levels(loaded, frames_THWK)
    return found, state_maps(loaded, found)


def pictured(loaded: Model, frames_THWK: np.ndarray) -> list[Level]:
    """The same without errors, for somebody who looks at the window."""
    return lent(loaded.name, frames_THWK, False) if zero_gpu() else levels(loaded, frames_THWK, measure=False)


@short
def lent(name: str, frames_THWK: np.ndarray, measure: bool) -> list[Level]:
    """The same on a lent GPU; the model travels as its name."""
    return levels(model(name, lent_device()), frames_THWK, measure=measure)
