"""Objectives that predict: losses are what they say, training brings them down, charts get skill by lag."""

from __future__ import annotations

import json
import math
from pathlib import Path

import pytest
import torch

from engine.compressors.base import build_compressor
from engine.data.datasets.base import Batch, load_dataset, step_generator
from engine.data.datasets.lantern import QUESTIONS
from engine.data.datasets.questions import Question, losses, mean_loss
from engine.jobs.execution.foreground import train
from engine.registry import OBJECTIVES
from engine.training.objectives.base import Objective
from engine.training.objectives.prediction import BANDS
from tests.engine.compressors.test_memories import config


def objective_of(name: str, **changes: object) -> tuple[Objective, Batch]:
    """An untrained objective around a small memory, and a batch."""
    made = config(objective=name, **changes)
    torch.manual_seed(0)
    objective = OBJECTIVES.get(name)(build_compressor(made), made.parts[name])
    objective.ask(made.dataset.questions(made))
    return objective, load_dataset(made).draw(8, 8, step_generator(0, 0, 0))


def test_losses_are_squared_errors_log_losses_and_those_of_any_right_answer() -> None:
    values = Question(name="v", kind="values", outputs=2, scale=0.5)
    assert losses(values, torch.tensor([[1.0, 3.0]]), torch.tensor([[0.0, 1.0]])).item() == pytest.approx(5.0)
    yes = Question(name="y", kind="yes", outputs=1)
    assert losses(yes, torch.tensor([[0.0]]), torch.tensor([[1.0]])).item() == pytest.approx(math.log(2))
    choice = Question(name="c", kind="choice", outputs=4)
    right = torch.tensor([[1.0, 0.0, 0.0, 1.0]])
    assert losses(choice, torch.zeros(1, 4), right).item() == pytest.approx(math.log(2))


def test_windows_that_are_not_asked_do_not_count() -> None:
    yes = Question(name="y", kind="yes", outputs=1)
    more = {"true.y": torch.tensor([[1.0], [0.0]]), "asked.y": torch.tensor([1.0, 0.0])}
    assert mean_loss(yes, torch.tensor([[0.0], [50.0]]), more).item() == pytest.approx(math.log(2))


@pytest.mark.parametrize("name", ["prediction", "joint", "masked"])
def test_gradients_reach_the_memory_and_the_read_out(name: str) -> None:
    objective, batch = objective_of(name)
    objective(batch, (1, 3)).backward()
    missing = [key for key, value in objective.named_parameters() if value.grad is None]
    assert all("expand" in key or "codec.back" in key for key in missing)
    assert name != "joint" or not any("codec.back" in key for key in missing)


def test_questions_without_weight_are_left_to_probes() -> None:
    objective, _ = objective_of("prediction")
    assert set(objective.readout.questions) == {q.name for q in QUESTIONS} - {"find"}


def test_joint_is_prediction_alone_at_a_share_of_one() -> None:
    joint, batch = objective_of("joint", **{"joint.share": 1.0})
    assert joint(batch, (3,)).item() == pytest.approx(
        joint.answer_loss(joint.compressor.levels(batch.frames_BTHWK, 3)[-1][:, 0].flatten(1), batch).item(), rel=1e-6
    )


@pytest.mark.slow
def test_training_brings_the_loss_down_and_charts_skill_by_lag(tmp_path: Path) -> None:
    settings = {"joint_steps": 30, "batch": 256, "rate": 0.01, "average": 0.0, "probe_every": 15}
    folder = train(config(name="short", **settings), home=tmp_path)
    rows = [json.loads(line) for line in (folder.parent / "metrics.jsonl").read_text().splitlines()]
    own = [row["loss"] for row in rows if "loss" in row]
    assert sum(own[-5:]) < sum(own[:5])
    looks = [row for row in rows if "skill" in row]
    assert looks[-1]["levels"] == list(BANDS)
    assert len(looks[-1]["skill"]) == len(BANDS)
    assert sorted((folder.parent / "probes").glob("*.png"))
