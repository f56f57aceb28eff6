"""One streaming interface over every input: video, animation, images, a folder or zip of images, an array.

    source = open_source("clip.mp4", short_side=128)
    for window in windows(source.frames(), leaves=16): ...

Frames come one at a time; nothing holds the whole clip. What is adjusted or left out is said in `notes`.
Shapes: H W pixels, K colours.
"""

from __future__ import annotations

import zipfile
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

import numpy as np

from engine.data.fitting import Fitting

MAX_SIDE = 8192
IMAGE_STARTS = (b"\x89PNG", b"\xff\xd8\xff", b"GIF8", b"BM", b"II*\0", b"MM\0*")
IMAGE_SUFFIXES = {".png", ".jpg", ".jpeg", ".gif", ".bmp", ".tif", ".tiff", ".webp"}


@dataclass(frozen=True, kw_only=True)
class SourceInfo:
    """What is known on opening."""

    name: str
    kind: str
    """video or images"""
    frames: int | None
    height: int
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
        for index, frame in enumerate(self.reader.read(self.fitting.decode_size)):
            if self.last is not None and index >= self.last:
                break
            if index >= self.first:
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
    from engine.data.archive import ZipReader
    from engine.data.images import AnimationReader, ArrayReader, ImageReader
    from engine.data.video import VideoReader

    if not isinstance(path, str | Path):
        paths = [Path(p) for p in path]
        return open_reader(paths[0], tile) if len(paths) == 1 else ImageReader(paths, "images")
    path = Path(path)
    if path.is_dir():
        found = [p for p in path.iterdir() if p.suffix.lower() in IMAGE_SUFFIXES]
        return ImageReader(found, path.name)
    if not path.is_file():
        raise ValueError(f"there is no file {path.name}")
    with path.open("rb") as file:
        start = file.read(16)
    if not start:
        raise ValueError(f"{path.name} is empty; choose a file that holds a video or images")
    if zipfile.is_zipfile(path) and start[:2] == b"PK":
        return ZipReader(path)
    if start.startswith(b"\x93NUMPY"):
        return ArrayReader(path)
    if start[:4] == b"GIF8":
        return AnimationReader(path)
    if start.startswith(IMAGE_STARTS) or (start[:4] == b"RIFF" and start[8:12] == b"WEBP"):
        reader = ImageReader([path], path.name, tile)
    else:
        return VideoReader(path)
    if path.suffix.lower() not in IMAGE_SUFFIXES:
        reader.notes.append(f"{path.name} is an image whatever its name says, and was read as one.")
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
