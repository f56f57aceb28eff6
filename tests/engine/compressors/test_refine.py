"""Settling brings a memory closer to its frames, never further, and the page and the file keep the same one."""

from __future__ import annotations

import dataclasses
from pathlib import Path

import numpy as np
import pytest
import torch

from engine.compressors.refine import node_errors, refine
from engine.config import TreeConfig
from engine.evaluation.levels import explore_window
from tests.engine.tiny import FLAT, frames, tiny_model

SETTLING = dataclasses.replace(FLAT, settle=8)


@pytest.mark.parametrize("merges", [1, 3])
def test_no_node_is_further_from_its_frames_than_before(tmp_path: Path, merges: int) -> None:
    model = tiny_model(tmp_path, SETTLING)
    x = torch.rand(8, 4, 4, 1)
    states = model.tree.rise(model.tree.encode(x[None]), 3)[merges][0]
    before, after = (node_errors(model.tree, s, x, merges) for s in (states, refine(model.tree, states, x, merges, 20)))
    assert (after <= before).all()
    assert after.sum() < before.sum()


def test_the_page_shows_the_memory_that_the_file_keeps(tmp_path: Path) -> None:
    model = tiny_model(tmp_path, SETTLING)
    clip = frames(5, 4, 4, 1)
    for level in explore_window(model, clip):
        memory = model.compress(clip, merges=level.merges)
        assert torch.allclose(level.states_NSC, memory.states_MSC, atol=1e-6)
        assert np.allclose(level.frames_THWK, model.reconstruct(memory), atol=1e-6)


def test_settling_changes_no_weight_and_costs_no_float(tmp_path: Path) -> None:
    plain, settling = tiny_model(tmp_path, FLAT, "plain"), tiny_model(tmp_path, SETTLING, "settling")
    before = {k: v.clone() for k, v in settling.tree.state_dict().items()}
    clip = frames(8, 4, 4, 1)
    assert plain.compress(clip).floats == settling.compress(clip).floats
    assert all(torch.equal(before[k], v) for k, v in settling.tree.state_dict().items())


def test_zonal_trees_do_not_settle() -> None:
    with pytest.raises(ValueError, match="zonal trees keep what their zones choose"):
        TreeConfig(family="zonal", codec="patch", pairing="fuse", settle=3)
