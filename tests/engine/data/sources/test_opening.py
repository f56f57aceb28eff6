"""Odd but usable input works and says what was adjusted; unusable input is refused in one sentence."""

from __future__ import annotations

import io
import zipfile
from fractions import Fraction
from pathlib import Path

import av
import numpy as np
import pytest
from PIL import Image

from engine.data.sources.opening import open_source, windows
from engine.data.writer import write_video
from tests.engine.tiny import frames


def gradient(count: int, height: int = 48, width: int = 64) -> np.ndarray:
    """Smooth moving frames that survive a codec."""
    x = np.linspace(0, 200, width)[None, None, :, None] + np.arange(count)[:, None, None, None] * 2
    return np.broadcast_to(x, (count, height, width, 3)).astype(np.uint8)


def encode(path: Path, clip: np.ndarray, *, codec: str = "libx264", pixels: str = "yuv420p", **options: object) -> Path:
    """Write a clip with PyAV; `times` gives uneven times."""
    times = options.get("times") or range(len(clip))
    with av.open(str(path), "w", format=options.get("format")) as container:
        stream = container.add_stream(codec, rate=25)
        stream.height, stream.width, stream.pix_fmt = *clip.shape[1:3], pixels
        stream.codec_context.time_base = Fraction(1, 25)
        for frame, pts in zip(clip, times, strict=True):
            picture = av.VideoFrame.from_ndarray(np.ascontiguousarray(frame), format="rgb24")
            picture.pts, picture.time_base = pts, Fraction(1, 25)
            container.mux(stream.encode(picture))
        container.mux(stream.encode(None))
    return path


def read(path: Path | list[Path], **options: object) -> tuple[np.ndarray, list[str]]:
    """All frames and notes."""
    source = open_source(path, **options)
    return np.stack(list(source.frames())), source.notes


@pytest.mark.parametrize("count", [1, 3, 20])
def test_a_video_of_any_length_comes_back_whole(tmp_path: Path, count: int) -> None:
    clip, notes = read(encode(tmp_path / "a.mp4", gradient(count)))
    assert clip.shape == (count, 48, 64, 3)
    assert notes == []
    assert np.abs(clip.astype(int) - gradient(count)).mean() < 4


def test_a_wrong_extension_is_read_and_said(tmp_path: Path) -> None:
    encode(tmp_path / "a.avi", gradient(4), format="mp4")
    clip, notes = read(tmp_path / "a.avi")
    assert len(clip) == 4
    assert "really" in notes[0]


def test_a_truncated_avi_gives_the_frames_that_decode(tmp_path: Path) -> None:
    path = encode(tmp_path / "a.avi", frames(30, 48, 64), codec="mjpeg", pixels="yuvj420p")
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])
    clip, notes = read(path)
    assert 5 < len(clip) < 30
    assert any("early" in note for note in notes)


def test_a_variable_frame_rate_keeps_every_frame_and_is_said(tmp_path: Path) -> None:
    path = encode(tmp_path / "a.mkv", gradient(5), times=[0, 1, 2, 8, 9])
    clip, notes = read(path)
    assert len(clip) == 5
    assert any("vary" in note for note in notes)


def test_a_rotated_video_is_turned_upright_and_said(tmp_path: Path) -> None:
    path = encode(tmp_path / "a.mp4", gradient(3))
    one, minus = (65536).to_bytes(4, "big"), (-65536).to_bytes(4, "big", signed=True)
    plain = one + bytes(12) + one
    turned = bytes(4) + one + bytes(4) + minus + bytes(4)
    data = path.read_bytes()
    at = data.index(b"tkhd")
    place = data.index(plain, at)
    path.write_bytes(data[:place] + turned + data[place + len(turned) :])
    clip, notes = read(path)
    assert clip.shape == (3, 64, 48, 3)
    assert any("turned" in note for note in notes)


@pytest.mark.parametrize(("codec", "pixels"), [("ffv1", "yuv420p10le"), ("mjpeg", "yuvj420p")])
def test_ten_bit_and_full_range_keep_their_brightness(tmp_path: Path, codec: str, pixels: str) -> None:
    clip, _ = read(encode(tmp_path / "a.mkv", gradient(2), codec=codec, pixels=pixels))
    assert np.abs(clip.astype(int) - gradient(2)).mean() < 4


def test_scaling_never_goes_up_and_says_so(tmp_path: Path) -> None:
    path = encode(tmp_path / "a.mp4", gradient(2))
    assert read(path, short_side=24)[0].shape == (2, 24, 32, 3)
    clip, notes = read(path, short_side=100)
    assert clip.shape == (2, 48, 64, 3)
    assert "not scaled up" in notes[0]


def test_a_range_gives_exactly_those_frames(tmp_path: Path) -> None:
    path = encode(tmp_path / "a.mkv", frames(9, 16, 16), codec="ffv1", pixels="bgr0")
    whole, part = read(path)[0], read(path, first=3, last=7)[0]
    assert np.array_equal(part, whole[3:7])
    with pytest.raises(ValueError, match="no frames"):
        read(path, first=50)


def png(frame: np.ndarray) -> bytes:
    """A PNG's bytes."""
    file = io.BytesIO()
    Image.fromarray(frame).save(file, "PNG")
    return file.getvalue()


def make_zip(path: Path, entries: dict[str, bytes]) -> Path:
    """A zip."""
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in entries.items():
            archive.writestr(name, data)
    return path


