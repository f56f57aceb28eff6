"""Zonal trees: zones are chosen by what they keep, more of them keep more, and a fitted tree survives its file."""

from __future__ import annotations

import pytest
import torch

from engine.compressors.tree import Tree, build_tree
from engine.config import TreeConfig, as_dict, tree_config
from tests.engine.tiny import ZONAL, level_errors


class StillAndMoving:
    """Clips whose left half stands still in fine detail and whose right half is flat and flickers."""

    def __init__(self) -> None:
        generator = torch.Generator().manual_seed(0)
        detail = torch.rand(60, 1, 12, 8, 3, generator=generator).expand(60, 4, 12, 8, 3)
        flicker = torch.rand(60, 4, 1, 1, 3, generator=generator).expand(60, 4, 12, 8, 3)
        self.clips_BTHWK = torch.cat((detail, flicker), 3)

    def blocks(self) -> list[torch.Tensor]:
        return list(self.clips_BTHWK.split(20))


def unlapped(zones: int) -> TreeConfig:
    """The tiny zonal tree without lapping."""
    return tree_config(**{**as_dict(ZONAL), "zones": zones, "lap": 0})


def fitted(zones: int) -> Tree:
    """A zonal tree fitted to the clips."""
    tree = build_tree(unlapped(zones))
    tree.fit(StillAndMoving(), torch.device("cpu"))
    return tree.requires_grad_(False)


def test_more_zones_remember_more_and_no_float_more() -> None:
    x = StillAndMoving().clips_BTHWK
    one, four = fitted(1), fitted(4)
    errors = level_errors(one, x), level_errors(four, x)
    assert errors[1][2] < 0.7 * errors[0][2]
    assert one.rise(one.encode(x), 2)[2].shape == four.rise(four.encode(x), 2)[2].shape


def test_a_slot_takes_the_zone_that_keeps_most_of_it() -> None:
    tree, x = fitted(4), StillAndMoving().clips_BTHWK[:5]
    leaves = tree.encode(x)
    sweeper = tree.sweepers[0]
    opened = sweeper.combine(leaves[:, 0::2], leaves[:, 1::2])
    kept = sweeper.open(sweeper.close(opened)).square().sum(-1)
    every = torch.stack([opened[..., zone.long()].square().sum(-1) for zone in sweeper.zones_KC])
    assert torch.allclose(kept, every.max(0).values, rtol=1e-4)
    assert len((sweeper.close(opened)[..., 0] * 4).floor().unique()) > 1


def test_the_inverse_gives_back_what_a_state_keeps() -> None:
    tree, x = fitted(4), StillAndMoving().clips_BTHWK[:5]
    leaves = tree.encode(x)
    sweeper = tree.sweepers[0]
    opened = sweeper.open(sweeper.merge(leaves[:, 0::2], leaves[:, 1::2]))
    again = sweeper.combine(*sweeper.inverse(opened))
    assert torch.allclose(again, opened, atol=1e-4)


def test_a_fitted_tree_loads_into_a_new_one() -> None:
    tree, x = fitted(4), StillAndMoving().clips_BTHWK[:2]
    other = build_tree(unlapped(4))
    other.load_state_dict(tree.state_dict())
    states = tree.rise(tree.encode(x), 2)[2]
    assert torch.equal(states, other.rise(other.encode(x), 2)[2])
    assert torch.equal(tree.recover(states, 2, 12, 16), other.recover(states, 2, 12, 16))


def test_a_zone_that_does_not_exist_is_read_as_the_nearest() -> None:
    sweeper = fitted(4).sweepers[0]
    state = torch.zeros(2, 48)
    state[:, 0] = torch.tensor([-3.0, 9.0])
    assert torch.isfinite(sweeper.open(state)).all()


def test_zones_without_patches_are_refused() -> None:
    with pytest.raises(ValueError, match="zonal goes with patch and fuse"):
        TreeConfig(family="zonal")
