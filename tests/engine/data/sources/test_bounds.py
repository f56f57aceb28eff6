"""No picture is decoded that is larger than a reader may take: neither the first frame nor a later one."""

from __future__ import annotations

import subprocess
import sys
import threading
import time
import zlib
from collections.abc import Iterator
from fractions import Fraction
from pathlib import Path

import av
import numpy as np
import pytest
from PIL import Image

from engine.data.datasets.clips import first_frames
from engine.data.sources.base import BOUNDS, INHERITED, Bounds, inherited
from engine.data.sources.opening import Source, open_source
from engine.overlap import ahead
from tests.engine.data.made import zipped

SMALL, LARGE = 64, 400
MOST = 90_000


@pytest.fixture
def bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    """300×300 pixels at most."""
    monkeypatch.setattr(BOUNDS, "max_pixels", MOST)


def png(side: int) -> bytes:
    """A black PNG."""
    raw = zlib.compress(bytes(side * (3 * side + 1)), 1)
    chunks = [(b"IHDR", side.to_bytes(4, "big") * 2 + bytes([8, 2, 0, 0, 0])), (b"IDAT", raw), (b"IEND", b"")]
    packed = [
        len(data).to_bytes(4, "big") + kind + data + zlib.crc32(kind + data).to_bytes(4, "big") for kind, data in chunks
    ]
    return b"\x89PNG\r\n\x1a\n" + b"".join(packed)


def movie(path: Path, sides: list[int]) -> Path:
    """A QuickTime film of PNGs whose header states the small side whatever they have."""
    with av.open(str(path), "w", format="mov") as film:
        stream = film.add_stream("png", rate=10)
        stream.width = stream.height = SMALL
        stream.pix_fmt = "rgb24"
        for time_of, side in enumerate(sides):
            packet = av.Packet(png(side))
            packet.stream, packet.time_base, packet.pts, packet.dts = stream, Fraction(1, 10), time_of, time_of
            packet.is_keyframe = True
            film.mux(packet)
    return path


def gif(path: Path, sides: list[int]) -> Path:
    """An animation."""
    first, *rest = (Image.new("L", (side, side), index) for index, side in enumerate(sides, 1))
    first.save(path, save_all=True, append_images=rest)
    return path


def growing_gif(path: Path) -> Path:
    """A GIF whose second frame is larger than its canvas."""
    data = bytearray(gif(path, [SMALL, SMALL]).read_bytes())
    second = data.rindex(b"\x2c")
    data[second + 5 : second + 9] = LARGE.to_bytes(2, "little") * 2
    path.write_bytes(data)
    return path


def everything(path: Path | list[Path]) -> tuple[list[np.ndarray], list[str]]:
    """All frames, and the notes."""
    source = open_source(path)
    return list(source.frames()), source.notes


@pytest.mark.usefixtures("bounded")
def test_a_large_first_frame_is_refused(tmp_path: Path) -> None:
    (tmp_path / "large.png").write_bytes(png(LARGE))
    np.save(tmp_path / "large.npy", np.zeros((1, LARGE, LARGE), np.uint8))
    Image.new("F", (LARGE, LARGE)).save(tmp_path / "large.tiff")
    for path in (
        tmp_path / "large.png",
        tmp_path / "large.npy",
        tmp_path / "large.tiff",
        gif(tmp_path / "a.gif", [LARGE]),
    ):
        with pytest.raises(ValueError, match=r"400×400; 0\.09 million pixels are accepted here"):
            everything(path)
    with pytest.raises(ValueError, match="no picture in it can be decoded"):
        everything(movie(tmp_path / "large.mov", [LARGE]))


@pytest.mark.usefixtures("bounded")
def test_a_large_frame_after_small_ones_is_refused_or_left_out_and_said(tmp_path: Path) -> None:
    frames, notes = everything(movie(tmp_path / "late.mov", [SMALL, SMALL, LARGE]))
    assert len(frames) == 2
    assert any("damaged" in note for note in notes)
    assert len(first_frames(tmp_path / "late.mov", 2)) == 2
    with pytest.raises(ValueError, match="breaks off after 2 frames"):
        first_frames(tmp_path / "late.mov", 3)


