"""A user's own files as training data: checked, then copied into the run's folder, so that the run outlives uploads."""

from __future__ import annotations

import dataclasses
import os
import re
import shutil
from collections.abc import Callable, Sequence
from pathlib import Path

from engine.config import TrainConfig
from engine.data.datasets.folder import sequences
from engine.data.sources.opening import open_source
from engine.data.sources.order import by_path, parts
from engine.registry import DATASETS

MOST = 200
"""bytes of a name that a copied file keeps"""


def check_data(config: TrainConfig) -> None:
    """ValueError when the config's data set has nothing to train on, such as a missing folder."""
    config.dataset.check(config)


def own_copy(
    files: Sequence[str | Path], names: Sequence[str] | None = None
) -> Callable[[Path, TrainConfig], TrainConfig]:
    """A function that copies files (for a clone, those of the other run) into a run's folder and returns its config
    with `data` pointing there. `names` are those that people gave to the files, with their folders: they decide the
    order.
    """
    if names is not None and len(names) != len(files):
        raise ValueError(f"{len(names)} names were given for {len(files)} files; give one for each, or none")
    named = zip(names or [Path(file).name for file in files], map(Path, files), strict=True)
    ordered = sorted(named, key=lambda pair: by_path(pair[0]))

    def prepare(folder: Path, config: TrainConfig) -> TrainConfig:
        kept = folder / "data"
        if files:
            kept.mkdir()
            for number, (name, file) in enumerate(ordered):
                check_file(file, name)
                shutil.copy2(file, kept / f"{number:05d}-{kept_name(name)}")
        elif is_copy(config, folder.parent):
            shutil.copytree(config.data, kept)
        elif config.data not in DATASETS:
            return dataclasses.replace(config, data=str(Path(config.data).resolve()))
        else:
            return config
        return dataclasses.replace(config, data=str(kept))

    return prepare


def square_frames(config: TrainConfig) -> float | None:
    """How many square frames a run's own files hold, as many to each frame as cover it; None where none is stated."""
    infos = [open_source(paths[0] if len(paths) == 1 else paths).info for _, paths in sequences(Path(config.data))]
    if any(info.frames is None for info in infos):
        return None
    return float(sum(info.frames * squares(info.height, info.width) for info in infos))


def squares(height: int, width: int) -> int:
    """How many squares cover a frame."""
    return -(-max(height, width) // min(height, width))


def check_file(file: Path, name: str) -> None:
    """ValueError unless a file can be opened as a video, an image or a sequence of them."""
    open_source(file, names=[name])


def kept_name(name: str) -> str:
    """The last part of a name as a file's name; of one that is too long its end, with the extension."""
    last = re.sub(r"[/\\\0]", "-", parts(name)[-1]) if parts(name) else "file"
    return os.fsencode(last)[-MOST:].decode(errors="ignore")


def is_copy(config: TrainConfig, runs: Path) -> bool:
    """Whether a config's data lies in another run's folder, which may be deleted later."""
    return config.data not in DATASETS and runs.resolve() in Path(config.data).resolve().parents
