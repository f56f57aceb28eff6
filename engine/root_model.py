"""A model that keeps whole windows only: the same three calls as a teacher, without the levels in between.

Students and baselines are such models: one memory a window, a short window filled up with its last frame.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from torch import Tensor

from engine.model import Model


class RootModel(Model):
    """Subclasses define `rise`, which gives the root states alone."""

    def checked_merges(self, merges: int | None) -> int:
        """log2 T; ValueError for any other level."""
        if merges not in (None, self.merges):
            raise ValueError(
                f"merges is {merges}; {self.name} is a {self.kind} and keeps roots only, {self.merges} merges"
            )
        return self.merges

    def kept_states(self, frames_THWK: np.ndarray) -> Iterator[tuple[int, Tensor]]:
        """The root alone."""
        yield self.merges, self.states(frames_THWK, self.merges)
