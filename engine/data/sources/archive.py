"""A zip of images, read entry by entry; nothing is unpacked to disk. Several entries of one name are several pictures.

Refused: names that climb out of their folder, links, and bombs (too many entries, entries too large, packed too
tightly to be pictures).
"""

from __future__ import annotations

import io
import stat
import zipfile
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path, PurePosixPath

from engine.data.sources.base import Notes
from engine.data.sources.order import by_path, foreign_note, is_foreign, shown_name
from engine.data.sources.sniff import HEAD, IMAGE_SUFFIXES, READ, kind_of

MAX_ENTRIES, MAX_ENTRY, MAX_TOTAL, MAX_PACKING = 20_000, 64 << 20, 4 << 30, 200
SMALL = 64 << 10  # below this a flat drawing may pack tighter than MAX_PACKING and harms no one
DAMAGE = (zipfile.BadZipFile, RuntimeError, OSError, NotImplementedError, zlib.error, EOFError, ValueError)


class ZipShelf:
    """The pictures of a zip in natural order by path. Raises ValueError when it is damaged, dangerous or holds none."""

    def __init__(self, path: Path) -> None:
        self.path, self.name = path, path.name
        self.notes = Notes()
        with self.archive() as archive:
            entries = [e for e in archive.infolist() if e.filename and not e.is_dir()]
            check_entries(entries, path.name)
            self.entries = self.pictures(archive, entries)
        self.names = [shown_name(entry.filename) for entry in self.entries]

    def archive(self) -> zipfile.ZipFile:
        """The zip; ValueError when its list of entries is damaged."""
        try:
            return zipfile.ZipFile(self.path)
        except DAMAGE as error:
            raise ValueError(f"{self.path.name} is a damaged zip ({brief(error)}); pack it again") from None

    def pictures(self, archive: zipfile.ZipFile, entries: list[zipfile.ZipInfo]) -> list[zipfile.ZipInfo]:
        """The entries that begin like an image, in order; notes say what else there was."""
        own = [entry for entry in entries if not is_foreign(entry.filename)]
        kinds = [kind_of(self.unpacked(archive, entry, HEAD).read()) for entry in own]
        found = [entry for entry, kind in zip(own, kinds, strict=True) if kind in IMAGE_SUFFIXES]
        if not found:
            raise ValueError(f"{self.path.name} holds no images; {READ}, a video alone and unpacked")
        if left := len(own) - len(found):
            self.notes.say(f"{left} of the zip's {len(own)} files are no images and were left out.")
        self.notes.extend(foreign_note(len(entries) - len(own)))
        return sorted(found, key=lambda entry: by_path(entry.filename))

    def unpacked(self, archive: zipfile.ZipFile, entry: zipfile.ZipInfo, limit: int = MAX_ENTRY + 1) -> io.BytesIO:
        """One entry's bytes, at most MAX_ENTRY of them whatever the zip states."""
        place = f"{entry.filename[:60]} in {self.path.name}"
        try:
            with archive.open(entry) as file:
                data = file.read(limit)
        except DAMAGE as error:
            raise ValueError(f"{place} cannot be unpacked ({brief(error)}); pack it again") from None
        if len(data) > MAX_ENTRY:
            raise ValueError(f"{place} unpacks to more than {MAX_ENTRY >> 20} MB; it is refused")
        return io.BytesIO(data)

    @contextmanager
    def opened(self) -> Iterator[Callable[[int], io.BytesIO]]:
        """Unpacked entries by number, one at a time."""
        with self.archive() as archive:
            yield lambda index: self.unpacked(archive, self.entries[index])


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
