"""The bundled baselines fit the bundle, load like teachers, and say how good they are."""

from __future__ import annotations

import pytest

from engine.checkpoints import BUNDLED, read_card
from engine.model import load_model
from tests.engine.tiny import frames

NAMES = [f"digits-128-{name}" for name in ("transformer", "mamba", "linear", "frame")]
MEAN_IMAGE = 0.0675


@pytest.mark.parametrize("name", NAMES)
def test_a_bundled_baseline_keeps_1024_floats_of_128_digits(name: str) -> None:
    model, clip = load_model(name), frames(128, 28, 28, 1)
    memory = model.compress(clip)
    assert (model.kind, memory.floats) == ("baseline", 1024)
    assert model.reconstruct(memory).shape == clip.shape


@pytest.mark.parametrize("name", NAMES)
def test_its_card_says_how_good_it_is_and_it_is_well_below_the_mean_image(name: str) -> None:
    card = read_card(BUNDLED / name)
    assert card["metrics"]["levels"][-1]["mse"] < 0.6 * MEAN_IMAGE
    assert card["metrics"]["sequences"] == 78


def test_together_they_stay_small() -> None:
    sizes = [(BUNDLED / name / "model.safetensors").stat().st_size for name in NAMES]
    assert max(sizes) <= 3e6
    assert sum(sizes) <= 9e6
