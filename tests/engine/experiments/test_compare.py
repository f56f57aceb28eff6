"""Comparisons: every variant and seed once, recorded as it finishes, summed up over seeds."""

from __future__ import annotations

import base64
import dataclasses
import io
import json
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from engine.data.datasets.digits import DigitSet
from engine.experiments import compare as module
from engine.experiments import pictures as pictures_module
from engine.experiments.compare import Comparison, compare, load_comparison, summary
from engine.experiments.pictures import SHOWN, pictures
from tests.engine.training.test_training import blobs

TINY = Comparison(
    name="tiny",
    question="Which is better?",
    seeds=[0, 1],
    base={"local_steps": 0, "joint_steps": 2, "batch": 16, "tree.leaves": 4, "tree.channels": 784},
    variants={
        "linear": {"tree.family": "linear", "tree.hidden": []},
        "residual": {"tree.family": "residual", "tree.hidden": [8, 8]},
    },
)


@pytest.fixture(autouse=True)
def fake_digits(monkeypatch: pytest.MonkeyPatch) -> None:
    images = blobs(400)
    fake = DigitSet(images_NHWK=images, labels_N=np.zeros(400, np.uint8), origin="blobs")
    monkeypatch.setattr("engine.data.datasets.digits.load_digits", lambda split, **_: fake)


@pytest.mark.slow
def test_every_variant_is_trained_once_for_each_seed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    first = compare(TINY, None, home=tmp_path, results=tmp_path / "results")
    assert [(row["variant"], row["seed"]) for row in first["rows"]] == [
        ("linear", 0), ("linear", 1), ("residual", 0), ("residual", 1)
    ]  # fmt: skip
    assert json.loads((tmp_path / "results" / "tiny.json").read_text()) == first
    monkeypatch.setattr(module, "train", lambda *_, **__: pytest.fail("trained again"))
    assert compare(TINY, None, home=tmp_path, results=tmp_path / "results")["rows"] == first["rows"]


@pytest.mark.slow
def test_only_what_is_missing_is_trained(tmp_path: Path) -> None:
    one = dataclasses.replace(TINY, variants={"linear": TINY.variants["linear"]}, seeds=[0])
    compare(one, None, home=tmp_path, results=tmp_path)
    assert len(compare(dataclasses.replace(one, seeds=[0, 5]), None, home=tmp_path, results=tmp_path)["rows"]) == 2


def test_the_summary_is_the_mean_over_seeds_of_the_root() -> None:
    def row(variant: str, seed: int, root: float) -> dict:
        figures = {name: [9.0, root] for name in ("mse", "mean_psnr", "ssim")}
        return {"variant": variant, "seed": seed, "parameters": 5, "seconds": 1.0, **figures}

    lines = summary({"rows": [row("a", 0, 1.0), row("b", 0, 7.0), row("a", 1, 3.0)]})
    assert [(line["variant"], line["seeds"], line["mse"], line["mse_std"]) for line in lines] == [
        ("a", 2, 2.0, 1.0), ("b", 1, 7.0, 0.0)
    ]  # fmt: skip


def test_bundled_comparisons_make_valid_configs() -> None:
    for path in module.BUNDLED.glob("*.json"):
        if "protocol" in module.read_comparison(path.stem):
            continue  # test_memories.py and test_equal_seconds.py have these
        comparison = load_comparison(path.stem)
        for label in comparison.variants:
            assert comparison.config(label, 3).seed == 3


def test_a_comparison_that_is_not_there_is_named() -> None:
    with pytest.raises(ValueError, match="no comparison 'nope'; bundled are"):
        load_comparison("nope")


@pytest.mark.slow
def test_pictures_are_of_the_same_digits_and_made_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    made = pictures(TINY, None, home=tmp_path, results=tmp_path)
    assert [(row["variant"], row["seed"]) for row in made["rows"]] == [("linear", 0), ("residual", 0)]
    first, second = made["rows"]
    assert first["source"] == second["source"] and first["mse"] > 0
    assert Image.open(io.BytesIO(base64.b64decode(first["strip"]))).size == (28 * SHOWN, 28)
    monkeypatch.setattr(pictures_module, "train", lambda *_, **__: pytest.fail("trained again"))
    assert pictures(TINY, None, home=tmp_path, results=tmp_path) == made
