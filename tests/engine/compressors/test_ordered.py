"""Trees whose root gives every leaf as many floats as it needs: codes decode when they are cut, floats are used up
exactly, a path update equals a rebuild, and what cannot be a memory is refused.
"""

from __future__ import annotations

import dataclasses
import itertools
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
import torch
from safetensors.torch import load_file
from torch.utils.flop_counter import FlopCounterMode

from engine import checkpoints
from engine.compressors.refine import refine
from engine.compressors.students.base import build_student
from engine.compressors.sweepers.ordered import OrderedTree
from engine.compressors.sweepers.ordered_sweeper import lengths_of, share
from engine.compressors.sweepers.zone_names import MOST_ZONES
from engine.compressors.tree import build_tree
from engine.config import TreeConfig, as_dict, train_config, tree_config, with_settings
from engine.data.datasets.base import Batch
from engine.files import write_json
from engine.jobs.execution.foreground import train
from engine.jobs.store.store import Store
from engine.jobs.submission.creation import create
from engine.model import Model
from engine.streaming.stream import StreamingTree, trajectory
from engine.training.objectives.nested import NestedObjective
from tests.engine.tiny import FLAT, ORDERED, tiny_model

ROOT = ORDERED.merges


class BusyAndBlack:
    """Windows of which every second picture is black and the others have something in every pixel."""

    def __init__(self) -> None:
        generator = torch.Generator().manual_seed(2)
        self.frames_BTHWK = torch.rand(64, 8, 8, 8, 1, generator=generator)
        self.frames_BTHWK[:, ::2] = 0

    def blocks(self) -> Iterator[torch.Tensor]:
        yield self.frames_BTHWK


@pytest.fixture(scope="module")
def busy() -> tuple[OrderedTree, torch.Tensor]:
    """(a tree that a few steps were taken with, its frames)."""
    torch.manual_seed(0)
    data, tree = BusyAndBlack(), build_tree(ORDERED)
    tree.fit(data, torch.device("cpu"))
    objective = NestedObjective(tree, NestedObjective.Config())
    optimizer = torch.optim.Adam(tree.top.parameters(), lr=3e-3)
    for step in range(80):
        frames = data.frames_BTHWK[torch.randperm(64, generator=torch.Generator().manual_seed(step))[:8]]
        optimizer.zero_grad()
        objective(Batch(frames_BTHWK=frames), (ROOT,)).backward()
        optimizer.step()
    return tree.eval().requires_grad_(False), data.frames_BTHWK


@pytest.fixture
def model(tmp_path: Path) -> Model:
    """A checkpoint of random weights, whose leaves want different lengths."""
    return tiny_model(tmp_path, ORDERED)


def pictures(count: int, seed: int = 0) -> np.ndarray:
    """Random uint8 frames."""
    return np.random.default_rng(seed).integers(0, 256, (count, 8, 8, 1), dtype=np.uint8)


def test_busy_leaves_take_the_floats_of_blank_ones(busy: tuple[OrderedTree, torch.Tensor]) -> None:
    tree, frames = busy
    lengths = tree.top.lengths(tree.levels(frames, ROOT)[-1][:, 0]).float()
    assert lengths[:, 1::2].mean() > 1.5 * lengths[:, ::2].mean()


def test_sharing_remembers_more_than_equal_lengths(busy: tuple[OrderedTree, torch.Tensor]) -> None:
    tree, frames = busy
    x_BSI = tree.below_root(frames)
    equal = torch.full(x_BSI.shape[:2], int((tree.top.lengths_K <= tree.top.channels).sum()) - 1)
    shared, alike = (
        (tree.cut_frames(x_BSI, choice) - frames).square().mean()
        for choice in (tree.top.choose(tree.top.map.down(x_BSI), x_BSI), equal)
    )
    assert shared < alike


def test_longer_codes_remember_more(busy: tuple[OrderedTree, torch.Tensor]) -> None:
    tree, frames = busy
    x_BSI = tree.below_root(frames)
    by_length = [
        float((tree.cut_frames(x_BSI, torch.full(x_BSI.shape[:2], k)) - frames).square().mean())
        for k in range(0, len(tree.top.lengths_K), 3)
    ]
    assert by_length == sorted(by_length, reverse=True)


