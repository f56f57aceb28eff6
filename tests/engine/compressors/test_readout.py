"""Read-outs: pictures drawn by a small network have the shape of those from one map, and far fewer weights."""

from __future__ import annotations

import pytest
import torch

from engine.compressors.readout import Readout
from engine.data.datasets.moving import frames_question


@pytest.mark.parametrize("side", [32, 24, 21])
def test_compact_pictures_have_the_size_that_is_asked(side: int) -> None:
    question = frames_question(side)
    plain, compact = (Readout(8, (question,), width=16, compact=compact) for compact in (False, True))
    memories = torch.randn(3, 8)
    assert compact(memories, {})["frames"].shape == plain(memories, {})["frames"].shape == (3, 10 * side**2)
    weights = [sum(p.numel() for p in readout.parameters()) for readout in (plain, compact)]
    assert weights[1] < weights[0] / 10


def test_every_picture_is_drawn_for_its_own_time() -> None:
    torch.manual_seed(0)
    pictures = Readout(8, (frames_question(16),), width=16, compact=True)(torch.randn(1, 8), {})["frames"].view(10, -1)
    assert len(pictures.unique(dim=0)) == 10
