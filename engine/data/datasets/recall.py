"""recall: symbols to be kept apart (`../worlds/recall.py`); asked is one that was shown earlier.

A frame is a row of 32 places, one of which is on. Nothing of it is read from a file.
Shapes: B windows, T leaves.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from torch import Tensor
from torch.nn import functional as F

from engine.config import TrainConfig, setting
from engine.data.datasets.base import Batch, Dataset, step_generator
from engine.data.datasets.questions import Question, future_of
from engine.data.worlds import recall
from engine.registry import DATASETS

SYMBOLS = recall.KEYS + recall.VALUES
BLOCKS = 16
"""blocks of 256 windows that a closed form is fitted to"""
TESTED = 64
"""test sequences a seed"""


def recall_batch(task: str, back: int, windows: int, leaves: int, generator: torch.Generator) -> Batch:
    """Random windows with their question."""
    if task == "repeat":
        symbols_BT, answer_B = recall.repeat(windows, leaves, back, generator)
        more = {"true.symbol": F.one_hot(answer_B, recall.SUITS).float()}
    else:
        symbols_BT, key_B, answer_B = recall.associative(windows, leaves, generator)
        more = {"ask.symbol": F.one_hot(key_B, recall.KEYS).float()}
        more["true.symbol"] = F.one_hot(answer_B, recall.VALUES).float()
    more["kept"] = torch.rand(windows, leaves, generator=generator) >= 0.25
    return Batch(frames_BTHWK=recall.as_frames(symbols_BT, SYMBOLS), more=more)


@DATASETS.add
class RecallDataset(Dataset):
    """Symbols, drawn on the fly."""

    name, public, one_size = "recall", True, True

    @dataclass(frozen=True, kw_only=True)
    class Config:
        """Which task."""

        task: str = setting("repeat", choices=("associative", "repeat"))
        """repeat (the suit some frames ago) or associative (the value of a key)"""
        back: int = setting(4, low=1, high=4095, unit="frames")
        """repeat: how many frames before the last one"""

    def __init__(self, config: TrainConfig) -> None:
        super().__init__(config)
        self.check(config)
        self.origin = f"symbols drawn at random, {self.options.task}"

    @classmethod
    def check(cls, config: TrainConfig) -> None:
        """ValueError unless the frames are rows of symbols and the window holds what is asked."""
        tree, options = config.tree, config.data_options
        if tree.codec != "flat" or (tree.height, tree.width, tree.colours) != (1, SYMBOLS, 1):
            raise ValueError(
                f"recall has frames of 1×{SYMBOLS}×1 through the flat codec, the config says "
                f"{tree.height}×{tree.width}×{tree.colours}, {tree.codec}"
            )
        if options.task == "repeat" and options.back >= tree.leaves:
            raise ValueError(f"back is {options.back}, a window of {tree.leaves} frames has at most {tree.leaves - 1}")
        if options.task == "associative" and tree.leaves > 2 * recall.KEYS:
            raise ValueError(f"associative recall has {recall.KEYS} keys, {tree.leaves} leaves need {tree.leaves // 2}")

    @classmethod
    def questions(cls, config: TrainConfig) -> tuple[Question, ...]:
        """One symbol."""
        if config.data_options.task == "repeat":
            return (Question(name="symbol", kind="choice", outputs=recall.SUITS, weight=1.0),)
        return (Question(name="symbol", kind="choice", outputs=recall.VALUES, query=recall.KEYS, weight=1.0),)

    def blocks(self) -> Iterator[Tensor]:
        """The same random windows at every pass."""
        for batch in self.futures():
            yield batch.frames_BTHWK

    def futures(self) -> Iterator[Batch]:
        """The windows of `blocks`, and of each its `future`; none where the answer depends on a query."""
        asked = self.questions(self.config)
        for index in range(BLOCKS):
            batch = self.draw(256, self.leaves, step_generator(self.config.seed, -2, index))
            more = {} if asked[0].query else {"future": future_of(batch.more, asked)}
            yield Batch(frames_BTHWK=batch.frames_BTHWK, more=more)

    def draw(self, windows: int, leaves: int, generator: torch.Generator) -> Batch:
        """Random windows with their question."""
        return recall_batch(self.options.task, self.options.back, windows, leaves, generator)

    @classmethod
    def test_windows(
        cls, leaves: int, data: str | Path | None, *, seeds: int = 1, size: int = 128, held_out: int = 0
    ) -> tuple[str, Iterator[np.ndarray]]:
        """Random suits, seed by seed."""
        generators = [torch.Generator().manual_seed(seed) for seed in range(seeds)]
        windows = (recall_batch("repeat", 1, TESTED, leaves, g).frames_BTHWK.numpy() for g in generators)
        return "symbols drawn at random", itertools.chain.from_iterable(windows)
