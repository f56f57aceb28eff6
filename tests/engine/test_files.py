"""The directory the program writes to (a variable, the Space's disk, or the user's cache), and atomic writing."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest

from engine import files as home
from engine.jobs import Jobs


@pytest.fixture(autouse=True)
def nobody_says_where(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.delenv("IMFN_HOME", raising=False)
    monkeypatch.setenv("HOME", str(tmp_path / "user"))
    monkeypatch.setattr(home, "DATA", tmp_path / "data")


def test_the_variable_decides(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / "data").mkdir()
    monkeypatch.setenv("IMFN_HOME", str(tmp_path / "here"))
    assert home.home_folder() == tmp_path / "here"


def test_the_disk_of_a_space_is_used_where_it_can_be_written(tmp_path: Path) -> None:
    (tmp_path / "data").mkdir()
    assert home.home_folder() == tmp_path / "data" / "imfn-explorer"


def test_a_disk_that_is_closed_is_left_alone(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / "data").mkdir()
    monkeypatch.setattr(os, "access", lambda path, mode: False)
    assert home.home_folder() == tmp_path / "user" / ".cache" / "imfn-explorer"


def test_without_either_it_is_the_users_cache(tmp_path: Path) -> None:
    assert home.home_folder() == tmp_path / "user" / ".cache" / "imfn-explorer"


def test_an_empty_home_is_enough_for_the_job_store(tmp_path: Path) -> None:
    assert Jobs(tmp_path / "not" / "there" / "yet").list() == []


def test_a_file_appears_whole_or_the_old_one_stays(tmp_path: Path) -> None:
    path = tmp_path / "card.json"
    home.write_json(path, {"a": 1})
    with pytest.raises(RuntimeError), home.atomic_file(path) as part:
        part.write_text('{"a":')
        assert json.loads(path.read_text()) == {"a": 1}
        raise RuntimeError("killed")
    assert json.loads(path.read_text()) == {"a": 1}
    assert [each.name for each in tmp_path.iterdir()] == ["card.json"]


def test_a_block_that_writes_nothing_is_an_error_and_leaves_nothing(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError), home.atomic_file(tmp_path / "never"):
        pass
    assert not list(tmp_path.iterdir())


def test_what_a_killed_process_left_is_overwritten(tmp_path: Path) -> None:
    (tmp_path / "notes.txt.part").write_text("half")
    home.write_text(tmp_path / "notes.txt", "whole ±")
    assert [each.name for each in tmp_path.iterdir()] == ["notes.txt"]
    assert (tmp_path / "notes.txt").read_text("utf-8") == "whole ±"


@pytest.mark.parametrize("name", ["a" * 255, "ä" * 127, "a" * 251])
def test_names_of_any_length_that_the_system_takes_can_be_written(tmp_path: Path, name: str) -> None:
    home.write_text(tmp_path / name, "whole")
    assert [each.name for each in tmp_path.iterdir()] == [name]


def test_several_may_write_one_file_at_once(tmp_path: Path) -> None:
    path = tmp_path / "shared.txt"
    with home.atomic_file(path, shared=True) as one, home.atomic_file(path, shared=True) as other:
        assert one != other
        one.write_text("one")
        other.write_text("other")
    assert path.read_text() == "one"
    assert [each.name for each in tmp_path.iterdir()] == ["shared.txt"]


def test_a_folder_appears_whole_or_not_at_all(tmp_path: Path) -> None:
    folder = tmp_path / "new" / "frames"
    with pytest.raises(RuntimeError), home.atomic_folder(folder) as part:
        (part / "00001.png").write_text("1")
        assert not folder.exists()
        raise RuntimeError("killed")
    assert not list(folder.parent.iterdir())
    with home.atomic_folder(folder) as part:
        (part / "00001.png").write_text("1")
    assert [each.name for each in folder.parent.iterdir()] == ["frames"]
    assert [each.name for each in folder.iterdir()] == ["00001.png"]


def test_a_folder_with_files_gets_the_new_ones_and_keeps_the_others(tmp_path: Path) -> None:
    folder = tmp_path / "frames"
    folder.mkdir()
    (folder / "notes.txt").write_text("mine")
    (folder / "00001.png").write_text("old")
    with home.atomic_folder(folder) as part:
        (part / "00001.png").write_text("new")
    assert {each.name: each.read_text() for each in folder.iterdir()} == {"notes.txt": "mine", "00001.png": "new"}
