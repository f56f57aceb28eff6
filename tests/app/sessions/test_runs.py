"""Runs as the browser sees them: what they learn from without paths, their estimated time, where they belong."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from app.server.rpc import Visitor
from app.sessions.forecasts import Forecasts
from app.sessions.runs import data_words, run_summary
from app.sessions.training import RunsRequest, Trainings
from engine.experiments.live_comparison import start
from engine.jobs import Jobs, presets

OWN = next(preset.config for preset in presets() if preset.key == "own-video")
ANN = Visitor(key="ann", session="ann")


def clip_file(folder: Path, name: str = "my bike.npy", frames: int = 32) -> Path:
    """A clip of 32×64 pixels, which two squares cover."""
    np.save(folder / name, np.zeros((frames, 32, 64, 3), np.uint8))
    return folder / name


def test_a_run_on_files_of_one_s_own_is_told_by_their_names(tmp_path: Path) -> None:
    jobs = Jobs(tmp_path / "home")
    jobs.submit(OWN, name="one", device="cpu", files=[clip_file(tmp_path)])
    jobs.submit(OWN, name="two", device="cpu", files=[clip_file(tmp_path), clip_file(tmp_path, "z.npy")])
    two, one = jobs.list()
    assert (data_words(one), data_words(two)) == ("my bike", "my bike and 1 more")
    assert run_summary(one)["own"] and str(tmp_path) not in str(run_summary(one))


def test_a_closed_form_s_time_is_estimated_by_the_frames_it_is_fitted_to(tmp_path: Path) -> None:
    jobs = Jobs(tmp_path / "home")
    for frames in (32, 320):
        file = clip_file(tmp_path, f"{frames}.npy", frames)
        jobs.submit(OWN, name=f"run {frames}", device="cpu", files=[file])
    forecasts = Forecasts(jobs)
    long, short = jobs.list()
    for run in (long, short):
        forecasts.compute(run["id"])
        assert forecasts.of(run) == forecasts.known[run["id"]]
    assert forecasts.of(long) - forecasts.of(short) == pytest.approx(0.04 * 2 * (320 - 32), abs=0.1)
    jobs.stop(short["id"])
    assert forecasts.of(jobs.list()[1]) is None, "what is over takes no more time"


def test_runs_of_a_comparison_say_which(tmp_path: Path) -> None:
    trainings = Trainings(Jobs(tmp_path / "home"), prepared=True)
    number = start(trainings.jobs, ["imfn", "linear"], leaves=16, steps=2, owner="")
    runs = trainings.refresh(ANN, RunsRequest()).runs
    assert len(runs) > 1
    assert {run["comparison"] for run in runs} == {number}
