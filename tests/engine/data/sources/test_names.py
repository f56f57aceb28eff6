"""Names that people gave decide the order and are what sentences say, where an upload has cut or changed them."""

from __future__ import annotations

import zipfile
from pathlib import Path

import numpy as np
import pytest

from engine.data.sources.opening import open_source
from engine.data.sources.order import LONGEST, shown_name
from engine.jobs.submission.uploads import kept_name, own_copy
from tests.engine.data.made import png
from tests.engine.jobs.jobs_here import tiny_job


def picture(value: int) -> bytes:
    """A grey PNG of one value."""
    return png(np.full((8, 8), value, np.uint8))


def uploaded(folder: Path, count: int) -> list[Path]:
    """Files as an upload leaves them: all of one cut name, each in a folder of its own; picture n is n."""
    paths = [folder / str(n) / f"{'a' * 190}.png" for n in range(count)]
    for value, path in enumerate(paths):
        path.parent.mkdir()
        path.write_bytes(picture(value))
    return paths


def order(paths: list[Path], names: list[str]) -> list[int]:
    """The values of the pictures in the order in which they are read."""
    return [int(frame[0, 0, 0]) for frame in open_source(paths, names=names).frames()]


def test_the_order_is_that_of_the_names_that_people_gave(tmp_path: Path) -> None:
    paths = uploaded(tmp_path, 4)
    long = "a" * 300
    assert order(paths, [f"{long}{n}.png" for n in (10, 9, 2, 1)]) == [3, 2, 1, 0]
    assert order(paths, ["b/1.png", "a/10.png", "a/9.png", "c.png"]) == [2, 1, 0, 3]
    assert order(paths, ["9" * 5000 + ".png", "10.png", "1" * 5000 + ".png", "2.png"]) == [3, 1, 2, 0]
    assert order(paths, ["x.png"] * 4) == [0, 1, 2, 3]


def test_one_file_s_sentences_and_name_are_those_that_people_gave(tmp_path: Path) -> None:
    (path,) = uploaded(tmp_path, 1)
    assert open_source(path, names=["holiday.png"]).info.name == "holiday.png"
    source = open_source([path], names=["holiday.gif"])
    assert source.notes == [
        "holiday.gif is really PNG, an image or array whatever its name says, and was read as that."
    ]
    path.write_bytes(b"")
    with pytest.raises(ValueError, match=r"^holiday.png is empty"):
        open_source(path, names=["holiday.png"])


@pytest.mark.parametrize("count", [1, 2])
def test_a_name_of_5000_digits_is_read_and_said_in_short(tmp_path: Path, count: int) -> None:
    paths, names = uploaded(tmp_path, count), [f"{n}{'7' * 5000}.png" for n in range(count)]
    source = open_source(paths, names=names)
    assert len(list(source.frames())) == count and len(source.info.name) <= LONGEST
    paths[-1].write_bytes(b"no picture at all" * 9)
    with pytest.raises(ValueError, match="…") as caught:
        open_source(paths, names=names)
    assert len(str(caught.value)) < 200


def test_names_that_do_not_go_with_the_files_are_one_sentence(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="3 names were given for 2 files"):
        open_source(uploaded(tmp_path, 2), names=["a", "b", "c"])
    with pytest.raises(ValueError, match="1 names were given for 0 files"):
        own_copy([], ["a"])


def test_a_zip_with_one_name_six_times_is_six_pictures(tmp_path: Path) -> None:
    with pytest.warns(UserWarning, match="Duplicate"), zipfile.ZipFile(tmp_path / "six.zip", "w") as archive:
        for value in range(6):
            archive.writestr("a.png", picture(value))
    assert [int(frame[0, 0, 0]) for frame in open_source(tmp_path / "six.zip").frames()] == list(range(6))


def test_a_training_copies_files_in_the_order_of_their_names(tmp_path: Path) -> None:
    paths = uploaded(tmp_path, 3)
    (tmp_path / "run").mkdir()
    config = own_copy(paths, ["trip/10.png", "trip/9.png", "8" * 5000 + ".png"])(tmp_path / "run", tiny_job())
    kept = sorted(Path(config.data).iterdir())
    assert [int(path.read_bytes() == picture(value)) for path, value in zip(kept, (2, 1, 0), strict=True)] == [1, 1, 1]
    assert [path.name for path in kept][1:] == ["00001-9.png", "00002-10.png"]
    assert len(kept[0].name) < 220 and kept[0].suffix == ".png"


def test_names_in_sentences_and_on_disk_stay_names() -> None:
    assert shown_name("a" * LONGEST) == "a" * LONGEST
    assert len(shown_name("a" * 999 + ".png")) == LONGEST
    assert kept_name("../../etc/passwd") == "passwd"
    assert kept_name("a\\b\0c.png") == "b-c.png"
    assert len(kept_name("é" * 300 + ".png").encode()) <= 200
    assert kept_name("") == "file"
