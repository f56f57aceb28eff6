"""The comparison of memories: equal budgets or a refusal, rows recorded once, trainings taken up again."""

from __future__ import annotations

import copy
import json
import os
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from filelock import FileLock

from engine.config import TrainConfig
from engine.experiments import memories
from engine.experiments.compare import BUNDLED, read_comparison
from engine.experiments.memories import compare_memories, memory_comparison, search_rates
from engine.experiments.probing import unpacked

STORED = json.loads((BUNDLED / "lantern.json").read_text())


def small(**changes: object) -> dict:
    """The stored comparison at a size for tests."""
    values = copy.deepcopy(STORED)
    base = {"joint_steps": 4, "batch": 64, "save_every": 2, "tree.leaves": 8, "tree.channels": 12}
    base |= {"tree.fused.units": 8, "tree.fused.frame_hidden": 8, "lantern.holdout": 400}
    values["base"] |= base
    values["variants"] = {
        "tree, prediction": {},
        "GRU": {"baseline": "gru_memory", "gru_memory.width": 8, "gru_memory.frame_hidden": 13},
        "copy-last": {"memory": "copy"},
        "canvas, no budget": {"memory": "canvas"},
    }
    values["groups"] = [
        {"name": "primary", "variants": ["tree, prediction", "GRU"]},
        {"name": "bounds", "seeds": [0], "variants": ["copy-last", "canvas, no budget"]},
    ]
    values |= {"seeds": [0], "rooms": {"learning": 64, "choosing": 16, "testing": 24}}
    return {**values, **changes}


@pytest.fixture(autouse=True)
def quick_probes(monkeypatch: pytest.MonkeyPatch) -> None:
    from engine.evaluation.probes import ProbeConfig

    quick = ProbeConfig(width=16, batch=16, round=2, rounds=2, rates=(1e-3,))
    for module in ("probing", "answering"):
        monkeypatch.setattr(f"engine.experiments.{module}.ProbeConfig", lambda: quick)


@pytest.mark.parametrize("name", ["lantern", "lantern-large", "moving", "recall"])
def test_the_stored_comparisons_keep_equal_budgets(name: str) -> None:
    comparison = memory_comparison(read_comparison(name))
    assert set().union(*(group.variants for group in comparison.groups)) == set(comparison.variants)


def test_a_recorded_row_of_other_steps_is_refused(tmp_path: Path) -> None:
    row = {"group": "primary", "variant": "tree, prediction", "seed": 0, "steps": 800}
    (tmp_path / "lantern.json").write_text(json.dumps({"rows": [row]}))
    with pytest.raises(ValueError, match="with 800 steps, 4 are planned"):
        compare_memories(memory_comparison(small()), None, results=tmp_path, home=tmp_path / "home")


