"""The predictive closed form: at λ = 0 it is the Karhunen-Loève transform, above it no linear map foretells better."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import pytest
import torch
from torch import Tensor

from engine.compressors.covariance import Covariance
from engine.compressors.sweepers.predictive import reduced_rank
from engine.compressors.tree import Tree, build_tree
from engine.config import tree_config
from engine.data.datasets.base import Batch

SIDE, FLOATS = 6, 7


@dataclass
class Made:
    """Windows whose future depends on a direction that reconstruction hardly cares for."""

    future: bool = True

    def futures(self) -> Iterator[Batch]:
        generator = torch.Generator().manual_seed(3)
        mix = torch.randn(12, SIDE * SIDE, generator=generator)
        for _ in range(3):
            hidden = torch.randn(40, 8, 12, generator=generator) * torch.linspace(1, 0.1, 12)
            frames = (hidden @ mix).sigmoid().unflatten(-1, (SIDE, SIDE, 1))
            more = {"future": hidden[:, :, -3:].mean(1)} if self.future else {}
            yield Batch(frames_BTHWK=frames, more=more)

    def blocks(self) -> Iterator[Tensor]:
        for batch in self.futures():
            yield batch.frames_BTHWK


def fitted(family: str, **settings: object) -> Tree:
    shape = {"leaves": 8, "height": SIDE, "width": SIDE, "channels": FLOATS, "pairing": "fuse"}
    tree = build_tree(tree_config(family=family, **shape, **({family: settings} if settings else {})))
    tree.fit(Made(), torch.device("cpu"))
    return tree.eval().requires_grad_(False)


def roots(tree: Tree) -> tuple[Tensor, Tensor]:
    batches = list(Made().futures())
    memories = torch.cat([tree.levels(batch.frames_BTHWK, 3)[-1][:, 0, 0] for batch in batches])
    return memories, torch.cat([batch.more["future"] for batch in batches])


def foretold(memories: Tensor, future: Tensor) -> float:
    """Mean squared error of the best linear forecast."""
    inputs = torch.cat((memories, torch.ones(len(memories), 1)), 1)
    return (inputs @ torch.linalg.lstsq(inputs, future).solution - future).square().mean().item()


def test_without_a_future_it_is_the_klt() -> None:
    frames = next(Made().blocks())
    ours, klt = fitted("predictive", share=0.0), fitted("linear")
    for merges, back in ours.reconstruct(frames, (0, 1, 2, 3)).items():
        assert torch.allclose(back, klt.reconstruct(frames, (merges,))[merges], atol=1e-5)
    for level, other in zip(ours.levels(frames, 3), klt.levels(frames, 3), strict=True):
        assert torch.allclose(level.abs(), other.abs(), atol=1e-5)


def test_the_more_the_future_counts_the_better_it_is_foretold() -> None:
    errors = [foretold(*roots(fitted("predictive", share=share))) for share in (0.0, 0.5, 0.99)]
    assert errors[0] > errors[1] > errors[2]


def test_the_way_back_is_the_best_linear_one() -> None:
    generator = torch.Generator().manual_seed(0)
    rows = torch.randn(500, 9, generator=generator) @ torch.randn(9, 9, generator=generator)
    moments = Covariance(9)
    moments.add(rows)
    mean, matrix = moments.result()
    reduce, expand = reduced_rank(matrix, 6, 3, 0.5)
    x = (rows[:, :6] - mean[:6]).double()
    best = torch.linalg.lstsq(x @ reduce, x).solution
    assert torch.allclose(best, expand, atol=1e-5)


def test_no_other_map_foretells_both_parts_better() -> None:
    generator = torch.Generator().manual_seed(1)
    rows = torch.randn(2000, 9, generator=generator) @ torch.randn(9, 9, generator=generator)
    moments = Covariance(9)
    moments.add(rows)
    _, matrix = moments.result()
    scale = (matrix[:6, :6].trace() / matrix[6:, 6:].trace()).sqrt()
    centred = (rows - rows.mean(0)).double()
    target = torch.cat((0.5**0.5 * centred[:, :6], 0.5**0.5 * scale * centred[:, 6:]), 1)

    def error(reduce: Tensor) -> float:
        memory = centred[:, :6] @ reduce
        return (memory @ torch.linalg.lstsq(memory, target).solution - target).square().mean().item()

    reduce, _ = reduced_rank(matrix, 6, 3, 0.5)
    best = error(reduce)
    for _ in range(20):
        assert error(reduce + 0.1 * reduce.std() * torch.randn(6, 3, generator=generator, dtype=torch.float64)) > best


def test_data_without_a_future_are_refused_unless_it_does_not_count() -> None:
    shape = {"leaves": 8, "height": SIDE, "width": SIDE, "channels": FLOATS, "pairing": "fuse"}
    with pytest.raises(ValueError, match="ask for no future; set share to 0"):
        build_tree(tree_config(family="predictive", **shape, predictive={"share": 0.5})).fit(
            Made(future=False), torch.device("cpu")
        )
    build_tree(tree_config(family="predictive", **shape, predictive={"share": 0.0})).fit(
        Made(future=False), torch.device("cpu")
    )
