"""The disk of a shared page: what one visitor, one address, and all of them may fill."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from app.server import folders, quota
from app.server.folders import check_disk, copied_download, new_folder
from app.server.quota import Accounts, Uploaded
from app.server.visitors import Visitor, asking
from app.sessions import first_paint
from app.sessions.choice import Choice, Settings
from app.sessions.explorations import Explorations, TakeRequest, WindowRequest
from tests.app.outcomes import finished, followed, visitor_named
from tests.engine.tiny import frames

KB = 1024


@pytest.fixture(autouse=True)
def places(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A shared page of nobody so far, which keeps 1 MB in 4 folders for a visitor and 5 MB in all."""
    for name, value in {"PUBLIC": 1, "MAX_VISITOR_MB": 1, "MAX_VISITOR_FOLDERS": 4, "MAX_DISK_MB": 5}.items():
        monkeypatch.setenv(f"IMFN_{name}", str(value))
    monkeypatch.setenv("IMFN_HOME", str(tmp_path / "home"))
    monkeypatch.setattr(folders, "ROOT", tmp_path / "sessions")
    monkeypatch.setattr(folders, "UPLOADS", tmp_path / "uploads")
    monkeypatch.setattr(folders, "ACCOUNTS", accounts := Accounts())
    monkeypatch.setattr(quota, "ACCOUNTS", accounts)
    monkeypatch.setattr(quota, "SPARE_MB", 0)
    return tmp_path


@contextlib.contextmanager
def as_visitor(key: str, address: str = "") -> Iterator[None]:
    """What is done here is done for somebody."""
    token = asking.set(Visitor(key=key, session=key, address=address))
    yield
    asking.reset(token)


def filled(kilobytes: int) -> Path:
    """A new folder with so much in it."""
    folder = new_folder("out")
    (folder / "file").write_bytes(b"x" * KB * kilobytes)
    return folder


def test_one_visitor_s_files_are_bounded_and_others_go_on() -> None:
    with as_visitor("anna"):
        first = filled(600)
        filled(600)
        with pytest.raises(ValueError, match=r"keeps .* GB in 4 folders, and yours take"):
            new_folder("out")
        with pytest.raises(ValueError, match="what is not used goes"):
            check_disk(1)
    with as_visitor("ben"):
        filled(600)
    (first / "file").unlink()
    with as_visitor("anna"):
        new_folder("out")


def test_one_visitor_s_folders_are_counted_however_small() -> None:
    with as_visitor("anna"):
        for _ in range(4):
            new_folder("out")
        with pytest.raises(ValueError, match="in 5; what is not used"):
            new_folder("out")
        check_disk(1)


def test_made_up_keys_of_one_address_share_what_three_visitors_have() -> None:
    for number in range(12):
        with as_visitor(f"key {number}", "192.0.2.7"):
            new_folder("out")
    with as_visitor("key 12", "192.0.2.7"), pytest.raises(ValueError, match="those from your address"):
        new_folder("out")
    with as_visitor("key 13", "192.0.2.8"):
        new_folder("out")


def test_all_visitors_together_are_bounded_with_trainings_and_uploads(places: Path) -> None:
    for folder in (places / "home" / "runs" / "a", places / "uploads" / "hash"):
        folder.mkdir(parents=True)
        (folder / "file").write_bytes(b"x" * KB * 2600)
    with as_visitor("anna"), pytest.raises(ValueError, match="keeps for all"):
        new_folder("out")


def test_on_one_s_own_machine_nothing_is_counted(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("IMFN_PUBLIC", "0")
    with as_visitor("anna"):
        for _ in range(9):
            filled(400)


def test_a_file_asked_for_again_is_served_from_the_same_folder(tmp_path: Path) -> None:
    (tmp_path / "run.zip").write_bytes(b"1")
    with as_visitor("anna"):
        made = [copied_download(tmp_path / "run.zip", "out") for _ in range(20)]
        (tmp_path / "run.zip").unlink()
        (tmp_path / "run.zip").write_bytes(b"22")
        last = copied_download(tmp_path / "run.zip", "out")
    assert len({each.url for each in [*made, last]}) == 1
    assert last.bytes == 2


def test_what_an_address_uploaded_is_forgotten_when_it_is_deleted() -> None:
    uploaded = Uploaded()
    uploaded.add("192.0.2.7", 5, kept=60)
    uploaded.add("", 5, kept=60)
    assert (uploaded.bytes("192.0.2.7"), uploaded.bytes("")) == (5, 0)
    uploaded.add("192.0.2.8", 1, kept=-1)
    assert not uploaded.taken


@pytest.fixture
def roomy(monkeypatch: pytest.MonkeyPatch) -> None:
    """Enough for explorations."""
    for name, value in {"MAX_VISITOR_MB": 200, "MAX_VISITOR_FOLDERS": 50, "MAX_DISK_MB": 500}.items():
        monkeypatch.setenv(f"IMFN_{name}", str(value))
    monkeypatch.setattr(first_paint, "copied", None)
    monkeypatch.setattr("app.sessions.explorations.ROOT", folders.ROOT)


def test_what_comes_with_the_page_is_copied_once_for_everybody(roomy: None) -> None:
    explorations = Explorations()
    for name in ("anna", "ben"):
        for kind in ("json", "csv", "memory", "json"):
            made = explorations.take(visitor_named(name), TakeRequest(id="first", kind=kind, merges=4))
            assert made.bytes
    assert [path.name.partition("-")[0] for path in folders.ROOT.iterdir()] == ["first"]


def test_a_replaced_exploration_goes_at_once_unless_another_tab_shows_it(roomy: None, tmp_path: Path) -> None:
    np.save(tmp_path / "a.npy", frames(3, 16, 16))
    anna, tab = Visitor(key="a" * 32, session="one"), Visitor(key="a" * 32, session="two")
    choice, settings = Choice(paths=(str(tmp_path / "a.npy"),)), Settings(model="video-16", count="3")

    async def visit() -> None:
        explorations = Explorations()
        first = (await followed(explorations, anna, choice, settings)).session
        second = (await followed(explorations, anna, choice, settings)).session
        assert not first.folder.exists()
        explorations.reopen(tab, WindowRequest(id=second.id))
        third = (await followed(explorations, anna, choice, settings)).session
        assert second.folder.exists() and third.folder.exists()
        assert (await followed(explorations, anna, Choice(paths=(str(tmp_path / "none"),)), settings)).session is None
        assert third.folder.exists(), "what fails leaves what is shown alone"

    finished(visit())


def test_an_exploration_that_grows_past_its_visitor_s_share_ends_in_a_sentence(
    roomy: None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    np.save(tmp_path / "a.npy", frames(40, 64, 64))
    monkeypatch.setenv("IMFN_MAX_VISITOR_MB", "0.4")

    async def visit() -> str:
        with as_visitor("a" * 32):
            choice, settings = Choice(paths=(str(tmp_path / "a.npy"),)), Settings(model="video-16")
            return (await followed(Explorations(), asking.get(), choice, settings)).last

    last = finished(visit())
    assert last.state == "failed" and "yours take" in last.message
