"""Siblings of what people have reported: rates that headers get wrong, missing ends, pictures that are turned."""

from __future__ import annotations

import struct
from fractions import Fraction
from pathlib import Path

import av
import numpy as np
import pytest
import tifffile
from PIL import Image, ImageOps

from engine.data.sources.opening import Source, open_source
from tests.engine.data.made import corners

NOISE = np.random.default_rng(0).integers(0, 256, (12, 48, 64, 3), dtype=np.uint8)
TICK = Fraction(1, 1000)
EARLY = "ends early"


def video(path: Path, codec: str, times: list[int], stated: int = 25, frames: np.ndarray = NOISE) -> Path:
    """A video whose frames have these times in milliseconds, under a header that states a rate of its own."""
    with av.open(str(path), "w") as container:
        stream = container.add_stream(codec, rate=stated)
        stream.width, stream.height = frames.shape[2], frames.shape[1]
        stream.pix_fmt = "yuvj420p" if codec == "mjpeg" else "yuv420p"
        stream.codec_context.time_base = TICK
        for index, time in enumerate(times):
            frame = av.VideoFrame.from_ndarray(frames[index % len(frames)], format="rgb24")
            frame.pts, frame.time_base = time, TICK
            container.mux(stream.encode(frame.reformat(format=stream.pix_fmt)))
        container.mux(stream.encode(None))
    return path


def cut(path: Path, share: float) -> Path:
    """The end of a file is missing."""
    path.write_bytes(path.read_bytes()[: int(share * path.stat().st_size)])
    return path


def read(path: Path) -> tuple[Source, list[np.ndarray]]:
    """A source, and all its frames."""
    source = open_source(path)
    return source, list(source.frames())


@pytest.mark.parametrize(
    ("name", "codec", "step", "fps"),
    [
        ("slow.mkv", "mpeg4", 20_000, 0.05),
        ("slow.webm", "libvpx-vp9", 4_000, 0.25),
        ("fast.mkv", "mjpeg", 4, 250),
        ("as-stated.mkv", "mpeg4", 40, 25),
    ],
)
def test_times_count_where_a_matroska_header_states_another_rate(
    tmp_path: Path, name: str, codec: str, step: int, fps: float
) -> None:
    source, frames = read(video(tmp_path / name, codec, [step * n for n in range(6)]))
    assert (source.info.fps, len(frames), source.notes) == (pytest.approx(fps), 6, [])


def test_a_rate_that_milliseconds_round_stays_as_it_is_stated(tmp_path: Path) -> None:
    rounded = [round(n * 1001 / 30) for n in range(12)]
    with av.open(str(tmp_path / "ntsc.mkv"), "w") as container:
        stream = container.add_stream("mpeg4", rate=Fraction(30000, 1001))
        stream.width, stream.height, stream.pix_fmt = 64, 48, "yuv420p"
        for frame in NOISE[: len(rounded)]:
            container.mux(stream.encode(av.VideoFrame.from_ndarray(frame, format="rgb24").reformat(format="yuv420p")))
        container.mux(stream.encode(None))
    assert open_source(tmp_path / "ntsc.mkv").info.fps == pytest.approx(30000 / 1001, rel=1e-6)


def test_the_last_frame_of_an_mp4_that_lasts_one_tick_spoils_no_rate(tmp_path: Path) -> None:
    path = video(tmp_path / "tick.mp4", "mpeg4", [5000 + 40 * n for n in range(6)], stated=1000)
    source, frames = read(path)
    assert (source.info.fps, len(frames)) == (pytest.approx(25), 6)


def test_times_that_vary_give_their_mean_and_are_said(tmp_path: Path) -> None:
    source, frames = read(video(tmp_path / "vary.mkv", "mpeg4", [0, 40, 80, 400, 440, 480]))
    assert (source.info.fps, len(frames)) == (pytest.approx(1000 / 96), 6)
    assert any("Frame times vary" in note for note in source.notes)


@pytest.mark.parametrize(
    ("name", "codec", "share"),
    [
        ("a.flv", "flv", 0.7),
        ("a.wmv", "wmv2", 0.7),
        ("a.ts", "mpeg4", 0.7),
        ("a.mkv", "mpeg4", 0.7),
        ("a.avi", "mjpeg", 0.7),
    ],
)
def test_a_file_that_was_cut_says_so_whatever_its_container_and_a_whole_one_does_not(
    tmp_path: Path, name: str, codec: str, share: float
) -> None:
    path = video(tmp_path / name, codec, [40 * n for n in range(12)])
    source, whole = read(path)
    assert (len(whole), [note for note in source.notes if EARLY in note]) == (12, [])
    source, rest = read(cut(path, share))
    assert 0 < len(rest) < 12
    assert any(EARLY in note for note in source.notes)


