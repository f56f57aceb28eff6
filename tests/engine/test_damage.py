"""One bad checkpoint, run, row, card or record never breaks a list: it is shown as damaged, with the reason."""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from safetensors.torch import load_file, save_file

from engine import checkpoints
from engine.__main__ import main
from engine.config import as_dict
from engine.damage import Damaged, damage_of, sorted_out
from engine.experiments.compare import stored_rows
from engine.experiments.live_comparison import ComparisonRuns
from engine.jobs import Jobs
from engine.jobs.status import status
from engine.jobs.store.comparisons import Membership, join
from engine.jobs.store.store import Store
from engine.jobs.submission.creation import continue_run
from engine.training.recorder import FileRecorder
from engine.training.state import Place, load_state
from tests.engine.jobs.jobs_here import queued, tiny_job
from tests.engine.tiny import tiny_model

WEIGHTS, CARD = "model.safetensors", "card.json"


def cut(path: Path) -> None:
    """The second half of a file is missing."""
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])


def with_nan(path: Path) -> None:
    """One weight is no number."""
    state = load_file(path)
    next(iter(state.values())).flatten()[:1].fill_(float("nan"))
    save_file(state, path)


def card_with(**values: object) -> Callable[[Path], None]:
    """A card with other values."""
    return lambda folder: (folder / CARD).write_text(
        json.dumps({**json.loads((folder / CARD).read_text()), **values}), encoding="utf-8"
    )


CHECKPOINTS = {
    "corrupt card": (lambda folder: (folder / CARD).write_text('{"kind": "tea'), "no readable card.json"),
    "a card that is a list": (lambda folder: (folder / CARD).write_text("[1, 2]"), "no readable card.json"),
    "no card": (lambda folder: (folder / CARD).unlink(), "has no card.json"),
    "no weights": (lambda folder: (folder / WEIGHTS).unlink(), "has no model.safetensors"),
    "cut weights": (lambda folder: cut(folder / WEIGHTS), "damaged weights"),
    "empty weights": (lambda folder: (folder / WEIGHTS).write_bytes(b""), "damaged weights"),
    "weights of NaN": (lambda folder: with_nan(folder / WEIGHTS), "not a finite number"),
    "a future kind": (card_with(kind="dreamer"), "does not know"),
    "a future setting": (card_with(config={"tree": {"warp": 9}}), "does not know"),
    "no config": (card_with(config=None), "does not know"),
    "a pickle beside it": (lambda folder: (folder / "model.pkl").write_bytes(b""), "refused"),
    "a folder in place of the card": (
        lambda folder: ((folder / CARD).unlink(), (folder / CARD).mkdir()),
        "card.json",
    ),
}


