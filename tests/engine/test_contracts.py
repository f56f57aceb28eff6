"""A sweeper, an objective, a data set and a baseline are one file each: registered from outside the packages, they are
trained, saved, loaded, measured, and show their settings in the form.
"""

from __future__ import annotations

import importlib
import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from safetensors import safe_open

from engine.checkpoints import read_card
from engine.config import TrainConfig, train_config, with_settings
from engine.evaluation import evaluate
from engine.jobs import config_of, estimate, form, settings_of, validate
from engine.jobs.execution.foreground import train
from engine.model import load_model
from engine.registry import COMPRESSORS, DATASETS, OBJECTIVES, Registry

TOYS = {
    "sweeper": (COMPRESSORS, "ToyTree"),
    "baseline": (COMPRESSORS, "ToyBaseline"),
    "dataset": (DATASETS, "ToyDataset"),
    "objective": (OBJECTIVES, "ToyObjective"),
}
SMALL = {
    "name": "toy", "data": "toy-squares", "local_steps": 0, "joint_steps": 30, "batch": 16, "rate": 0.02,
    "average": 0.0, "half": False, "probe_every": 10,
}  # fmt: skip
TREE = {"leaves": 4, "height": 8, "width": 8, "channels": 32}
CASES = {
    "sweeper": ({"tree": {**TREE, "family": "toy-share"}}, "tree.toy-share.start", 0.9),
    "baseline": ({"baseline": "toy-linear", "tree": {**TREE, "family": "linear"}}, "toy-linear.spread", 0.2),
    "dataset": ({"tree": {**TREE, "family": "dense", "hidden": [8, 8]}}, "toy-squares.rate", 2.0),
    "objective": ({"objective": "toy-next", "tree": {**TREE, "hidden": [8, 8]}}, "toy-next.hidden", 8),
}


@pytest.fixture(autouse=True)
def toys() -> Iterator[None]:
    """The four toys, as if each had just been imported, and only for one test."""
    classes = {name: getattr(importlib.import_module(f"tests.toys.{name}"), cls) for name, (_, cls) in TOYS.items()}
    for name, (registry, _) in TOYS.items():
        registry.add(classes[name])
    yield
    for name, (registry, _) in TOYS.items():
        registry.entries.pop(classes[name].name)


def toy_config(case: str) -> TrainConfig:
    """A training of a toy with its own setting changed."""
    changes, key, value = CASES[case]
    return with_settings(train_config(**{**SMALL, **changes}), [f"{key}={value}"])


@pytest.mark.parametrize("case", CASES)
def test_a_toy_is_trained_saved_loaded_and_measured(tmp_path: Path, case: str) -> None:
    config = toy_config(case)
    folder = train(config, home=tmp_path)
    card, model = read_card(folder), load_model(str(folder))
    errors = [row["train_mse"][-1] for row in card["history"]]
    assert errors[-1] < errors[0]
    assert (model.kind, model.parameters) == (config.kind, card["parameters"])
    clip = np.random.default_rng(0).integers(0, 256, (6, 8, 8, 1), dtype=np.uint8)
    assert model.reconstruct(model.compress(clip)).shape == clip.shape
    result = evaluate(model)
    assert (result["data"], result["sequences"]) == ("growing squares", 8)


@pytest.mark.parametrize("case", CASES)
def test_its_settings_are_in_the_form_in_validation_and_in_the_card(tmp_path: Path, case: str) -> None:
    config, (_, key, value) = toy_config(case), CASES[case]
    (row,) = (row for row in form() if row["key"] == key)
    assert row["help"] and row["low"] is not None and row["when"] is not None
    settings = settings_of(config)
    assert settings[key] == value and config_of(settings) == config and validate(settings) == []
    assert validate({**settings, key: 1000})[0][0] == key
    assert estimate(config)["parameters"] > 0
    folder = train(with_settings(config, ["joint_steps=1"]), home=tmp_path)
    section = read_card(folder)["config"]
    for part in key.split("."):
        section = section[part]
    assert section == value


def test_an_objective_has_figures_and_weights_of_its_own(tmp_path: Path) -> None:
    folder = train(toy_config("objective"), home=tmp_path).parent
    rows = [json.loads(line) for line in (folder / "metrics.jsonl").read_text().splitlines()]
    looks = [row for row in rows if "skill" in row]
    assert looks[0]["levels"] == ["next frame"] and looks[-1]["skill"][0] > looks[0]["skill"][0]
    with safe_open(folder / "state.safetensors", framework="pt") as file:
        assert any(key.startswith("objective.head") for key in file.keys())  # noqa: SIM118
    with safe_open(folder / "toy" / "model.safetensors", framework="pt") as file:
        assert not any("head" in key for key in file.keys())  # noqa: SIM118


def test_a_stopped_objective_goes_on_with_its_own_weights(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from engine.training.loop import StageLoop

    config = with_settings(toy_config("objective"), ["joint_steps=6"])
    straight = train(config, home=tmp_path / "a")
    original, asked = StageLoop.step, []

    def step(loop: StageLoop, at: int) -> float:
        if at == 3 and not asked:
            asked.append(os.kill(os.getpid(), 2))
        return original(loop, at)

    monkeypatch.setattr(StageLoop, "step", step)
    assert train(config, home=tmp_path / "b") is None
    (run,) = (tmp_path / "b" / "runs").iterdir()
    resumed = train(config, resume=run.name, home=tmp_path / "b")
    assert (straight / "model.safetensors").read_bytes() == (resumed / "model.safetensors").read_bytes()


@pytest.mark.slow
def test_modules_that_the_environment_names_are_found_by_every_process() -> None:
    command = "from engine.registry import DATASETS; print('toy-squares' in DATASETS)"
    environment = {**os.environ, "IMFN_PLUGINS": "tests.toys.dataset"}
    answer = subprocess.run(
        [sys.executable, "-c", command], env=environment, capture_output=True, text=True, check=True
    )
    assert answer.stdout.strip() == "True"


def test_two_classes_of_one_name_are_refused() -> None:
    registry = Registry("thing")

    @registry.add
    class One:
        name = "one"

    class Two:
        name = "one"

    with pytest.raises(ValueError, match="thing 'one' is defined in"):
        registry.add(Two)
    with pytest.raises(ValueError, match="there is no thing 'two'; choose one of one"):
        registry.get("two")


def test_entries_stand_in_the_order_of_their_modules_whichever_was_imported_first() -> None:
    registry = Registry("thing")
    for module in ("last", "outside", "first", "middle"):
        registry.add(type(module, (), {"name": module, "__module__": module}))
    registry.sort(["first", "middle", "last"])
    assert list(registry.entries) == ["first", "middle", "last", "outside"]
