"""The program's one directory: a variable, the Space's disk, or the user's cache, in that order."""

from __future__ import annotations

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
