"""A second process that explores, once several visitors of a shared page stand in line.

A window is a thousand short operations, and after each of them its thread asks Python to be let in again. On a page
that answers fifty visitors it waits longer for that than it computes: 3 s a window instead of 0.3. Another process has
a Python of its own. It is begun when the line first has two tickets, and used from when it has loaded the model; before
that, and where it has ended, whatever the reason, the page computes itself.
"""

from __future__ import annotations

import os
import threading
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from dataclasses import replace
from functools import lru_cache
from multiprocessing import get_context
from typing import Any

import numpy as np
import torch

from app.pictures.state_maps import Maps, state_maps
from app.server.models import model
from app.server.queue import BEHIND
from engine.data.writer import to_pixels
from engine.evaluation.levels import Level, explore_window
from engine.model import Model
from engine.parent import end_with

Plain = tuple[int, np.ndarray, np.ndarray, np.ndarray | None, list[float]]
"""a level that travels: merges, states, frames as bytes, errors, SSIM"""


class Helper:
    """The process, and which models it has loaded."""

    def __init__(self) -> None:
        self.pool: ProcessPoolExecutor | None = None
        self.loaded: dict[str, Future] = {}
        self.lock = threading.Lock()

    def ready(self, name: str) -> bool:
        """Whether it has loaded a model; if it has not, it begins to."""
        with self.lock:
            if self.pool is None:
                self.pool = ProcessPoolExecutor(1, get_context("spawn"), initializer=step_back, initargs=(os.getpid(),))
            if name not in self.loaded:
                try:
                    self.loaded[name] = self.pool.submit(load, name)
                except BrokenProcessPool:
                    self.forget()
                    return False
            loaded = self.loaded[name]
            if loaded.done() and loaded.exception() is not None:
                self.forget()
                return False
            return loaded.done()

    def explored(self, name: str, frames_THWK: np.ndarray) -> tuple[list[Level], Maps] | None:
        """Every level of one window and its maps; None where it has not the model yet, or has ended."""
        if not self.ready(name) or (pool := self.pool) is None:
            return None
        try:
            plain, maps = pool.submit(explored_plainly, name, frames_THWK).result()
        except RuntimeError as error:  # it has ended, or another turn has put it away; what fails there fails here too
            with self.lock:
                if isinstance(error, BrokenProcessPool) and self.pool is pool:
                    self.forget()
            return None
        return [level_from(each) for each in plain], maps

    def forget(self) -> None:
        """Its process has ended; the next one that is asked for is another."""
        if self.pool is not None:
            self.pool.shutdown(wait=False)
        self.pool, self.loaded = None, {}


@lru_cache(maxsize=1)
def helper() -> Helper:
    """The page's one."""
    return Helper()


def step_back(parent: int) -> None:
    """In the other process: let those who answer clicks go first, and end when the page has ended, however."""
    os.nice(BEHIND)
    end_with(parent)


def load(name: str) -> None:
    """In the other process: load a model."""
    model(name)


def explored_plainly(name: str, frames_THWK: np.ndarray) -> tuple[list[Plain], Maps]:
    """In the other process: the levels of a window and their maps."""
    loaded = model(name)
    found = levels(loaded, frames_THWK)
    plain = [(level.merges, level.states_NSC.numpy(), level.frames_THWK, level.mse_T, level.ssim) for level in found]
    return plain, state_maps(loaded, found)


def levels(loaded: Model, frames_THWK: np.ndarray, *, measure: bool = True) -> list[Level]:
    """Every level of one window; frames as bytes, since a long window has many and they are only drawn."""
    found = explore_window(loaded, frames_THWK, measure=measure)
    return [replace(level, frames_THWK=np.stack([to_pixels(frame) for frame in level.frames_THWK])) for level in found]


def level_from(plain: Plain) -> Level:
    """A level that has travelled."""
    merges, states_NSC, frames_THWK, mse_T, ssim = plain
    states: Any = torch.from_numpy(states_NSC)
    return Level(merges=merges, states_NSC=states, frames_THWK=frames_THWK, mse_T=mse_T, ssim=ssim)
