"""Forms are the config dataclasses; what validation lets through can be trained, and estimates count what is there."""

from __future__ import annotations

import dataclasses
import json
from pathlib import Path

import pytest
import torch

from engine.compressors.tree import build_tree
from engine.config import TrainConfig, TreeConfig, as_dict, load_config, with_settings
from engine.jobs import config_of, estimate, form, presets, settings_of, validate
from engine.jobs.store.store import Store
from engine.registry import COMPRESSORS
from tests.engine.jobs.jobs_here import tiny_job


def test_every_field_has_help_and_a_default_within_its_limits() -> None:
    rows = form()
    common = {each.name for each in dataclasses.fields(TrainConfig)} - {"name", "tree", "parts"}
    common |= {f"tree.{each.name}" for each in dataclasses.fields(TreeConfig)} - {"tree.parts"}
    keys = [row["key"] for row in rows]
    assert len(set(keys)) == len(keys)
    assert {row["key"] for row in rows if row["when"] is None} == common
    assert {"transformer.heads", "digits.augment", "slot_student.start", "tree.residual.hidden"} < set(keys)
    assert all(row["help"] for row in rows)
    assert validate({row["key"]: row["default"] for row in rows}) == []
    (leaves,) = (row for row in rows if row["key"] == "tree.leaves")
    assert (leaves["unit"], leaves["low"], leaves["high"], leaves["type"]) == ("frames", 2, 4096, "int")


def test_settings_and_configs_are_the_same_thing() -> None:
    for preset in presets():
        assert config_of(settings_of(preset.config)) == preset.config
        assert validate(settings_of(preset.config)) == []
        assert config_of(json.loads(json.dumps(settings_of(preset.config)))) == preset.config


@pytest.mark.parametrize(
    ("changes", "key", "sentence"),
    [
        ({"rate": 5.0}, "rate", "rate is 5.0, it must lie between 1e-07 and 1.0"),
        ({"local_steps": "many"}, "local_steps", "local steps is 'many', it must be a whole number"),
        ({"tree.leaves": 1}, "tree.leaves", "leaves is 1, it must lie between 2 and 4,096 frames"),
        (
            {"tree.family": "magic"},
            "tree.family",
            "choose dense or fused or linear or ordered or predictive or residual or shared or zonal",
        ),
        ({"tree.hidden": [8, -1]}, "tree.residual.hidden", "hidden is -1"),
        ({"tree.residual.hidden": [8, -1]}, "tree.residual.hidden", "hidden is -1"),
        ({"baseline": "gru", "baseline_width": 0}, "gru.width", "width is 0, it must lie between 1"),
        ({"tree.leaves": 12}, "tree.leaves", "leaves is 12, it must be a power of two"),
        ({"batch": 2}, "batch", "batch is 2 leaves, one window of 128 must fit"),
        ({"sped": 2}, "sped", "there is no setting sped"),
        ({"name": "../up"}, "", "name is '../up'"),
    ],
)
def test_a_value_out_of_range_is_named_with_what_would_do(changes: dict, key: str, sentence: str) -> None:
    found = validate(settings_of(TrainConfig()) | changes)
    assert found[0][0] == key
    assert sentence in found[0][1]
    with pytest.raises(ValueError, match=r"\w"):
        config_of(settings_of(TrainConfig()) | changes)


@pytest.mark.slow
def test_an_estimate_counts_parameters_exactly_and_learns_from_runs(tmp_path: Path) -> None:
    config, store = tiny_job(), Store(tmp_path)
    guess = estimate(config, store=store)
    assert guess["parameters"] == build_tree(config.tree).learned()
    assert guess["steps"] == 300
    assert "counted operations" in guess["basis"]
    values = json.loads(json.dumps(as_dict(config)))
    store.add(id="a", name="a", kind="teacher", config=values, device="cpu", folder=tmp_path)
    rows = [{"stage": "joint", "step": t, "total": t, "seconds": t / 4, "values": {}} for t in range(0, 101, 20)]
    store.record(store.claim(), rows)
    known = estimate(config, store=store)
    assert known["seconds"] == 75.0
    assert "earlier run" in known["basis"]


@pytest.mark.slow
def test_the_papers_scale_is_the_papers() -> None:
    (paper,) = (preset for preset in presets() if preset.key == "paper")
    assert estimate(paper.config)["parameters"] == pytest.approx(61.43e6, rel=0.001)


@pytest.mark.slow
def test_what_a_full_scale_step_keeps_for_its_backward_pass_is_counted() -> None:
    """The paper's Transformer: 14 layers that each keep an MLP's two inner arrays and eight of the width a token."""
    config = load_config("transformer-128-paper")
    least = 14 * config.batch * (2 * 3904 + 8 * 1024) * 4
    found, half = (estimate(dataclasses.replace(config, batch=batch)) for batch in (config.batch, config.batch // 2))
    assert least < found["memory"] - 20 * found["parameters"] < 2 * least
    assert half["memory"] < found["memory"] - 0.45 * least
    assert estimate(load_config("mamba-128-paper"))["seconds"] > 0


@pytest.mark.parametrize("name", COMPRESSORS.names(baseline=True, gives_frames=False))
def test_memories_that_give_no_frames_back_are_estimated(name: str) -> None:
    memory = with_settings(load_config("lantern-64"), [f"baseline={name}"])
    found = estimate(memory)
    assert found["parameters"] > 0
    assert found["seconds"] is None or found["seconds"] > 0


@pytest.mark.slow
def test_every_preset_is_estimated() -> None:
    for preset in presets():
        assert estimate(preset.config)["parameters"] > 0


@pytest.mark.parametrize("baseline", ["transformer", "mamba", "gru", "frame"])
def test_every_baseline_is_forecast_and_nothing_of_the_process_is_hooked(
    baseline: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A hook on all modules would break what other threads compute in the meantime."""
    hooks = torch.nn.modules.module._global_forward_pre_hooks
    seen = []
    forward = torch.nn.Linear.forward
    monkeypatch.setattr(torch.nn.Linear, "forward", lambda self, x: (seen.append(len(hooks)), forward(self, x))[1])
    tree = {"tree.leaves": 4, "tree.channels": 32, "tree.family": "linear", "tree.hidden": []}
    cost = estimate(config_of({**tree, "joint_steps": 7, "local_steps": 0, "baseline": baseline}))
    assert cost["steps"] == 7 and cost["seconds"] > 0
    assert set(seen) == {0}