@pytest.mark.parametrize("kind", CHECKPOINTS)
def test_a_damaged_checkpoint_is_listed_with_its_reason_beside_the_sound_ones(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], kind: str
) -> None:
    spoil, words = CHECKPOINTS[kind]
    monkeypatch.setattr(checkpoints, "BUNDLED", tmp_path)
    for name in ("sound", "spoilt"):
        tiny_model(tmp_path, name=name)
    assert checkpoints.damaged_names() == []
    spoil(tmp_path / "spoilt")
    assert checkpoints.bundled_names() == ["sound"]
    (damaged,) = checkpoints.damaged_names()
    assert damaged.name == "spoilt" and words in damaged.reason and "\n" not in damaged.reason
    assert main(["models"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert len(lines) == 2 and "damaged: " in lines[1]
    assert main(["models", "--json"]) == 0
    assert [row["name"] for row in json.loads(capsys.readouterr().out)] == ["sound", "spoilt"]
    assert checkpoints.student_of("sound") is None
    with pytest.raises(ValueError, match="spoilt"):
        checkpoints.load_checkpoint(tmp_path / "spoilt")


def test_every_bundled_checkpoint_is_sound() -> None:
    assert checkpoints.damaged_names() == []
    assert {"digits-128", "video-16", "digits-128-student"} <= set(checkpoints.bundled_names())


def finished(store: Store, name: str) -> Path:
    """A finished run with a checkpoint; its folder."""
    run = queued(store, name)
    folder = Path(store.find(run)["folder"])
    tiny_model(folder)
    store.claim()
    store.move(run, "finished")
    store.metrics.add(
        store.database.connection(),
        run,
        [{"stage": "joint", "step": n, "total": n, "seconds": n / 9, "values": {"loss": 1 / n}} for n in (1, 2)],
    )
    return folder


def column(name: str, value: object) -> Callable[[Store, str, Path], object]:
    """A row of the list of runs with another value."""
    return lambda store, run, folder: store.database.connection().execute(
        f"UPDATE runs SET {name} = ? WHERE id = ?", (value, run)
    )


def closed(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A folder that may not be looked into, for whoever runs this."""
    stat = Path.stat

    def refused(self: Path, **options: object) -> object:
        if self != folder and folder in self.parents:
            raise PermissionError(13, "Permission denied", str(self))
        return stat(self, **options)

    monkeypatch.setattr(Path, "stat", refused)


RUNS = {
    "corrupt config": (column("config", '{"name": '), "stored config is damaged"),
    "a config that is a number": (column("config", "7"), "stored config is damaged"),
    "a config without a name": (column("config", '{"data": "digits"}'), "it has no name"),
    "a config whose tree is text": (column("config", '{"name": "a", "data": "", "tree": "oak"}'), "its tree"),
    "an unknown state": (column("state", "dreaming"), "'dreaming', which this version does not know"),
    "a time that is text": (column("created", "yesterday"), "created has no meaning"),
    "steps that are text": (column("steps", "many"), "steps has no meaning"),
    "a name of bytes that are no text": (column("note", b"\xff\xfe"), "note has no meaning"),
    "no checkpoint": (lambda store, run, folder: shutil.rmtree(folder / "tiny"), "its checkpoint is gone"),
    "no folder": (lambda store, run, folder: shutil.rmtree(folder), "its checkpoint is gone"),
    "a file in place of the folder": (
        lambda store, run, folder: (shutil.rmtree(folder), folder.write_text("")),
        "its checkpoint is gone",
    ),
    "cut weights": (lambda store, run, folder: cut(folder / "tiny" / WEIGHTS), "damaged weights"),
    "a corrupt card": (lambda store, run, folder: (folder / "tiny" / CARD).write_text("{"), "no readable card"),
    "a future card": (lambda store, run, folder: card_with(config={"warp": 1})(folder / "tiny"), "does not know"),
}


@pytest.mark.parametrize("kind", RUNS)
def test_a_damaged_run_is_listed_with_its_reason_beside_the_sound_ones(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], kind: str
) -> None:
    spoil, words = RUNS[kind]
    jobs = Jobs(tmp_path)
    monkeypatch.setenv("IMFN_HOME", str(tmp_path))
    finished(jobs.store, "sound")
    folder = finished(jobs.store, "spoilt")
    run = jobs.store.find("spoilt")["id"]
    assert [row["state"] for row in jobs.list()] == ["finished", "finished"]
    spoil(jobs.store, run, folder)
    check_listed(jobs, run, words)
    assert main(["runs"]) == 0
    assert sum("damaged" in line for line in capsys.readouterr().out.splitlines()) == 1
    assert main(["runs", "show", run, "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["state"] == "damaged"
    jobs.runner.tick()
    jobs.delete(run)
    assert [row["name"] for row in jobs.list()] == ["sound"]
    assert [row["id"] for row in jobs.list(deleted=True)] == [run]


def check_listed(jobs: Jobs, run: str, words: str) -> None:
    """The sound run is as it was, the other one says what is wrong and offers no checkpoint."""
    rows = {row["name"]: row for row in jobs.list()}
    assert rows["sound"]["state"] == "finished" and rows["sound"]["checkpoint"] and rows["sound"]["total"] == 2
    damaged = next(row for row in rows.values() if row["id"] == run)
    assert damaged["state"] == "damaged" and words in damaged["sentence"] and damaged["checkpoint"] is None
    assert damaged.keys() == rows["sound"].keys()
    assert jobs.status(run)["run"]["state"] == "damaged"
    assert isinstance(jobs.log(run), str)


def test_a_run_whose_folder_is_closed_is_listed_as_damaged(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    jobs = Jobs(tmp_path)
    finished(jobs.store, "sound")
    folder = finished(jobs.store, "spoilt")
    closed(folder, monkeypatch)
    check_listed(jobs, folder.name, "Permission denied")


@pytest.mark.parametrize("text", ['{"loss": NaN}', '{"loss": "fast"}', "{", "[1]", '{"loss": [{}]}', ""])
def test_a_row_that_cannot_be_read_has_no_figures_and_breaks_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, text: str
) -> None:
    jobs = Jobs(tmp_path)
    monkeypatch.setenv("IMFN_HOME", str(tmp_path))
    run = finished(jobs.store, "one").name
    jobs.store.database.connection().execute(
        'UPDATE metrics SET "values" = ?, seconds = ? WHERE total = 2', (text, "x")
    )
    (row,) = jobs.list()
    assert (row["state"], row["total"], row["last"].get("loss")) == ("finished", 2, None)
    assert [r["values"].get("loss") for r in status(jobs.store, run, 0, 10)["rows"]] == [1.0, None]
    assert jobs.export(run).is_file()
    assert main(["runs"]) == 0


def test_a_list_of_runs_that_is_no_list_is_one_sentence(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "jobs.sqlite").write_bytes(b"no database at all, " * 300)
    monkeypatch.setenv("IMFN_HOME", str(tmp_path))
    assert main(["runs"]) == 2
    assert "jobs.sqlite cannot be read" in capsys.readouterr().err


def test_a_damaged_run_s_config_is_not_cloned_and_a_damaged_config_file_is_said(tmp_path: Path) -> None:
    jobs = Jobs(tmp_path)
    folder = finished(jobs.store, "one")
    (folder / "config.json").write_text("{")
    with pytest.raises(ValueError, match=r"config.json of run one is damaged"):
        continue_run(jobs.store, "one")
    column("config", "{")(jobs.store, folder.name, folder)
    for attempt in (lambda: jobs.clone("one"), lambda: jobs.diff("one", "one")):
        with pytest.raises(ValueError, match="run one is damaged"):
            attempt()
    (folder / "config.json").write_text(json.dumps(as_dict(tiny_job())))
    jobs.resume("one")  # what the folder holds is what counts
    assert jobs.list()[0]["state"] == "queued"


def test_a_damaged_state_and_damaged_lines_of_figures_are_said_or_left_out(tmp_path: Path) -> None:
    (tmp_path / "state.safetensors").write_bytes(b"\x10")
    with pytest.raises(ValueError, match=r"saved state of .* is damaged"):
        load_state(tmp_path / "state.safetensors")
    lines = ['{"total": 1}', "{", "[]", '{"total": 9}', '{"total": NaN}']
    (tmp_path / "metrics.jsonl").write_text("\n".join(lines) + "\n")
    FileRecorder(tmp_path).resumes(Place(total=5))
    assert (tmp_path / "metrics.jsonl").read_text() == '{"total": 1}\n'


def test_a_comparison_stands_although_a_run_or_its_figures_are_damaged(tmp_path: Path) -> None:
    jobs = Jobs(tmp_path)
    number = jobs.store.comparisons.open()
    for seed in (0, 1, 2):
        config = tiny_job()
        run = queued(jobs.store, f"IMFN {seed}, comparison 1", config)
        with jobs.store.database.writing() as db:
            join(db, run, Membership(comparison=number, model="imfn", seed=seed))
        stored = {**as_dict(config), "name": f"contest-1-imfn-{seed}"}
        jobs.store.replace_config(run, stored)
        folder = Path(jobs.store.find(run)["folder"])
        tiny_model(folder, name=f"contest-1-imfn-{seed}")
        jobs.store.claim()
        jobs.store.move(run, "finished")
        row = {"variant": "IMFN", "seed": seed, "mse": [0.5, 0.1], "parameters": 3, "sequence_mse": [0.1]}
        (folder / "figures.json").write_text(json.dumps(row) if seed == 0 else '{"variant": "IMFN", "mse": [NaN')
        if seed == 1:
            cut(folder / f"contest-1-imfn-{seed}" / WEIGHTS)
        if seed == 2:
            column("config", "{")(jobs.store, run, folder)
    comparisons = ComparisonRuns(jobs)
    assert comparisons.numbers() == [1]
    assert [(m["label"], m["seed"]) for m in comparisons.members(1)] == [("IMFN", 0), ("IMFN", 1), ("IMFN", 2)]
    result = comparisons.result(1)
    assert [row["seed"] for row in result["rows"]] == [0]
    (said,) = result["damaged"]
    assert said.startswith("IMFN 1 is left out: ") and "damaged weights" in said


def test_a_store_that_was_cut_to_nothing_is_not_taken_for_a_new_one(tmp_path: Path) -> None:
    run = queued(Store(tmp_path))
    for end in ("", "-wal", "-shm"):
        (tmp_path / f"jobs.sqlite{end}").unlink(missing_ok=True)
    (tmp_path / "jobs.sqlite").touch()
    os.utime(tmp_path / "jobs.sqlite", (0, 0))
    with pytest.raises(ValueError, match=r"jobs.sqlite was emptied; move it away"):
        Jobs(tmp_path).list()
    (tmp_path / "jobs.sqlite").unlink()
    assert Jobs(tmp_path).list() == [] and (tmp_path / "runs" / run).is_dir()


def test_a_damaged_record_of_a_comparison_is_said_before_anything_is_trained(tmp_path: Path) -> None:
    for text in ("{", "[]", '{"rows": [{"variant": "a"}]}', '{"rows": [3]}'):
        (tmp_path / "joint.json").write_text(text)
        with pytest.raises(ValueError, match=r"joint.json is damaged"):
            stored_rows(tmp_path / "joint.json")


def test_what_can_be_read_and_what_cannot_are_told_apart_in_order() -> None:
    table = {"a": 1, "b": 2}
    good, bad = sorted_out(["b", "x", "a"], table.__getitem__)
    assert (list(good), [one.name for one in bad]) == (["b", "a"], ["x"])
    assert isinstance(bad[0], Damaged) and bad[0].reason.startswith("it cannot be read (KeyError")
    assert damage_of(lambda: 1) is None
    assert damage_of(lambda: Path("/nowhere/at/all").read_text()) == "it cannot be read: No such file or directory"
