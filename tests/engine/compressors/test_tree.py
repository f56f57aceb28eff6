"""Codecs, sweepers and the tree: shapes kept, closed forms optimal, nothing lost at one merge less than none."""

import dataclasses
from pathlib import Path

import numpy as np
import pytest
import torch

from engine.compressors.codecs import FlatCodec, PatchCodec
from engine.compressors.covariance import Covariance
from engine.compressors.pairing import pairing_of
from engine.compressors.sweepers.linear import LinearMap
from engine.compressors.tree import Tree, build_tree
from engine.config import TreeConfig, tree_config
from tests.engine.tiny import DENSE, FLAT, PATCH, SHARED, ZONAL, frames, level_errors, tiny_model


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


@pytest.mark.parametrize(
    "config", [FLAT, PATCH, DENSE, ZONAL, SHARED], ids=["stack", "fuse", "dense", "zonal", "shared"]
)
def test_every_level_holds_the_same_floats_and_decodes_to_all_frames(config: TreeConfig) -> None:
    tree = build_tree(config)
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
    residual = build_tree(FLAT).sweepers[0]
    torch.nn.init.normal_(residual.map.shortcut.weight)
    x = torch.randn(3, 2, 16)
    assert torch.equal(residual.map.down(x), residual.map.shortcut.down(x))


@pytest.mark.parametrize("pairing", ["stack", "fuse"])
def test_split_undoes_join(pairing: str) -> None:
    layout = pairing_of(pairing, slots=2, channels=4)
    left, right = torch.rand(1, 2, 4), torch.rand(1, 2, 4)
    back = layout.split(layout.join(left, right))
    assert torch.equal(back[0], left)
    assert torch.equal(back[1], right)


def test_a_config_that_cannot_work_names_its_numbers() -> None:
    with pytest.raises(ValueError, match="12"):
        TreeConfig(leaves=12)
    with pytest.raises(ValueError, match="2 widths, 7 levels"):
        tree_config(hidden=(1, 2))


MIRRORED = tree_config(codec="patch", leaves=4, colours=3, patch=4, lap=2, family="linear", pairing="fuse", mirror=True)


class MadeClips:
    """Clips of smooth noise, in every direction of time and in both mirror images."""

    def __init__(self) -> None:
        generator = torch.Generator().manual_seed(0)
        coarse = torch.rand(40, 3, 4, 5, 6, generator=generator)
        clips = torch.nn.functional.interpolate(coarse, size=(4, 12, 16), mode="trilinear").permute(0, 2, 3, 4, 1)
        self.clips_BTHWK = torch.cat((clips, clips.flip(1), clips.flip(3), clips.flip(1, 3)))

    def blocks(self) -> list[torch.Tensor]:
        return list(self.clips_BTHWK.split(32))


def closed_form(mirror: bool) -> Tree:
    """A linear tree fitted to the clips."""
    options = dataclasses.replace(MIRRORED.options, mirror=mirror)
    tree = build_tree(dataclasses.replace(MIRRORED, parts={"linear": options}))
    tree.fit(MadeClips(), torch.device("cpu"))
    return tree.requires_grad_(False)


def test_the_mirror_transform_is_the_closed_form_of_clips_with_its_symmetries() -> None:
    plain, mirror = level_errors(closed_form(False), MadeClips().clips_BTHWK), closed_form(True)
    errors = level_errors(mirror, MadeClips().clips_BTHWK)
    assert errors == pytest.approx(plain, rel=1e-3, abs=1e-10)
    weights = sum(matrix.numel() for matrix in mirror.sweepers[0].map.sectors)
    assert weights * 3 < 96 * 48


def test_backwards_and_mirrored_clips_change_signs_only() -> None:
    tree, x = closed_form(True), MadeClips().clips_BTHWK[:2]
    root, back, mirrored = (tree.rise(tree.encode(clip), 2)[2][:, 0] for clip in (x, x.flip(1), x.flip(3)))
    top = tree.sweepers[1].map
    assert torch.allclose(back, root * top.parity_out(), atol=1e-5)
    even = top.sectors[0].shape[1] + top.sectors[1].shape[1]
    signs = torch.where(torch.arange(root.shape[-1]) < even, 1.0, -1.0)
    swapped = root.unflatten(1, (3, 4)).flip(2).flatten(1, 2)
    assert torch.allclose(mirrored, swapped * signs, atol=1e-5)


def test_a_fitted_mirror_transform_loads_into_a_new_tree() -> None:
    tree, x = closed_form(True), MadeClips().clips_BTHWK[:2]
    other = build_tree(MIRRORED)
    other.load_state_dict(tree.state_dict())
    assert torch.equal(tree.rise(tree.encode(x), 2)[2], other.rise(other.encode(x), 2)[2])


def test_a_mirror_transform_of_stacked_slots_is_refused() -> None:
    with pytest.raises(ValueError, match="mirror goes with patch, fuse"):
        tree_config(mirror=True)


@pytest.mark.parametrize("config", [FLAT, PATCH, ZONAL, SHARED])
@torch.inference_mode()
def test_recovering_the_first_leaves_only_gives_those_of_all(tmp_path: Path, config: TreeConfig) -> None:
    model = tiny_model(tmp_path, config)
    x = frames(model.leaves, *(model.frame_shape or (10, 7, 3)))
    root = model.rise(x, model.merges)[-1]
    whole = model.recover(root, model.merges, *x.shape[1:3])
    for count in range(1, model.leaves + 1):
        assert np.allclose(model.recover(root, model.merges, *x.shape[1:3], count), whole[:count], atol=1e-6)
