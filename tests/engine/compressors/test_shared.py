"""Trees whose slots share a node's floats: what is busy gets more, a budget is never exceeded, a node alone equals one
among others, and what cannot be a memory is refused.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
import torch

from engine.compressors.allocation import SAMPLE, allocate, first_price
from engine.compressors.sweepers.shared_sweeper import SharedSweeper
from engine.compressors.sweepers.zone_names import MOST_ZONES, names_in_a_float
from engine.compressors.tree import Tree, build_tree
from engine.config import as_dict, tree_config
from tests.engine.compressors.test_zonal import StillAndMoving
from tests.engine.tiny import SHARED, ZONAL, level_errors


class BusyAndBlank(StillAndMoving):
    """Clips whose left half changes in every pixel and whose right half is one grey."""

    def __init__(self) -> None:
        generator = torch.Generator().manual_seed(1)
        busy = torch.rand(40, 4, 12, 8, 3, generator=generator)
        blank = torch.rand(40, 1, 1, 1, 3, generator=generator).expand(40, 4, 12, 8, 3)
        self.clips_BTHWK = torch.cat((busy, blank), 3)


def unlapped() -> Tree:
    """An unfitted tree without lapping."""
    return build_tree(replace(SHARED, lap=0)).requires_grad_(False)


def fitted(data: StillAndMoving) -> Tree:
    """A tree fitted to clips."""
    tree = unlapped()
    tree.fit(data, torch.device("cpu"))
    return tree


@pytest.fixture(scope="module")
def busy() -> tuple[Tree, torch.Tensor]:
    """(tree, clips)."""
    data = BusyAndBlank()
    return fitted(data), data.clips_BTHWK


def root(tree: Tree, clips_BTHWK: torch.Tensor) -> torch.Tensor:
    """Root states [B, S, C]."""
    return tree.rise(tree.encode(clips_BTHWK), tree.config.merges)[-1][:, 0]


def test_busy_slots_take_the_floats_of_blank_ones(busy: tuple[Tree, torch.Tensor]) -> None:
    tree, clips = busy
    lengths = tree.sweepers[-1].lengths(root(tree, clips[:1])[0]).view(3, 4)
    assert lengths[:, :2].float().mean() > 5 * lengths[:, 2:].float().mean()


def test_sharing_remembers_more_than_equal_zones(busy: tuple[Tree, torch.Tensor]) -> None:
    tree, clips = busy
    equal = build_tree(tree_config(**{**as_dict(ZONAL), "lap": 0, "zones": 16}))
    equal.fit(BusyAndBlank(), torch.device("cpu"))
    assert level_errors(tree, clips)[2] < 0.8 * level_errors(equal, clips)[2]


def test_what_slots_take_adds_up_to_no_more_than_the_node_has(busy: tuple[Tree, torch.Tensor]) -> None:
    tree, clips = busy
    for sweeper, states in zip(tree.sweepers, tree.rise(tree.encode(clips[:6]), 2)[1:], strict=True):
        for state in states.flatten(0, 1):
            assert 0.8 * state.numel() < int(sweeper.lengths(state).sum()) <= state.numel()


def test_slots_that_share_among_a_few_take_nothing_from_others(busy: tuple[Tree, torch.Tensor]) -> None:
    tree, clips = busy
    sweeper = tree.sweepers[-1]
    opened = sweeper.open(root(tree, clips[:1]))[0]
    sweeper.together = 4
    try:
        lengths = sweeper.lengths(sweeper.close_node(opened.clone())).view(3, 4)
    finally:
        sweeper.together = 0
    assert bool((lengths.sum(1) <= 4 * sweeper.channels).all())


def test_the_inverse_gives_back_what_a_state_keeps(busy: tuple[Tree, torch.Tensor]) -> None:
    tree, clips = busy
    sweeper = tree.sweepers[-1]
    opened = sweeper.open(root(tree, clips[:3]))
    assert torch.allclose(sweeper.combine(*sweeper.inverse(opened)), opened, atol=1e-4)


def test_one_level_alone_is_the_last_of_all_levels(busy: tuple[Tree, torch.Tensor]) -> None:
    tree, clips = busy
    for merges in range(3):
        levels = tree.levels(clips[:3], merges, 1)
        assert torch.equal(tree.last_level(clips[:3], merges, 1), levels[-1])


def test_a_node_alone_comes_out_as_among_others(busy: tuple[Tree, torch.Tensor]) -> None:
    tree, clips = busy
    together = tree.rise(tree.encode(clips[:8]), 2)
    for index in range(8):
        alone = tree.rise(torch.cat([tree.encode(clips[index : index + 1])]), 2)
        assert all(torch.equal(one[0], all_[index]) for one, all_ in zip(alone[1:], together[1:], strict=True))


def test_every_float_survives_float16(busy: tuple[Tree, torch.Tensor]) -> None:
    tree, clips = busy
    states = root(tree, clips)[:, None]
    before, after = (tree.recover(x, 2, 12, 16) for x in (states, states.half().float()))
    lost = (after - clips).square().mean().log10() - (before - clips).square().mean().log10()
    assert 10 * float(lost) < 0.05
    assert all(sweeper.zones**sweeper.joined <= MOST_ZONES for sweeper in tree.sweepers)


@pytest.mark.parametrize(("zones", "groups", "joined"), [(45, 16, 2), (46, 16, 1), (12, 8, 3), (6, 4, 4), (6, 2, 2)])
def test_an_index_float_names_as_many_zones_as_it_can(zones: int, groups: int, joined: int) -> None:
    assert names_in_a_float(zones, groups) == joined
    sweeper = SharedSweeper(channels=192, zones=zones, groups=groups, below=None)
    zone_GS = torch.randint(zones, (groups, 7))
    zone_GS[:, 0], zone_GS[:, 1] = 0, zones - 1
    names_IS = sweeper.names(zone_GS)
    assert names_IS.shape == (-(-groups // joined), 7)
    assert int(names_IS.max()) < MOST_ZONES
    state = torch.cat((names_IS.flatten().float(), torch.zeros(7 * 192 - names_IS.numel()))).view(7, 192)
    sweeper.packed_zones.zero_()
    assert torch.equal(sweeper.zones_of(state), zone_GS)


@pytest.mark.parametrize(
    ("at", "value", "sentence"),
    [
        (0, 2048.0, "names a zone"),
        (0, -1.0, "names a zone"),
        (0, 0.5, "names a zone"),
        (0, float("nan"), "names a zone"),
        (0, 1727.0, "keep more floats"),
        (-1, 0.25, "more floats than its zones"),
    ],
)
def test_a_memory_that_cannot_be_is_refused(
    busy: tuple[Tree, torch.Tensor], at: int, value: float, sentence: str
) -> None:
    tree, clips = busy
    state = root(tree, clips[:1]).clone()
    state.view(-1)[slice(12) if at == 0 else slice(at, None)] = value
    with pytest.raises(ValueError, match=sentence):
        tree.recover(state[:, None], 2, 12, 16)


def test_a_fitted_tree_loads_into_a_new_one(busy: tuple[Tree, torch.Tensor]) -> None:
    tree, clips = busy
    other = unlapped()
    other.load_state_dict(tree.state_dict())
    for sweeper in other.sweepers:
        sweeper.check_places()
    assert torch.equal(root(tree, clips[:2]), root(other, clips[:2]))


@pytest.mark.parametrize("edges", [[0, 4, 2, 48], [0, 24, 49], [1, 48], [0, 0, 48]])
def test_parts_that_do_not_fit_are_refused(edges: list[int]) -> None:
    sweeper = SharedSweeper(channels=24, zones=5, groups=2, below=None)
    sweeper.check_places()
    sweeper.edges, sweeper.cache = torch.tensor(edges, dtype=torch.int32), {}
    with pytest.raises(ValueError, match="damaged"):
        sweeper.check_places()


def test_black_frames_are_remembered_well(busy: tuple[Tree, torch.Tensor]) -> None:
    tree, _ = busy
    black = torch.zeros(1, 4, 12, 16, 3)
    assert tree.recover(root(tree, black)[:, None], 2, 12, 16).square().mean() < 1e-4


@pytest.mark.slow
def test_its_values_are_counted_without_making_them() -> None:
    with torch.device("meta"):
        tree = build_tree(SHARED)
    assert tree.learned() == build_tree(SHARED).learned()


def test_the_first_price_sees_all_places_alike() -> None:
    places = 16 * 19 * 9
    opened_US = torch.linspace(0, 1, places).sqrt()[:, None].expand(places, 19 * 9 * SAMPLE // places)
    assert first_price(opened_US, 0.05) == pytest.approx(0.95, abs=0.02)


@pytest.mark.parametrize("budget", [0, 7, 100, 10_000])
def test_the_choice_fits_its_budget_and_is_close_to_the_best_there_is(budget: int) -> None:
    generator = np.random.default_rng(0)
    size_GK = torch.from_numpy(np.sort(generator.integers(0, 12, (4, 20)), 1))
    size_GK[:, 0] = 0
    energy_GKS = torch.from_numpy(generator.random((4, 20, 10))).float() * size_GK[..., None] ** 0.7
    zone_GS = allocate(energy_GKS, size_GK, budget)
    assert int(size_GK.gather(1, zone_GS).sum()) <= budget
    found = float(energy_GKS.gather(1, zone_GS[:, None]).sum())
    energy_KR = energy_GKS.transpose(0, 1).flatten(1)
    size_KR = size_GK.T[..., None].expand(20, 4, 10).flatten(1)
    assert found >= 0.9 * best(energy_KR, size_KR, budget) - 1.5


def best(energy_KR: torch.Tensor, size_KR: torch.Tensor, budget: int) -> float:
    """The most energy within a budget, by dynamic programming."""
    value = np.zeros(budget + 1)
    for energy_K, size_K in zip(energy_KR.T.numpy(), size_KR.T.numpy(), strict=True):
        grown = value.copy()
        for energy, size in zip(energy_K, size_K, strict=True):
            if size <= budget:
                grown[size:] = np.maximum(grown[size:], value[: budget + 1 - size] + energy)
        value = grown
    return float(value[-1])


def test_sharing_without_patches_is_refused() -> None:
    with pytest.raises(ValueError, match="shared goes with patch and fuse"):
        tree_config(family="shared")
