"""One window through the whole tree, the heavy step of the Explore tab, as a lent GPU can run it (see `gpu.py`).

Shapes: t real frames of a window, H W K frame.
"""

from __future__ import annotations

import numpy as np

from app.pictures.state_maps import Maps, state_maps
from app.server.gpu import lent_device, short, zero_gpu
from app.server.helper import helper, levels
from app.server.limits import limits
from app.server.models import model
from app.server.queue import queue
from engine.evaluation.levels import Level
from engine.model import Model


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
