"""Any folder of videos."""

from __future__ import annotations

from pathlib import Path

VIDEO_SUFFIXES = {".avi", ".mp4", ".mov", ".mkv", ".webm", ".m4v", ".mpg", ".mpeg", ".gif", ".wmv", ".3gp"}


def videos_in(folder: Path) -> list[Path]:
    """Every video below a folder, sorted; ValueError when there is none."""
    if not Path(folder).is_dir():
        raise ValueError(f"there is no folder {folder}")
    found = sorted(p for p in Path(folder).rglob("*") if p.suffix.lower() in VIDEO_SUFFIXES)
    if not found:
        raise ValueError(f"there are no videos in {Path(folder).name}")
    return found
