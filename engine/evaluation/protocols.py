"""The evaluation protocols: fixed test data, fixed seeds, every level of the tree.

digits: MNIST's test split, sequences of T images without replacement, by seed. video: a folder's or UCF-101's
official test clips, 16 consecutive frames, centre crop, two windows a clip. Nothing here is trained on.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from pathlib import Path

import numpy as np

from engine.evaluation.levels import ClipNumbers, explore_window
from engine.metrics import frame_mse
from engine.model import Model
from engine.streaming.stream import PADDINGS, recovered, trajectory
from engine.student_model import StudentModel

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

    `data`: the folder that IMFN_DATA would name, or any folder of videos. `held_out`: measure on so many digits at the
    end of the training split instead, to choose settings without a look at the test. `each` adds the root's error of
    every sequence, rounded. ValueError when nothing can be read.
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
    """What the test data are, and their windows, of the kind that a model was trained on."""
    if model.card.get("config", {}).get("data") == "digits-drift":
        return drift_windows(model, data, seeds)
    if model.frame_shape:
        return digit_windows(model, data, seeds, held_out)
    return clip_windows(model, data, size)


def student_trail(student: StudentModel, data: str | Path | None = None, *, limit: int | None = None) -> dict:
    """How a student trails its teacher over test sequences; see `engine/evaluation/trail.py`."""
    from engine.evaluation.trail import gap, trail

    teacher = Model(
        student.tree, card=student.card, name=student.card["teacher"], fingerprint="", device=student.device
    )
    _, windows = test_windows(student, data)
    found = trail(teacher, student, itertools.islice(windows, limit))
    return {**found, "gap": gap(found)}


def padding_errors(model: Model, data: str | Path | None = None, *, limit: int = 20) -> dict[str, list[float]]:
    """For both paddings, MSE of what the memory after t leaves gives back of them, t = 1 … T, mean of `limit` windows.

    Of digits only; memories as they stream, unsettled.
    """
    _, windows = digit_windows(model, data, 1)
    totals = {padding: np.zeros(model.leaves) for padding in PADDINGS}
    for frames in itertools.islice(windows, limit):
        truth = frames.astype(np.float32) / 255
        for padding, total in totals.items():
            path = trajectory(model, frames, padding)
            total += [float(frame_mse(truth[:t], recovered(model, path, t)).mean()) for t in range(1, len(path))]
    return {padding: (total / limit).tolist() for padding, total in totals.items()}


def digit_windows(
    model: Model, data: str | Path | None, seeds: int, held_out: int = 0
) -> tuple[str, Iterator[np.ndarray]]:
    """Where the digits come from, and sequences of MNIST's test split (or of training's end), seed by seed."""
    from engine.data.datasets.digits import digit_sequences, load_digits

    digits = load_digits("train" if held_out else "test", root=Path(data) if data else None)
    origin = f"the last {held_out:,} of the {digits.origin}" if held_out else digits.origin
    images = digits.images_NHWK[-held_out:]
    count = len(images) // model.leaves
    by_seed = (digit_sequences(images, model.leaves, seed, count) for seed in range(seeds))
    return origin, itertools.chain.from_iterable(by_seed)


def drift_windows(model: Model, data: str | Path | None, seeds: int) -> tuple[str, Iterator[np.ndarray]]:
    """Where the digits come from, and drifting test digits, seed by seed, a hundred each."""
    import torch

    from engine.data.datasets.digits import load_digits
    from engine.data.datasets.drift import drift

    digits = load_digits("test", root=Path(data) if data else None)
    images, labels = torch.from_numpy(digits.images_NHWK), torch.from_numpy(digits.labels_N)
    generators = [torch.Generator().manual_seed(seed) for seed in range(seeds)]
    sequences = (drift(images, labels, 1, model.leaves, g)[0].numpy() for g in generators for _ in range(100))
    return f"digits-drift, made of the {digits.origin}", sequences


def clip_windows(model: Model, data: str | Path | None, size: int) -> tuple[str, Iterator[np.ndarray]]:
    """What the clips are, and windows of the official test clips when `data` holds UCF-101, else of every video."""
    from engine.data.datasets.ucf import ucf_split
    from engine.data.datasets.video_folder import videos_in

    if data is None:
        raise ValueError("evaluating a video model needs --data, a folder of videos")
    official = (Path(data) / "ucfTrainTestlist").is_dir()
    paths = ucf_split(Path(data), part="test") if official else videos_in(Path(data))
    origin = f"{'UCF-101 split 1 test' if official else 'videos'}, {len(paths)} clips, {size} px"
    return origin, readable_windows(paths, model.leaves, size)


def readable_windows(paths: list[Path], leaves: int, size: int) -> Iterator[np.ndarray]:
    """Two windows of every clip that can be read."""
    from engine.data.datasets.clips import video_clips

    for path in paths:
        try:
            yield from video_clips(path, size=size, frames=leaves, limit=2)
        except ValueError:
            continue
