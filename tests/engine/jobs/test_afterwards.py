"""After a run: it is a checkpoint, can be renamed, put away, brought back, cloned, compared and taken away."""

from __future__ import annotations

import csv
import dataclasses
import io
import json
import struct
import zipfile
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

import engine
from engine.__main__ import main
from engine.jobs import Jobs
from engine.jobs.execution.foreground import train
from engine.jobs.reconcile import purge
from engine.jobs.tensorboard_writer import crc32c, masked
from engine.training.recorder import SHEETS, keep_sheet, sheets
from tests.engine.jobs.jobs_here import digits_on_disk, tiny_job


@pytest.fixture
def jobs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Jobs:
    """A home in which one short run has finished."""
    monkeypatch.setenv("IMFN_DATA", str(digits_on_disk(tmp_path / "data")))
    monkeypatch.setenv("IMFN_HOME", str(tmp_path / "home"))
    train(tiny_job(local_steps=3, joint_steps=5, probe_every=2))
    return Jobs()


def run_of(jobs: Jobs) -> str:
    """The one run's id."""
    return jobs.list()[0]["id"]


def test_a_finished_run_opens_by_id_name_and_by_what_it_trained(jobs: Jobs) -> None:
    jobs.rename(run_of(jobs), "my first")
    for name in (run_of(jobs), "my first", "tiny"):
        model = engine.load_model(name)
        frames = np.random.default_rng(0).integers(0, 255, (4, 28, 28, 1), dtype=np.uint8)
        assert model.reconstruct(model.compress(frames)).shape == frames.shape
    with pytest.raises(ValueError, match="there is no checkpoint 'other'"):
        engine.load_model("other")


def test_a_look_at_the_probe_leaves_figures_and_a_picture(jobs: Jobs) -> None:
    answer = jobs.status(run_of(jobs))
    looks = [row for row in answer["rows"] if "mse" in row["values"]]
    assert answer["sheets"] == [row["total"] for row in looks] == [0, 2, 3, 5, 6, 8, 10, 11]
    with Image.open(jobs.sheet(run_of(jobs), 11)) as picture:
        assert picture.size == (4 * 28, 4 * 28)
    assert answer["run"]["progress"] == 1.0
    assert Path(answer["run"]["checkpoint"]).is_dir()


def test_pictures_stay_few_and_keep_the_first_and_the_last(tmp_path: Path) -> None:
    for total in range(0, 5000, 10):
        keep_sheet(tmp_path, total, Image.new("L", (4, 4)))
    kept = [int(path.stem) for path in sheets(tmp_path)]
    assert len(kept) <= SHEETS
    assert (kept[0], kept[-1]) == (0, 4990)


def test_a_deleted_run_comes_back_until_it_is_purged(jobs: Jobs) -> None:
    run = run_of(jobs)
    jobs.delete(run)
    assert jobs.list() == []
    assert purge(jobs.store) == []
    jobs.undelete(run)
    assert jobs.list()[0]["total"] == 11
    jobs.delete(run)
    folder = jobs.folder(run)
    assert purge(jobs.store, older_than=-1) == [run]
    assert not folder.exists()
    with pytest.raises(ValueError, match="there is no run"):
        jobs.undelete(run)


def test_a_clone_differs_in_what_was_changed(jobs: Jobs) -> None:
    from engine.config import TrainConfig, from_dict

    jobs.rename(run_of(jobs), "one")
    clone = jobs.clone("one")
    config = dataclasses.replace(from_dict(TrainConfig, clone["config"]), rate=0.01)
    jobs.submit(config, name=clone["name"], device="cpu")
    assert jobs.diff("one", "one-2") == [{"setting": "rate", "first": 0.001, "second": 0.01}]


def test_a_bundle_holds_checkpoint_config_and_every_figure(jobs: Jobs) -> None:
    with zipfile.ZipFile(jobs.export(run_of(jobs))) as file:
        names = file.namelist()
        table = list(csv.DictReader(io.StringIO(file.read("metrics.csv").decode())))
        assert json.loads(file.read("config.json"))["name"] == "tiny"
    assert {"tiny/model.safetensors", "tiny/card.json"} <= set(names)
    assert [int(row["total"]) for row in table] == [row["total"] for row in jobs.store.metrics.every(run_of(jobs))]
    assert float(table[-1]["psnr/4:1"]) > 0


def records(data: bytes) -> Iterator[bytes]:
    """A TFRecord file's records, checksums verified."""
    at = 0
    while at < len(data):
        head, (length,) = data[at : at + 8], struct.unpack("<Q", data[at : at + 8])
        body = data[at + 12 : at + 12 + length]
        assert masked(head) == data[at + 8 : at + 12]
        assert masked(body) == data[at + 12 + length : at + 16 + length]
        yield body
        at += 16 + length


def test_the_event_file_is_framed_as_tensorboard_reads_it(jobs: Jobs) -> None:
    assert crc32c(b"123456789") == 0xE3069283
    (path,) = jobs.tensorboard(run_of(jobs)).iterdir()
    first, *rest = records(path.read_bytes())
    assert b"brain.Event:2" in first
    assert len(rest) == len(jobs.store.metrics.every(run_of(jobs)))
    assert b"mse/4:1" in rest[-1]


def test_the_command_line_shows_and_changes_the_same_runs(jobs: Jobs, capsys: pytest.CaptureFixture[str]) -> None:
    def told(*arguments: str) -> dict:
        assert main(["runs", *arguments, "--json"]) == 0
        return json.loads(capsys.readouterr().out)

    run = told()[0]["id"]
    assert told("rename", run, "better")["name"] == "better"
    assert told("show", "better")["state"] == "finished"
    assert Path(told("export", "better")["zip"]).exists()
    told("delete", "better")
    assert told("list") == []
    assert told("list", "--deleted")[0]["id"] == run
    assert told("undelete", run)["name"] == "better"
    for bad in (["show"], ["show", "nothing"], ["rename", run], ["stop", run]):
        assert main(["runs", *bad]) == 2
        assert len(capsys.readouterr().err.strip().splitlines()) == 1
