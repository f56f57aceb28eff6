"""The evaluation protocols: fixed test data, fixed seeds, every level of the tree.

The data set that a model was trained on says what it is measured on (`engine/data/datasets`). digits: MNIST's test
split, sequences of T images without replacement, by seed. video: a folder's or UCF-101's official test clips, 16
consecutive frames, centre crop, two windows a clip. Nothing here is trained on.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from pathlib import Path

import numpy as np

from engine.compatibility import dataset_name
from engine.data.datasets.base import Dataset
from engine.evaluation import trajectories
from engine.evaluation.levels import ClipNumbers, explore_window
from engine.metrics import frame_mse
from engine.model import Model
from engine.registry import DATASETS
from engine.streaming.stream import PADDINGS, recall, trajectory

TRAILED = 24
"""test sequences along which a student is compared with its teacher after every leaf"""


def evaluate(
    model: Model,
    data: str | Path | None = None,
    *,
    seeds: int = 1,
    size: int = 128,
    limit: int | None = None,
    held_out: int = 0,
    each: bool = False,
) -> dict:
    """Every level's numbers on test data: of the kind the model was trained on for flat models, videos otherwise.

    `data`: the folder that IMFN_DATA would name, or any folder of videos. `held_out`: measure on so many digits, or
    scenes of videos, at the end of the training split instead, to choose settings without a look at the test. `each`
    adds the root's error of every sequence, rounded. ValueError when nothing can be read.
    """
    origin, windows = test_windows(model, data, seeds, size, held_out)
    numbers, per_sequence = None, []
    for frames in itertools.islice(windows, limit):
        levels = list(explore_window(model, frames))
        numbers = numbers or ClipNumbers(pixels=frames[0].size)
        numbers.add(levels)
        per_sequence.append([float(level.mse_T.mean()) for level in levels])
    if numbers is None:
        raise ValueError(f"no test sequence of {model.leaves} frames was found in {data}")
    spread = np.std(per_sequence, axis=0)
    rows = [{**row, "mse_std": float(std)} for row, std in zip(numbers.rows(), spread, strict=True)]
    result = {"model": model.name, "data": origin, "sequences": numbers.windows, "levels": rows}
    return result | ({"sequence_mse": [round(errors[-1], 6) for errors in per_sequence]} if each else {})


def test_windows(
    model: Model, data: str | Path | None, seeds: int = 1, size: int = 128, held_out: int = 0
) -> tuple[str, Iterator[np.ndarray]]:
    """What the test data are, and their windows, of the data set that a model was trained on."""
    return dataset_of(model).test_windows(model.leaves, data, seeds=seeds, size=size, held_out=held_out)


def dataset_of(model: Model) -> type[Dataset]:
    """The data set of a model's card; digits for a flat model of anything else, which no test data are known of."""
    known = model.card.get("config", {}).get("data", "digits" if model.frame_shape else "ucf")
    dataset = DATASETS.get(dataset_name(known))
    return DATASETS.get("digits") if model.frame_shape and not dataset.one_size else dataset


def student_trail(student: Model, data: str | Path | None = None, *, limit: int | None = None) -> dict:
    """How a student follows its teacher over test sequences; see `engine/evaluation/trajectories.py`."""
    name = student.card["teacher"]
    teacher = Model(student.tree, card=student.card, name=name, fingerprint="", device=student.device)
    _, windows = test_windows(student, data)
    return trajectories.student_trail(teacher, student, itertools.islice(windows, limit))


def padding_errors(model: Model, data: str | Path | None = None, *, limit: int = 20) -> dict[str, list[float]]:
    """For both paddings, MSE of what the memory after t leaves gives back of them, t = 1 … T, mean of `limit` windows.

    Memories as they stream, not refined.
    """
    _, windows = test_windows(model, data)
    totals = {padding: np.zeros(model.leaves) for padding in PADDINGS}
    for frames in itertools.islice(windows, limit):
        truth = frames.astype(np.float32) / 255 if frames.dtype == np.uint8 else frames
        for padding, total in totals.items():
            path = trajectory(model, frames, padding)
            total += [float(frame_mse(truth[:t], recall(model, path, t)).mean()) for t in range(1, len(path))]
    return {padding: (total / limit).tolist() for padding, total in totals.items()}
