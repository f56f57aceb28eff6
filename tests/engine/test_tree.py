"""Codecs, sweepers and the tree: shapes kept, closed forms optimal, nothing lost at one merge less than none."""

import pytest
import torch

from engine.codecs import FlatCodec, PatchCodec
from engine.config import TreeConfig
from engine.sweepers import MirrorMap, build_sweeper
from engine.sweepers.linear import Covariance, LinearMap
from engine.tree import Tree
from tests.engine.tiny import DENSE, FLAT, PATCH


@pytest.mark.parametrize("lap", [0, 2, 8])
@pytest.mark.parametrize("size", [(16, 16), (33, 50), (1, 1), (48, 17)])
def test_the_patch_codec_gives_back_any_size_exactly(lap: int, size: tuple[int, int]) -> None:
    codec = PatchCodec(patch=16, colours=3, lap=lap)
    x = torch.rand(2, *size, 3)
    assert torch.allclose(codec.decode(codec.encode(x), *size), x, atol=1e-5)


def test_the_lapped_transform_keeps_every_error_s_size() -> None:
    codec = PatchCodec(patch=16, colours=1, lap=8)
    a, b = torch.rand(1, 64, 64, 1), torch.rand(1, 64, 64, 1)
    assert torch.allclose((codec.encode(a) - codec.encode(b)).square().sum(), (a - b).square().sum(), rtol=1e-4)


def test_a_flat_leaf_of_another_size_is_refused_with_both_sizes() -> None:
    with pytest.raises(ValueError, match=r"5×4×1.*4×4×1"):
        FlatCodec(height=4, width=4, colours=1, channels=16).check(5, 4, 1)


@pytest.mark.parametrize("config", [FLAT, PATCH, DENSE], ids=["stack", "fuse", "dense"])
def test_every_level_holds_the_same_floats_and_decodes_to_all_frames(config: TreeConfig) -> None:
    tree = Tree(config)
    shape = (4, 4, 1) if config.codec == "flat" else (9, 6, 3)
    x = torch.rand(2, config.leaves, *shape)
    levels = tree.rise(tree.encode(x), config.merges)
    floats = levels[0][0, 0].numel()
    for merges, states in enumerate(levels):
        assert states.shape[1] == config.leaves >> merges
        assert states[0, 0].numel() == floats
        assert tuple(states.shape[2:]) == tree.state_shape(merges, *shape[:2])
        assert tree.recover(states, merges, *shape[:2]).shape == x.shape


def test_the_closed_form_keeps_the_leading_principal_components() -> None:
    x = torch.randn(500, 6) * torch.tensor([5.0, 4, 3, 0.1, 0.1, 0.1]) + 2
    covariance = Covariance(6)
    for block in x.split(100):
        covariance.add(block)
    linear = LinearMap(6, 3)
    linear.fit(covariance)
    assert (linear.up(linear.down(x)) - x).square().mean() < 0.02


def test_a_residual_sweeper_starts_exactly_at_the_linear_one() -> None:
    residual = build_sweeper(family="residual", pairing="fuse", slots=2, channels=4, hidden=8)
    x = torch.randn(3, 2, 8)
    assert torch.equal(residual.map.down(x), residual.map.shortcut.down(x))


@pytest.mark.parametrize("pairing", ["stack", "fuse"])
def test_split_undoes_join(pairing: str) -> None:
    layout = build_sweeper(family="linear", pairing=pairing, slots=2, channels=4, hidden=0).pairing
    left, right = torch.rand(1, 2, 4), torch.rand(1, 2, 4)
    back = layout.split(layout.join(left, right))
    assert torch.equal(back[0], left)
    assert torch.equal(back[1], right)


def test_a_config_that_cannot_work_names_its_numbers() -> None:
    with pytest.raises(ValueError, match="12"):
        TreeConfig(leaves=12)
    with pytest.raises(ValueError, match="2 widths, 7 levels"):
        TreeConfig(hidden=(1, 2))


def reversible(seed: int = 0, count: int = 4000, channels: int = 6) -> torch.Tensor:
    """Pairs [2·count, 2·channels] that are as likely in one order as in the other."""
    generator = torch.Generator().manual_seed(seed)
    mix = torch.randn(2 * channels, 2 * channels, generator=generator)
    pairs = torch.randn(count, 2 * channels, generator=generator) @ mix + 1
    return torch.cat((pairs, pairs.roll(channels, 1)))


def fitted(map: LinearMap | MirrorMap, pairs: torch.Tensor) -> torch.Tensor:
    """The map's reconstruction of the pairs it was fitted on."""
    moments = map.moments()
    moments.add(pairs)
    map.fit(moments)
    return map.up(map.down(pairs))


def test_the_time_symmetric_transform_is_the_closed_form_of_reversible_pairs() -> None:
    pairs = reversible()
    plain, mirror = (fitted(m, pairs) for m in (LinearMap(12, 6), MirrorMap(6)))
    assert torch.allclose(plain, mirror, atol=1e-3)


def test_playing_backwards_changes_the_sign_of_the_odd_channels_only() -> None:
    pairs = reversible()
    mirror = MirrorMap(6)
    mirror.parity_in.copy_(torch.tensor([1.0, 1, -1, 1, -1, 1]))
    fitted(mirror, pairs)
    backwards = torch.cat((pairs[:, 6:] * mirror.parity_in, pairs[:, :6] * mirror.parity_in), 1)
    assert torch.allclose(mirror.down(backwards), mirror.down(pairs) * mirror.parity_out, atol=1e-4)
    assert 0 < (mirror.parity_out > 0).sum() < 6


def test_a_time_symmetric_transform_of_stacked_slots_is_refused() -> None:
    with pytest.raises(ValueError, match="mirror goes with fuse"):
        TreeConfig(mirror=True)
