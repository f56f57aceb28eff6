"""Training windows from a folder that holds anything: videos, animations, arrays, zips, and images, which form one
sequence a folder in natural order.

Every window covers `leaves` consecutive frames. Flat trees get their one leaf size. For patch trees a frame is scaled
until its short side has `size` pixels and covered whole by squares, so that nothing of a user's video is left out.
Shapes: T leaves, H W K frame.
"""

from __future__ import annotations

import logging
from collections.abc import Iterator
from pathlib import Path

import numpy as np

from engine.config import TrainConfig
from engine.data.datasets.clips import scaled
from engine.data.sources.opening import Source, open_source, windows
from engine.data.sources.sniff import IMAGE_SUFFIXES, kind_in

log = logging.getLogger(__name__)


def sequences(folder: Path) -> list[tuple[str, list[Path]]]:
    """(name, files) of every sequence below a folder; ValueError when there is none."""
    if not folder.is_dir():
        raise ValueError(f"there is no folder {folder.name}")
    files = sorted(p for p in folder.rglob("*") if p.is_file() and not p.name.startswith("."))
    found, images = [], {}
    for path in files:
        if path.stat().st_size and kind_in(path) in (set(IMAGE_SUFFIXES) - {"GIF"}):
            images.setdefault(path.parent, []).append(path)
        else:
            found.append((path.name, [path]))
    found += [(parent.name, paths) for parent, paths in images.items()]
    if not found:
        raise ValueError(f"folder {folder.name} is empty; put videos or images into it")
    return found


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
    tree, source = config.tree, opened(paths, config)
    stated = (source.info.frames or 0) // tree.leaves
    stride = max(1, stated // config.clips_per_video)
    left = config.clips_per_video
    for index, window in enumerate(windows(source.frames(), tree.leaves)):
        if left <= 0:
            return
        if index % stride:
            continue
        for part in covered(whole(window, tree.leaves), config):
            yield part
            left -= 1


def opened(paths: list[Path], config: TrainConfig) -> Source:
    """A sequence, at a flat tree's leaf size if it has one."""
    tree = config.tree
    shape = (tree.height, tree.width, tree.colours) if tree.codec == "flat" else None
    return open_source(paths[0] if len(paths) == 1 else paths, frame_shape=shape)


def whole(window_THWK: np.ndarray, leaves: int) -> np.ndarray:
    """A short window, filled up with its last frame."""
    missing = leaves - len(window_THWK)
    return np.concatenate((window_THWK, np.repeat(window_THWK[-1:], missing, 0))) if missing else window_THWK


def covered(window_THWK: np.ndarray, config: TrainConfig) -> Iterator[np.ndarray]:
    """Squares that together show every pixel of a window; the window itself for a flat tree."""
    if config.tree.codec == "flat":
        yield window_THWK
        return
    x_THWK = scaled(window_THWK, config.size)
    height, width = x_THWK.shape[1:3]
    long = max(height, width)
    count = -(-long // config.size)
    for first in np.linspace(0, long - config.size, count).round().astype(int):
        part = slice(first, first + config.size)
        yield x_THWK[:, part] if height > width else x_THWK[:, :, part]
