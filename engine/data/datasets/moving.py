"""moving: ten frames of two bouncing digits (`../worlds/moving.py`), and the ten that follow are asked.

A window has a power of two of leaves, sixteen for ten frames: what has not come is black. The measure is OpenSTL's, the
squared error summed over the pixels of a frame, mean over frames and sequences.
Shapes: B windows, T leaves, R canvas side.
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
from engine.data.datasets import digits
from engine.data.datasets.base import Batch, Dataset, step_generator
from engine.data.datasets.questions import Question, future_of
from engine.data.worlds.moving import AHEAD, SEEN, SHARE, moving, sized_digits
from engine.registry import DATASETS

SPREAD = 0.04
"""about the variance of a pixel"""
BLOCKS = 16
"""blocks of 256 windows that a closed form is fitted to"""
TESTED = 64
"""test sequences a seed for measures of reconstruction"""


def frames_question(side: int) -> Question:
    """The frames that follow, all pixels of all of them."""
    return Question(name="frames", kind="values", outputs=AHEAD * side**2, weight=1.0, scale=SPREAD, pictures=AHEAD)


def moving_batch(digits_NDD: Tensor, windows: int, leaves: int, side: int, generator: torch.Generator) -> Batch:
    """Random windows: the frames that are shown, black up to `leaves`, and those that follow."""
    whole = moving(digits_NDD, windows, SEEN + AHEAD, side, generator)
    shown = F.pad(whole[:, :SEEN], (0, 0, 0, 0, 0, 0, 0, leaves - SEEN))
    kept = torch.rand(windows, leaves, generator=generator) >= 0.25
    return Batch(frames_BTHWK=shown, more={"true.frames": whole[:, SEEN:].flatten(1), "kept": kept})


def training_digits(holdout: int, side: int) -> tuple[Tensor, Tensor]:
    """Training digits [N, D, D] for a canvas of this side: those to learn from, and the last ones, to choose on."""
    images_NHWK = torch.from_numpy(digits.load_digits("train").images_NHWK)
    kept = len(images_NHWK) - min(holdout, len(images_NHWK) // 8)
    learning, choosing = (sized_digits(x, round(SHARE * side)) for x in (images_NHWK[:kept], images_NHWK[kept:]))
    return learning, choosing


def test_batch(data: str | Path | None, count: int, leaves: int, side: int, seed: int) -> tuple[Batch, str]:
    """Test windows of test digits, and where these come from."""
    found = digits.load_digits("test", root=Path(data) if data else None)
    small = sized_digits(torch.from_numpy(found.images_NHWK), round(SHARE * side))
    return moving_batch(small, count, leaves, side, torch.Generator().manual_seed(seed)), found.origin


@DATASETS.add
class MovingDataset(Dataset):
    """Moving digits of training digits, made on the fly."""

    name, public, one_size = "moving", True, True

    @dataclass(frozen=True, kw_only=True)
    class Config:
        """Which digits they are made of."""

        holdout: int = setting(0, low=0, high=50_000, unit="images")
        """training digits kept out of training, the last ones, to choose settings on"""

    def __init__(self, config: TrainConfig) -> None:
        super().__init__(config)
        self.check(config)
        found, self.side = digits.load_digits("train"), config.tree.height
        count = digits.kept_for_training(len(found.images_NHWK), self.options.holdout, 2)
        self.small_NDD = sized_digits(torch.from_numpy(found.images_NHWK[:count]), round(SHARE * self.side))
        self.origin = f"moving digits made of the {found.origin}"

    @classmethod
    def check(cls, config: TrainConfig) -> None:
        """ValueError unless the frames are squares of grey that a window can hold ten of."""
        tree = config.tree
        if tree.codec != "flat" or tree.height != tree.width or tree.colours != 1 or tree.height < 16:
            raise ValueError(
                f"moving digits have square frames of one colour, 16 pixels or more, through the flat codec, not "
                f"{tree.height}×{tree.width}×{tree.colours}"
            )
        if tree.leaves < SEEN:
            raise ValueError(
                f"moving digits show {SEEN} frames, a window has {tree.leaves} leaves; set tree.leaves to 16"
            )

    @classmethod
    def questions(cls, config: TrainConfig) -> tuple[Question, ...]:
        """The frames that follow."""
        return (frames_question(config.tree.height),)

    def blocks(self) -> Iterator[Tensor]:
        """The same random windows at every pass."""
        for batch in self.futures():
            yield batch.frames_BTHWK

    def futures(self) -> Iterator[Batch]:
        """The windows of `blocks`, and of each its `future`."""
        asked = self.questions(self.config)
        for index in range(BLOCKS):
            batch = self.draw(256, self.leaves, step_generator(self.config.seed, -2, index))
            yield Batch(frames_BTHWK=batch.frames_BTHWK, more={"future": future_of(batch.more, asked)})

    def draw(self, windows: int, leaves: int, generator: torch.Generator) -> Batch:
        """Random windows with what follows."""
        return moving_batch(self.small_NDD, windows, leaves, self.side, generator)

    @classmethod
    def test_windows(
        cls, leaves: int, data: str | Path | None, *, seeds: int = 1, size: int = 128, held_out: int = 0
    ) -> tuple[str, Iterator[np.ndarray]]:
        """Where the digits come from, and the shown frames at 64 pixels a side, seed by seed."""
        found = [test_batch(data, TESTED, leaves, 64, seed) for seed in range(seeds)]
        windows = (batch.frames_BTHWK.numpy() for batch, _ in found)
        return f"moving digits made of the {found[0][1]}", itertools.chain.from_iterable(windows)
