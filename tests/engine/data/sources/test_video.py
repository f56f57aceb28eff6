"""Real videos are odd: turned, 10 bit, full range, uneven, cut off. Each comes back right, and the notes say so."""

from __future__ import annotations

from pathlib import Path

import av
import numpy as np
import pytest

from engine.data.sources.decoding import Steps
from engine.data.sources.opening import open_source
from tests.engine.data.made import gradient, h264, lossless, noise, read, turn


def planes(y: np.ndarray, u: np.ndarray, v: np.ndarray) -> av.VideoFrame:
    """A yuv420p picture of given planes."""
    return av.VideoFrame.from_ndarray(
        np.concatenate([y.ravel(), u.ravel(), v.ravel()]).reshape(-1, y.shape[1]), "yuv420p"
    )


def ramp(low: int, high: int) -> np.ndarray:
    """A brightness plane from low to high."""
    return np.tile(np.rint(np.linspace(low, high, 64)), (48, 1)).astype(np.uint8)


def test_full_range_shows_the_same_picture_as_limited_range(tmp_path: Path) -> None:
    grey = np.full((24, 32), 128, np.uint8)
    limited = lossless(tmp_path / "tv.mkv", [planes(ramp(16, 235), grey, grey)], colour_range=1)
    full = lossless(tmp_path / "pc.mkv", [planes(ramp(0, 255), grey, grey)], colour_range=2)
    a, b = read(limited)[0].astype(int), read(full)[0].astype(int)
    assert np.abs(a - b).max() <= 2
    assert a.max() >= 253 and a.min() <= 2
    small_a, small_b = (read(p, short_side=24)[0].astype(int) for p in (limited, full))
    assert np.abs(small_a - small_b).max() <= 2


def test_ten_bit_shows_the_same_picture_as_eight_bit(tmp_path: Path) -> None:
    frame = av.VideoFrame.from_ndarray(gradient(1)[0], "rgb24")
    eight = read(lossless(tmp_path / "8.mkv", [frame.reformat(format="yuv420p")]))[0].astype(int)
    ten = read(lossless(tmp_path / "10.mkv", [frame.reformat(format="yuv420p10le")]))[0].astype(int)
    assert np.abs(eight - ten).max() <= 3


