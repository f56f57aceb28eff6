"""Zips are read in place; dangerous ones are refused before anything is unpacked."""

from __future__ import annotations

import stat
import zipfile
from pathlib import Path

import numpy as np
import pytest

from engine.data.sources import archive
from engine.data.sources.opening import open_source
from tests.engine.data.made import noise, png, read, zipped

PICTURE = png(noise(1, 8, 9)[0])


@pytest.mark.parametrize("name", ["../a.png", "in/../../a.png", "/etc/a.png", "..\\a.png", "C:\\a.png"])
def test_names_that_climb_out_are_refused(tmp_path: Path, name: str) -> None:
    with pytest.raises(ValueError, match="climbs out"):
        open_source(zipped(tmp_path / "a.zip", {"good.png": PICTURE, name: PICTURE}))


def test_links_are_refused(tmp_path: Path) -> None:
    link = zipfile.ZipInfo("a.png")
    link.external_attr = (stat.S_IFLNK | 0o777) << 16
    with zipfile.ZipFile(tmp_path / "a.zip", "w") as file:
        file.writestr(link, "/etc/passwd")
    with pytest.raises(ValueError, match="is a link"):
        open_source(tmp_path / "a.zip")


@pytest.mark.parametrize("size", [100_000, 1 << 20, 20 << 20])
def test_entries_packed_too_tightly_are_refused(tmp_path: Path, size: int) -> None:
    with pytest.raises(ValueError, match="to 1, over 200"):
        open_source(zipped(tmp_path / "a.zip", {"a.png": bytes(size)}))


@pytest.mark.parametrize(("limit", "value"), [("MAX_ENTRIES", 1), ("MAX_TOTAL", 300), ("MAX_ENTRY", 100)])
def test_too_many_too_large_or_too_much_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, limit: str, value: int
) -> None:
    monkeypatch.setattr(archive, limit, value)
    with pytest.raises(ValueError, match="refused"):
        open_source(zipped(tmp_path / "a.zip", {"a.png": PICTURE, "b.png": PICTURE}))


def test_the_limits_are_the_documented_ones() -> None:
    assert (archive.MAX_ENTRIES, archive.MAX_ENTRY, archive.MAX_TOTAL) == (20_000, 64 << 20, 4 << 30)
    assert archive.MAX_PACKING == 200


def test_content_decides_inside_a_zip_too(tmp_path: Path) -> None:
    back, notes = read(zipped(tmp_path / "a.zip", {"1": PICTURE, "2.jpg": PICTURE, "3.png": b"no picture"}))
    assert back.shape == (2, 8, 9, 3)
    assert len(notes) == 2


def test_mac_resource_files_are_left_out(tmp_path: Path) -> None:
    back, _ = read(zipped(tmp_path / "a.zip", {"a.png": PICTURE, "__MACOSX/._a.png": PICTURE}))
    assert len(back) == 1


def test_a_zip_with_another_name_is_read_with_a_note(tmp_path: Path) -> None:
    back, notes = read(zipped(tmp_path / "a.mp4", {"a.png": PICTURE}))
    assert len(back) == 1
    assert "really zip" in notes[0]


def test_nothing_is_unpacked_to_disk(tmp_path: Path) -> None:
    path = zipped(tmp_path / "a.zip", {"a.png": PICTURE})
    read(path)
    assert list(tmp_path.iterdir()) == [path]


def test_a_sheet_in_a_zip_is_cut_into_tiles(tmp_path: Path) -> None:
    sheet = noise(1, 56, 84)[0]
    back, _ = read(zipped(tmp_path / "a.zip", {"a.png": png(sheet)}), tile=28)
    assert np.array_equal(back[1], sheet[:28, 28:56])
    assert len(back) == 6


def test_a_damaged_zip_is_refused_in_a_sentence(tmp_path: Path) -> None:
    path = zipped(tmp_path / "a.zip", {"a.png": PICTURE})
    path.write_bytes(path.read_bytes()[:-30])
    with pytest.raises(ValueError, match="damaged zip"):
        open_source(path)


def test_a_locked_zip_is_refused_in_a_sentence(tmp_path: Path) -> None:
    data = bytearray(zipped(tmp_path / "a.zip", {"a.png": PICTURE}).read_bytes())
    data[6] |= 1
    data[data.index(b"PK\x01\x02") + 8] |= 1
    (tmp_path / "a.zip").write_bytes(data)
    with pytest.raises(ValueError, match="cannot be unpacked"):
        open_source(tmp_path / "a.zip")
