"""What the page offers of the bundled models."""

from __future__ import annotations

from app.server.models import model_names
from engine.checkpoints import bundled_names, probed_names


def test_models_that_a_probe_reads_are_not_offered_for_other_pictures() -> None:
    offered = {*model_names(), *model_names("student"), *model_names("baseline")}
    assert "lantern-64" in probed_names()
    assert offered | {*probed_names()} == {*bundled_names()}
    assert not offered & {*probed_names()}