@pytest.mark.parametrize("leaves", [2, 8, 32])
def test_a_root_uses_up_its_floats_as_far_as_its_lengths_go(leaves: int) -> None:
    settings = {"hidden": (8,) * (leaves.bit_length() - 1)}
    tree = build_tree(tree_config(family="ordered", leaves=leaves, height=8, width=8, channels=256, ordered=settings))
    state_B1SC = tree.levels(torch.rand(5, leaves, 8, 8, 1), tree.config.merges)[-1]
    assert state_B1SC.shape[2:] == tree.state_shape(tree.config.merges, 8, 8)
    assert state_B1SC[0].numel() == 256
    lengths = tree.slot_floats(state_B1SC[:, 0], tree.config.merges)
    left = 256 - tree.top.index_floats - lengths.sum(1)
    assert left.min() >= 0 and left.max() < tree.top.lengths_K.diff().max()
    assert leaves < 32 or left.max() == 0
    assert leaves == 2 or len(lengths.unique()) > 2


def test_a_state_keeps_its_codes_and_lengths(busy: tuple[OrderedTree, torch.Tensor]) -> None:
    tree, frames = busy
    x_BSI = tree.below_root(frames[:6])
    code_BSI = tree.top.map.down(x_BSI)
    choice_BS = tree.top.choose(code_BSI, x_BSI)
    state_BSC = tree.top.pack(code_BSI, choice_BS)
    assert torch.equal(tree.top.choices(state_BSC), choice_BS)
    assert torch.equal(tree.top.unpack(state_BSC), tree.top.cut(code_BSI, choice_BS))


def test_every_float_survives_float16(busy: tuple[OrderedTree, torch.Tensor]) -> None:
    tree, frames = busy
    states = tree.levels(frames, ROOT)[-1]
    before, after = (
        (tree.recover(x, ROOT, 8, 8).clamp(0, 1) - frames).square().mean() for x in (states, states.half().float())
    )
    assert after <= 1.01 * before
    assert len(tree.top.lengths_K) ** tree.top.joined <= MOST_ZONES


@pytest.mark.parametrize(
    ("at", "value", "sentence"),
    [
        (0, 2048.0, "names a length that is not there"),
        (0, -1.0, "names a length that is not there"),
        (0, 0.5, "names a length that is not there"),
        (2, 1727.0, "names a length that is not there"),  # of a ninth leaf
        (slice(3), 143.0, "longer than its floats"),
        (slice(3), 0.0, "more floats than its codes"),
        (-1, float("nan"), "not a finite number"),
    ],
)
def test_a_memory_that_cannot_be_is_refused(
    busy: tuple[OrderedTree, torch.Tensor], at: int | slice, value: float, sentence: str
) -> None:
    tree, frames = busy
    states = tree.levels(frames[:2], ROOT)[-1][:, 0].clone()
    tree.check_states(states, ROOT)
    states[1].view(-1)[at] = value
    with pytest.raises(ValueError, match=sentence):
        tree.check_states(states, ROOT)


@pytest.mark.parametrize("padding", ["zeros", "skip"])
def test_a_path_update_equals_a_rebuild(model: Model, padding: str) -> None:
    clip = pictures(8)
    stream = StreamingTree(model, height=8, width=8, padding=padding)
    path = trajectory(model, clip, padding)
    for t, frame in enumerate(clip, 1):
        assert torch.allclose(stream.push(frame).flatten(), path.states_TD[t], atol=1e-5)
    assert torch.allclose(stream.root, model.rise(clip, ROOT)[-1][0], atol=1e-5)


