"""What revision 0b7465c wrote still opens: memories, a home with a finished run, cards and settings of old names."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import sqlite3
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

import engine
from engine.checkpoints import BUNDLED, bundled_names, load_checkpoint, maker_of, student_of
from engine.compatibility import upgrade
from engine.config import TrainConfig, as_dict, from_dict, load_config, with_settings
from engine.experiments.live_comparison import ComparisonRuns
from engine.jobs import Jobs
from engine.jobs.execution.foreground import train
from engine.jobs.process_identity import identity_of
from engine.jobs.store.store import Store
from tests.engine.training.test_training import fake_digits  # noqa: F401

OLD = Path(__file__).parents[1] / "data" / "0b7465c"
MEMORIES = sorted(path.stem for path in OLD.glob("*.imfn"))
COLUMNS = 16
RUN = "small-20261128-185750"


def sheet(frames_THWK: np.ndarray) -> np.ndarray:
    """Frames in [0, 1] as bytes, sixteen a row."""
    pixels = np.rint(frames_THWK * 255).astype(np.uint8)
    height, width = pixels.shape[1:3]
    drawn = np.zeros((-(-len(pixels) // COLUMNS) * height, COLUMNS * width, 3), np.uint8)
    for index, frame in enumerate(pixels):
        top, left = index // COLUMNS * height, index % COLUMNS * width
        drawn[top : top + height, left : left + width] = frame
    return drawn


@pytest.mark.parametrize("name", MEMORIES)
def test_a_memory_file_gives_back_the_pictures_it_gave(name: str) -> None:
    memory = engine.Memory.load(OLD / f"{name}.imfn")
    assert memory.model == name
    drawn = sheet(engine.load_model(maker_of(memory.model, memory.fingerprint)).reconstruct(memory))
    known = np.asarray(Image.open(OLD / f"{name}.webp").convert("RGB"))
    assert drawn.shape == known.shape
    assert np.abs(drawn.astype(int) - known.astype(int)).max() <= 1


def old_home(home: Path) -> Path:
    """A home as that revision left it, moved to a folder that does not exist yet."""
    shutil.copytree(OLD / "home", home)
    text = (home / "jobs.sql").read_text().replace("IMFN_HOME", str(home))
    text = text.replace("'host'", repr(identity_of(os.getpid()).host))
    with sqlite3.connect(home / "jobs.sqlite") as database:
        database.executescript(text)
    database.close()
    return home


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Such a home, the one in use."""
    monkeypatch.setenv("IMFN_HOME", str(tmp_path / "home"))
    return old_home(tmp_path / "home")


def test_an_old_home_lists_its_run(home: Path) -> None:
    (run,) = Jobs(home).list()
    assert (run["id"], run["state"], run["kind"], run["total"]) == (RUN, "finished", "teacher", 5)
    assert run["checkpoint"] == str(home / "runs" / RUN / "small")
    rows = Jobs(home).status(RUN)["rows"]
    assert rows[-1]["values"]["levels"] == ["1:1", "2:1", "4:1"]


def test_an_old_store_gets_owners_and_members_but_none_that_only_took_their_names(home: Path) -> None:
    """Ben called a run of his what a run of Anna's comparison is called; Cleo's record of a member is damaged."""
    runs = {
        "one": ("anna", "contest-1-imfn-0"),
        "two": ("anna", "contest-1-gru-0"),
        "planted": ("ben", "contest-1-gru-9"),
    }
    runs |= {"damaged": ("cleo", ""), "plain": ("", "plain")}
    (home / "owners").mkdir()
    for name, owner in [(id, owner) for id, (owner, _) in runs.items()] + [
        ("contest 1", "anna"),
        ("contest 2", "cleo"),
    ]:
        if owner:
            (home / "owners" / hashlib.sha256(name.encode()).hexdigest()).write_text(owner)
    with sqlite3.connect(home / "jobs.sqlite") as database:
        columns = [row[1] for row in database.execute("PRAGMA table_info(runs)")]
        (row,) = database.execute("SELECT * FROM runs").fetchall()
        for id, (_, known) in runs.items():
            config = json.dumps({"name": known}) if known else "{"
            name = "IMFN 3, comparison 2" if id == "damaged" else id
            values = {**dict(zip(columns, row, strict=True)), "id": id, "name": name, "config": config}
            marks = ", ".join("?" * len(columns))
            database.execute(f"INSERT INTO runs VALUES ({marks})", [values[column] for column in columns])
    database.close()
    store = Store(home)
    assert {id: store.owner(id) for id in runs} == {id: owner for id, (owner, _) in runs.items()}
    assert {owner: store.comparisons.numbers(owner) for owner in ("anna", "ben", "cleo")} == {
        "anna": [1],
        "ben": [],
        "cleo": [2],
    }
    assert {(row["run"], row["model"], row["seed"]) for row in store.comparisons.members(1)} == {
        ("one", "imfn", 0),
        ("two", "gru", 0),
    }
    (member,) = ComparisonRuns(Jobs(home)).members(2)
    assert (member["model"], member["label"], member["seed"]) == ("imfn", "IMFN", 3)
    assert store.comparisons.open("ben") == 3
    assert [run["id"] for run in Store(home).list()] == [run["id"] for run in store.list()]


