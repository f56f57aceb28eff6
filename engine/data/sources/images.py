"""Pictures as a sequence: the frames of one file, of several, of a folder or of a zip, or the tiles of their sheets.

Every file gives all of its frames, in the order of the files; one depth and one rate hold for the whole sequence.
Shapes: H W pixels, K colours.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from typing import IO, Protocol

import numpy as np

from engine.data.sources.base import ASSUMED_FPS, Notes, SourceInfo, TooLarge, check_size
from engine.data.sources.depth import BYTES, Scale, extent_of, over_black, scale_of
from engine.data.sources.fitting import shrink
from engine.data.sources.frame_times import even_rate
from engine.data.sources.hdr import note as hdr_note
from engine.data.sources.pictures import Picture, describe, may_hold_many, samples, start_of
from engine.data.sources.pillow import stream
from engine.data.sources.sniff import IMAGE_SUFFIXES, READ, kind_of, misnamed

MEASURED = 256
"""deep pictures whose values are looked at before the first is shown; of more than that, so many spread evenly"""
Fetch = Callable[[int], Path | IO[bytes]]


class Shelf(Protocol):
    """Where picture files lie: on disk, or in a zip."""

    name: str
    names: Sequence[str]
    """of the files, in order"""

    def opened(self) -> AbstractContextManager[Fetch]: ...


class FileShelf:
    """Files on disk in the order given, under the names that people gave them."""

    def __init__(self, paths: Sequence[Path], name: str, names: Sequence[str] | None = None) -> None:
        self.paths, self.name, self.names = paths, name, names or [path.name for path in paths]

    @contextmanager
    def opened(self) -> Iterator[Fetch]:
        """Paths by number."""
        yield self.paths.__getitem__


class PictureReader:
    """The frames of picture files. Raises ValueError on opening when there are none, or the first is damaged."""

    def __init__(self, shelf: Shelf, tile: int | None = None, notes: Sequence[str] = ()) -> None:
        if not shelf.names:
            raise ValueError(f"{shelf.name} holds no images; {READ}")
        self.shelf, self.tile, self.notes = shelf, tile, Notes(notes)
        with shelf.opened() as fetch:
            self.pictures = described(shelf.names, fetch)
            self.note_misnamed()
            self.scale = self.measured(fetch)
        first = self.pictures[0]
        check_size(first.height, first.width, first.name)
        frames = sum(len(picture.pages) for picture in self.pictures)
        self.info = tiled_info(shelf.name, frames, (first.height, first.width), tile, self.rate())
        if left := sum(picture.left_out for picture in self.pictures):
            self.notes.say(f"{left} thumbnails or masks inside {shelf.name} are no frames and were left out.")
        for picture in self.pictures:
            if picture.broken:
                where = "The file" if len(self.pictures) == 1 else picture.name
                self.notes.say(f"{where} ends early: its list of {len(picture.pages)} frames breaks off.")
        for transfer in {picture.transfer for picture in self.pictures if picture.transfer}:
            self.notes.say(hdr_note(transfer))

    def note_misnamed(self) -> None:
        """Say how many names and contents differ; a file alone gets its note on opening."""
        wrong = [picture.name for picture in self.pictures if misnamed(picture.name, picture.kind)]
        if wrong and len(self.pictures) > 1:
            self.notes.say(
                f"{len(wrong)} of {len(self.pictures)} images are really of another format than their names say."
            )

    def measured(self, fetch: Fetch) -> Scale:
        """The scale of all pictures with more than 8 bits, and the note about it."""
        deep = [index for index, picture in enumerate(self.pictures) if picture.deep]
        if not deep:
            return BYTES
        chosen = sorted({deep[round(i)] for i in np.linspace(0, len(deep) - 1, min(len(deep), MEASURED))})
        pages = ((self.pictures[i].name, page) for i in chosen for page in samples(fetch(i), self.pictures[i]))
        extent = extent_of((name, colours(page)) for name, page in pages if page.dtype != np.uint8)
        if extent is None:
            return BYTES
        scale, note = scale_of(extent, self.shelf.name)
        if note:
            self.notes.say(note)
        return scale

    def rate(self) -> float:
        """Frames per second: an animation's own where every picture states its times, else what is assumed."""
        times = [time for picture in self.pictures for time in picture.times]
        if len(times) < sum(len(picture.pages) for picture in self.pictures):
            if times:
                self.notes.say(f"Not every picture states its time; {ASSUMED_FPS['images']:g} a second are assumed.")
            return ASSUMED_FPS["images"]
        fps, uneven = even_rate(times)
        if uneven:
            self.notes.say(f"Frame times vary; frames are played back evenly at {fps:.4g} per second.")
        return fps

    def read(self, size: tuple[int, int] | None, first: int = 0) -> Iterator[np.ndarray | None]:
        """Frames one at a time; None for those before `first`. Files of one picture before it are not opened."""
        native, count = (self.info.height, self.info.width), 0
        with self.shelf.opened() as fetch:
            for index, picture in enumerate(self.pictures):
                if not self.tile and count < first and len(picture.pages) == 1:
                    count += 1
                    yield None
                    continue
                for frame in self.frames_of(fetch(index), picture):
                    for part in tiles(frame, self.tile):
                        count += 1
                        yield shrink(part, size, native) if count > first else None

    def frames_of(self, file: Path | IO[bytes], picture: Picture) -> Iterator[np.ndarray]:
        """uint8 frames of one file; where one of many breaks off, those before it count."""
        count = 0
        try:
            for page in samples(file, picture):
                yield over_black(self.scaled(page)) if picture.deep else page
                count += 1
        except TooLarge:
            raise
        except ValueError:
            if len(picture.pages) == 1 or (len(self.pictures) == 1 and not count):
                raise
            self.notes.say(
                f"The file ends early: {count} frames could be read ({len(picture.pages)} stated)."
                if len(self.pictures) == 1
                else f"{picture.name} ends early: {count} frames could be read ({len(picture.pages)} stated)."
            )

    def scaled(self, page_HWK: np.ndarray) -> np.ndarray:
        """Bytes of deep samples; an 8 bit page among deep ones stays as it is, and alpha has its type's own range."""
        if page_HWK.dtype == np.uint8:
            return page_HWK
        if page_HWK.shape[2] in (1, 3):
            return self.scale.to_bytes(page_HWK)
        opaque = np.iinfo(page_HWK.dtype).max if page_HWK.dtype.kind in "iu" else 1
        alpha = Scale(low=0, high=opaque).to_bytes(page_HWK[..., -1:])
        return np.concatenate((self.scale.to_bytes(page_HWK[..., :-1]), alpha), 2)