@pytest.mark.parametrize("count", [1, 3, 8, 19])
def test_frames_in_are_frames_out_whatever_their_number(model: Model, count: int) -> None:
    memory = model.compress(pictures(count))
    assert model.reconstruct(memory).shape == (count, 8, 8, 1)
    assert memory.floats == 64 * -(-count // 8)


def test_index_floats_are_counted_without_building_the_tree(model: Model) -> None:
    assert OrderedTree.naming_floats(ORDERED) == model.exact_floats(ROOT, ORDERED.leaves) > 0


@pytest.mark.parametrize("precision", ["float32", "float16", "8bit"])
def test_a_stored_memory_keeps_its_index_floats(model: Model, precision: str, tmp_path: Path) -> None:
    memory = model.compress(pictures(8), precision=precision)
    memory.save(tmp_path / "some.imfn")
    again = type(memory).load(tmp_path / "some.imfn")
    assert torch.equal(model.tree.top.choices(again.states_MSC), model.tree.top.choices(memory.states_MSC))
    assert np.allclose(model.reconstruct(again), model.reconstruct(memory), atol=1e-6)


def test_refinement_moves_codes_and_no_index(busy: tuple[OrderedTree, torch.Tensor]) -> None:
    tree, frames = busy
    states = tree.levels(frames[:1], ROOT)[-1][0]
    moved = refine(tree, states, frames[0], ROOT, 60)
    errors = [(tree.recover(x[None], ROOT, 8, 8).clamp(0, 1) - frames[0]).square().mean() for x in (states, moved)]
    assert errors[1] < errors[0]
    assert torch.equal(tree.top.choices(moved), tree.top.choices(states))
    tree.check_states(moved, ROOT)


def test_the_choice_is_close_to_the_best_there_is() -> None:
    lengths = (1, 2, 3, 5)
    generator = torch.Generator().manual_seed(3)
    error_BSK = torch.rand(6, 5, 4, generator=generator).sort(-1, descending=True).values
    choice_BS = share(error_BSK, torch.tensor(lengths), 13)
    for error_SK, choice_S in zip(error_BSK, choice_BS, strict=True):
        found = float(error_SK.gather(-1, choice_S[:, None]).sum())
        fitting = (c for c in itertools.product(range(4), repeat=5) if sum(lengths[k] for k in c) <= 13)
        best = min(sum(float(error_SK[s, k]) for s, k in enumerate(c)) for c in fitting)
        assert sum(lengths[k] for k in choice_S.tolist()) <= 13
        assert found <= best + 0.35


def test_a_choice_leaves_out_what_is_ruled_out() -> None:
    error_BSK = torch.tensor([[[0.5, torch.inf, torch.inf], [0.9, 0.5, 0.1]]])
    assert share(error_BSK, torch.tensor([1, 2, 3]), 6).tolist() == [[0, 2]]


def test_lengths_follow_an_equal_share() -> None:
    assert lengths_of(8, ()) == (3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 14, 16)
    assert lengths_of(32, ())[0] == 12 and lengths_of(32, ())[-1] == 64
    assert lengths_of(8, (2, 9)) == (2, 9)


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        (["tree.ordered.lengths=[4,3]"], "ascending"),
        (["tree.ordered.lengths=[3,17]"], "a code has 16 floats"),
        (["tree.ordered.lengths=[8,9]"], "more than 64"),
        (["tree.ordered.hidden=[8]"], "1 widths"),
        (["tree.pairing=fuse"], "ordered goes with flat and stack"),
        (["tree.channels=60"], "multiple of leaves"),
        (["objective=nested", "tree.family=residual"], "orders the codes of ordered trees"),
    ],
)
def test_settings_that_do_not_go_together_are_refused(changes: list[str], sentence: str) -> None:
    with pytest.raises(ValueError, match=sentence):
        with_settings(train_config(tree=ORDERED, batch=16), changes)


def test_levels_of_another_kind_are_not_taken() -> None:
    with pytest.raises(ValueError, match="not those of this tree"):
        build_tree(ORDERED).take(build_tree(FLAT))


def test_a_student_keeps_the_format_and_its_steps_are_its_sequence(model: Model) -> None:
    student = build_student(model.tree).requires_grad_(False)
    student.fit(None, torch.device("cpu"))
    leaves, initial = model.tree.encode(model.tensor(pictures(8))[None]), student.initial(8, 8)
    memories = student(leaves, initial)
    assert memories.shape == (1, 9, 8, 8)
    assert torch.equal(student.final(leaves, initial), memories[:, -1])
    for t in range(9):
        student.check_states(memories[:, t], ROOT)
    assert int(model.tree.top.lengths(memories[:, -1]).sum()) <= model.tree.top.budget
    assert student.remembered(memories[:, 3], 3).shape == (1, 3, 1, 64)


def test_a_step_of_the_student_costs_the_same_at_every_time_and_however_many_leaves_share_the_floats() -> None:
    costs = {}
    for leaves in (8, 32):
        torch.manual_seed(0)
        settings = {"hidden": (8,) * (leaves.bit_length() - 1)}
        tree = build_tree(
            tree_config(family="ordered", leaves=leaves, height=8, width=8, channels=256, ordered=settings)
        )
        student = build_student(tree.requires_grad_(False)).requires_grad_(False)
        student.fit(None, torch.device("cpu"))
        states = tree.encode(torch.rand(1, leaves, 8, 8, 1))
        memories = student(states, student.initial(8, 8))  # what cuts cost is known afterwards, so it is not counted
        for t in (1, leaves - 1):
            with FlopCounterMode(display=False) as counter:
                student.step(memories[:, t], states[:, t], t)
            costs[leaves, t] = counter.get_total_flops()
    assert costs[8, 1] == costs[8, 7] and costs[32, 1] == costs[32, 31]
    assert 0 < costs[32, 1] < 1.5 * costs[8, 1]


def test_a_students_leaf_is_never_longer_than_it_was(model: Model) -> None:
    student = build_student(model.tree).requires_grad_(False)
    student.fit(None, torch.device("cpu"))
    leaves = model.tree.encode(model.tensor(pictures(8, seed=4))[None])
    lengths = torch.stack([model.tree.top.lengths(x) for x in student(leaves, student.initial(8, 8))[0]])
    for t in range(1, 8):
        others = [s for s in range(8) if s != t]
        assert (lengths[t + 1, others] <= lengths[t, others]).all()


