"""The page's lists stand although one of their entries is damaged, and what is damaged says so when it is chosen."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import gradio as gr
import pytest

from app.api.media import models as api_models
from app.components.toolbox import shown
from app.server import models as page_models
from app.server.payloads import to_json
from app.server.rpc import Visitor
from app.sessions import explorations
from app.sessions.comparison import ComparisonRequest, LiveComparisons
from app.sessions.runs import Follow, RunRequest
from app.sessions.training import ActRequest, RunsRequest, Trainings
from engine import checkpoints
from engine.data.samples import samples
from engine.data.sources.opening import open_source
from engine.jobs import Jobs
from engine.jobs.store.comparisons import Membership, join
from tests.engine.test_damage import RUNS, cut, finished
from tests.engine.tiny import tiny_model

ANN = Visitor(key="ann", session="ann")


@pytest.fixture
def bundle(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A sound checkpoint, and one whose weights are cut off."""
    monkeypatch.setattr(checkpoints, "BUNDLED", tmp_path / "bundle")
    for name in ("sound", "spoilt"):
        tiny_model(tmp_path / "bundle", name=name)
    cut(tmp_path / "bundle" / "spoilt" / "model.safetensors")
    for cached in (page_models.model_names, page_models.loaded):
        cached.cache_clear()
    yield tmp_path / "bundle"
    for cached in (page_models.model_names, page_models.loaded):
        cached.cache_clear()


def test_the_model_menu_and_the_api_name_a_damaged_checkpoint_and_opening_it_says_why(bundle: Path) -> None:
    assert page_models.model_names() == ["sound"]
    assert page_models.menu([]) == [("sound", "sound"), ("spoilt (damaged)", "spoilt")]
    sound, spoilt = api_models()
    assert sound["leaves"] == 4 and "damaged weights" in spoilt["damaged"]
    with pytest.raises(ValueError, match=r"spoilt is damaged: .*; choose another"):
        page_models.model("spoilt")


@pytest.mark.parametrize("kind", ["corrupt config", "an unknown state", "cut weights", "no folder"])
def test_the_train_tab_lives_and_shows_a_damaged_run(tmp_path: Path, kind: str) -> None:
    trainings = Trainings(Jobs(tmp_path), prepared=True)
    spoil, words = RUNS[kind]
    finished(trainings.jobs.store, "sound")
    folder = finished(trainings.jobs.store, "spoilt")
    spoil(trainings.jobs.store, folder.name, folder)
    request = RunsRequest(follow=(Follow(run=folder.name),), log=folder.name)
    answer = json.loads(to_json(trainings.refresh(ANN, request)))
    states = {run["name"]: (run["state"], run["sentence"]) for run in answer["runs"]}
    assert states["sound"][0] == "finished"
    assert states["spoilt"][0] == "damaged" and words in states["spoilt"][1]
    trainings.act(ANN, ActRequest(run=folder.name, action="delete"))
    assert [run.get("name") for run in trainings.refresh(ANN, RunsRequest()).runs] == ["sound"]


def test_a_resumed_run_s_new_rate_is_checked_and_kept(tmp_path: Path) -> None:
    trainings = Trainings(Jobs(tmp_path))
    run = finished(trainings.jobs.store, "one").name
    for settings, words in (({"rate": 7}, "between"), ({"seed": 1}, "cannot change seed"), ({"rate": "x"}, "a number")):
        with pytest.raises(ValueError, match=words):
            trainings.act(ANN, ActRequest(run=run, action="resume", settings=settings))
    trainings.act(ANN, ActRequest(run=run, action="resume", settings={"rate": 1e-5}))
    assert trainings.jobs.clone(run)["config"]["rate"] == 1e-5
    assert trainings.jobs.status(run)["run"]["state"] == "queued"


def test_the_compare_tab_lives_when_figures_and_records_are_damaged(tmp_path: Path) -> None:
    board = LiveComparisons(Jobs(tmp_path))
    folder = finished(board.jobs.store, "IMFN 0, comparison 1")
    member = Membership(comparison=board.jobs.store.comparisons.open(), model="imfn", seed=0)
    with board.jobs.store.database.writing() as db:
        join(db, folder.name, member)
    (folder / "figures.json").write_text(
        json.dumps({"variant": "IMFN", "seed": 0, "mse": [1], "parameters": None, "sequence_mse": 3})
    )
    board.jobs.store.database.connection().execute("UPDATE runs SET config = '{'")
    answer = json.loads(to_json(board.refresh(ANN, ComparisonRequest())))
    assert answer["numbers"] == [1] and answer["runs"][0]["state"] == "damaged"
    assert "damaged" in json.dumps(answer["table"])


def test_a_recorded_table_that_is_damaged_is_a_sentence_in_its_place() -> None:
    with gr.Blocks() as page:
        shown(lambda: {}["rows"], "This table")
    assert "its record is damaged" in str([block.value for block in page.blocks.values() if hasattr(block, "value")])


def test_an_exploration_is_found_again_beside_damaged_ones(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(explorations, "ROOT", tmp_path)
    for number, text in enumerate(("{", "[]", "", '{"owner": "a"}')):
        (tmp_path / f"clip-{number}").mkdir()
        (tmp_path / f"clip-{number}" / "facts.json").write_text(text)
    assert explorations.found_again("x") == ("", None)


def test_whatever_the_page_lists_opens(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Every sample with its model, every entry of the menu that is not called damaged, every run that offers one."""
    monkeypatch.setenv("IMFN_HOME", str(tmp_path))
    trainings = Trainings(Jobs(tmp_path), prepared=True)
    for name, spoil in (("sound", None), ("spoilt", "cut weights"), ("gone", "no checkpoint")):
        folder = finished(trainings.jobs.store, name)
        if spoil:
            RUNS[spoil][0](trainings.jobs.store, folder.name, folder)
    runs = trainings.refresh(ANN, RunsRequest()).runs
    assert [run["name"] for run in runs if run["checkpoint"]] == ["sound"]
    entries = page_models.menu(trainings.jobs.list())
    assert "sound" in dict(entries)
    for label, name in entries:
        assert page_models.model(name).leaves, label
    for run in runs:
        if run["checkpoint"]:
            assert page_models.model(trainings.open_run(ANN, RunRequest(run=run["id"])).model)
    for sample in samples():
        shape = page_models.model(sample.model).frame_shape
        assert next(open_source(sample.path, tile=sample.tile, frame_shape=shape).frames()).any()
