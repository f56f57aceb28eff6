"""A zip of images, read entry by entry; nothing is unpacked to disk.

Refused: names that climb out of their folder, links, and bombs (too many entries, entries too large, packed too
tightly to be pictures).
"""

from __future__ import annotations

import io
import stat
import zipfile
from collections.abc import Iterator
from pathlib import Path, PurePosixPath

import numpy as np

from engine.data.images import IMAGE_FPS, image_size, natural, read_image, shrink
from engine.data.source import IMAGE_SUFFIXES, SourceInfo

MAX_ENTRIES, MAX_ENTRY, MAX_TOTAL, MAX_PACKING = 20_000, 64 << 20, 4 << 30, 400


class ZipReader:
    """The images of a zip in natural order."""

    def __init__(self, path: Path) -> None:
        self.path, self.notes = path, []
        try:
            with zipfile.ZipFile(path) as archive:
                entries = [e for e in archive.infolist() if not e.is_dir()]
        except (zipfile.BadZipFile, OSError) as error:
            raise ValueError(f"{path.name} is a damaged zip ({error}); pack it again") from None
        check_entries(entries, path.name)
        self.names = sorted((e.filename for e in entries if is_image(e.filename)), key=natural)
        if not self.names:
            raise ValueError(f"{path.name} holds no images; PNG, JPEG, GIF, BMP, TIFF and WebP are read")
        if left := len(entries) - len(self.names):
            self.notes.append(f"{left} of the zip's {len(entries)} files are no images and were left out.")
        height, width = image_size(self.entry(self.names[0]), self.names[0])
        count = len(self.names)
        self.info = SourceInfo(name=path.name, kind="images", frames=count, height=height, width=width, fps=IMAGE_FPS)

    def entry(self, name: str) -> io.BytesIO:
        """One entry's bytes, at most MAX_ENTRY of them whatever the zip states."""
        try:
            with zipfile.ZipFile(self.path) as archive, archive.open(name) as file:
                data = file.read(MAX_ENTRY + 1)
        except (zipfile.BadZipFile, RuntimeError, OSError, NotImplementedError) as error:
            raise ValueError(f"{name} in {self.path.name} cannot be unpacked ({error}); pack it again") from None
        if len(data) > MAX_ENTRY:
            raise ValueError(f"{name} in {self.path.name} unpacks to more than {MAX_ENTRY >> 20} MB; it is refused")
        return io.BytesIO(data)

    def read(self, size: tuple[int, int] | None) -> Iterator[np.ndarray]:
        """Frames one at a time."""
        native = (self.info.height, self.info.width)
        for name in self.names:
            yield shrink(read_image(self.entry(name), name), size, native)


def is_image(name: str) -> bool:
    """By extension, without the resource files that macOS adds."""
    path = PurePosixPath(name)
    return path.suffix.lower() in IMAGE_SUFFIXES and not path.name.startswith("._")


def check_entries(entries: list[zipfile.ZipInfo], name: str) -> None:
    """ValueError for a zip that is dangerous rather than odd."""
    if len(entries) > MAX_ENTRIES or sum(e.file_size for e in entries) > MAX_TOTAL:
        raise ValueError(f"{name} unpacks to more than {MAX_ENTRIES:,} files or {MAX_TOTAL >> 30} GB; it is refused")
    for entry in entries:
        parts = PurePosixPath(entry.filename.replace("\\", "/"))
        if parts.is_absolute() or ".." in parts.parts or ":" in parts.parts[0]:
            raise ValueError(f"{name} is refused: the entry {entry.filename[:60]!r} climbs out of its folder")
        if stat.S_ISLNK(entry.external_attr >> 16):
            raise ValueError(f"{name} is refused: the entry {entry.filename[:60]!r} is a link")
        packing = entry.file_size / max(1, entry.compress_size)
        if entry.file_size > MAX_ENTRY or (packing > MAX_PACKING and entry.file_size > 1 << 20):
            raise ValueError(f"{name} is refused: {entry.filename[:60]!r} unpacks to {entry.file_size >> 20} MB")