@pytest.fixture
def begun(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> OrderedTree:
    """A tree that begins with the levels of `base`, the one bundled checkpoint."""
    monkeypatch.setattr(checkpoints, "BUNDLED", tmp_path)
    shape = {"leaves": 8, "height": 8, "width": 8, "channels": 64, "hidden": (16, 16, 16)}
    tiny_model(tmp_path, tree_config(**shape), name="base")
    tree = build_tree(starting("base"))
    tree.take(checkpoints.bundled_tree("base"))
    return tree.requires_grad_(False)


def starting(name: str) -> TreeConfig:
    """The tiny tree, which begins with a bundled one."""
    return dataclasses.replace(ORDERED, parts={"ordered": dataclasses.replace(ORDERED.options, start=name)})


def saved(folder: Path, tree: OrderedTree) -> Path:
    """The folder of its checkpoint."""
    card = {"kind": "teacher", "config": {"tree": as_dict(tree.config), "batch": 16, "name": "some"}}
    checkpoints.save_checkpoint(folder / "some", tree, card, half=False)
    return folder / "some"


def test_a_checkpoint_leaves_out_what_the_one_it_began_with_has(begun: OrderedTree, tmp_path: Path) -> None:
    folder = saved(tmp_path, begun)
    assert all(name.startswith("sweepers.2.") for name in load_file(folder / "model.safetensors"))
    again = checkpoints.load_tree(folder)[0]
    assert all(torch.equal(value, again.state_dict()[name]) for name, value in begun.state_dict().items())
    tiny_model(tmp_path, checkpoints.tree_of("base"), name="base", seed=9)
    with pytest.raises(ValueError, match="it begins with other weights than the base"):
        checkpoints.load_tree(folder)


def test_a_checkpoint_has_what_was_trained_on_of_the_one_it_began_with(begun: OrderedTree, tmp_path: Path) -> None:
    begun.sweepers[0].map.expand[0].weight.add_(1)
    folder = saved(tmp_path, begun)
    stored = load_file(folder / "model.safetensors")
    assert [name for name in stored if "sweepers.2." not in name] == ["sweepers.0.map.expand.0.weight"]
    again = checkpoints.load_tree(folder)[0]
    assert all(torch.equal(value, again.state_dict()[name]) for name, value in begun.state_dict().items())


def test_a_checkpoint_that_lacks_values_is_refused(begun: OrderedTree, tmp_path: Path) -> None:
    folder = saved(tmp_path, begun)
    card = checkpoints.read_card(folder)
    write_json(folder / "card.json", {name: value for name, value in card.items() if name != "start_fingerprint"})
    with pytest.raises(ValueError, match="cannot be used"):
        checkpoints.load_tree(folder)


@pytest.mark.parametrize("name", ["nothing", "../base", "/tmp"])
def test_only_a_bundled_checkpoint_can_be_begun_with(begun: OrderedTree, name: str) -> None:
    with pytest.raises(ValueError, match="choose one of base"):
        checkpoints.bundled_tree(name)


@pytest.mark.parametrize(("alone", "together"), [(0, 0), (5, 0), (3, 5)])
def test_training_begins_with_a_bundled_tree_and_never_moves_its_merges(
    begun: OrderedTree, tmp_path: Path, alone: int, together: int
) -> None:
    frames = np.random.default_rng(0).integers(0, 256, (64, 8, 8, 1), dtype=np.uint8)
    (tmp_path / "clips").mkdir()
    np.save(tmp_path / "clips" / "some.npy", frames)
    stages = {"local_steps": alone, "again_steps": alone, "joint_steps": together}
    about = {"data": str(tmp_path / "clips"), "name": "some", "objective": "nested", "batch": 16, "half": False}
    tree = checkpoints.load_tree(train(train_config(tree=starting("base"), **about, **stages), home=tmp_path))[0]
    base = checkpoints.bundled_tree("base").state_dict()
    moved = {name for name, value in tree.taken_state().items() if not torch.equal(value, base[name])}
    assert all(".expand." in name for name in moved)
    assert bool(moved) == bool(together)
    assert bool(tree.top.map.reduce[-1].weight.any()) == bool(alone)


def test_a_training_that_begins_with_no_bundled_checkpoint_is_not_queued(begun: OrderedTree, tmp_path: Path) -> None:
    config = train_config(tree=starting("../base"), name="some", objective="nested", batch=16, local_steps=0)
    with pytest.raises(ValueError, match="choose one of base"):
        create(Store(tmp_path / "home"), config, device="cpu")