@pytest.mark.slow
def test_an_old_run_is_loaded_and_cloned_by_its_name(home: Path) -> None:
    model = engine.load_model(RUN)
    assert (model.leaves, model.kind) == (4, "teacher")
    clip = np.zeros((6, 28, 28, 1), np.uint8)
    assert model.reconstruct(model.compress(clip)).shape == clip.shape
    config = from_dict(TrainConfig, Jobs(home).clone(RUN)["config"])
    assert config.tree.options.hidden == (0, 16)
    assert (config.data_options.fit_images, config.data_options.augment) == (512, False)
    assert config.objective == "pixels"


@pytest.mark.slow
def test_an_old_run_goes_on_where_it_stopped(home: Path) -> None:
    path = home / "runs" / RUN / "config.json"
    path.write_text(json.dumps({**json.loads(path.read_text()), "again_steps": 4}))
    before = [row["total"] for row in Jobs(home).status(RUN)["rows"]]
    folder = train(load_config("digits-128"), resume=RUN, home=home)
    card = json.loads((folder / "card.json").read_text())
    assert card["steps"] == 9
    assert card["config"]["digits"] == {"fit_images": 512, "augment": False, "holdout": 0}
    totals = [row["total"] for row in Jobs(home).status(RUN)["rows"]]
    assert totals[: len(before)] == before and totals[-1] == 9
    assert Store(home).find(RUN)["state"] == "finished"
    assert engine.load_model(RUN).leaves == 4


@pytest.mark.parametrize("name", bundled_names())
def test_a_card_that_is_brought_up_to_date_twice_is_brought_up_to_date(name: str) -> None:
    compressor, card, _ = load_checkpoint(BUNDLED / name)
    config = from_dict(TrainConfig, upgrade(card["config"]))
    assert upgrade(upgrade(card["config"])) == upgrade(card["config"])
    assert from_dict(TrainConfig, json.loads(json.dumps(as_dict(config)))) == config
    assert config.kind == compressor.kind or config.baseline == "linear"


def test_students_are_found_by_whom_their_card_names() -> None:
    assert student_of("digits-128") == "digits-128-student"
    assert student_of("digits-128-equal") == "digits-128-equal-student"
    assert student_of("video-16") == "video-16-student"
    assert student_of("video-16-equal") == "video-16-equal-student"
    assert student_of("digits-128-mamba") is None


def test_settings_keep_their_old_names_on_the_command_line() -> None:
    config = with_settings(
        TrainConfig(),
        ["tree.leaves=4", "tree.hidden=[8, 0]", "augment=false", "fit_images=9", "loss=latents", "joint_steps=0"],
    )
    assert (config.tree.options.hidden, config.objective) == ((8, 0), "latents")
    assert (config.data_options.augment, config.data_options.fit_images) == (False, 9)
    other = with_settings(TrainConfig(), ["baseline=mamba", "baseline_state=3", "local_steps=0", "batch=512"])
    assert other.parts["mamba"].state == 3
    student = with_settings(TrainConfig(), ["teacher=digits-128", "student_hidden=5", "student_zones=7"])
    assert (student.parts["slot_student"].hidden, student.parts["zonal_student"].zones) == (5, 7)


def test_settings_that_two_choices_share_are_kept_when_another_is_chosen() -> None:
    config = with_settings(load_config("video-16"), ["data=some/folder"])
    assert config.data_options.clips_per_video == load_config("video-16").data_options.clips_per_video == 30
    dense = with_settings(load_config("digits-128-equal"), ["tree.family=dense"])
    assert dense.tree.options.hidden == load_config("digits-128-equal").tree.options.hidden
