"""A user's own files as training data: checked, then copied into the run's folder, so that the run outlives uploads."""

from __future__ import annotations

import dataclasses
import shutil
from collections.abc import Callable, Sequence
from pathlib import Path

from engine.config import TrainConfig
from engine.data.sources.opening import open_source
from engine.data.sources.order import in_order
from engine.registry import DATASETS


def check_data(config: TrainConfig) -> None:
    """ValueError when the config's data set has nothing to train on, such as a missing folder."""
    config.dataset.check(config)


def own_copy(files: Sequence[str | Path]) -> Callable[[Path, TrainConfig], TrainConfig]:
    """A function that copies files (for a clone, those of the other run) into a run's folder and returns its config
    with `data` pointing there.
    """

    def prepare(folder: Path, config: TrainConfig) -> TrainConfig:
        kept = folder / "data"
        if files:
            kept.mkdir()
            for number, file in enumerate(in_order(map(Path, files))):
                check_file(file)
                shutil.copy2(file, kept / f"{number:05d}-{file.name}")
        elif is_copy(config, folder.parent):
            shutil.copytree(config.data, kept)
        elif config.data not in DATASETS:
            return dataclasses.replace(config, data=str(Path(config.data).resolve()))
        else:
            return config
        return dataclasses.replace(config, data=str(kept))

    return prepare


def check_file(file: Path) -> None:
    """ValueError unless a file can be opened as a video, an image or a sequence of them."""
    open_source(file)


def is_copy(config: TrainConfig, runs: Path) -> bool:
    """Whether a config's data lies in another run's folder, which may be deleted later."""
    return config.data not in DATASETS and runs.resolve() in Path(config.data).resolve().parents
