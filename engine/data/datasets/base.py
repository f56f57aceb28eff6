"""The contract of training and test data: where windows of frames come from.

A data set is a class in a file of its own, registered by the name that a config's `data` gives. It reads what it trains
on when it is made; `draw` depends on the generator alone, so that a resumed run sees the very batches it would have
seen. Shapes: B windows, T leaves, H W K frame.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import ClassVar

import numpy as np
import torch
from torch import Tensor

from engine.config import TrainConfig
from engine.data.datasets.questions import Question
from engine.registry import NoSettings


@dataclass(frozen=True, kw_only=True)
class Batch:
    """Windows of one step: frames, and whatever else an objective asks of them (actions, labels, futures), by name."""

    frames_BTHWK: Tensor
    """in [0, 1]"""
    more: dict[str, Tensor] = field(default_factory=dict)
    """first axis B"""

    def to(self, device: torch.device) -> Batch:
        """The same on a device."""
        more = {name: value.to(device) for name, value in self.more.items()}
        return Batch(frames_BTHWK=self.frames_BTHWK.to(device), more=more)

    def share(self, rank: int, processes: int) -> Batch:
        """Every `processes`-th window, from `rank` on."""
        more = {name: value[rank::processes] for name, value in self.more.items()}
        return Batch(frames_BTHWK=self.frames_BTHWK[rank::processes], more=more)


class Dataset:
    """Training data in memory. Subclasses set `origin` and define `blocks`, `draw` and `test_windows`."""

    name: ClassVar[str]
    public: ClassVar[bool] = False
    """whether strangers on a shared page may train on it"""
    one_size: ClassVar[bool] = False
    """whether its frames have the size that a flat codec's config states"""
    independent: ClassVar[bool] = False
    """whether the leaves of a window say nothing of one another, so that any two nodes of a level may be a pair"""
    Config: ClassVar[type] = NoSettings
    """its own settings, a frozen keyword-only dataclass"""

    origin: str
    """what the data are, in words, for the card"""

    def __init__(self, config: TrainConfig) -> None:
        self.config, self.options, self.leaves = config, config.data_options, config.tree.leaves

    @classmethod
    def check(cls, config: TrainConfig) -> None:
        """ValueError when there is nothing to train on, without reading it all."""

    @classmethod
    def questions(cls, config: TrainConfig) -> tuple[Question, ...]:
        """What it asks of a memory besides the frames; objectives that predict need some (`questions.py`)."""
        return ()

    @classmethod
    def frame_size(cls, config: TrainConfig) -> tuple[int, int]:
        """Height and width of a training frame."""
        return config.tree.height, config.tree.width

    def blocks(self) -> Iterator[Tensor]:
        """The training frames for closed forms, as windows [B, T, H, W, K], the same at every pass."""
        raise NotImplementedError

    def futures(self) -> Iterator[Batch]:
        """The windows of `blocks`, for closed forms that foretell with their `more["future"]` [B, F]; here without."""
        for frames in self.blocks():
            yield Batch(frames_BTHWK=frames)

    def draw(self, windows: int, leaves: int, generator: torch.Generator) -> Batch:
        """Random windows of so many leaves."""
        raise NotImplementedError

    @classmethod
    def test_windows(
        cls, leaves: int, data: str | Path | None, *, seeds: int = 1, size: int = 128, held_out: int = 0
    ) -> tuple[str, Iterator[np.ndarray]]:
        """What the test data are, and their windows [T, H, W, K], uint8 or in [0, 1]; nothing of them is trained on.

        data: the folder that IMFN_DATA would name. seeds: orders or draws of the same data, one after the other. size:
        pixels a side, of videos. held_out: measure on so many items at the end of the training data instead.
        """
        raise NotImplementedError


def load_dataset(config: TrainConfig) -> Dataset:
    """The training data a config names."""
    return config.dataset(config)


def step_generator(seed: int, stage: int, step: int, rank: int = 0) -> torch.Generator:
    """The random numbers of one step of one process, whatever came before."""
    generator = torch.Generator()
    generator.manual_seed(hash((seed, stage, step, rank)) & 0x7FFFFFFFFFFFFFFF)
    return generator
