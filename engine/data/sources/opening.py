"""One streaming interface over every input: video, animation, images, a folder or zip of images, an array.

    source = open_source("clip.mp4", short_side=128)
    for window in windows(source.frames(), leaves=16): ...

Frames come one at a time; nothing holds the whole clip. What is adjusted or left out is said in `notes`.
Shapes: H W pixels, K colours.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from itertools import islice
from pathlib import Path

import numpy as np

from engine.data.sources.archive import ZipShelf
from engine.data.sources.array import ArrayReader
from engine.data.sources.base import Reader, check_size
from engine.data.sources.fitting import Fitting
from engine.data.sources.images import FileShelf, PictureReader
from engine.data.sources.order import by_path, foreign_note, is_foreign, own_files, shown_name
from engine.data.sources.sniff import IMAGE_SUFFIXES, kind_in, misnamed
from engine.data.sources.video import VideoReader


class Source:
    """An opened input at its working size."""

    def __init__(self, reader: Reader, fitting: Fitting, first: int, last: int | None) -> None:
        self.reader, self.fitting, self.first, self.last = reader, fitting, first, last
        self.info, self.notes = reader.info, reader.notes
        self.given_up = False

    def give_up(self) -> None:
        """Nobody wants its frames any more: whoever reads them, in whichever thread, ends at the next one."""
        self.given_up = True

    def frames(self) -> Iterator[np.ndarray]:
        """uint8 [H, W, K] in order, from `first` up to `last`; ValueError when there is none."""
        count = 0
        for frame in islice(self.reader.read(self.fitting.decode_size, self.first), self.last):
            if self.given_up:
                return
            if frame is not None:
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
    names: Sequence[str] | None = None,
) -> Source:
    """Open any input; ValueError in one plain sentence when it cannot be used.

    `short_side` scales down, never up; `frame_shape` (H, W, K) is for models with one leaf size; `tile` cuts an
    image sheet into square frames; `names` are those that people gave to the files, with their folders, where an upload
    has changed them: they decide the order, and sentences use them.
    """
    if first < 0 or (last is not None and last <= first):
        raise ValueError(f"the range from frame {first} to {last} is empty; the end must lie after the start")
    if short_side is not None and short_side < 1:
        raise ValueError(f"the short side is set to {short_side} pixels; it must be at least 1")
    if tile is not None and tile < 1:
        raise ValueError(f"the tile side is set to {tile} pixels; it must be at least 1")
    reader, name = open_named(path, tile, names)
    check_size(reader.info.height, reader.info.width, name)
    for side in (reader.info.height, reader.info.width):
        if side < 1:
            raise ValueError(f"{name} states a side of {side} pixels, which is no picture; save it again")
    if reader.info.frames is not None and first >= reader.info.frames:
        raise ValueError(
            f"{name} has {reader.info.frames:,} frames, so none from frame {first + 1:,} on; "
            f"start at {reader.info.frames:,} or earlier"
        )
    fitting = Fitting(reader.info.height, reader.info.width, short_side, frame_shape, reader.notes)
    return Source(reader, fitting, first, last)


def open_named(path: Path | str | Sequence, tile: int | None, names: Sequence[str] | None) -> tuple[Reader, str]:
    """A reader, and the name of what it reads; a file alone gets its own name back in all that is said of it."""
    files = [Path(path)] if isinstance(path, str | Path) else [Path(one) for one in path]
    if names is not None and len(names) != len(files):
        raise ValueError(f"{len(names)} names were given for {len(files)} files; give one for each, or none")
    if names is None or len(files) != 1:
        reader = open_reader(path, tile, names)
        return reader, reader.info.name
    stored, own = files[0].name, shown_name(names[0])
    try:
        reader = open_reader(files[0], tile, names)
    except ValueError as error:
        raise ValueError(str(error).replace(stored, own)) from None
    reader.notes[:] = [note.replace(stored, own) for note in reader.notes]
    reader.info = replace(reader.info, name=own)
    return reader, own


def open_reader(path: str | Path | Sequence[str | Path], tile: int | None, names: Sequence[str] | None) -> Reader:
    """The reader for a path, chosen by content; the extension is not trusted."""
    if not isinstance(path, str | Path):
        return open_several([Path(p) for p in path], tile, names)
    path = Path(path)
    if path.is_dir():
        return open_folder(path, tile)
    kind = kind_in(path)
    reader = open_kind(path, kind, tile)
    if kind and (note := misnamed(names[0] if names else path.name, kind)):
        reader.notes.append(note)
    return reader


def open_kind(path: Path, kind: str | None, tile: int | None) -> Reader:
    """The reader for one file whose kind is known."""
    if kind is None:
        return VideoReader(path)
    if kind == "NumPy":
        return ArrayReader(path)
    if kind == "zip":
        shelf = ZipShelf(path)
        return PictureReader(shelf, tile, shelf.notes)
    return PictureReader(FileShelf([path], path.name), tile)


def open_several(paths: list[Path], tile: int | None, names: Sequence[str] | None) -> Reader:
    """Several images in natural order of their names; one path alone may be anything, a folder stands for its files."""
    if len(paths) == 1:
        return open_reader(paths[0], tile, names)
    given = list(zip(names or [path.name for path in paths], paths, strict=True))
    own = [(name, path) for name, path in given if path.is_dir() or not is_foreign(name)] or given
    files = [pair for name, path in own for pair in (inside(name, path) if path.is_dir() else [(name, path)])]
    for name, path in files:
        if kind_in(path) not in IMAGE_SUFFIXES:
            raise ValueError(
                f"{shown_name(name)} is no image; of several files all must be images, videos go one at a time"
            )
    files.sort(key=lambda pair: by_path(pair[0]))
    shelf = FileShelf([path for _, path in files], "images", [shown_name(name) for name, _ in files])
    return PictureReader(shelf, tile, foreign_note(len(given) - len(own)))


def inside(name: str, folder: Path) -> list[tuple[str, Path]]:
    """(path as it was given, file) of a folder's pictures."""
    return [(f"{name}/{p.relative_to(folder).as_posix()}", p) for p in own_files(folder)[0] if is_picture(p)]


def is_picture(path: Path) -> bool:
    """Whether a file that may be empty begins like an image."""
    return path.stat().st_size > 0 and kind_in(path) in IMAGE_SUFFIXES


def open_folder(folder: Path, tile: int | None) -> Reader:
    """The pictures below a folder, by path; what is no image, or no file of the user's, is left out and counted."""
    files, notes = own_files(folder)
    found = [path for path in files if is_picture(path)]
    if left := len(files) - len(found):
        notes = [f"{left} of the folder's {len(files)} files are no images and were left out.", *notes]
    names = [path.relative_to(folder).as_posix() for path in found]
    return PictureReader(FileShelf(found, folder.name, names), tile, notes)


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
