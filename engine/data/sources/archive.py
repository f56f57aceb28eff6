"""A zip of images, read entry by entry; nothing is unpacked to disk.

Refused: names that climb out of their folder, links, and bombs (too many entries, entries too large, packed too
tightly to be pictures).
"""

from __future__ import annotations

import io
import stat
import zipfile
import zlib
from collections.abc import Iterator
from pathlib import Path, PurePosixPath

import numpy as np

from engine.data.sources.images import image_size, natural, read_image, shrink, tiled_info, tiles
from engine.data.sources.opening import SourceInfo
from engine.data.sources.sniff import HEAD, IMAGE_SUFFIXES, kind_of, misnamed

MAX_ENTRIES, MAX_ENTRY, MAX_TOTAL, MAX_PACKING = 20_000, 64 << 20, 4 << 30, 200
SMALL = 64 << 10  # below this a flat drawing may pack tighter than MAX_PACKING and harms no one
DAMAGE = (zipfile.BadZipFile, RuntimeError, OSError, NotImplementedError, zlib.error, EOFError, ValueError)


class ZipReader:
    """The images of a zip in natural order, or the tiles of its sheets."""

    def __init__(self, path: Path, tile: int | None = None) -> None:
        self.path, self.tile = path, tile
        self.notes: list[str] = []
        with self.opened() as archive:
            entries = [e for e in archive.infolist() if e.filename and not e.is_dir()]
            check_entries(entries, path.name)
            self.names = self.image_names(archive, entries)
            first = self.names[0]
            self.info: SourceInfo = tiled_info(
                path.name, len(self.names), image_size(self.entry(archive, first), first), tile
            )

    def opened(self) -> zipfile.ZipFile:
        """The zip; ValueError when its list of entries is damaged."""
        try:
            return zipfile.ZipFile(self.path)
        except DAMAGE as error:
            raise ValueError(f"{self.path.name} is a damaged zip ({brief(error)}); pack it again") from None

    def image_names(self, archive: zipfile.ZipFile, entries: list[zipfile.ZipInfo]) -> list[str]:
        """The entries that begin like an image, in natural order; notes say what else there was."""
        # macOS adds a resource file ._name beside every file
        own = [e.filename for e in entries if not PurePosixPath(e.filename).name.startswith(".")]
        kinds = {name: kind_of(self.entry(archive, name, HEAD).read()) for name in own}
        names = sorted((n for n, kind in kinds.items() if kind in IMAGE_SUFFIXES), key=natural)
        if not names:
            raise ValueError(f"{self.path.name} holds no images; PNG, JPEG, GIF, BMP, TIFF and WebP are read")
        if left := len(entries) - len(names):
            self.notes.append(f"{left} of the zip's {len(entries)} files are no images and were left out.")
        if wrong := [n for n in names if misnamed(n, kinds[n] or "")]:
            self.notes.append(f"{len(wrong)} of {len(names)} images are really of another format than their names say.")
        return names

    def entry(self, archive: zipfile.ZipFile, name: str, limit: int = MAX_ENTRY + 1) -> io.BytesIO:
        """One entry's bytes, at most MAX_ENTRY of them whatever the zip states."""
        place = f"{name[:60]} in {self.path.name}"
        try:
            with archive.open(name) as file:
                data = file.read(limit)
        except DAMAGE as error:
            raise ValueError(f"{place} cannot be unpacked ({brief(error)}); pack it again") from None
        if len(data) > MAX_ENTRY:
            raise ValueError(f"{place} unpacks to more than {MAX_ENTRY >> 20} MB; it is refused")
        return io.BytesIO(data)

    def read(self, size: tuple[int, int] | None) -> Iterator[np.ndarray]:
        """Frames one at a time."""
        native = (self.info.height, self.info.width)
        with self.opened() as archive:
            for name in self.names:
                for frame in tiles(read_image(self.entry(archive, name), name), self.tile):
                    yield shrink(frame, size, native)


def brief(error: Exception) -> str:
    """What zipfile says, without the bytes it may quote."""
    return " ".join(str(error).split())[:60]


def check_entries(entries: list[zipfile.ZipInfo], name: str) -> None:
    """ValueError for a zip that is dangerous rather than odd."""
    if len(entries) > MAX_ENTRIES:
        raise ValueError(f"{name} is refused: it holds {len(entries):,} files, more than {MAX_ENTRIES:,}; split it")
    total = sum(e.file_size for e in entries)
    if total > MAX_TOTAL:
        raise ValueError(
            f"{name} is refused: it unpacks to {total >> 20:,} MB, more than {MAX_TOTAL >> 30} GB; split it"
        )
    for entry in entries:
        check_entry(entry, name)


def check_entry(entry: zipfile.ZipInfo, name: str) -> None:
    """ValueError for a name that climbs, a link, or an entry too large or packed too tightly."""
    shown = repr(entry.filename[:60])
    parts = PurePosixPath(entry.orig_filename.replace("\\", "/"))
    if parts.is_absolute() or ".." in parts.parts or (parts.parts and ":" in parts.parts[0]):
        raise ValueError(f"{name} is refused: the entry {shown} climbs out of its folder; pack it again without paths")
    if stat.S_ISLNK(entry.external_attr >> 16):
        raise ValueError(f"{name} is refused: the entry {shown} is a link; pack the image itself")
    if entry.file_size > MAX_ENTRY:
        raise ValueError(f"{name} is refused: {shown} unpacks to {entry.file_size >> 20} MB, over {MAX_ENTRY >> 20} MB")
    packing = entry.file_size / max(1, entry.compress_size)
    if packing > MAX_PACKING and entry.file_size > SMALL:
        raise ValueError(f"{name} is refused: {shown} is packed {packing:,.0f} to 1, over {MAX_PACKING} to 1")
