"""UCF-101's scenes: what is held out to choose settings on is never trained on."""

from __future__ import annotations

from pathlib import Path

import pytest

from engine.data.datasets.ucf import divided, group_of

CLIPS = [Path(f"{name}/v_{name}_g{scene:02d}_c01.avi") for name in ("Archery", "Biking") for scene in range(8, 13)]


@pytest.mark.parametrize("holdout", [0, 1, 3, 4])
def test_held_out_scenes_are_the_last_ones_and_in_no_training(holdout: int) -> None:
    kept, held = divided(CLIPS, holdout)
    assert sorted(kept + held) == sorted(CLIPS)
    assert {group_of(path) for path in held} == {f"g{group:02d}" for group in range(13 - holdout, 13)}
    assert not {group_of(path) for path in held} & {group_of(path) for path in kept}


@pytest.mark.parametrize("holdout", [5, 6])
def test_holding_out_every_scene_is_refused(holdout: int) -> None:
    with pytest.raises(ValueError, match=f"holdout is {holdout} of 5 scenes"):
        divided(CLIPS, holdout)
