"""The student of a fused tree: a step is the forward pass, costs the same at any time, and comes closer by training."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import torch
from torch.utils.flop_counter import FlopCounterMode

from engine.checkpoints import read_card
from engine.compressors.students.base import Student
from engine.config import TrainConfig, train_config
from engine.jobs.execution.foreground import train
from engine.model import Model, load_model
from engine.streaming.stream import open_stream
from tests.engine.compressors.test_memories import config, windows


@pytest.fixture(scope="module")
def student(tmp_path_factory: pytest.TempPathFactory) -> Model:
    """A teacher of two steps and the student that followed it for twelve."""
    home = tmp_path_factory.mktemp("home")
    teacher = train(config(name="teacher", half=False, average=0.0), home=home)
    return load_model(str(train(following(teacher), home=home)))


def following(teacher: Path) -> TrainConfig:
    """A small distillation."""
    settings = {"data": "lantern", "local_steps": 0, "joint_steps": 12, "batch": 128, "rate": 0.01, "average": 0.0}
    return train_config(name="student", teacher=str(teacher), objective="follow", half=False, **settings)


def test_it_comes_closer_to_its_teacher(student: Model) -> None:
    errors = [row["train_mse"][0] for row in student.card["history"]]
    assert errors[-1] < errors[0]
    assert student.card["kind"] == "student"


def test_a_step_equals_the_forward_pass_and_what_compress_keeps(student: Model) -> None:
    compressor: Student = student.compressor
    frames = windows(1)
    leaves = compressor.encode(frames)
    memories = compressor.forward(leaves, compressor.initial(24, 36))
    stream, state = open_stream(student, height=24, width=36), memories[:, 0]
    for t in range(8):
        state = compressor.step(state, leaves[:, t], t)
        assert torch.allclose(state, memories[:, t + 1], atol=1e-6)
        assert torch.allclose(stream.push(frames[0, t].numpy()), state[0], atol=1e-6)
        so_far = frames * (torch.arange(8) <= t).view(1, 8, 1, 1, 1)
        assert torch.allclose(compressor.levels(so_far, 3)[0][:, 0], state, atol=1e-6)
    assert np.allclose(student.compress(frames[0].numpy()).states_MSC[0], state[0], atol=1e-6)


def test_a_step_costs_as_many_operations_at_any_time(student: Model) -> None:
    compressor, counted = student.compressor, []
    state, leaf = compressor.initial(24, 36)[None], torch.rand(1, 1, 12)
    for t in range(8):
        with FlopCounterMode(display=False) as counter:
            state = compressor.step(state, leaf, t)
        counted.append(counter.get_total_flops())
    assert counted[0] > 0
    assert len(set(counted)) == 1


def test_it_begins_at_its_teacher_s_memory_of_nothing(student: Model) -> None:
    fresh = type(student.compressor)(student.tree, student.compressor.options)
    fresh.fit(None, torch.device("cpu"))
    black = torch.zeros(1, 8, 24, 36, 1)
    assert torch.allclose(fresh.initial(24, 36), fresh.taught(black)[0], atol=1e-6)


def test_without_a_teacher_it_is_refused_in_a_sentence() -> None:
    with pytest.raises(ValueError, match="follow is for students; name a teacher"):
        config(objective="follow")


def test_its_card_says_whom_it_follows(student: Model) -> None:
    assert student.card["teacher"].endswith("teacher")
    assert read_card(Path(student.card["teacher"]))["kind"] == "teacher"
