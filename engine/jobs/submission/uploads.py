"""A user's own files as training data: checked, then copied into the run's folder, so that the run outlives uploads."""

from __future__ import annotations

import dataclasses
import os
import shutil
from collections.abc import Callable, Sequence
from pathlib import Path

from engine.config import TrainConfig
from engine.data.datasets.folder import sequences
from engine.data.sources.opening import open_source

BUILT_IN = ("digits", "digits-drift", "ucf")


def check_data(config: TrainConfig) -> None:
    """ValueError for a folder that is not there or holds nothing, and for ucf without its data."""
    if config.data == "ucf" and not os.environ.get("IMFN_DATA"):
        raise ValueError("training on ucf needs IMFN_DATA, a folder with UCF-101 and ucfTrainTestlist")
    if config.data not in BUILT_IN:
        if not Path(config.data).is_dir():
            raise ValueError(f"data is {config.data!r}; choose {', '.join(BUILT_IN)} or an existing folder")
        sequences(Path(config.data))


def own_copy(files: Sequence[str | Path]) -> Callable[[Path, TrainConfig], TrainConfig]:
    """What puts files (or, for a clone, the files of another run) into a run's folder and points its config there."""

    def prepare(folder: Path, config: TrainConfig) -> TrainConfig:
        kept = folder / "data"
        if files:
            kept.mkdir()
            for number, file in enumerate(map(Path, files)):
                check_file(file)
                shutil.copy2(file, kept / f"{number:05d}-{file.name}")
        elif is_copy(config, folder.parent):
            shutil.copytree(config.data, kept)
        elif config.data not in BUILT_IN:
            return dataclasses.replace(config, data=str(Path(config.data).resolve()))
        else:
            return config
        return dataclasses.replace(config, data=str(kept))

    return prepare


def check_file(file: Path) -> None:
    """ValueError unless a file can be opened as a video, an image or a sequence of them."""
    open_source(file)


def is_copy(config: TrainConfig, runs: Path) -> bool:
    """Whether a config's data lies in another run's folder, which may be deleted one day."""
    return config.data not in BUILT_IN and runs.resolve() in Path(config.data).resolve().parents
