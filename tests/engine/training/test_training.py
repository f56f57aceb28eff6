"""Training: resuming continues exactly, stopping is clean, a loss curve stays what it was."""

import dataclasses
import json
import os
from pathlib import Path

import numpy as np
import pytest
import torch

from engine.__main__ import main
from engine.config import TrainConfig, as_dict, load_config, with_settings
from engine.data.datasets.digits import DigitSet
from engine.jobs.execution.foreground import train as train_module
from engine.jobs.store.store import Store
from engine.model import load_model
from engine.training.state import load_state
from tests.engine.tiny import tiny_training

GOLDEN = [8.786e-06, 9.398e-06, 8.975e-06, 8.291e-06]


def blobs(count: int) -> np.ndarray:
    """Bright spots anywhere: few causes, many pixels, so that a bent map beats a straight one."""
    x, y = np.random.default_rng(0).uniform(6, 22, (2, count, 1, 1))
    row, column = np.mgrid[:28, :28]
    spots = np.exp(-((row - x) ** 2 + (column - y) ** 2) / 8)
    return (spots * 255).astype(np.uint8)[..., None]


@pytest.fixture(autouse=True)
def fake_digits(monkeypatch: pytest.MonkeyPatch) -> None:
    images = blobs(1200)
    fake = DigitSet(images_NHWK=images, labels_N=images[:, 0, 0, 0], origin="blobs")
    monkeypatch.setattr("engine.data.datasets.digits.load_digits", lambda split, **_: fake)


def run(config: TrainConfig, home: Path, **options: object) -> Path | None:
    return train_module(config, home=home, **options)


def stop_after(monkeypatch: pytest.MonkeyPatch, steps: int) -> None:
    from engine.training.loop import StageLoop

    original = StageLoop.step
    count = [0]

    def step(self: StageLoop, at: int) -> float:
        count[0] += 1
        if count[0] == steps:
            os.kill(os.getpid(), 2)
        return original(self, at)

    monkeypatch.setattr(StageLoop, "step", step)