@pytest.mark.parametrize("name", ["a.flv", "a.mpg", "a.ts", "a.vob", "a.m2ts"])
def test_containers_that_tell_their_streams_packet_by_packet_are_read(tmp_path: Path, name: str) -> None:
    codec = "flv" if name == "a.flv" else "mpeg2video"
    with av.open(str(tmp_path / name), "w", format="mpegts" if name == "a.m2ts" else None) as container:
        stream = container.add_stream(codec, rate=25)
        stream.width, stream.height, stream.pix_fmt = 64, 48, "yuv420p"
        for frame in NOISE:
            container.mux(stream.encode(av.VideoFrame.from_ndarray(frame, format="rgb24").reformat(format="yuv420p")))
        container.mux(stream.encode(None))
    source, frames = read(tmp_path / name)
    assert (len(frames), source.info.fps) == (12, pytest.approx(25))


@pytest.mark.parametrize("order", ["<", ">"])
@pytest.mark.parametrize("big", [False, True])
def test_a_tiff_whose_list_of_pages_breaks_off_says_so(tmp_path: Path, order: str, big: bool) -> None:
    path = tmp_path / "stack.tif"
    tifffile.imwrite(path, NOISE, photometric="rgb", byteorder=order, bigtiff=big)
    source, whole = read(path)
    assert (len(whole), source.notes) == (12, [])
    source, rest = read(cut(path, 0.6))
    assert 0 < len(rest) < 12
    assert any(EARLY in note for note in source.notes)


@pytest.mark.parametrize(("kind", "suffix"), [("PNG", ".png"), ("GIF", ".gif")])
def test_an_animation_that_breaks_off_keeps_its_rate(tmp_path: Path, kind: str, suffix: str) -> None:
    path, pictures = tmp_path / f"a{suffix}", [Image.fromarray(frame) for frame in NOISE]
    pictures[0].save(path, kind, save_all=True, append_images=pictures[1:], duration=50)
    source, rest = read(cut(path, 0.6))
    assert (source.info.fps, 0 < len(rest) < 12) == (pytest.approx(20), True)
    assert any(EARLY in note for note in source.notes)


@pytest.mark.parametrize("orientation", range(1, 9))
def test_an_avif_is_turned_and_mirrored_as_its_irot_and_imir_ask(tmp_path: Path, orientation: int) -> None:
    """Pillow writes an EXIF orientation as these two properties, and Chromium follows them."""
    picture, exif = Image.fromarray(corners(48, 64)), Image.Exif()
    exif[274] = orientation
    picture.save(tmp_path / "a.avif", exif=exif, quality=95)
    data = (tmp_path / "a.avif").read_bytes()
    assert (b"irot" in data) == (orientation in (3, 5, 6, 7, 8)) or b"imir" in data
    tagged = Image.fromarray(corners(48, 64))
    tagged.getexif()[274] = orientation
    wanted = np.asarray(ImageOps.exif_transpose(tagged)).astype(int)
    _, (found,) = read(tmp_path / "a.avif")
    assert found.shape == wanted.shape
    assert np.abs(found - wanted).mean() < 4


def test_frames_that_a_recorder_dropped_from_an_avi_are_no_damage(tmp_path: Path) -> None:
    """An empty chunk stands for a dropped frame, as capture programs write it; the others come, and keep their rate."""
    path = video(tmp_path / "a.avi", "mjpeg", [40 * n for n in range(8)])
    whole = read(path)[1]
    path.write_bytes(with_dropped(path.read_bytes(), {2, 5}))
    source, frames = read(path)
    assert source.info.fps == pytest.approx(25)
    assert not any(EARLY in note or "damaged" in note for note in source.notes)
    kept = [frame for index, frame in enumerate(whole) if index not in (2, 5)]
    assert all(any(np.array_equal(frame, one) for one in frames) for frame in kept)


def with_dropped(data: bytes, dropped: set[int]) -> bytes:
    """An AVI without its index whose chosen video chunks are empty."""
    start = data.index(b"movi") + 4
    size = struct.unpack("<I", data[start - 8 : start - 4])[0]
    chunks, place, number = [], start, 0
    while place < start - 4 + size:
        length = struct.unpack("<I", data[place + 4 : place + 8])[0]
        whole = data[place : place + 8 + length + length % 2]
        place += len(whole)
        if whole[2:4] == b"dc":
            whole = whole[:4] + bytes(4) if number in dropped else whole
            number += 1
        chunks.append(whole)
    movi = b"movi" + b"".join(chunks)
    riff = data[8 : start - 12] + b"LIST" + struct.pack("<I", len(movi)) + movi
    return b"RIFF" + struct.pack("<I", len(riff)) + riff
