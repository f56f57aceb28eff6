"""UCF-101 by its official lists: a folder with `UCF-101/CLASS/CLIP.avi` and `ucfTrainTestlist/*.txt`."""

from __future__ import annotations

import logging
import os
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from engine.config import TrainConfig, setting
from engine.data.datasets.clips import ClipsDataset, readable_windows, video_clips
from engine.data.datasets.folder import videos_in
from engine.registry import DATASETS

log = logging.getLogger(__name__)


@DATASETS.add
class UcfDataset(ClipsDataset):
    """The training list in random order, capped per clip and per class so that no class dominates."""

    name = "ucf"

    @dataclass(frozen=True, kw_only=True)
    class Config:
        """How much of it, and how large."""

        clips_per_video: int = setting(4, low=1, high=10**5, unit="windows")
        """windows taken from one clip at most"""
        clips_per_class: int = setting(24, low=1, high=10**5, unit="windows")
        """windows taken from one class at most, so that no class dominates"""
        size: int = setting(128, low=16, high=1024, unit="pixels")
        """side of the square training crops in pixels"""
        holdout: int = setting(0, low=0, high=17, unit="scenes")
        """scenes of every class kept out of training, the last ones, to choose settings on"""

    @classmethod
    def check(cls, config: TrainConfig) -> None:
        """ValueError without IMFN_DATA."""
        root()

    def gather(self) -> tuple[list[np.ndarray], int]:
        """(clips, number of classes)."""
        paths, taken = divided(ucf_split(root(), part="train"), self.options.holdout)[0], Counter()
        clips: list[np.ndarray] = []
        for path in (paths[i] for i in np.random.default_rng(self.config.seed).permutation(len(paths))):
            label = path.parent.name
            limit = min(self.options.clips_per_video, self.options.clips_per_class - taken[label])
            if limit <= 0:
                continue
            try:
                found = list(video_clips(path, size=self.options.size, frames=self.leaves, limit=limit))
            except ValueError as error:
                log.warning("left out %s: %s", path.name, error)
                continue
            taken[label] += len(found)
            clips += found
        return clips, len(taken)

    @classmethod
    def test_windows(
        cls, leaves: int, data: str | Path | None, *, seeds: int = 1, size: int = 128, held_out: int = 0
    ) -> tuple[str, Iterator[np.ndarray]]:
        """What the clips are, and windows of the official test clips when `data` holds UCF-101, else of every video."""
        if data is None:
            raise ValueError("evaluating a video model needs --data, a folder of videos")
        official = (Path(data) / "ucfTrainTestlist").is_dir()
        if held_out:
            paths = divided(ucf_split(Path(data), part="train"), held_out)[1]
            origin = f"UCF-101 split 1 training, its last {held_out} scenes, {len(paths)} clips, {size} px"
        else:
            paths = ucf_split(Path(data), part="test") if official else videos_in(Path(data))
            origin = f"{'UCF-101 split 1 test' if official else 'videos'}, {len(paths)} clips, {size} px"
        return origin, readable_windows(paths, leaves, size)


def root() -> Path:
    """The folder with the training data; ValueError when IMFN_DATA does not say."""
    if not (found := os.environ.get("IMFN_DATA")):
        raise ValueError("training on ucf needs IMFN_DATA, a folder with UCF-101 and ucfTrainTestlist")
    return Path(found)


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


def divided(paths: list[Path], holdout: int) -> tuple[list[Path], list[Path]]:
    """(clips to train on, clips of the last `holdout` scenes); ValueError when either has none."""
    scenes = sorted({group_of(path) for path in paths})
    held = set(scenes[len(scenes) - holdout :])
    kept = [path for path in paths if group_of(path) not in held]
    if not kept or len(held) < holdout:
        raise ValueError(f"holdout is {holdout} of {len(scenes)} scenes; one at least must be trained on")
    return kept, [path for path in paths if group_of(path) in held]


def class_of(path: Path) -> str:
    """The action a clip shows, e.g. HandstandWalking."""
    return path.stem.split("_")[1]


def group_of(path: Path) -> str:
    """The scene a clip was cut from, e.g. g07."""
    return path.stem.split("_")[-2]
