"""Comparisons at equal CPU seconds: rows come together in one file, seconds stay equal, what was stopped goes on."""

from __future__ import annotations

import dataclasses
import json
from pathlib import Path

import numpy as np
import pytest
import torch

from engine.__main__ import main
from engine.compressors.base import build_compressor
from engine.data.datasets.digits import DigitSet
from engine.experiments import equal_seconds
from engine.experiments.compare import read_comparison
from engine.experiments.equal_seconds import compare_seconds, timed_comparison
from engine.reports.tables import read
from tests.engine.training.test_training import blobs, stop_after

TINY = timed_comparison(
    {
        "name": "tiny",
        "results": "tiny-rows",
        "question": "Which?",
        "seconds": 0.8,
        "base": {"digits.augment": False, "tree.leaves": 4, "batch": 16, "precision": "no", "half": False},
        "rows": {
            "tree": {
                "title": "A tree", "config": "dense-128", "pairs": 8, "authors": "IMFN",
                "settings": {"tree.dense.hidden": [8, 8]},
            },
            "mean": {"title": "The mean", "config": "digits-128-linear", "settings": {"baseline": "mean"}},
        },
    }
)  # fmt: skip


@pytest.fixture(autouse=True)
def fake_digits(monkeypatch: pytest.MonkeyPatch) -> None:
    images = blobs(120)
    fake = DigitSet(images_NHWK=images, labels_N=np.zeros(120, np.uint8), origin="blobs")
    for module in ("engine.data.datasets.digits", "engine.evaluation.similarity"):
        monkeypatch.setattr(f"{module}.load_digits", lambda split, **_: fake)
    monkeypatch.setattr("engine.training.timed.NODES", {True: 64, False: 4})


def compared(folder: Path, **options: object) -> dict:
    return compare_seconds(TINY, None, results=folder / "results", home=folder, **options)


@pytest.mark.slow
def test_rows_of_several_calls_come_together_and_none_is_done_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (first,) = compared(tmp_path, rows=["mean"])["rows"]
    assert (first["steps"], first["planned_cpu_seconds"], first["floats"]) == (0, None, 0)
    both = compared(tmp_path)
    assert [row["row"] for row in both["rows"]] == ["mean", "tree"] and both["rows"][0] == first
    tree = both["rows"][1]
    assert tree["steps"] > 1 and 0.8 <= tree["cpu_seconds"] < 4 and tree["planned_cpu_seconds"] == 0.8
    assert {"threads", "processor", "cores"} <= set(tree["machine"])
    assert tree["seed"] == 0 and tree["peak_megabytes"] > 50 and tree["compress_ms"] > 0
    assert len(tree["mse"]) == len(tree["psnr"]) == len(tree["ssim"]) == 2 and len(tree["ssim_variants"]) > 5
    assert len(tree["curve"]["steps"]) == len(tree["curve"]["cpu_seconds"]) == len(tree["curve"]["mse"]) > 1
    assert json.loads((tmp_path / "results" / "tiny-rows.json").read_text()) == both
    assert not list((tmp_path / "comparisons" / "tiny").glob("*/state.safetensors"))
    monkeypatch.setattr(equal_seconds, "measured", lambda *_: pytest.fail("done again"))
    assert compared(tmp_path) == both


@pytest.mark.slow
def test_a_row_that_was_stopped_says_so_and_goes_on(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with monkeypatch.context() as patch:
        stop_after(patch, 2)
        with pytest.raises(ValueError, match="stopped at tree; call the same command again to go on"):
            compared(tmp_path, rows=["tree"])
    assert not (tmp_path / "results" / "tiny-rows.json").exists()
    other = dataclasses.replace(TINY, base=TINY.base | {"batch": 8})
    with pytest.raises(ValueError, match="tree-0 was begun with other settings"):
        compare_seconds(other, None, results=tmp_path / "results", home=tmp_path, rows=["tree"])
    assert compared(tmp_path, rows=["tree"])["rows"][0]["cpu_seconds"] >= 0.8


@pytest.mark.parametrize("recorded", [[], [{"row": "mamba", "seed": 0, "planned_cpu_seconds": 100.0}]])
def test_other_seconds_are_a_trial_that_leaves_the_recorded_rows_alone(tmp_path: Path, recorded: list[dict]) -> None:
    path = tmp_path / "results" / "tiny-rows.json"
    path.parent.mkdir()
    path.write_text(json.dumps({"seconds": 100.0 if recorded else 0.8, "rows": recorded}))
    before = path.read_text()
    trial = compared(tmp_path, rows=["mean"], seconds=50.0)
    assert path.read_text() == before
    assert (trial["seconds"], [row["row"] for row in trial["rows"]]) == (50.0, ["mean"])
    assert Path(trial["trial"]).is_relative_to(tmp_path / "comparisons" / "tiny" / "50 seconds")
    assert "trial" not in compared(tmp_path, rows=["mean"], seconds=100.0 if recorded else 0.8)
    assert len(json.loads(path.read_text())["rows"]) == len(recorded) + 1


def test_seconds_that_are_no_length_are_refused(tmp_path: Path) -> None:
    for seconds in (-1.0, 0.0, float("nan"), float("inf")):
        with pytest.raises(ValueError, match="give a number above 0"):
            compared(tmp_path, seconds=seconds)


def test_unknown_rows_and_options_of_other_comparisons_are_sentences(capsys: pytest.CaptureFixture) -> None:
    with pytest.raises(ValueError, match="no row 'gpt'; its rows are tree, mean"):
        TINY.chosen(["gpt"])
    assert main(["compare", "joint", "--rows", "imfn"]) == 2
    assert "--rows, --seconds and --forecast are for comparisons at equal CPU seconds" in capsys.readouterr().err
    with pytest.raises(ValueError, match="tiny is no valid comparison at equal seconds"):
        timed_comparison({"name": "tiny", "rows": {}})
    with pytest.raises(ValueError, match="unknown setting heads"):
        dataclasses.replace(TINY, base={"heads": 3}).config("tree", 0)


def test_a_forecast_says_what_would_fit_and_records_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    short, long = (equal_seconds.forecast(TINY, ["tree", "mean"], seconds) for seconds in (1.0, 1000.0))
    assert [row["row"] for row in short] == ["tree"] and not list(tmp_path.iterdir())
    assert long[0]["steps"] > 20 * short[0]["steps"] > 0
    assert long[0]["peak_megabytes"] > 50


@pytest.mark.parametrize("name", ["imfn", "transformer", "mamba", "imfn-pixels", "transformer-slots", "mamba-slots"])
def test_every_model_of_the_paper_has_the_authors_number_of_parameters_within_2_percent(name: str) -> None:
    comparison = timed_comparison(read_comparison("paper"))
    config = comparison.config(name, 0)
    with torch.device("meta"):
        parameters = build_compressor(config).learned()
    theirs = {row["name"].lower(): row["parameters"] for row in read("assets/results/paper.json")["digits"]}
    assert abs(parameters / theirs[name.partition("-")[0]] - 1) < 0.02
    assert (config.tree.leaves, config.tree.channels) == (128, 1024)


def test_the_video_trees_keep_the_closed_form_s_protocol() -> None:
    comparison = timed_comparison(read_comparison("paper-video"))
    trees = [comparison.config(name, 0).tree for name in comparison.rows]
    assert {(tree.leaves, tree.patch, tree.lap, tree.pairing) for tree in trees} == {(16, 8, 0, "fuse")}
