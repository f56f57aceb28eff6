"""Visitors' folders under the system's temporary one: names that cannot be guessed, and gone when nobody comes back.

Whoever has the address of a picture can see it, as with any link that was given to him; addresses have 128 random bits
and are told to the visitor alone.
"""

from __future__ import annotations

import contextlib
import os
import secrets
import shutil
import tempfile
import time
from collections import Counter
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from threading import Lock, Thread
from urllib.parse import quote

from app.server.limits import limits
from app.server.quota import ACCOUNTS, check_room
from app.server.visitors import Visitor, asking, hashed
from engine.files import atomic_file, home_folder

ROOT = Path(tempfile.gettempdir()) / "imfn-explorer-sessions"
UPLOADS = Path(tempfile.gettempdir()) / "imfn-explorer-uploads"
"""where Gradio puts what is uploaded and what is downloaded, unless GRADIO_TEMP_DIR says otherwise"""

COPIES: dict[Path, Path] = {}
"""by file: the folder from which it is served"""
COPYING = Lock()
HOLDING = Lock()
IN_USE: Counter[Path] = Counter()
"""folders that somebody works with: they are not swept away, however long that takes"""
GONE = "This file is not here any more; upload it again."


@dataclass(frozen=True, kw_only=True)
class Download:
    """A file that is ready for a visitor; `assets/js/core/download.js` saves it."""

    url: str
    """relative to the page"""
    name: str
    bytes: int


def kept() -> float:
    """Seconds that either outlives its last change; two hours unless IMFN_KEPT_SECONDS says otherwise."""
    return limits().kept_seconds


def tidying() -> float:
    """Seconds between two looks at what is too old."""
    return min(600.0, kept() / 4)


def new_folder(kind: str) -> Path:
    """A folder of whoever asks: its name cannot be guessed, and it goes when it has not been used for long. ValueError
    where a shared page has no room for more of theirs, or of anybody's.
    """
    sweep()
    check_disk(folders=1)
    folder = ROOT / f"{kind}-{secrets.token_hex(16)}"
    folder.mkdir(parents=True, mode=0o700)
    if visitor := asking.get():
        ACCOUNTS.claim(folder, hashed(visitor.key), visitor.address)
    return folder


def check_disk(coming: int = 0, folders: int = 0, visitor: Visitor | None = None) -> None:
    """ValueError where so many more bytes, in so many more folders, of a visitor, or of whoever asks, are too many for
    this shared page; see `quota.py`.
    """
    check_room((ROOT, home_folder() / "runs"), UPLOADS, coming, folders, visitor)


@contextmanager
def whole_or_gone(kind: str) -> Iterator[Path]:
    """A new folder that goes at once when what is being made in it fails."""
    folder = new_folder(kind)
    try:
        with in_use([folder]):
            yield folder
    except BaseException:
        shutil.rmtree(folder, ignore_errors=True)
        raise


def file_url(path: Path) -> str:
    """The address of a served file, relative to the page, so that it also holds behind a prefix."""
    return "gradio_api/file=" + quote(path.as_posix())


def uploaded_path(path: str) -> Path:
    """A file that the browser uploaded and names again; ValueError for a path outside Gradio's upload folder."""
    folder = Path(os.environ.get("GRADIO_TEMP_DIR") or Path(tempfile.gettempdir()) / "gradio").resolve()
    try:
        found = Path(path).resolve(strict=True)
    except (OSError, ValueError):  # not there, a loop of links, or a name with a zero byte
        raise ValueError(GONE) from None
    if not found.is_relative_to(folder) or not found.is_file():
        raise ValueError(GONE)
    with contextlib.suppress(OSError):
        os.utime(found.parent)  # it is kept for as long again from now on
    return found


@contextmanager
def in_use(paths: Iterable[str | Path]) -> Iterator[None]:
    """Keep uploads and visitors' folders as long as somebody works or waits with what lies in them, and from then on as
    long as others; other paths are left alone.
    """
    folders = {folder for path in paths if (folder := swept_folder(Path(path)))}
    with HOLDING:
        IN_USE.update(folders)
    try:
        yield
    finally:
        for folder in folders:
            with contextlib.suppress(OSError):
                os.utime(folder)
        with HOLDING:
            IN_USE.subtract(folders)
            for folder in folders:
                if not IN_USE[folder]:
                    del IN_USE[folder]  # a page that runs for months remembers no folder that is gone


def swept_folder(path: Path) -> Path | None:
    """The folder that `sweep` would remove with a path; None for a path elsewhere."""
    for base in (ROOT.resolve(), UPLOADS.resolve()):
        if (found := path.resolve()).is_relative_to(base) and found != base:
            return base / found.relative_to(base).parts[0]
    return None


def download_of(path: Path) -> Download:
    """A file of a visitor's folder as a download."""
    return Download(url=file_url(path), name=path.name, bytes=path.stat().st_size)


def copied_download(path: Path, kind: str) -> Download:
    """A file from elsewhere as a download: linked or copied into a folder of its own, from which it is served. Asked
    for again, the same folder serves it, with what the file holds by then.
    """
    with COPYING:
        folder = COPIES.get(path)
        if folder is None or not folder.is_dir():
            folder = COPIES[path] = new_folder(kind)
        with atomic_file(folder / path.name) as part:
            try:
                os.link(path, part)
            except OSError:  # another file system
                check_disk(path.stat().st_size)
                shutil.copyfile(path, part)
    os.utime(folder)
    return download_of(folder / path.name)


def sweep(now: float | None = None) -> None:
    """Remove what nobody came back for: downloads, closed pages, and what a killed program left."""
    oldest = (time.time() if now is None else now) - kept()
    for path in (*ROOT.resolve().glob("*"), *UPLOADS.resolve().glob("*")):
        try:
            if path.lstat().st_mtime < oldest and not IN_USE[path]:
                shutil.rmtree(path) if path.is_dir() else path.unlink()
        except OSError:  # another thread was faster
            continue
    for path in [each for each, folder in list(COPIES.items()) if not folder.is_dir()]:
        COPIES.pop(path, None)


@lru_cache(maxsize=1)
def keep_tidy() -> None:
    """Sweep every now and then, also when nobody comes any more."""

    def forever() -> None:
        while True:
            time.sleep(tidying())
            sweep()

    Thread(target=forever, daemon=True).start()