@pytest.mark.slow
def test_moving_digits_and_symbols_are_measured_in_their_own_figures(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("IMFN_DATA", raising=False)  # the bundled digits, which every machine has
    monkeypatch.setattr("engine.data.datasets.moving.BLOCKS", 1)
    for name, figure in (("moving", "frame_mse"), ("recall", "right")):
        values = read_comparison(name)
        values["base"] |= {"joint_steps": 2, "batch": 64, "tree.channels": 8}
        small = {"tree.height": 16, "tree.width": 16, "moving.holdout": 2_000}
        values["base"] |= small if name == "moving" else {"tree.leaves": 8}
        values |= {"seeds": [0], "unequal": list(values["variants"])}
        values |= {"rooms": {"learning": 32, "choosing": 8, "testing": 8}}
        if name == "moving":
            values["groups"] = [{**group, "settings": {}} for group in values["groups"][1:]]
        else:
            values["groups"] = [{**values["groups"][-1], "variants": ["tree, prediction"]}]
        result = compare_memories(memory_comparison(values), None, results=tmp_path, home=tmp_path / "home")
        assert all(row[figure] >= 0 for row in result["rows"])
        assert len({(row["group"], row["variant"]) for row in result["rows"]}) == len(result["rows"])


def test_unequal_parameters_are_refused_before_anything_runs() -> None:
    values = small()
    values["variants"]["GRU"]["gru_memory.frame_hidden"] = 40
    with pytest.raises(ValueError, match="unequal budgets in primary: GRU has"):
        memory_comparison(values)


def test_unequal_steps_and_floats_are_refused_before_anything_runs() -> None:
    values = small()
    values["variants"]["GRU"]["joint_steps"] = 5
    with pytest.raises(ValueError, match="unequal budgets in primary"):
        memory_comparison(values)


@pytest.mark.slow
def test_rows_are_recorded_once_and_have_every_figure(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    comparison = memory_comparison(small())
    result = compare_memories(comparison, os.environ.get("IMFN_DATA"), results=tmp_path, home=tmp_path / "home")
    found = {(row["group"], row["variant"], row["seed"]) for row in result["rows"]}
    assert len(found) == len(result["rows"]) == 4
    tree = next(row for row in result["rows"] if row["variant"] == "tree, prediction")
    assert (tree["floats"], tree["working_floats"], tree["steps"]) == (12, 48, 4)
    assert len(tree["curve"]) == len(tree["curve_low"]) == 8
    assert {"outcome_bits", "door_gain", "door_bayes", "cue_gain", "find", "find_random", "holes"} <= set(tree)
    assert tree["door_bayes"] > 0
    assert {"hardware", "revision", "cpu_seconds", "seconds"} <= set(tree)
    errors, bases = (unpacked(tree["each"][name]) for name in ("all", "all_base"))
    assert 1 - sum(errors) / sum(bases) == pytest.approx(tree["skill"]["all"], abs=1e-2)

    def again(*_: object) -> None:
        raise AssertionError("a recorded row was measured again")

    monkeypatch.setattr(memories, "measured", again)
    assert compare_memories(comparison, None, results=tmp_path, home=tmp_path / "home") == result


@pytest.mark.slow
def test_a_stopped_training_goes_on_where_it_was(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from engine.training.loop import StageLoop

    original, taken = StageLoop.step, []

    def step(loop: StageLoop, at: int) -> float:
        taken.append(at)
        if at == 2 and len(taken) == 3:
            os.kill(os.getpid(), 2)
        return original(loop, at)

    monkeypatch.setattr(StageLoop, "step", step)
    comparison = memory_comparison(small())
    with pytest.raises(ValueError, match="was stopped; call the same command again"):
        compare_memories(comparison, None, results=tmp_path, home=tmp_path / "home", only="primary")
    compare_memories(comparison, None, results=tmp_path, home=tmp_path / "home", only="primary")
    assert taken[:4] == [0, 1, 2, 3]


@pytest.mark.slow
def test_rates_are_chosen_by_short_trainings_once(tmp_path: Path) -> None:
    comparison = memory_comparison(small())
    first = search_rates(comparison, (0.001, 0.01), 2, results=tmp_path, home=tmp_path / "home")
    assert {(row["variant"], row["rate"]) for row in first["rows"]} == {
        (variant, rate) for variant in ("tree, prediction", "GRU") for rate in (0.001, 0.01)
    }
    assert search_rates(comparison, (0.001, 0.01), 2, results=tmp_path, home=tmp_path / "home") == first


def test_steps_at_equal_seconds_come_from_all_seeds_that_were_timed() -> None:
    group = memories.Group(name="timed", variants=("GRU",), seconds_of="tree", settings={}, own={}, seeds=(0,))
    timed = [("tree", 10.0), ("tree", None), ("tree", 30.0), ("GRU", 80.0), ("GRU", None)]
    rows = [{"group": "primary", "variant": v, "steps": 100, "cpu_seconds": s} for v, s in timed]
    assert memories.steps_for(group, "GRU", rows) == 25  # 0.2 s a step against 0.8 s
    rows += [{"group": "other", "variant": "Mamba", "steps": 100, "cpu_seconds": 1.0}]
    with pytest.raises(ValueError, match="needs the CPU seconds of Mamba"):
        memories.steps_for(group, "Mamba", rows)


def test_a_training_that_another_process_is_at_is_waited_for(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    config = TrainConfig(name="shared")
    monkeypatch.setattr(memories, "trained_alone", lambda config, home: (tmp_path, True))
    with ThreadPoolExecutor(1) as other:
        with FileLock(memories.locks_of(tmp_path) / f"{memories.slug('shared')} training.lock"):
            found = other.submit(memories.trained, config, tmp_path)
            with pytest.raises(TimeoutError):
                found.result(0.3)
        assert found.result(20) == (tmp_path, True)
