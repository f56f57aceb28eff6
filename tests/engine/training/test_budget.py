"""No model gets more steps, data or floats than another, and settings are chosen without a look at the test."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from engine.checkpoints import read_card
from engine.compressors.base import build_compressor
from engine.config import TrainConfig, with_settings
from engine.data.datasets.digits import DigitSet
from engine.experiments.compare import BUNDLED, Comparison, compare, load_comparison, summary
from engine.jobs.execution.foreground import train
from engine.model import load_model
from engine.training.budget import budget, check_equal
from tests.engine.tiny_baselines import BASELINES
from tests.engine.training.test_training import blobs

BASE = {
    "batch": 16, "local_steps": 0, "joint_steps": 3, "average": 0.0, "half": False,
    "tree.leaves": 4, "tree.channels": 8, "tree.family": "linear", "tree.hidden": [],
}  # fmt: skip
TINY = {"baseline_width": 12, "baseline_depth": 1, "baseline_hidden": 16, "baseline_state": 2}
MODELS = {name: {"baseline": name, **TINY} for name in BASELINES}
IMFN = {"tree.family": "residual", "tree.hidden": [8, 8]}


@pytest.fixture
def fake_digits(monkeypatch: pytest.MonkeyPatch) -> None:
    images = blobs(400)
    fake = DigitSet(images_NHWK=images, labels_N=np.zeros(400, np.uint8), origin="blobs")
    monkeypatch.setattr("engine.data.datasets.digits.load_digits", lambda split, **_: fake)


def comparison(variants: dict, **changes: object) -> Comparison:
    values = {"name": "tiny", "question": "Who?", "seeds": [0], "base": BASE, "equal": True, **changes}
    return Comparison(variants=variants, **values)


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"joint_steps": 4}, "steps"),
        ({"again_steps": 1}, "steps"),
        ({"batch": 32}, "batch"),
        ({"augment": False}, "augment"),
        ({"holdout": 50}, "holdout"),
        ({"fit_images": 60}, "fit_images"),
        ({"data": "digits-drift"}, "data"),
        ({"tree.channels": 16}, "floats"),
        ({"tree.leaves": 8}, "leaves"),
        ({"tree.settle": 2}, "settle"),
    ],
)
def test_unequal_budgets_are_refused_by_name(change: dict, words: str) -> None:
    with pytest.raises(ValueError, match=f"unequal budgets: .* has {words} "):
        comparison({"IMFN": IMFN, **MODELS, "one more": {"baseline": "gru", **TINY, **change}})


def test_local_steps_count_as_steps() -> None:
    with pytest.raises(ValueError, match="has steps"):
        comparison({"gru": MODELS["gru"], "IMFN": {**IMFN, "local_steps": 1}})


def test_closed_forms_take_no_steps_and_the_mean_no_floats() -> None:
    configs = {label: comparison(MODELS).config(label, 0) for label in MODELS}
    assert check_equal(configs)["steps"] == 3
    assert budget(configs["linear"])["steps"] == budget(configs["mean"])["steps"] == 0
    assert budget(configs["mean"])["floats"] == 0
    assert {budget(configs[name])["floats"] for name in BASELINES if name != "mean"} == {8}


@pytest.mark.slow
def test_measured_steps_and_floats_are_the_budget_s(tmp_path: Path, fake_digits: None) -> None:
    result = compare(comparison({"IMFN": IMFN, **MODELS}), None, home=tmp_path, results=tmp_path)
    rows = {row["variant"]: row for row in result["rows"]}
    assert {row["steps"] for row in rows.values()} == {0, 3}
    assert {name: row["floats"] for name, row in rows.items() if row["floats"] != 8} == {"mean": 0}
    assert {len(row["sequence_mse"]) for row in rows.values()} == {100}
    assert all(row["compress_ms"] > 0 and row["step_ms"] > 0 for row in rows.values())
    assert {line["floats"] for line in summary(json.loads((tmp_path / "tiny.json").read_text()))} == {0, 8}


def test_rows_that_were_recorded_with_another_budget_are_refused(tmp_path: Path, fake_digits: None) -> None:
    compare(comparison({"gru": MODELS["gru"]}), None, home=tmp_path, results=tmp_path)
    longer = comparison({"gru": MODELS["gru"], "frame": MODELS["frame"]}, base={**BASE, "joint_steps": 4})
    with pytest.raises(ValueError, match="gru, seed 0, was recorded with 3 steps and 8 floats, 4 and 8 are planned"):
        compare(longer, None, home=tmp_path, results=tmp_path)


def test_the_search_looks_at_held_out_digits_only(
    tmp_path: Path, fake_digits: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    from engine.data.datasets import digits

    asked, known = [], digits.load_digits
    monkeypatch.setattr(
        "engine.data.datasets.digits.load_digits", lambda split, **_: asked.append(split) or known(split)
    )
    base = {**BASE, "holdout": 40}
    result = compare(
        comparison({"gru": MODELS["gru"]}, base=base, validation=True), None, home=tmp_path, results=tmp_path
    )
    assert set(asked) == {"train"}
    assert result["rows"][0]["data"] == "the last 40 of the blobs"
    with pytest.raises(ValueError, match="set holdout above 0"):
        comparison({"gru": MODELS["gru"]}, validation=True)


def test_held_out_digits_are_not_trained_on(fake_digits: None) -> None:
    from engine.data.datasets.base import load_dataset

    config = with_settings(TrainConfig(), [f"{k}={json.dumps(v)}" for k, v in {**BASE, "holdout": 40}.items()])
    batches = load_dataset(config)
    assert len(batches.frames_NHWK) == 360
    assert batches.origin == "blobs, the last 40 held out"
    with pytest.raises(ValueError, match="holdout is 398 of 400 images"):
        load_dataset(with_settings(config, ["holdout=398"]))


@pytest.mark.parametrize("baseline", BASELINES)
def test_a_trained_baseline_is_a_checkpoint_like_any_other(tmp_path: Path, fake_digits: None, baseline: str) -> None:
    folder = train(comparison(MODELS).config(baseline, 0), home=tmp_path)
    card, model = read_card(folder), load_model(str(folder))
    assert (card["kind"], card["baseline"]) == ("baseline", baseline)
    assert model.parameters == card["parameters"]
    assert model.reconstruct(model.compress(blobs(6))).shape == (6, 28, 28, 1)


@pytest.mark.slow
def test_training_lowers_a_baseline_s_error(tmp_path: Path, fake_digits: None) -> None:
    config = with_settings(comparison(MODELS).config("mamba", 0), ["joint_steps=40", "rate=0.003", "augment=false"])
    before, after = (row["train_mse"][-1] for row in read_card(train(config, home=tmp_path))["history"])
    assert after < before


def bundled() -> Comparison:
    return load_comparison("baselines")


def test_the_mean_and_the_frame_rows_are_always_on_the_table() -> None:
    kinds = {bundled().config(label, 0).baseline for label in bundled().variants}
    assert {"", *BASELINES} == kinds


def test_our_teacher_has_no_more_parameters_than_the_models_it_is_compared_with() -> None:
    configs = [bundled().config(label, 0) for label in bundled().variants]
    sizes = {c.baseline: build_compressor(c).learned() for c in configs}
    for name in ("transformer", "mamba", "gru", "frame"):
        assert 1 <= sizes[name] / sizes[""] < 1.02


def test_the_comparison_uses_what_the_search_chose() -> None:
    rows = json.loads((BUNDLED.parents[2] / "assets" / "results" / "baselines-search.json").read_text())["rows"]
    search = load_comparison("baselines-search")
    assert len(rows) == len(search.variants)
    for label in bundled().variants:
        tried = [row for row in rows if row["variant"].startswith(f"{label}, ")]
        if not tried:
            continue
        best = search.variants[min(tried, key=lambda row: row["mse"][-1])["variant"]]
        assert bundled().variants[label] == best, label
        assert len(tried) == 4
