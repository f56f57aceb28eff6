"""What goes wrong ends with one sentence that helps, and nothing is lost."""

from __future__ import annotations

import errno
from pathlib import Path

import numpy as np
import pytest
import torch
from safetensors import SafetensorError

from engine.jobs import reconcile as reconciling
from engine.jobs.execution.foreground import train
from engine.jobs.execution.recording import recorded
from engine.jobs.execution.runner import Runner
from engine.jobs.failure_messages import message_for
from engine.jobs.jobs import Jobs
from engine.jobs.store.store import Store
from engine.training.loop import StageLoop
from engine.training.state import load_state
from engine.training.trainer import train_folder
from tests.engine.jobs.jobs_here import digits_on_disk, queued, state, tiny_job


@pytest.fixture(autouse=True)
def data(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    folder = digits_on_disk(tmp_path / "data")
    monkeypatch.setenv("IMFN_DATA", str(folder))
    return folder


def failing_at(monkeypatch: pytest.MonkeyPatch, total: int, error: Exception) -> None:
    """Let a training's n-th step raise."""
    original, count = StageLoop.step, [0]

    def step(self: StageLoop, at: int) -> float:
        count[0] += 1
        if count[0] == total:
            raise error
        return original(self, at)

    monkeypatch.setattr(StageLoop, "step", step)


@pytest.mark.slow
@pytest.mark.parametrize(
    ("error", "sentence"),
    [
        (OSError(errno.ENOSPC, "No space left on device"), "the disk is full; free some space"),
        (torch.OutOfMemoryError("CUDA out of memory. Tried to allocate"), "ran out of memory"),
        (MemoryError(), "ran out of memory"),
        (RuntimeError("DefaultCPUAllocator: can't allocate memory: you tried"), "ran out of memory"),
        (RuntimeError("shapes do not fit"), "RuntimeError: shapes do not fit"),
    ],
)
def test_a_run_that_breaks_off_says_why_and_resumes_from_its_save(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, error: Exception, sentence: str
) -> None:
    config = tiny_job(local_steps=4, joint_steps=6, save_every=2)
    straight = train(config, home=tmp_path / "straight")
    with monkeypatch.context() as patch:
        failing_at(patch, 12, error)
        with pytest.raises(type(error)):
            train(config, home=tmp_path / "home")
    (run,) = Store(tmp_path / "home").list()
    assert run["state"] == "failed"
    assert sentence in run["sentence"]
    resumed = train(config, resume=run["id"], home=tmp_path / "home")
    assert (straight / "model.safetensors").read_bytes() == (resumed / "model.safetensors").read_bytes()


def test_a_full_disk_ends_a_run_with_a_sentence(tmp_path: Path) -> None:
    """The kernel's own answer: writing to /dev/full fails as a full disk does."""
    store = Store(tmp_path / "home")
    run = queued(store)
    folder = Path(store.find(run)["folder"])
    (folder / "probes").mkdir()
    (folder / "probes" / "000000000.png.part").symlink_to("/dev/full")
    with pytest.raises(OSError, match="No space left"):
        recorded(store, store.claim(), lambda recorder: train_folder(folder, recorder))
    assert store.find(run)["sentence"].startswith("the disk is full")
    assert not list((folder / "probes").iterdir())


def test_a_disk_that_fills_up_during_a_save_keeps_the_last_state_and_no_half_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def half(tensors: dict, path: Path, metadata: dict) -> None:
        path.write_bytes(b"half")
        raise SafetensorError("Error while serializing: I/O error: No space left on device (os error 28)")

    config = tiny_job(local_steps=4, joint_steps=6, save_every=2)
    folder = train(config, home=tmp_path).parent
    before = (folder / "state.safetensors").read_bytes()
    monkeypatch.setattr("engine.training.state.save_file", half)
    with pytest.raises(SafetensorError):
        train(config, resume=folder.name, home=tmp_path)
    (run,) = Store(tmp_path).list()
    assert run["sentence"].startswith("the disk is full")
    assert (folder / "state.safetensors").read_bytes() == before
    assert not list(folder.glob("*.part"))


def test_a_worker_that_the_system_killed_for_memory_has_failed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    store = Store(tmp_path)
    run = queued(store)
    monkeypatch.setattr("engine.jobs.store.store.oom_kills", lambda: 3)
    store.claim()
    monkeypatch.setattr(reconciling.process_identity, "lives", lambda run: False)
    monkeypatch.setattr(reconciling.process_identity, "oom_kills", lambda: 4)
    reconciling.reconcile(store)
    assert state(store, run) == "failed"
    assert "memory" in store.find(run)["sentence"]


def test_a_worker_that_cannot_be_launched_has_failed_and_the_next_one_starts(tmp_path: Path) -> None:
    store = Store(tmp_path)
    first, second = queued(store, "first"), queued(store, "second")

    def launch(store: Store, ticket: object) -> object:
        raise OSError(errno.ENOMEM, "Cannot allocate memory")

    Runner(store, launch).tick()
    assert [state(store, run) for run in (first, second)] == ["failed", "failed"]
    assert store.find(first)["sentence"] == "its process could not be started: Cannot allocate memory"


def test_bad_input_is_one_sentence_and_leaves_nothing_behind(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    jobs, empty, text = Jobs(tmp_path / "home"), tmp_path / "empty", tmp_path / "notes.txt"
    empty.mkdir()
    text.write_text("no video")
    good = tiny_job()
    jobs.submit(good, name="taken", device="cpu")
    bad = {
        "already a run named 'taken'": lambda: jobs.submit(good, name="taken"),
        "has no name": lambda: jobs.submit(good, name="  "),
        "device 'cuda:7' is not there; choose one of": lambda: jobs.submit(good, name="a", device="cuda:7"),
        "folder empty is empty; put videos or images": lambda: jobs.submit(tiny_job(data=str(empty)), name="a"),
        "or an existing folder": lambda: jobs.submit(tiny_job(data="nowhere"), name="a"),
        "notes.txt": lambda: jobs.submit(good, name="a", files=[text]),
        "there is no file gone.mp4": lambda: jobs.submit(good, name="a", files=[tmp_path / "gone.mp4"]),
    }
    for sentence, act in bad.items():
        with pytest.raises(ValueError, match=sentence):
            act()
    monkeypatch.setattr("shutil.disk_usage", lambda path: type("Usage", (), {"free": 2**20}))
    with pytest.raises(ValueError, match="no space left"):
        jobs.submit(good, name="a")
    assert [row["name"] for row in jobs.list()] == ["taken"]
    assert len(list((tmp_path / "home" / "runs").iterdir())) == 1


def test_a_sentence_is_one_line() -> None:
    assert message_for(ValueError("one\n  two")) == "one two"


def test_a_stop_during_the_closed_form_stops_at_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("engine.jobs.execution.recording.StoreRecorder.stopping", lambda self: True)
    assert train(tiny_job(), home=tmp_path) is None
    (run,) = Store(tmp_path).list()
    assert run["state"] == "stopped"
    monkeypatch.undo()


def test_rows_and_state_agree_on_what_is_saved(tmp_path: Path) -> None:
    folder = train(tiny_job(local_steps=3, joint_steps=5), home=tmp_path).parent
    store = Store(tmp_path)
    (run,) = store.list()
    assert store.metrics.last(run["id"])["total"] == load_state(folder / "state.safetensors")[1].total == 11
    values = store.metrics.last(run["id"])["values"]
    assert values["levels"] == ["1:1", "2:1", "4:1"]
    assert all(np.isfinite(values[name]).all() for name in ("mse", "psnr", "ssim", "loss", "rate", "throughput"))