@pytest.mark.parametrize("degrees", [90, 180, 270])
@pytest.mark.parametrize("short_side", [None, 24])
def test_a_rotated_video_is_turned_clockwise_as_it_asks(tmp_path: Path, degrees: int, short_side: int | None) -> None:
    path = h264(tmp_path / "a.mp4", gradient(2), crf="1")
    plain = read(path, short_side=short_side)[0]
    source = open_source(turn(path, degrees), short_side=short_side)
    expected = np.rot90(plain, -degrees // 90, axes=(1, 2))
    turned = np.stack(list(source.frames()))
    assert turned.shape == expected.shape
    assert np.abs(turned.astype(int) - expected).max() <= 3
    assert (source.info.height, source.info.width) == ((48, 64) if degrees == 180 else (64, 48))
    assert any(f"{degrees}° clockwise" in note for note in source.notes)


def test_a_truncated_avi_says_how_many_of_how_many_frames(tmp_path: Path) -> None:
    pictures = [av.VideoFrame.from_ndarray(f, "rgb24").reformat(format="yuv420p") for f in noise(20, 48, 64)]
    path = lossless(tmp_path / "a.avi", pictures)
    path.write_bytes(path.read_bytes()[: path.stat().st_size * 6 // 10])
    clip, notes = read(path)
    assert 5 < len(clip) < 20
    assert any(f"{len(clip)} frames could be read (20 stated)" in note for note in notes)


def test_notes_are_said_once_however_often_a_video_is_read(tmp_path: Path) -> None:
    pictures = [av.VideoFrame.from_ndarray(f, "rgb24").reformat(format="yuv420p") for f in gradient(6)]
    source = open_source(lossless(tmp_path / "a.mkv", pictures, times=[0, 1, 2, 3, 12, 13]))
    first, second = list(source.frames()), list(source.frames())
    assert len(first) == len(second) == 6
    assert sum("vary" in note for note in source.notes) == 1


def test_an_even_rate_is_not_called_uneven_though_ticks_are_coarse() -> None:
    steps = Steps()
    for pts in (round(i * 100 / 60) for i in range(60)):
        steps.add(pts)
    assert not steps.uneven


def test_times_out_of_order_are_not_called_uneven() -> None:
    steps = Steps()
    for pts in (1, 4, 3, 5, 7, 6, 10):
        steps.add(pts)
    assert not steps.uneven


def test_streams_of_changing_size_are_fitted_with_a_note(tmp_path: Path) -> None:
    path = tmp_path / "a.ts"
    parts = []
    for number, size in enumerate([(48, 64), (64, 96)]):
        part = tmp_path / f"{number}.ts"
        with av.open(str(part), "w", format="mpegts") as container:
            stream = container.add_stream("mpeg2video", rate=25)
            stream.height, stream.width, stream.pix_fmt = *size, "yuv420p"
            for frame in gradient(4, *size):
                container.mux(stream.encode(av.VideoFrame.from_ndarray(np.ascontiguousarray(frame), "rgb24")))
            container.mux(stream.encode(None))
        parts.append(part.read_bytes())
    path.write_bytes(b"".join(parts))
    clip, notes = read(path)
    # the decoder may hold one frame back where the streams were joined
    assert len(clip) in (7, 8)
    assert clip.shape[1:] == (48, 64, 3)
    assert any("mixed sizes" in note for note in notes)


def test_frames_stream_and_the_rest_is_never_decoded(tmp_path: Path) -> None:
    source = open_source(h264(tmp_path / "a.mp4", gradient(30)), last=2)
    assert len(list(source.frames())) == 2
    assert source.notes == []


@pytest.mark.parametrize(
    "text",
    [
        "#EXTM3U\n#EXT-X-TARGETDURATION:10\n#EXTINF:10,\nreal.mp4\n#EXT-X-ENDLIST\n",
        "ffconcat version 1.0\nfile real.mp4\n",
    ],
)
@pytest.mark.parametrize("name", ["list.m3u8", "list.mp4", "list.txt"])
def test_playlists_never_reach_other_files(tmp_path: Path, text: str, name: str) -> None:
    h264(tmp_path / "real.mp4", gradient(2))
    (tmp_path / name).write_text(text)
    with pytest.raises(ValueError, match="cannot be read as a video"):
        open_source(tmp_path / name)


@pytest.mark.parametrize("name", ["a:b.mp4", "100%d.mp4", "späß 動画.mp4"])
def test_odd_file_names_are_names_not_addresses(tmp_path: Path, name: str) -> None:
    assert len(read(h264(tmp_path / name, gradient(2)))[0]) == 2


def test_a_video_wider_than_the_limit_is_refused_from_its_header(tmp_path: Path) -> None:
    path = tmp_path / "wide.mkv"
    lossless(path, [av.VideoFrame.from_ndarray(np.zeros((16, 8208), np.uint8), "gray")])
    with pytest.raises(ValueError, match="8,208"):
        open_source(path)


def test_a_wild_header_or_tail_gives_a_sentence_never_a_crash(tmp_path: Path) -> None:
    data = bytearray(h264(tmp_path / "a.mp4", noise(4, 48, 64)).read_bytes())
    random = np.random.default_rng(0)
    for number in range(40):
        mangled = bytearray(data)
        for place in random.integers(0, len(data), 30):
            mangled[place] = int(random.integers(0, 256))
        path = tmp_path / f"m{number}.mp4"
        path.write_bytes(mangled)
        try:
            clip, _ = read(path)
            assert clip.dtype == np.uint8
        except ValueError as error:
            assert "\n" not in str(error)
