"""Training windows from a folder that holds anything: videos, animations, arrays, zips, and images, which form one
sequence a folder in natural order.

Every window covers `leaves` consecutive frames. Flat trees get their one leaf size. For patch trees a frame is scaled
until its short side has `size` pixels and covered whole by squares, so that nothing of a user's video is left out.
Shapes: T leaves, H W K frame.
"""

from __future__ import annotations

import logging
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from engine.config import TrainConfig, setting
from engine.data.datasets.clips import ClipsDataset, scaled
from engine.data.sources.opening import Source, open_source, windows
from engine.data.sources.order import own_files
from engine.data.sources.pictures import describe, may_hold_many, start_of
from engine.data.sources.sniff import IMAGE_SUFFIXES, kind_in
from engine.registry import DATASETS

log = logging.getLogger(__name__)

VIDEO_SUFFIXES = {".avi", ".mp4", ".mov", ".mkv", ".webm", ".m4v", ".mpg", ".mpeg", ".gif", ".wmv", ".3gp"}


@DATASETS.add
class FolderDataset(ClipsDataset):
    """Whatever a folder holds; `data` is its path, `own` until files have been uploaded into one."""

    name = "own"

    @dataclass(frozen=True, kw_only=True)
    class Config:
        """How much of it, and how large."""

        clips_per_video: int = setting(4, low=1, high=10**5, unit="windows")
        """windows taken from one sequence at most"""
        size: int = setting(128, low=16, high=1024, unit="pixels")
        """patch: the short side of a training frame in pixels"""

    @classmethod
    def check(cls, config: TrainConfig) -> None:
        """ValueError for a folder that is not there or holds nothing."""
        if not Path(config.data).is_dir():
            known = ", ".join(name for name in DATASETS.names() if name != cls.name)
            raise ValueError(f"data is {config.data!r}; choose {known} or an existing folder")
        sequences(Path(config.data))

    def gather(self) -> tuple[list[np.ndarray], int]:
        """(windows of all sequences, number of sequences)."""
        found = folder_windows(Path(self.config.data), self.config)
        return [window for windows in found.values() for window in windows], len(found)

    @classmethod
    def test_windows(
        cls, leaves: int, data: str | Path | None, *, seeds: int = 1, size: int = 128, held_out: int = 0
    ) -> tuple[str, Iterator[np.ndarray]]:
        """Windows of other videos: those of `data`, by the protocol of UCF-101 where it holds that."""
        return DATASETS.get("ucf").test_windows(leaves, data, size=size)


def videos_in(folder: Path) -> list[Path]:
    """Every video below a folder, sorted; ValueError when there is none."""
    if not Path(folder).is_dir():
        raise ValueError(f"there is no folder {folder}")
    found = sorted(p for p in Path(folder).rglob("*") if p.suffix.lower() in VIDEO_SUFFIXES)
    if not found:
        raise ValueError(f"there are no videos in {Path(folder).name}")
    return found


def sequences(folder: Path) -> list[tuple[str, list[Path]]]:
    """(name, files) of every sequence below a folder; ValueError when there is none."""
    if not folder.is_dir():
        raise ValueError(f"there is no folder {folder.name}")
    files, notes = own_files(folder)
    found, images = [], {}
    for path in files:
        name = path.relative_to(folder).as_posix()
        if is_still(path, name):
            images.setdefault(path.parent, []).append(path)
        else:
            found.append((name, [path]))
    for parent, paths in images.items():
        found.append((folder.name if parent == folder else parent.relative_to(folder).as_posix(), paths))
    for note in notes:
        log.info("%s: %s", folder.name, note)
    if not found:
        raise ValueError(f"folder {folder.name} is empty; put videos or images into it")
    return found


def is_still(path: Path, name: str) -> bool:
    """Whether a file is one picture; animations and stacks of pages are sequences of their own."""
    kind = kind_in(path) if path.stat().st_size else None
    if kind not in IMAGE_SUFFIXES:
        return False
    with path.open("rb") as file:
        if not may_hold_many(kind, start_of(file)):
            return True
    try:
        return len(describe(path, name, kind).pages) == 1
    except ValueError:
        return False


def folder_windows(folder: Path, config: TrainConfig) -> dict[str, list[np.ndarray]]:
    """By sequence, its windows uint8 [T, H, W, K]; what cannot be read is left out with a warning.

    ValueError when nothing can be read.
    """
    found, reasons = {}, []
    for name, paths in sequences(folder):
        try:
            found[name] = list(sequence_windows(paths, config))
        except ValueError as error:
            reasons.append(str(error))
            log.warning("left out %s: %s", name, error)
    if not found:
        raise ValueError(f"nothing in {folder.name} can be trained on: {reasons[0]}")
    return found


def sequence_windows(paths: list[Path], config: TrainConfig) -> Iterator[np.ndarray]:
    """At most `clips_per_video` windows of one sequence, spread over it where its length is stated."""
    tree, source, most = config.tree, open_sequence(paths, config), config.data_options.clips_per_video
    stated = (source.info.frames or 0) // tree.leaves
    stride = max(1, stated // most)
    left = most
    for index, window in enumerate(windows(source.frames(), tree.leaves)):
        if left <= 0:
            return
        if index % stride:
            continue
        for part in covered(filled_up(window, tree.leaves), config):
            yield part
            left -= 1


def open_sequence(paths: list[Path], config: TrainConfig) -> Source:
    """A sequence, at a flat tree's leaf size if it has one."""
    tree = config.tree
    shape = (tree.height, tree.width, tree.colours) if tree.codec == "flat" else None
    return open_source(paths[0] if len(paths) == 1 else paths, frame_shape=shape)


def filled_up(window_THWK: np.ndarray, leaves: int) -> np.ndarray:
    """A short window, filled up with its last frame."""
    missing = leaves - len(window_THWK)
    return np.concatenate((window_THWK, np.repeat(window_THWK[-1:], missing, 0))) if missing else window_THWK


def covered(window_THWK: np.ndarray, config: TrainConfig) -> Iterator[np.ndarray]:
    """Squares that together show every pixel of a window; the window itself for a flat tree."""
    if config.tree.codec == "flat":
        yield window_THWK
        return
    size = config.data_options.size
    x_THWK = scaled(window_THWK, size)
    height, width = x_THWK.shape[1:3]
    long = max(height, width)
    count = -(-long // size)
    for first in np.linspace(0, long - size, count).round().astype(int):
        part = slice(first, first + size)
        yield x_THWK[:, part] if height > width else x_THWK[:, :, part]