@pytest.mark.usefixtures("bounded")
def test_pictures_of_a_folder_a_zip_and_an_animation_are_checked_one_by_one(tmp_path: Path) -> None:
    folder = tmp_path / "folder"
    folder.mkdir()
    for index, side in enumerate([SMALL, LARGE, SMALL]):
        (folder / f"{index}.png").write_bytes(png(side))
    packed = zipped(tmp_path / "packed.zip", {path.name: path.read_bytes() for path in sorted(folder.iterdir())})
    for path in (folder, packed, sorted(folder.iterdir())):
        with pytest.raises(ValueError, match=r"1\.png has pictures of 400×400"):
            everything(path)
    pages = [Image.new("F", (side, side)) for side in (SMALL, LARGE)]
    pages[0].save(tmp_path / "pages.tiff", save_all=True, append_images=pages[1:])
    for path in (growing_gif(tmp_path / "growing.gif"), tmp_path / "pages.tiff"):
        with pytest.raises(ValueError, match="400×400"):
            everything(path)


def test_bounds_are_lowered_for_workers_too(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(INHERITED, raising=False)
    bounds = Bounds()
    bounds.lower(1e6, threads=1)
    bounds.lower(float("inf"), threads=1)
    assert inherited() == bounds == Bounds(max_pixels=1_000_000, threads=1)
    script = "from engine.data.sources.base import BOUNDS; print(BOUNDS.max_pixels, BOUNDS.threads)"
    assert subprocess.check_output([sys.executable, "-c", script], text=True).split() == ["1000000", "1"]
    monkeypatch.setenv(INHERITED, "nonsense")
    assert inherited() == Bounds()


@pytest.mark.slow
def test_memory_stays_low_whatever_a_frame_would_take(tmp_path: Path) -> None:
    films = [movie(tmp_path / "first.mov", [15_000]), movie(tmp_path / "late.mov", [SMALL, 15_000])]
    script = """
import resource, sys
from engine.data.sources.opening import open_source
from engine.data.sources.base import BOUNDS
BOUNDS.lower(9e6, threads=1)
peak = lambda: resource.getrusage(resource.RUSAGE_SELF).ru_maxrss >> 10
import av, PIL, numpy
before = peak()
for path in sys.argv[1:]:
    try:
        list(open_source(path).frames())
    except ValueError:
        pass
print(peak() - before)
"""
    grown = subprocess.check_output([sys.executable, "-c", script, *map(str, films)], text=True)
    assert int(grown) < 150


def test_a_range_past_the_end_is_refused_at_once(tmp_path: Path) -> None:
    film = movie(tmp_path / "film.mov", [SMALL] * 4)
    with pytest.raises(ValueError, match="4 frames, so none from frame 901 on; start at 4 or earlier"):
        open_source(film, first=900)
    assert len(list(open_source(film, first=3).frames())) == 1


def test_frames_before_the_range_are_neither_converted_nor_opened(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    paths = [tmp_path / f"{index}.png" for index in range(4)]
    for index, path in enumerate(paths):
        path.write_bytes(png(SMALL) if index in (0, 3) else png(SMALL)[:60])
    with pytest.raises(ValueError, match=r"1\.png"):
        everything(paths)
    assert len(list(open_source(paths, first=3).frames())) == 1
    film = open_source(movie(tmp_path / "film.mov", [SMALL] * 4), first=2)
    seen, picture = [], film.reader.picture
    monkeypatch.setattr(film.reader, "picture", lambda frame, size: seen.append(frame) or picture(frame, size))
    assert len(list(film.frames())) == len(seen) == 2


class Endless:
    """A reader whose range never begins."""

    notes, info = (), None

    def read(self, size: object, first: int = 0) -> Iterator[None]:
        while True:
            time.sleep(0.001)
            yield None


class Fits:
    """Any size."""

    decode_size = None


def test_reading_ends_as_soon_as_it_is_given_up() -> None:
    source = Source(Endless(), Fits(), 10**9, None)
    waiting = ahead(source.frames(), patience=0.01)
    assert [next(waiting), next(waiting)] == [None, None]
    source.give_up()
    before = threading.active_count()
    assert all(item is None for item in waiting)
    assert threading.active_count() <= before
