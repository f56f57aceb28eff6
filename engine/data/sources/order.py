"""Which files of a folder, zip or upload belong to the sequence, and in what order: the same rule everywhere.

Order is natural and by path: 2 before 10, folder by folder. Hidden files and what other programs leave beside
pictures (thumbnails, indices, resource files) do not belong.
"""

from __future__ import annotations

import re
import unicodedata
from pathlib import Path, PurePosixPath

FOREIGN = {
    "@eadir",
    "@recycle",
    "#recycle",
    "#snapshot",
    "$recycle.bin",
    "system volume information",
    "lost+found",
    "__macosx",
    "thumbs.db",
    "ehthumbs.db",
    "desktop.ini",
    "__pycache__",
}
"""names, in lower case, of files and folders that other programs make"""
FOREIGN_SUFFIXES = {".thm", ".lrv", ".lrdata", ".part", ".crdownload", ".tmp"}
"""cameras' thumbnails and previews, catalogues, unfinished downloads"""

LONGEST, ENDING = 60, 16
"""characters of a name in a sentence, and those of them that are its end"""

Key = list[tuple[int, int, str]]


def natural(name: str) -> Key:
    """Sort key of one name that puts 2 before 10; numbers may have any length."""
    return [number(part) if part.isdecimal() else (1, 0, part.lower()) for part in re.split(r"(\d+)", name)]


def number(digits: str) -> tuple[int, int, str]:
    """A number's key without making it one: Python refuses more than 4,300 digits."""
    plain = "".join(str(unicodedata.decimal(digit)) for digit in digits).lstrip("0")
    return 0, len(plain), plain


def by_path(name: str) -> tuple[list[Key], str]:
    """Sort key of a path, folder by folder; equal keys are told apart by the name itself."""
    return [natural(part) for part in parts(name)], name


def parts(name: str) -> tuple[str, ...]:
    """The folders and the name of a path, whichever slashes it was packed with."""
    return PurePosixPath(name.replace("\\", "/")).parts


def shown_name(name: str) -> str:
    """A name as sentences show it, at most LONGEST characters: its start, and its end with the extension."""
    if len(name) <= LONGEST:
        return name
    return f"{name[: LONGEST - ENDING - 1]}…{name[-ENDING:]}"


def is_foreign(name: str) -> bool:
    """Whether a relative path is hidden, or one that other programs make."""
    for part in parts(name):
        lower = part.lower()
        if (part.startswith(".") and part not in (".", "..")) or lower in FOREIGN:
            return True
        if PurePosixPath(lower).suffix in FOREIGN_SUFFIXES:
            return True
    return False


def own_files(folder: Path) -> tuple[list[Path], list[str]]:
    """The files below a folder that belong to it, in order, and a note when others were left out."""
    found = [path for path in folder.rglob("*") if path.is_file()]
    names = {path: path.relative_to(folder).as_posix() for path in found}
    own = sorted((p for p in found if not is_foreign(names[p])), key=lambda p: by_path(names[p]))
    return own, foreign_note(len(found) - len(own))


def foreign_note(count: int) -> list[str]:
    """The sentence about files that were left out, if there are any."""
    files = "file or thumbnail" if count == 1 else "files or thumbnails"
    return [f"{count} hidden {files} of other programs left out."] if count else []


__all__ = ["by_path", "foreign_note", "is_foreign", "natural", "own_files", "shown_name"]
