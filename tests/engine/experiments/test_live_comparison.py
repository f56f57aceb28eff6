"""Comparisons that are run: equal by construction, queued whole or not at all, measured once."""

from __future__ import annotations

import dataclasses
import json
from pathlib import Path

import pytest

from engine.config import TrainConfig, from_dict
from engine.experiments.live_comparison import ComparisonRuns, models, planned_comparison, start
from engine.jobs import Jobs
from engine.training.budget import check_equal


@pytest.mark.parametrize("leaves", [16, 32, 64, 128])
def test_every_size_on_offer_is_an_equal_comparison_of_all_models(leaves: int) -> None:
    found = planned_comparison(list(models()), leaves=leaves, steps=7, seeds=2)
    budget = check_equal({label: found.config(label, 0) for label in found.variants})
    assert (budget["steps"], budget["floats"]) == (7, 8 * leaves)
    assert len(found.variants) == len(models())


def test_the_per_frame_and_the_mean_row_are_always_there() -> None:
    found = planned_comparison(["imfn"], leaves=32, steps=5, seeds=1)
    assert list(found.variants) == ["Mean image", "Linear (KLT)", "IMFN"]  # the cheapest first


@pytest.mark.parametrize(
    ("wish", "words"),
    [
        ({"chosen": ["imfn"], "leaves": 20}, "T is 20, choose one of 16, 32, 64, 128"),
        ({"chosen": ["lstm"]}, "not lstm"),
        ({"chosen": []}, "choose models among imfn"),
        ({"chosen": ["imfn"], "steps": 0}, "choose 1 to 100,000 steps"),
    ],
)
def test_what_cannot_be_compared_gets_a_sentence_and_queues_nothing(tmp_path: Path, wish: dict, words: str) -> None:
    jobs = Jobs(tmp_path)
    with pytest.raises(ValueError, match=words):
        start(jobs, **wish)
    assert jobs.list() == []


def test_a_comparison_queues_one_run_a_model_and_seed(tmp_path: Path) -> None:
    jobs = Jobs(tmp_path)
    assert start(jobs, ["imfn", "frame"], leaves=16, steps=3, seeds=2) == 1
    assert start(jobs, ["gru"], leaves=16, steps=3) == 2
    comparisons = ComparisonRuns(jobs)
    assert comparisons.numbers() == [2, 1]
    members = comparisons.members(1)
    assert {(m["model"], m["seed"]) for m in members} == {
        (key, seed) for key in ("imfn", "frame", "linear", "mean") for seed in (0, 1)
    }
    configs = [from_dict(TrainConfig, json.loads(json.dumps(jobs.clone(m["run"])["config"]))) for m in members]
    assert {config.tree.leaves for config in configs} == {16}
    assert comparisons.result(1)["rows"] == []


def test_a_run_that_calls_itself_a_comparison_s_is_none_of_it(tmp_path: Path) -> None:
    jobs = Jobs(tmp_path)
    assert start(jobs, ["gru"], leaves=16, steps=3, owner="anna") == 1
    config = from_dict(TrainConfig, jobs.clone(jobs.list()[0]["id"])["config"])
    planted = dataclasses.replace(config, name="contest-1-imfn-7")
    jobs.submit(planted, name="IMFN 7, comparison 2", owner="ben")
    jobs.submit(dataclasses.replace(config, name="contest-999999999-gru-0"), name="GRU 0, comparison 1", owner="ben")
    assert start(jobs, ["gru"], leaves=16, steps=3, owner="cleo") == 2
    comparisons = ComparisonRuns(jobs)
    assert [comparisons.numbers(owner) for owner in ("anna", "ben", "cleo", None)] == [[1], [], [2], [2, 1]]
    assert {member["model"] for member in comparisons.members(1)} == {"gru", "linear", "mean"}


def test_a_number_is_never_given_twice(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    jobs, submit = Jobs(tmp_path), Jobs.submit
    calls = iter((submit, refuse))
    monkeypatch.setattr(Jobs, "submit", lambda *args, **more: next(calls)(*args, **more))
    with pytest.raises(ValueError, match="no space"):
        start(jobs, ["gru"], leaves=16, steps=3)
    monkeypatch.undo()
    assert jobs.list() == [] and ComparisonRuns(jobs).numbers() == []
    assert start(jobs, ["gru"], leaves=16, steps=3) == 2


def refuse(*args: object, **more: object) -> str:
    """The second run of a comparison meets a full disk."""
    raise ValueError("no space left")