def test_a_zip_of_images_is_read_in_natural_order(tmp_path: Path) -> None:
    clip = frames(12, 8, 9)
    entries = {f"in/img{i}.png": png(f) for i, f in enumerate(clip)} | {"readme.txt": b"hello"}
    back, notes = read(make_zip(tmp_path / "a.zip", entries))
    assert np.array_equal(back, clip)
    assert "1 of the zip's 13 files" in notes[0]


def test_images_of_mixed_sizes_take_the_first_one_s(tmp_path: Path) -> None:
    paths = [tmp_path / f"{i}.png" for i in range(3)]
    for path, size in zip(paths, [(20, 30), (40, 40), (7, 90)], strict=True):
        path.write_bytes(png(frames(1, *size)[0]))
    back, notes = read(paths)
    assert back.shape == (3, 20, 30, 3)
    assert "mixed sizes" in notes[0]


def test_a_gif_gives_its_frames(tmp_path: Path) -> None:
    images = [Image.fromarray(f) for f in gradient(4)]
    images[0].save(tmp_path / "a.gif", save_all=True, append_images=images[1:], duration=50)
    source = open_source(tmp_path / "a.gif")
    assert len(list(source.frames())) == 4
    assert source.info.fps == 20


def test_a_sheet_is_cut_into_tiles(tmp_path: Path) -> None:
    digits = frames(6, 28, 28, 1)[..., 0]
    sheet = digits.reshape(2, 3, 28, 28).transpose(0, 2, 1, 3).reshape(56, 84)
    (tmp_path / "s.png").write_bytes(png(sheet))
    back, notes = read(tmp_path / "s.png", tile=28, frame_shape=(28, 28, 1))
    assert np.array_equal(back[..., 0], digits)
    assert notes == []


def test_a_colour_video_becomes_grey_leaves_with_a_note(tmp_path: Path) -> None:
    path = encode(tmp_path / "a.mkv", frames(2, 48, 64), codec="ffv1", pixels="bgr0")
    clip, notes = read(path, frame_shape=(28, 28, 1))
    assert clip.shape == (2, 28, 28, 1)
    assert len(notes) == 2


def test_arrays_are_read_and_nan_is_refused(tmp_path: Path) -> None:
    np.save(tmp_path / "a.npy", frames(3))
    assert np.array_equal(read(tmp_path / "a.npy")[0], frames(3))
    np.save(tmp_path / "b.npy", np.full((2, 4, 4), np.nan, np.float32))
    with pytest.raises(ValueError, match="NaN"):
        read(tmp_path / "b.npy")


def audio(path: Path) -> Path:
    """A sound file."""
    with av.open(str(path), "w", format="mp4") as container:
        stream = container.add_stream("aac", rate=44100)
        sound = av.AudioFrame.from_ndarray(np.zeros((1, 4096), np.float32), format="fltp", layout="mono")
        sound.sample_rate = 44100
        container.mux(stream.encode(sound))
        container.mux(stream.encode(None))
    return path


def broken(folder: Path, kind: str) -> Path:
    """A file of each unusable kind."""
    path = folder / "bad.mp4"
    if kind == "empty":
        path.write_bytes(b"")
    elif kind == "text":
        path.write_text("once upon a time " * 100)
    elif kind == "sound":
        return audio(path)
    elif kind == "no frames":
        data = encode(path, gradient(5)).read_bytes()
        at = data.index(b"mdat") + 4
        path.write_bytes(data[:at] + bytes(data.index(b"moov") - 4 - at) + data[data.index(b"moov") - 4 :])
    elif kind == "climbing zip":
        return make_zip(folder / "a.zip", {"../../evil.png": png(frames(1)[0])})
    elif kind == "bomb":
        return make_zip(folder / "a.zip", {"a.png": bytes(60 << 20)})
    elif kind == "zip of text":
        return make_zip(folder / "a.zip", {"a.txt": b"hi"})
    elif kind == "wide":
        path = folder / "wide.png"
        Image.new("L", (20000, 4)).save(path)
    elif kind == "damaged image":
        path = folder / "a.png"
        path.write_bytes(png(frames(1, 64, 64)[0])[:200])
    else:
        path = folder / "missing.mp4"
    return path


@pytest.mark.parametrize(
    ("kind", "words"),
    [
        ("empty", "is empty"),
        ("text", "cannot be read as a video"),
        ("sound", "no video stream"),
        ("no frames", "no picture"),
        ("climbing zip", "climbs out"),
        ("bomb", "refused"),
        ("zip of text", "no images"),
        ("wide", "20,000"),
        ("damaged image", "cannot be read as an image"),
        ("missing", "no file"),
    ],
)
def test_unusable_input_is_refused_in_one_sentence(tmp_path: Path, kind: str, words: str) -> None:
    with pytest.raises(ValueError, match=words) as caught:
        read(broken(tmp_path, kind))
    assert "\n" not in str(caught.value)


def test_windows_hold_one_window_at_a_time() -> None:
    blocks = list(windows(iter(frames(10)), 4))
    assert [len(b) for b in blocks] == [4, 4, 2]
    assert np.array_equal(np.concatenate(blocks), frames(10))


def test_a_written_video_has_the_frame_rate_and_even_sides(tmp_path: Path) -> None:
    write_video(tmp_path / "a.mp4", gradient(6, 47, 63), 29.97)
    source = open_source(tmp_path / "a.mp4")
    assert len(list(source.frames())) == 6
    assert (source.info.height, source.info.width) == (48, 64)
    assert source.info.fps == pytest.approx(29.97, abs=0.01)
