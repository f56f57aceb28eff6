"""One streaming interface over every input: video, animation, images, a folder or zip of images, an array.

    source = open_source("clip.mp4", short_side=128)
    for window in windows(source.frames(), leaves=16): ...

Frames come one at a time; nothing holds the whole clip. What is adjusted or left out is said in `notes`.
Shapes: H W pixels, K colours.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Protocol

import numpy as np

from engine.data.sources.fitting import Fitting
from engine.data.sources.sniff import IMAGE_SUFFIXES, kind_in, misnamed

MAX_SIDE = 8192


@dataclass(frozen=True, kw_only=True)
class SourceInfo:
    """What is known on opening."""

    name: str
    kind: str
    """video or images"""
    frames: int | None
    """as stated, before any range is chosen; None when nothing states it"""
    height: int
    """after rotation, before resizing"""
    width: int
    fps: float


class Reader(Protocol):
    """What each kind of input offers: raw RGB or grey frames at native or scaled size."""

    info: SourceInfo
    notes: list[str]

    def read(self, size: tuple[int, int] | None) -> Iterator[np.ndarray]: ...


class Source:
    """An opened input at its working size."""

    def __init__(self, reader: Reader, fitting: Fitting, first: int, last: int | None) -> None:
        self.reader, self.fitting, self.first, self.last = reader, fitting, first, last
        self.info, self.notes = reader.info, reader.notes

    def frames(self) -> Iterator[np.ndarray]:
        """uint8 [H, W, K] in order, from `first` up to `last`; ValueError when there is none."""
        count = 0
        for frame in islice(self.reader.read(self.fitting.decode_size), self.first, self.last):
            count += 1
            yield self.fitting.fit(frame)
        if not count:
            raise ValueError(f"{self.info.name} has no frames that can be read in the chosen range; try another file")


def open_source(
    path: str | Path | Sequence[str | Path],
    *,
    short_side: int | None = None,
    first: int = 0,
    last: int | None = None,
    frame_shape: tuple[int, int, int] | None = None,
    tile: int | None = None,
) -> Source:
    """Open any input; ValueError in one plain sentence when it cannot be used.

    `short_side` scales down, never up; `frame_shape` (H, W, K) is for models with one leaf size; `tile` cuts an
    image sheet into square frames.
    """
    if first < 0 or (last is not None and last <= first):
        raise ValueError(f"the range from frame {first} to {last} is empty; the end must lie after the start")
    if short_side is not None and short_side < 1:
        raise ValueError(f"the short side is set to {short_side} pixels; it must be at least 1")
    if tile is not None and tile < 1:
        raise ValueError(f"the tile side is set to {tile} pixels; it must be at least 1")
    reader = open_reader(path, tile)
    for side in (reader.info.height, reader.info.width):
        check_side(side, reader.info.name)
    fitting = Fitting(reader.info.height, reader.info.width, short_side, frame_shape, reader.notes)
    return Source(reader, fitting, first, last)


def check_side(side: int, name: str) -> None:
    """ValueError for pictures that would not fit into memory."""
    if side > MAX_SIDE:
        raise ValueError(f"{name} is {side:,} pixels along one side; at most {MAX_SIDE:,} are accepted, scale it down")


def open_reader(path: str | Path | Sequence[str | Path], tile: int | None) -> Reader:
    """The reader for a path, chosen by content; the extension is not trusted."""
    if not isinstance(path, str | Path):
        return open_several([Path(p) for p in path], tile)
    path = Path(path)
    if path.is_dir():
        return open_folder(path, tile)
    kind = kind_in(path)
    reader = open_kind(path, kind, tile)
    if kind and (note := misnamed(path.name, kind)):
        reader.notes.append(note)
    return reader


def open_kind(path: Path, kind: str | None, tile: int | None) -> Reader:
    """The reader for one file whose kind is known."""
    # imported here because the readers need SourceInfo from this file
    from engine.data.sources.animation import AnimationReader, moves
    from engine.data.sources.archive import ZipReader
    from engine.data.sources.array import ArrayReader
    from engine.data.sources.images import ImageReader
    from engine.data.sources.video import VideoReader

    if kind is None:
        return VideoReader(path)
    if kind == "zip":
        return ZipReader(path, tile)
    if kind == "NumPy":
        return ArrayReader(path)
    return AnimationReader(path) if not tile and moves(path) else ImageReader([path], path.name, tile)


def open_several(paths: list[Path], tile: int | None) -> Reader:
    """Several images; one path alone may be anything."""
    from engine.data.sources.images import ImageReader

    if len(paths) == 1:
        return open_reader(paths[0], tile)
    for path in paths:
        if kind_in(path) not in IMAGE_SUFFIXES:
            raise ValueError(f"{path.name} is no image; of several files all must be images, videos go one at a time")
    return ImageReader(paths, "images", tile)


def open_folder(folder: Path, tile: int | None) -> Reader:
    """A folder's images; what is no image is left out and counted."""
    from engine.data.sources.images import ImageReader

    files = [p for p in folder.iterdir() if p.is_file() and not p.name.startswith(".")]
    found = [p for p in files if p.stat().st_size and kind_in(p) in IMAGE_SUFFIXES]
    reader = ImageReader(found, folder.name, tile)
    if left := len(files) - len(found):
        reader.notes.append(f"{left} of the folder's {len(files)} files are no images and were left out.")
    return reader


def windows(frames: Iterable[np.ndarray], leaves: int) -> Iterator[np.ndarray]:
    """Blocks of `leaves` frames [t, H, W, K], the last one as short as it comes."""
    block: list[np.ndarray] = []
    for frame in frames:
        block.append(frame)
        if len(block) == leaves:
            yield np.stack(block)
            block = []
    if block:
        yield np.stack(block)


def ahead(items: Iterable[np.ndarray]) -> Iterator[np.ndarray]:
    """The same items, each made in a thread while the one before it is used: decoding and merging overlap."""
    source, end = iter(items), object()
    with ThreadPoolExecutor(1) as thread:
        coming = thread.submit(next, source, end)
        while (item := coming.result()) is not end:
            coming = thread.submit(next, source, end)
            yield item
