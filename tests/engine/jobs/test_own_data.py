"""A user's own files become training data: whole frames, copied, and what cannot be read is named."""

from __future__ import annotations

import dataclasses
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

import engine
from engine.config import TrainConfig, train_config
from engine.data.datasets.folder import folder_windows
from engine.data.samples import samples
from engine.data.sources.opening import open_source, windows
from engine.jobs import Jobs, presets
from engine.jobs.execution.foreground import train
from engine.metrics import psnr
from tests.engine.jobs.jobs_here import tiny_job
from tests.engine.tiny import FLAT, ZONAL

CLIP = next(sample.path for sample in samples() if sample.name == "realshort")


def own(**changes: object) -> TrainConfig:
    """A tiny config for clips."""
    return train_config(name="own", tree=ZONAL, batch=16, size=32, data="own", **changes)


def test_windows_cover_whole_frames_of_videos_and_image_sequences(tmp_path: Path) -> None:
    (tmp_path / "clip.mp4").write_bytes(CLIP.read_bytes())
    (tmp_path / "pictures").mkdir()
    for number in range(6):
        Image.new("RGB", (40, 90), (number * 40, 0, 0)).save(tmp_path / "pictures" / f"{number}.png")
    (tmp_path / "notes.txt").write_text("no video")
    found = folder_windows(tmp_path, own(clips_per_video=8))
    assert sorted(found) == ["clip.mp4", "pictures"]
    assert {w.shape for w in [*found["clip.mp4"], *found["pictures"]]} == {(4, 32, 32, 3)}
    reds = [[int(frame[0, 0, 0]) for frame in window] for window in found["pictures"]]
    assert reds == [[0, 40, 80, 120]] * 3 + [[160, 200, 200, 200]] * 3


def test_a_flat_tree_gets_its_leaf_size_from_pictures_of_any_size(tmp_path: Path) -> None:
    for number in range(3):
        Image.new("L", (40, 30), number * 40).save(tmp_path / f"{number}.png")
    config = train_config(name="own", tree=FLAT, batch=16, data=str(tmp_path), local_steps=1, joint_steps=1)
    assert [w.shape for w in folder_windows(tmp_path, config)[tmp_path.name]] == [(8, 4, 4, 1)]
    assert engine.load_model(str(train(config, home=tmp_path / "home"))).leaves == 8


def test_files_are_copied_so_that_the_run_outlives_them_and_its_clone_outlives_the_run(tmp_path: Path) -> None:
    upload, jobs = tmp_path / "upload.mp4", Jobs(tmp_path / "home")
    upload.write_bytes(CLIP.read_bytes())
    run = jobs.submit(own(), name="mine", device="cpu", files=[upload])
    upload.unlink()
    data = Path(jobs.store.find(run)["config"]["data"])
    assert [path.name for path in data.iterdir()] == ["00000-upload.mp4"]
    cloned = dataclasses.replace(own(), data=str(data))
    copy = Path(jobs.store.find(jobs.submit(cloned, name="copy", device="cpu"))["config"]["data"])
    assert copy != data
    assert [path.name for path in copy.iterdir()] == ["00000-upload.mp4"]


def test_a_folder_in_which_nothing_can_be_read_says_why(tmp_path: Path) -> None:
    (tmp_path / "clips").mkdir()
    (tmp_path / "clips" / "a.mp4").write_bytes(b"no video at all")
    with pytest.raises(ValueError, match=r"nothing in clips can be trained on: a\.mp4"):
        train(tiny_job(data=str(tmp_path / "clips")), home=tmp_path / "home")


@pytest.mark.slow
def test_a_tree_fitted_to_a_clip_reconstructs_it_better_than_the_bundled_one(tmp_path: Path) -> None:
    (preset,) = (p for p in presets() if p.key == "own-video")
    jobs = Jobs(tmp_path)
    run = jobs.submit(preset.config, name="mine", device="cpu", files=[CLIP])
    from engine.jobs.execution.recording import recorded
    from engine.training.trainer import train_folder

    folder = jobs.folder(run)
    checkpoint = recorded(jobs.store, jobs.store.claim(), lambda recorder: train_folder(folder, recorder))
    scores = {}
    for name in (str(checkpoint), "video-16"):
        model = engine.load_model(name)
        errors = [
            np.square(model.reconstruct(model.compress(window)) - window / 255.0).mean()
            for window in windows(open_source(CLIP, short_side=128).frames(), model.leaves)
        ]
        scores[name] = psnr(float(np.mean(errors)))
    assert scores[str(checkpoint)] > scores["video-16"] + 0.3
