"""How a training is asked to stop: by Ctrl-C or by a recorder, between two steps or two blocks of data, and by all
processes together.
"""

from __future__ import annotations

import signal
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING

import torch
from torch import Tensor

from engine.data.datasets.base import Batch, Dataset

if TYPE_CHECKING:
    from accelerate import Accelerator


class StopAsked(Exception):
    """Somebody wants the run to stop while a closed form reads the data."""


class Interruptible:
    """A data set whose passes over the data end with StopAsked as soon as somebody wants to stop."""

    def __init__(self, dataset: Dataset, stopping: Callable[[], bool]) -> None:
        self.dataset, self.stopping = dataset, stopping
        self.origin = dataset.origin

    def draw(self, windows: int, leaves: int, generator: torch.Generator) -> Batch:
        """The same windows."""
        return self.dataset.draw(windows, leaves, generator)

    def blocks(self) -> Iterator[Tensor]:
        """The same blocks."""
        for block in self.dataset.blocks():
            if self.stopping():
                raise StopAsked
            yield block

    def futures(self) -> Iterator[Batch]:
        """The same blocks with their futures."""
        for batch in self.dataset.futures():
            if self.stopping():
                raise StopAsked
            yield batch


@contextmanager
def stop_on_interrupt() -> Iterator[list[bool]]:
    """Ctrl-C (or SIGTERM) asks the loop to stop after the step; a second one interrupts at once."""
    asked: list[bool] = []

    def ask(number: int, frame: object) -> None:
        asked.append(True)
        signal.signal(number, before[number])

    before = {}
    with suppress(ValueError):  # not in the main thread: nothing to catch there
        for number in (signal.SIGINT, signal.SIGTERM):
            before[number] = signal.signal(number, ask)
    try:
        yield asked
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def agreed(accelerator: Accelerator, stopping: Callable[[], bool]) -> Callable[[], bool]:
    """One answer for all processes: one that stops alone would leave the others waiting."""
    if accelerator.num_processes == 1:
        return stopping

    def ask() -> bool:
        wanted = torch.tensor(float(stopping()), device=accelerator.device)
        return bool(accelerator.reduce(wanted, "sum"))

    return ask