def colours(page_HWK: np.ndarray) -> np.ndarray:
    """Samples without alpha."""
    return page_HWK[..., :-1] if page_HWK.shape[2] in (2, 4) else page_HWK


def described(names: Sequence[str], fetch: Fetch) -> list[Picture]:
    """What every file holds; only the first of plain single pictures is opened for its size."""
    found: list[Picture] = []
    for index, name in enumerate(names):
        file = fetch(index)
        with stream(file) as data:
            head = start_of(data)
        kind = kind_of(head) or ""
        if kind not in IMAGE_SUFFIXES:
            raise ValueError(f"{name} is no image; {READ}")
        if found and not may_hold_many(kind, head) and not deep_head(kind, head):
            first = found[0]
            found.append(Picture(name=name, kind=kind, height=first.height, width=first.width))
        else:
            found.append(describe(file, name, kind))
    return found


def deep_head(kind: str, head: bytes) -> bool:
    """Whether a PNG's header states 16 bits a sample."""
    return kind == "PNG" and len(head) > 24 and head[24] == 16


def tiled_info(name: str, images: int, size: tuple[int, int], tile: int | None, fps: float) -> SourceInfo:
    """What a sequence of images, or of sheets, is known to hold."""
    (height, width), count = size, images
    if tile:
        if tile > min(height, width):
            raise ValueError(f"{name} is {width}×{height} pixels; no tile of {tile} pixels fits, choose a smaller tile")
        count, height, width = images * (height // tile) * (width // tile), tile, tile
    return SourceInfo(name=name, kind="images", frames=count, height=height, width=width, fps=fps)


def tiles(sheet_HWK: np.ndarray, side: int | None) -> Iterator[np.ndarray]:
    """Square tiles, row by row; the sheet itself without a side."""
    if not side:
        yield sheet_HWK
        return
    for top in range(0, sheet_HWK.shape[0] - side + 1, side):
        for left in range(0, sheet_HWK.shape[1] - side + 1, side):
            yield sheet_HWK[top : top + side, left : left + side]
