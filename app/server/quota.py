"""How much of the disk a visitor's files may take on a shared page, and everybody's together.

Every folder that is made for somebody is counted here by its owner: explorations, trajectories, downloads
(`app/server/folders.py`), trainings with what was exported of them (`app/server/training_limits.py`). What was uploaded
has no owner and counts for all together. An address may have what SHARE visitors may, whatever keys it sends.
"""

from __future__ import annotations

import os
import shutil
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from app.server.limits import MORE, SHARE, limits
from app.server.visitors import Visitor, asking, hashed

GB = 2**30
SPARE_MB = 512
"""that stay free on the disk of a shared page"""
FRESH = 5.0
"""seconds for which a folder's size is believed while nothing is added to it"""


@dataclass(kw_only=True)
class Accounts:
    """Who owns which folder, and how large folders were when they were last looked at."""

    owners: dict[Path, tuple[str, str]] = field(default_factory=dict)
    """by folder: the hash of its owner's key, and the address, empty where it is not known"""
    sizes: dict[Path, tuple[int, float, int]] = field(default_factory=dict)
    """by folder: when it was changed, when it was measured, bytes"""
    lock: threading.Lock = field(default_factory=threading.Lock)

    def claim(self, folder: Path, owner: str, address: str = "") -> None:
        """Count a folder for an owner from now on."""
        self.owners[folder] = owner, address

    def measured(self, roots: tuple[Path, ...]) -> dict[Path, int]:
        """Bytes of every folder in some others; what is gone is forgotten."""
        with self.lock:
            found = {folder: self.size(folder, changed) for root in roots for folder, changed in folders_in(root)}
            self.sizes = {folder: known for folder, known in self.sizes.items() if folder in found}
            for folder in [each for each in list(self.owners) if each not in found and each.parent in roots]:
                self.owners.pop(folder, None)
        return found

    def size(self, folder: Path, changed: int) -> int:
        """A folder's bytes, measured again where it has changed or some seconds have passed."""
        known, now = self.sizes.get(folder), time.monotonic()
        if known is None or known[0] != changed or now - known[1] > FRESH:
            self.sizes[folder] = known = (changed, now, bytes_in(folder))
        return known[2]


@dataclass(kw_only=True)
class Uploaded:
    """What was uploaded from each address, while it may still be there."""

    taken: dict[str, list[tuple[float, int]]] = field(default_factory=dict)
    """by address: when, and how many bytes"""

    def add(self, address: str, count: int, kept: float) -> None:
        """Note an upload; those that have been deleted since are forgotten."""
        now = time.monotonic()
        if address:
            self.taken.setdefault(address, []).append((now, count))
        recent = {each: [one for one in ones if now - one[0] < kept] for each, ones in list(self.taken.items())}
        self.taken = {each: ones for each, ones in recent.items() if ones}

    def bytes(self, address: str) -> int:
        """How much it was."""
        return sum(count for _, count in self.taken.get(address, []))


ACCOUNTS = Accounts()
UPLOADED = Uploaded()


def check_room(
    places: tuple[Path, ...], uploads: Path, coming: int = 0, folders: int = 0, visitor: Visitor | None = None
) -> None:
    """ValueError where so many more bytes and folders of a visitor, or of whoever asks, are too many for this shared
    page. `places` hold the folders that have owners, `uploads` what counts for all together.
    """
    bounds, visitor = limits(), visitor or asking.get()
    if not bounds.public:
        return
    everything = ACCOUNTS.measured((*places, uploads))
    sizes = {folder: size for folder, size in everything.items() if folder.parent != uploads}
    owned = {folder: owner for folder, owner in list(ACCOUNTS.owners.items()) if folder in sizes}
    if visitor is not None:
        mine = [sizes[folder] for folder, (owner, _) in owned.items() if owner == hashed(visitor.key)]
        check_share(mine, coming, folders, 1, "yours take")
        if visitor.address:
            near = [sizes[folder] for folder, (_, address) in owned.items() if address == visitor.address]
            check_share(near, coming, folders, SHARE, "those from your address take")
    if sum(everything.values()) + coming > bounds.max_disk_mb * 2**20:
        raise ValueError(
            f"What visitors have here fills the {bounds.max_disk_mb / 1024:g} GB that this shared page keeps for all "
            f"of them; try again later. {MORE}"
        )
    if shutil.disk_usage(nearest(uploads)).free < coming + SPARE_MB * 2**20:
        raise ValueError(f"The disk of this shared page is full; try again later. {MORE}")


def check_share(sizes: list[int], coming: int, folders: int, share: int, whose: str) -> None:
    """ValueError where folders of these sizes are more than so many visitors' share."""
    bounds = limits()
    most, most_folders = bounds.max_visitor_mb * 2**20 * share, bounds.max_visitor_folders * share
    if sum(sizes) + coming > most or len(sizes) + folders > most_folders:
        raise ValueError(
            f"This shared page keeps {most / GB:.3g} GB in {most_folders:g} folders, and {whose} "
            f"{(sum(sizes) + coming) / GB:.2g} GB in {len(sizes) + folders}; what is not used goes within two hours. "
            f"{MORE}"
        )


def folders_in(root: Path) -> Iterator[tuple[Path, int]]:
    """Folders of a folder, each with the time of its last change in nanoseconds."""
    try:
        with os.scandir(root) as entries:
            for entry in entries:
                if entry.is_dir(follow_symlinks=False):
                    yield Path(entry.path), entry.stat(follow_symlinks=False).st_mtime_ns
    except OSError:  # not there yet, or going
        return


def bytes_in(folder: Path) -> int:
    """What a folder takes on the disk, with everything in it."""
    total = 0
    for place, _, names in os.walk(folder):
        for path in (place, *(os.path.join(place, name) for name in names)):  # noqa: PTH118 (thousands of them)
            try:
                total += os.lstat(path).st_blocks * 512
            except OSError:  # it went in the meantime
                continue
    return total


def nearest(path: Path) -> Path:
    """A folder, or the first of those around it that is there."""
    return next(each for each in (path, *path.parents) if each.is_dir())


__all__ = ["ACCOUNTS", "SPARE_MB", "UPLOADED", "bytes_in", "check_room"]