@pytest.mark.slow
def test_a_stopped_and_resumed_run_ends_with_the_same_weights(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    config = tiny_training(local_steps=3, joint_steps=6)
    straight = run(config, tmp_path / "a")
    with monkeypatch.context() as patch:
        stop_after(patch, 9)
        assert run(config, tmp_path / "b") is None
    (row,) = Store(tmp_path / "b").list()
    assert row["state"] == "stopped"
    resumed = run(config, tmp_path / "b", resume=row["id"])
    assert (straight / "model.safetensors").read_bytes() == (resumed / "model.safetensors").read_bytes()


@pytest.mark.slow
def test_a_finished_run_goes_on_when_another_cycle_is_asked_for(tmp_path: Path) -> None:
    config = tiny_training(local_steps=2, joint_steps=3)
    longer = dataclasses.replace(config, again_steps=4)
    straight = run(longer, tmp_path / "a")
    folder = run(config, tmp_path / "b").parent
    (folder / "config.json").write_text(json.dumps(as_dict(longer)))
    extended = run(config, tmp_path / "b", resume=folder.name)
    assert (straight / "model.safetensors").read_bytes() == (extended / "model.safetensors").read_bytes()


def test_training_lowers_the_error_and_the_checkpoint_loads(tmp_path: Path) -> None:
    folder = run(tiny_training("dense", local_steps=0, joint_steps=40, augment=False, average=0.0), tmp_path)
    card = json.loads((folder / "card.json").read_text())
    before, after = card["history"][0]["train_mse"][-1], card["history"][-1]["train_mse"][-1]
    assert after < before
    assert card["steps"] == 40
    assert card["data"] == "blobs"
    assert load_model(str(folder)).leaves == 4


@pytest.mark.slow
def test_the_loss_curve_stays_what_it_was(tmp_path: Path) -> None:
    """Golden: between two processors' figures; rounding moves it by far less than a change of the method would."""
    folder = run(tiny_training(local_steps=4, joint_steps=20, average=0.0), tmp_path)
    history = json.loads((folder / "card.json").read_text())["history"]
    roots = [row["train_mse"][-1] for row in history]
    assert roots == pytest.approx(GOLDEN, rel=0.02)


def test_a_resume_that_does_not_exist_lists_what_does(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="no run 'nope'; known are none yet"):
        run(tiny_training(), tmp_path, resume="nope")


def test_the_state_on_disk_is_no_pickle(tmp_path: Path) -> None:
    folder = run(tiny_training(local_steps=1, joint_steps=1), tmp_path)
    tensors, place = load_state(folder.parent / "state.safetensors")
    assert place.total == 3
    assert all(torch.is_tensor(t) for t in tensors.values())


def test_settings_change_one_value_and_unknown_ones_are_named() -> None:
    config = load_config("digits-128")
    assert with_settings(config, ["seed=3"]).seed == 3
    assert with_settings(config, ["tree.lap=0"]).tree.lap == 0
    with pytest.raises(ValueError, match="unknown setting sede"):
        with_settings(config, ["sede=3"])
    with pytest.raises(ValueError, match="no config 'nope'"):
        load_config("nope")


@pytest.mark.slow
def test_trainings_of_different_precision_follow_one_another_in_a_process(tmp_path: Path) -> None:
    for name, precision in (("a", "no"), ("b", "bf16")):
        config = dataclasses.replace(tiny_training(local_steps=0, joint_steps=1), precision=precision)
        assert run(config, tmp_path / name)


@pytest.mark.slow
def test_a_run_that_diverges_stops_says_where_and_goes_on_from_its_last_save(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The fourth step's gradients are no numbers: the run fails in a sentence, its save stays good and is resumed."""
    from accelerate import Accelerator

    config = dataclasses.replace(tiny_training(local_steps=3, joint_steps=6), save_every=2)
    straight = run(config, tmp_path / "straight")
    original, count = Accelerator.clip_grad_norm_, [0]

    def norm(self: Accelerator, *values: object) -> torch.Tensor:
        count[0] += 1
        return torch.tensor(torch.nan) if count[0] == 4 else original(self, *values)

    home = tmp_path / "home"
    with monkeypatch.context() as patch:
        patch.setattr(Accelerator, "clip_grad_norm_", norm)
        with pytest.raises(ValueError, match="diverged at step 4; resume it with a smaller rate"):
            run(config, home)
    (row,) = Store(home).list()
    assert row["state"] == "failed" and "diverged at step 4" in row["sentence"]
    finished = run(config, home, resume=row["id"])
    assert (finished / "model.safetensors").read_bytes() == (straight / "model.safetensors").read_bytes()


@pytest.mark.slow
def test_a_run_that_diverged_goes_on_at_another_rate_from_its_last_good_save(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """By the command line, which says what cannot be changed; config, store and card have the new rate."""
    from engine.training.loop import StageLoop

    original = StageLoop.step
    monkeypatch.setattr(
        StageLoop, "step", lambda self, at: np.nan if self.config.rate > 0.5 and at == 5 else original(self, at)
    )
    monkeypatch.setenv("IMFN_HOME", str(tmp_path))
    config = dataclasses.replace(tiny_training(local_steps=0, joint_steps=8), rate=1.0, save_every=4)
    path = tmp_path / "tiny.json"
    path.write_text(json.dumps(as_dict(config)))
    assert main(["train", str(path)]) == 2
    assert "diverged at step 6" in capsys.readouterr().err
    (row,) = Store(tmp_path).list()
    assert (row["state"], load_state(Path(row["folder"]) / "state.safetensors")[1].total) == ("failed", 4)
    resume = ["train", str(path), "--resume", row["id"], "--set"]
    for wrong, said in (("seed=3", "cannot change seed"), ("rate=fast", "rate is 'fast'"), ("rate=2", "between")):
        assert main([*resume, wrong]) == 2
        assert said in capsys.readouterr().err
        assert Store(tmp_path).find(row["id"])["state"] == "failed"
    assert main([*resume, "rate=1e-4", "--json"]) == 0
    folder = Path(json.loads(capsys.readouterr().out)["checkpoint"])
    assert load_model(str(folder)).card["config"]["rate"] == 1e-4
    assert Store(tmp_path).find(row["id"])["config"]["rate"] == 1e-4
    assert [r["total"] for r in Store(tmp_path).metrics.every(row["id"])] == list(range(9))
    assert any("0.0001" in event["text"] for event in Store(tmp_path).events(row["id"]))


def test_weights_that_are_no_numbers_are_never_saved(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The last step's loss is a number, its weights are none: the run fails instead of finishing with them."""
    from engine.training.loop import StageLoop

    original = StageLoop.step

    def step(self: StageLoop, at: int) -> float:
        loss = original(self, at)
        if at == 5:
            with torch.no_grad():
                next(p for p in self.loss.parameters() if p.requires_grad).fill_(torch.inf)
        return loss

    monkeypatch.setattr(StageLoop, "step", step)
    config = dataclasses.replace(tiny_training(local_steps=0, joint_steps=6), average=0.0, save_every=2)
    with pytest.raises(ValueError, match="diverged at step 6"):
        run(config, tmp_path)
    (row,) = Store(tmp_path).list()
    assert row["state"] == "failed"
    tensors, place = load_state(Path(row["folder"]) / "state.safetensors")
    assert place.total == 4 and all(torch.isfinite(t).all() for t in tensors.values())
