"""What is written is whole or absent, and reads back as it was."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from engine.data.sources.opening import open_source
from engine.data.writer import write_images, write_video
from tests.engine.data.made import gradient, noise, read


@pytest.mark.parametrize("colours", [1, 3])
@pytest.mark.parametrize("kind", [np.uint8, np.float32])
def test_a_video_reads_back_as_it_was(tmp_path: Path, colours: int, kind: type) -> None:
    clip = gradient(6)[..., :colours]
    write_video(tmp_path / "a.mp4", clip if kind is np.uint8 else (clip / 255).astype(kind), 12.5)
    back, notes = read(tmp_path / "a.mp4")
    assert np.abs(back.astype(int) - clip).mean() < 3
    assert open_source(tmp_path / "a.mp4").info.fps == 12.5
    assert notes == []


def test_the_index_comes_first_so_that_it_plays_while_loading(tmp_path: Path) -> None:
    write_video(tmp_path / "a.mp4", gradient(3), 25)
    data = (tmp_path / "a.mp4").read_bytes()
    assert data.index(b"moov") < data.index(b"mdat")


@pytest.mark.parametrize("size", [(1, 1), (47, 64), (48, 63), (3, 5)])
def test_odd_sizes_are_padded_by_the_edge(tmp_path: Path, size: tuple[int, int]) -> None:
    write_video(tmp_path / "a.mp4", np.full((2, *size, 3), 180, np.uint8), 25)
    back, _ = read(tmp_path / "a.mp4")
    assert back.shape[1:3] == tuple(s + s % 2 for s in size)
    assert np.abs(back.astype(int) - 180).max() < 6


def failing() -> Iterator[np.ndarray]:
    """Two frames, then an error."""
    yield from gradient(2)
    raise RuntimeError("the source broke")


def test_a_failure_leaves_the_old_file_and_no_part(tmp_path: Path) -> None:
    (tmp_path / "a.mp4").write_bytes(b"old")
    with pytest.raises(RuntimeError):
        write_video(tmp_path / "a.mp4", failing(), 25)
    assert [p.name for p in tmp_path.iterdir()] == ["a.mp4"]
    assert (tmp_path / "a.mp4").read_bytes() == b"old"


@pytest.mark.parametrize(
    ("frames", "fps", "words"),
    [
        ([], 25, "no frames"),
        (gradient(2), 0, "frame rate"),
        ([gradient(1)[0], gradient(1, 8, 8)[0]], 25, "frame 2"),
        ([np.zeros((4, 4), np.uint8)], 25, "shape"),
    ],
)
def test_what_cannot_be_written_is_refused(tmp_path: Path, frames: list, fps: float, words: str) -> None:
    with pytest.raises(ValueError, match=words):
        write_video(tmp_path / "a.mp4", frames, fps)
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize("colours", [1, 3])
def test_images_read_back_exactly(tmp_path: Path, colours: int) -> None:
    clip = noise(3, 8, 9, colours)
    write_images(tmp_path / "out", clip)
    assert sorted(p.name for p in (tmp_path / "out").iterdir()) == ["00001.png", "00002.png", "00003.png"]
    back, _ = read(tmp_path / "out")
    assert np.array_equal(back, np.broadcast_to(clip, back.shape))
