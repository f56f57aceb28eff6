"""Training data in memory, and batches that depend on (seed, stage, step) alone, so that a resumed run sees the
very batches it would have seen.

Shapes: B windows, T leaves, H W K frame.
"""

from __future__ import annotations

import logging
import os
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import torch
from torch import Tensor

from engine.config import TrainConfig
from engine.data.datasets.augment import jitter
from engine.data.datasets.drift import drift

DRIFT_BLOCKS = 24
"""blocks of drifting digits that a closed form is fitted to, 4,096 frames each"""

log = logging.getLogger(__name__)


class DigitBatches:
    """Sequences of MNIST training digits drawn at random."""

    def __init__(self, config: TrainConfig) -> None:
        from engine.data.datasets.digits import load_digits

        digits = load_digits("train")
        self.origin, self.augment, self.leaves = digits.origin, config.augment, config.tree.leaves
        self.fit_images = config.fit_images
        count = kept_for_training(len(digits.images_NHWK), config)
        self.frames_NHWK = torch.from_numpy(digits.images_NHWK[:count])
        self.labels_N = torch.from_numpy(digits.labels_N[:count])
        if config.holdout:
            self.origin += f", the last {config.holdout:,} held out"

    def blocks(self) -> Iterator[Tensor]:
        """The training frames once, as windows [B, T, H, W, K]; the few that fill no window are left out."""
        count = min(len(self.frames_NHWK), self.fit_images or len(self.frames_NHWK)) // self.leaves * self.leaves
        windows_NTHWK = self.frames_NHWK[:count].unflatten(0, (-1, self.leaves))
        for block in windows_NTHWK.split(max(1, 4096 // self.leaves)):
            yield block.float() / 255

    def draw(self, windows: int, leaves: int, generator: torch.Generator) -> Tensor:
        """Random windows [B, T, H, W, K] in [0, 1]."""
        picks = torch.randint(len(self.frames_NHWK), (windows * leaves,), generator=generator)
        frames = self.frames_NHWK[picks].float() / 255
        if self.augment:
            frames = jitter(frames, generator)
        return frames.unflatten(0, (windows, leaves))


def kept_for_training(count: int, config: TrainConfig) -> int:
    """How many of the images are trained on; ValueError when no window is left on either side."""
    kept = count - config.holdout
    if config.holdout and min(kept, config.holdout) < config.tree.leaves:
        raise ValueError(f"holdout is {config.holdout} of {count} images; a window of {config.tree.leaves} must fit")
    return kept


class DriftBatches(DigitBatches):
    """Sequences of one digit that moves, turns, bends and fades into another; see `engine/data/datasets/drift.py`."""

    def __init__(self, config: TrainConfig) -> None:
        super().__init__(config)
        self.seed, self.origin = config.seed, f"digits-drift, made of the {self.origin}"

    def blocks(self) -> Iterator[Tensor]:
        """The same random windows at every pass, [B, T, H, W, K]."""
        for index in range(DRIFT_BLOCKS):
            yield self.draw(max(1, 4096 // self.leaves), self.leaves, step_generator(self.seed, -2, index))

    def draw(self, windows: int, leaves: int, generator: torch.Generator) -> Tensor:
        """Random windows [B, T, H, W, K] in [0, 1]."""
        return drift(self.frames_NHWK, self.labels_N, windows, leaves, generator)


class VideoBatches:
    """Windows of video clips, capped per clip and per class so that no class dominates; random flips."""

    def __init__(self, config: TrainConfig) -> None:
        clips, classes = self.gather(config)
        if not clips:
            raise ValueError(f"no clip of {config.tree.leaves} frames could be read from {config.data!r}")
        self.shift = max(1, config.tree.patch // 2) if config.tree.codec == "patch" else 0
        self.clips_NTHWK = torch.from_numpy(np.stack(clips))
        self.origin = f"{len(clips)} windows of {classes} classes from {config.data}"

    def gather(self, config: TrainConfig) -> tuple[list[np.ndarray], int]:
        """(clips of UCF-101's training list in random order, number of classes)."""
        from engine.data.datasets.clips import video_clips
        from engine.data.datasets.ucf import ucf_split

        if not (root := os.environ.get("IMFN_DATA")):
            raise ValueError("training on ucf needs IMFN_DATA, a folder with UCF-101 and ucfTrainTestlist")
        paths = ucf_split(Path(root), part="train")
        taken: Counter[str] = Counter()
        clips = []
        for path in (paths[i] for i in np.random.default_rng(config.seed).permutation(len(paths))):
            label = path.parent.name
            limit = min(config.clips_per_video, config.clips_per_class - taken[label])
            if limit <= 0:
                continue
            try:
                found = list(video_clips(path, size=config.size, frames=config.tree.leaves, limit=limit))
            except ValueError as error:
                log.warning("left out %s: %s", path.name, error)
                continue
            taken[label] += len(found)
            clips += found
        return clips, len(taken)

    def blocks(self) -> Iterator[Tensor]:
        """Every window [1, T, H, W, K] twice: as it is or mirrored, then the other way and half a patch further.

        Both are as natural as the original, and the transform is fitted to twice as many different patches.
        """
        for index, clip in enumerate(self.clips_NTHWK):
            x = clip[None].float() / 255
            x = x.flip(1) if index % 4 > 1 else x
            x = x.flip(3) if index % 2 else x
            yield x
            if self.shift:
                yield x[:, :, self.shift : -self.shift, self.shift : -self.shift].flip(3)

    def draw(self, windows: int, leaves: int, generator: torch.Generator) -> Tensor:
        """Random windows, half of them mirrored."""
        picks = torch.randint(len(self.clips_NTHWK), (windows,), generator=generator)
        first = int(torch.randint(self.clips_NTHWK.shape[1] - leaves + 1, (1,), generator=generator))
        x = self.clips_NTHWK[picks, first : first + leaves].float() / 255
        mirror = torch.rand(windows, generator=generator) < 0.5
        return torch.where(mirror[:, None, None, None, None], x.flip(3), x)


class FolderBatches(VideoBatches):
    """Windows of whatever a folder holds, whole frames; see `engine/data/datasets/folder.py`."""

    def gather(self, config: TrainConfig) -> tuple[list[np.ndarray], int]:
        """(windows of all sequences, number of sequences)."""
        from engine.data.datasets.folder import folder_windows

        found = folder_windows(Path(config.data), config)
        return [window for windows in found.values() for window in windows], len(found)


def load_batches(config: TrainConfig) -> DigitBatches | VideoBatches:
    """The training data a config names."""
    kinds = {"digits": DigitBatches, "digits-drift": DriftBatches, "ucf": VideoBatches}
    return kinds.get(config.data, FolderBatches)(config)


class StopAsked(Exception):
    """Somebody wants the run to stop while a closed form reads the data."""


class Interruptible:
    """Batches whose passes over the data end with StopAsked as soon as somebody wants to stop."""

    def __init__(self, batches: DigitBatches | VideoBatches, stopping: Callable[[], bool]) -> None:
        self.batches, self.stopping = batches, stopping
        self.origin, self.draw = batches.origin, batches.draw

    def blocks(self) -> Iterator[Tensor]:
        """The same blocks."""
        for block in self.batches.blocks():
            if self.stopping():
                raise StopAsked
            yield block


def step_generator(seed: int, stage: int, step: int, rank: int = 0) -> torch.Generator:
    """The random numbers of one step of one process, whatever came before."""
    generator = torch.Generator()
    generator.manual_seed(hash((seed, stage, step, rank)) & 0x7FFFFFFFFFFFFFFF)
    return generator
