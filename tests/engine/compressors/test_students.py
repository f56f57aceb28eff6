"""Students: one step a leaf equals the whole sequence in one call, and a step never looks at what is to come."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import torch

from engine.checkpoints import load_tree, save_checkpoint
from engine.compressors.students.base import build_student
from engine.config import TreeConfig
from engine.memory import Memory
from engine.model import Model, load_model, to_tensor
from engine.streaming.stream import trajectory
from tests.engine.tiny import FLAT, PATCH, SHARED, ZONAL, frames, tiny_model

KINDS = [(FLAT, "merges"), (FLAT, "fit"), (ZONAL, "merges"), (SHARED, "merges"), (SHARED, "ahead")]


def student_of(folder: Path, config: TreeConfig, start: str = "merges") -> tuple[Model, Model]:
    """A tiny teacher and a student of random weights beside it, both loaded from disk."""
    teacher = tiny_model(folder, config, name="teacher")
    tree, _, fingerprint = load_tree(folder / "teacher")
    settings = {"zones": 6} if config.family in ("zonal", "shared") else {"hidden": 6, "start": start}
    settings |= {"ahead": 0.8} if start == "ahead" else {}
    student = build_student(tree, **settings)
    with torch.no_grad():
        for parameter in student.correction.parameters() if getattr(student, "correction", None) else ():
            torch.nn.init.normal_(parameter, std=0.1)
    wanted = {"batch": 16, "student_hidden": 6, "student_zones": 6}
    wanted |= {"student_start": start} if start != "ahead" else {}
    wanted |= {"shared_student": settings} if config.family == "shared" else {}
    card = {"kind": "student", "teacher": "teacher", "teacher_fingerprint": fingerprint, "config": wanted}
    save_checkpoint(folder / "student", student, card, half=False)
    return teacher, load_model(str(folder / "student"))


def clip(model: Model, count: int) -> np.ndarray:
    """Random frames that fit."""
    return frames(count, *(model.frame_shape or (10, 7, 3)))


@pytest.mark.parametrize(("config", "start"), KINDS)
@torch.inference_mode()
def test_step_by_step_equals_forward(tmp_path: Path, config: TreeConfig, start: str) -> None:
    _, model = student_of(tmp_path, config, start)
    x = clip(model, model.leaves)
    student = model.compressor
    leaves, state = student.encode(model.tensor(x)[None]), student.initial(*x.shape[1:3])[None]
    whole = student(leaves, state[0])
    assert whole.shape[1] == model.leaves + 1
    for t in range(model.leaves):
        assert torch.allclose(whole[:, t], state, atol=1e-5)
        state = student.step(state, leaves[:, t], t)
    assert torch.allclose(whole[:, -1], state, atol=1e-5)
    assert torch.allclose(student.final(leaves, student.initial(*x.shape[1:3])), state, atol=1e-5)


@pytest.mark.parametrize(("config", "start"), KINDS)
@torch.inference_mode()
def test_a_memory_does_not_know_what_comes_next(tmp_path: Path, config: TreeConfig, start: str) -> None:
    _, model = student_of(tmp_path, config, start)
    x = clip(model, model.leaves)
    other = x.copy()
    other[2:] = 255 - other[2:]
    student = model.compressor
    initial = student.initial(*x.shape[1:3])
    one, two = (student(student.encode(model.tensor(y)[None]), initial) for y in (x, other))
    assert torch.equal(one[:, :3], two[:, :3])
    assert not torch.allclose(one[:, 3:], two[:, 3:])


@torch.inference_mode()
def test_a_student_that_begins_with_the_merges_is_its_teacher_at_every_time(tmp_path: Path) -> None:
    teacher = tiny_model(tmp_path, FLAT)
    student = build_student(teacher.tree, hidden=0, start="merges")
    x = clip(teacher, teacher.leaves)
    leaves = teacher.tree.encode(to_tensor(x, teacher.device)[None])
    memories = student(leaves, student.initial(*x.shape[1:3]))
    path = trajectory(teacher, x)
    for t in range(teacher.leaves + 1):
        assert torch.allclose(memories[0, t].flatten(), path.states_TD[t], atol=1e-5)


@pytest.mark.parametrize(("config", "start"), KINDS)
@pytest.mark.parametrize("count", [1, 3, 4, 11])
def test_frames_in_are_frames_out(tmp_path: Path, config: TreeConfig, start: str, count: int) -> None:
    _, model = student_of(tmp_path, config, start)
    x = clip(model, count)
    memory = model.compress(x)
    memory.save(tmp_path / "m.imfn")
    back = model.reconstruct(Memory.load(tmp_path / "m.imfn"))
    assert back.shape == x.shape
    assert back.min() >= 0 and back.max() <= 1


def test_a_student_keeps_roots_only_and_says_so(tmp_path: Path) -> None:
    _, model = student_of(tmp_path, FLAT)
    with pytest.raises(ValueError, match="merges is 1; student is a student and keeps roots only, 3 merges"):
        model.compress(clip(model, 8), merges=1)


def test_a_student_of_other_weights_is_refused(tmp_path: Path) -> None:
    student_of(tmp_path, FLAT)
    tiny_model(tmp_path, FLAT, name="teacher", seed=5)
    with pytest.raises(ValueError, match="follows other weights than the teacher"):
        load_model(str(tmp_path / "student"))


def test_a_fusing_tree_has_no_student_and_the_error_says_what_to_choose(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="choose a teacher that stacks, or a zonal one"):
        build_student(tiny_model(tmp_path, PATCH).tree)
