"""What a finished run gives of a clip, beside the bundled model of its kind."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from engine.config import TrainConfig, load_config
from engine.data.sources.opening import open_source, windows
from engine.evaluation.levels import ClipNumbers, explore_window
from engine.jobs import presets
from engine.jobs.same_clip import compared, counterpart, measure
from engine.jobs.status import CLIP_PICTURE, same_clip
from engine.model import load_model
from tests.engine.jobs.jobs_here import tiny_job


def config_of(key: str) -> TrainConfig:
    """The config of a preset."""
    return next(preset.config for preset in presets() if preset.key == key)


@pytest.mark.parametrize(
    ("key", "name"),
    [
        ("own-video", "video-16"),
        ("own-64", "video-64"),
        ("digits-30s", "digits-128-equal"),
        ("own-small", "digits-128-equal"),
        ("student-5min", None),
        ("lantern-5min", None),
    ],
)
def test_a_run_is_set_against_the_bundled_teacher_with_as_many_frames_in_a_memory(key: str, name: str | None) -> None:
    assert counterpart(config_of(key)) == name


def test_a_tree_of_a_size_that_no_bundled_model_has_is_set_against_none(tmp_path: Path) -> None:
    assert counterpart(tiny_job()) is None
    measure(tmp_path, tiny_job(), tmp_path / "no checkpoint")
    assert same_clip(tmp_path) is None


def clips(folder: Path, count: int) -> Path:
    """A folder with a clip that a run was given: `count` frames of 48×64 pixels."""
    folder.mkdir()
    frames = np.random.default_rng(0).integers(0, 255, (count, 6, 8, 3)).astype(np.uint8)
    np.save(folder / "00000-noise.npy", frames.repeat(8, 1).repeat(8, 2))
    return folder


def test_both_models_are_measured_on_the_frames_that_explore_shows(tmp_path: Path) -> None:
    config = replace(load_config("video-16"), data=str(clips(tmp_path / "data", 20)))
    model = load_model("video-16")
    compared(tmp_path, config, model, model, "video-16")
    found = same_clip(tmp_path)
    assert found["own"] == found["beside"]
    assert (found["clip"], found["frames"], found["other"], found["merges"]) == ("noise", 20, "video-16", 4)
    source = open_source(tmp_path / "data" / "00000-noise.npy", short_side=128, last=160)
    numbers = ClipNumbers(pixels=3 * source.info.height * source.info.width)
    for frames_THWK in windows(source.frames(), model.leaves):
        numbers.add(list(explore_window(model, frames_THWK)))
    assert found["own"]["psnr"] == pytest.approx(numbers.row(4)["psnr"])
    with Image.open(tmp_path / CLIP_PICTURE) as picture:
        assert picture.height % 3 == 0, "the clip, the bundled model, the run"


def test_what_cannot_be_measured_leaves_the_run_finished_and_says_nothing(tmp_path: Path) -> None:
    config = replace(load_config("video-16"), data=str(tmp_path / "gone"))
    measure(tmp_path, config, tmp_path / "no checkpoint")
    assert same_clip(tmp_path) is None
    (tmp_path / "clip.json").write_text('{"own": {}}')
    assert same_clip(tmp_path) is None
