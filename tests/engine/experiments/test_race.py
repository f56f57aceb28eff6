"""The race: measured along the way, the clock standing still meanwhile."""

from __future__ import annotations

import time

import numpy as np
import pytest

from engine.data.datasets.digits import DigitSet
from engine.experiments.race import Clock, race
from tests.engine.tiny import tiny_training
from tests.engine.training.test_training import blobs


@pytest.mark.slow
def test_the_curve_starts_at_the_closed_form_and_gives_the_times(monkeypatch: pytest.MonkeyPatch) -> None:
    fake = DigitSet(images_NHWK=blobs(400), labels_N=np.zeros(400, np.uint8), origin="blobs")
    monkeypatch.setattr("engine.data.datasets.digits.load_digits", lambda split, **_: fake)
    result = race(tiny_training(local_steps=0, joint_steps=40), None)
    assert [point["step"] for point in result["curve"]] == [0, 20, 40]
    seconds = [point["seconds"] for point in result["curve"]]
    assert seconds == sorted(seconds)
    assert result["seconds_until_below"]["0.0250"] == seconds[0]


def test_a_pause_is_not_counted() -> None:
    clock = Clock()
    before = clock.pause()
    time.sleep(0.05)
    clock.go()
    assert clock.pause() - before < 0.04
