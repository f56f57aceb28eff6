"""UCF-101 by its official lists: a folder with `UCF-101/CLASS/CLIP.avi` and `ucfTrainTestlist/*.txt`."""

from __future__ import annotations

from pathlib import Path


def ucf_split(root: Path, split: int = 1, part: str = "train") -> list[Path]:
    """The clips of a list that exist, sorted; ValueError when the list or all clips are missing."""
    listing = Path(root) / "ucfTrainTestlist" / f"{part}list{split:02d}.txt"
    if not listing.exists():
        raise ValueError(f"{listing.parent.name}/{listing.name} is missing; unpack UCF-101's split lists there")
    names = [line.split()[0] for line in listing.read_text().splitlines() if line.strip()]
    found = sorted(p for name in names if (p := Path(root) / "UCF-101" / name).exists())
    if not found:
        raise ValueError(f"none of the {len(names)} clips of {listing.name} is in UCF-101; unpack the videos there")
    return found


def class_of(path: Path) -> str:
    """The action a clip shows, e.g. HandstandWalking."""
    return path.stem.split("_")[1]


def group_of(path: Path) -> str:
    """The scene a clip was cut from, e.g. g07."""
    return path.stem.split("_")[-2]
