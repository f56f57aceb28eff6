"""Every kind of odd input and its siblings: all frames, upright, in order, bright and fast as they are; or refused."""

from __future__ import annotations

import io
import shutil
from fractions import Fraction
from pathlib import Path

import av
import numpy as np
import pytest
import tifffile
from PIL import Image

from engine.data.datasets.folder import sequences
from engine.data.sources.container import end_is_missing
from engine.data.sources.depth import Extent, scale_of
from engine.data.sources.display import Placement, orientation
from engine.data.sources.opening import open_source
from engine.data.sources.order import by_path, is_foreign
from engine.data.sources.pillow import turned
from tests.engine.data.made import encoded, gradient, h264, lossless, noise, png, read, zipped

CLIP = noise(4, 16, 24)
MATRIX = {  # by (mirrored, quarter turns): a, b, c, d of the matrix in a track's header
    (False, 0): (1, 0, 0, 1),
    (False, 1): (0, 1, -1, 0),
    (False, 2): (-1, 0, 0, -1),
    (False, 3): (0, -1, 1, 0),
    (True, 0): (-1, 0, 0, 1),
    (True, 1): (0, -1, -1, 0),
    (True, 2): (1, 0, 0, -1),
    (True, 3): (0, 1, 1, 0),
}


def many(kind: str, **options: object) -> bytes:
    """CLIP in one file."""
    first, *rest = (Image.fromarray(frame) for frame in CLIP)
    options = {"duration": 50, "lossless": True, "quality": 100, "subsampling": "4:4:4", **options}
    return encoded(first, kind, save_all=True, append_images=rest, **options)


def many_of(kind: str) -> bytes:
    """CLIP as every container that holds many; HEIC by its own library."""
    if kind != "HEIC":
        return many(kind)
    import pillow_heif

    file, data = pillow_heif.HeifFile(), io.BytesIO()
    for frame in CLIP:
        file.add_from_pillow(Image.fromarray(frame))
    file.save(data, quality=-1, chroma=444)
    return data.getvalue()


KINDS = {
    "TIFF": (0, 10.0),
    "WEBP": (0, 20.0),
    "PNG": (0, 20.0),
    "GIF": (90, 20.0),
    "AVIF": (40, 20.0),
    "HEIC": (40, 10),
}


@pytest.mark.parametrize("place", ["alone", "zip", "folder", "several"])
@pytest.mark.parametrize("kind", KINDS)
def test_containers_of_many_give_all_frames_wherever_they_lie(tmp_path: Path, kind: str, place: str) -> None:
    (near, fps), data, still = KINDS[kind], many_of(kind), png(CLIP[0])
    folder = tmp_path / "in"
    folder.mkdir()
    (folder / "b.x").write_bytes(data)
    if place != "alone":
        (folder / "a.png").write_bytes(still)
    path: Path | list[Path] = {"alone": folder / "b.x", "folder": folder}.get(place, sorted(folder.iterdir()))
    if place == "zip":
        path = zipped(tmp_path / "a.zip", {"b.x": data, "a.png": still})
    source = open_source(path)
    back = np.stack(list(source.frames()))
    expected = CLIP if place == "alone" else np.concatenate((CLIP[:1], CLIP))
    assert back.shape == expected.shape and source.info.frames == len(expected)
    assert np.abs(back.astype(int) - expected).mean() <= near
    assert source.info.fps == (fps if place == "alone" else 10)


def test_a_hidden_default_image_is_no_frame(tmp_path: Path) -> None:
    (tmp_path / "a.png").write_bytes(many("PNG", default_image=True))
    back, _ = read(tmp_path / "a.png")
    assert np.array_equal(back, CLIP[1:])


def test_a_tiff_s_thumbnail_is_no_frame_and_that_is_said(tmp_path: Path) -> None:
    with tifffile.TiffWriter(tmp_path / "a.tif") as file:
        file.write(CLIP[0, :4, :6], subfiletype=1, photometric="rgb")
        for frame in CLIP:
            file.write(frame, photometric="rgb")
    back, notes = read(tmp_path / "a.tif")
    assert np.array_equal(back, CLIP)
    assert "1 thumbnails or masks" in notes[0]


@pytest.mark.parametrize("orientation", range(1, 9))
@pytest.mark.parametrize("kind", ["PNG", "JPEG", "TIFF", "WEBP", "AVIF", "deep PNG", "deep TIFF"])
def test_exif_orientation_holds_in_every_format(tmp_path: Path, kind: str, orientation: int) -> None:
    corner = np.zeros((16, 24, 3), np.uint8)
    corner[:8, :8] = 255
    exif = Image.Exif()
    exif[274] = orientation
    if kind == "deep TIFF":
        extra = [(274, "H", 1, orientation, True)]
        tifffile.imwrite(tmp_path / "a", corner[..., 0].astype(np.uint16) << 8, extratags=extra)
    else:
        picture = Image.fromarray(corner[..., 0].astype(np.uint16) << 8 if kind == "deep PNG" else corner)
        (tmp_path / "a").write_bytes(encoded(picture, kind.split()[-1], exif=exif.tobytes(), quality=95))
    source = open_source(tmp_path / "a")
    back = next(iter(source.frames()))
    expected = turned(corner, orientation)
    assert back.shape == expected.shape == (source.info.height, source.info.width, 3)
    assert np.abs(back.astype(int) - expected).mean() < 8
    assert not any("mixed" in note for note in source.notes)


@pytest.mark.parametrize(("mirrored", "turns"), MATRIX)
def test_every_display_matrix_is_followed_and_said(tmp_path: Path, mirrored: bool, turns: int) -> None:
    assert orientation(tuple(65536 * value for value in MATRIX[mirrored, turns])) == (mirrored, turns)
    clip = np.repeat(gradient(1, 48, 64), 3, 0)
    clip[:, :24, :32] = 255
    path = h264(tmp_path / "a.mp4", clip, crf="1")
    plain = read(path)[0]
    data, one = path.read_bytes(), (65536).to_bytes(4, "big")
    upright = one + bytes(12) + one
    a, b, c, d = ((65536 * v).to_bytes(4, "big", signed=True) for v in MATRIX[mirrored, turns])
    at = data.index(upright, data.index(b"tkhd"))
    path.write_bytes(data[:at] + a + b + bytes(4) + c + d + data[at + 20 :])
    back, notes = read(path)
    assert np.array_equal(back[0], Placement(mirrored=mirrored, turns=turns).apply(plain[0]))
    assert len(notes) == (mirrored or turns > 0)
    assert all(("mirrored" in note) == mirrored and (not turns or f"{90 * turns}°" in note) for note in notes)


@pytest.mark.parametrize(("aspect", "width"), [(Fraction(64, 45), 91), (Fraction(8, 9), 57), (Fraction(2), 128)])
def test_pixels_that_are_not_square_are_widened_and_said(tmp_path: Path, aspect: Fraction, width: int) -> None:
    with av.open(str(tmp_path / "a.mkv"), "w") as container:
        stream = container.add_stream("libx264", rate=25)
        stream.width, stream.height, stream.pix_fmt = 64, 48, "yuv420p"
        stream.codec_context.sample_aspect_ratio = aspect
        for frame in gradient(3):
            container.mux(stream.encode(av.VideoFrame.from_ndarray(frame, format="rgb24")))
        container.mux(stream.encode(None))
    source = open_source(tmp_path / "a.mkv")
    assert next(iter(source.frames())).shape == (48, width, 3)
    assert (source.info.height, source.info.width) == (48, width)
    assert "not square" in source.notes[0]


RAMP = np.tile(np.arange(0, 240, 10, dtype=np.uint8), (16, 1))
"""one brightness a column"""


@pytest.mark.parametrize(
    ("samples", "said"),
    [
        (RAMP.astype(np.float32) / 255, ""),
        (RAMP.astype(np.float64) / 255, ""),
        (RAMP.astype(np.float16) / 255, ""),
        (RAMP.astype(np.float32), "255 is shown white"),
        (RAMP.astype(np.uint16) * 257, ""),
        (RAMP.astype(np.uint16) * 16, "12 bits"),
        (RAMP.astype(np.uint16) * 4, "10 bits"),
        (RAMP.astype(np.uint16), "8 bits"),
        (RAMP.astype(np.uint32) * 16_843_009, ""),
        (RAMP.astype(np.int16) * 16, "12 bits"),
        (RAMP.astype(np.int16) - 128, "-128 is shown black"),
        ((RAMP.astype(np.int32) - 128).astype(np.int8), "-128 is shown black"),
    ],
)
@pytest.mark.parametrize("kind", ["grey tif", "rgb tif", "npy", "zip"])
def test_every_depth_keeps_its_brightness(tmp_path: Path, samples: np.ndarray, said: str, kind: str) -> None:
    if kind == "npy":
        np.save(tmp_path / "a.npy", samples[None])
    else:
        rgb = kind == "rgb tif"
        pixels = np.repeat(samples[..., None], 3, 2) if rgb else samples
        tifffile.imwrite(tmp_path / "a.tif", pixels, photometric="rgb" if rgb else "minisblack")
    path = tmp_path / ("a.npy" if kind == "npy" else "a.tif")
    if kind == "zip":
        path = zipped(tmp_path / "a.zip", {"a.tif": path.read_bytes()})
    back, notes = read(path)
    assert np.abs(back[0, ..., 0].astype(int) - RAMP).max() <= 1
    assert any(said in note for note in notes) if said else notes == []


@pytest.mark.parametrize("colour", [False, True])
def test_twelve_bits_in_a_png_of_sixteen(tmp_path: Path, colour: bool) -> None:
    deep = RAMP.astype(np.uint16) * 16
    if colour:
        frame = av.VideoFrame.from_ndarray(np.repeat(deep[..., None], 3, 2), format="rgb48le")
        encoder = av.CodecContext.create("png", "w")
        encoder.width, encoder.height, encoder.pix_fmt, encoder.time_base = 24, 16, "rgb48be", Fraction(1, 25)
        data = b"".join(bytes(p) for p in (*encoder.encode(frame.reformat(format="rgb48be")), *encoder.encode(None)))
    else:
        data = png(deep)
    (tmp_path / "a.png").write_bytes(data)
    back, notes = read(tmp_path / "a.png")
    assert np.abs(back[0, ..., 0].astype(int) - RAMP).max() <= 1
    assert "12 bits" in notes[0]


@pytest.mark.parametrize(("low", "high"), [(-1.0, 1.0), (0.0, 4.0), (0.0, 1e9)])
def test_floats_that_say_no_brightness_are_refused_with_their_numbers(low: float, high: float) -> None:
    with pytest.raises(ValueError, match=f"from {low:.4g} to"):
        scale_of(Extent(dtype=np.dtype(np.float32), low=low, high=high), "a.tif")


def test_one_scale_holds_for_a_whole_stack(tmp_path: Path) -> None:
    stack = np.stack([np.full((8, 8), value, np.uint16) for value in (40, 400, 4000)])
    tifffile.imwrite(tmp_path / "a.tif", stack, photometric="minisblack")
    assert read(tmp_path / "a.tif")[0][:, 0, 0, 0].tolist() == [2, 25, 249]


@pytest.mark.slow
@pytest.mark.parametrize("transfer", [16, 18])
def test_hdr_is_tone_mapped_and_said(tmp_path: Path, transfer: int) -> None:
    frame = av.VideoFrame.from_ndarray(gradient(1)[0], "rgb24").reformat(format="yuv420p10le")
    frame.color_trc, frame.color_primaries, frame.colorspace, frame.color_range = transfer, 9, 9, 1
    path = tmp_path / "a.mkv"
    with av.open(str(path), "w") as container:
        stream = container.add_stream("libx265", rate=25, options={"x265-params": "log-level=none"})
        stream.width, stream.height, stream.pix_fmt = 64, 48, "yuv420p10le"
        context = stream.codec_context
        context.color_trc, context.color_primaries, context.colorspace, context.color_range = transfer, 9, 9, 1
        container.mux(stream.encode(frame))
        container.mux(stream.encode(None))
    back, notes = read(path)
    assert back.shape == (1, 48, 64, 3) and np.ptp(back) > 100
    assert any("HDR" in note and "tone-mapped" in note for note in notes)


@pytest.mark.parametrize("codec", ["libvpx-vp9", "ffv1", "qtrle"])
def test_a_video_s_transparency_is_black_as_an_image_s(tmp_path: Path, codec: str) -> None:
    pixels = np.full((48, 64, 4), 200, np.uint8)
    pixels[..., 3] = np.where(np.arange(64) < 32, 255, 0)
    kind = {"libvpx-vp9": "yuva420p", "ffv1": "yuva420p", "qtrle": "argb"}[codec]
    path = tmp_path / {"libvpx-vp9": "a.webm", "ffv1": "a.mkv", "qtrle": "a.mov"}[codec]
    with av.open(str(path), "w") as container:
        stream = container.add_stream(codec, rate=25)
        stream.width, stream.height, stream.pix_fmt = 64, 48, kind
        for pts in range(3):
            frame = av.VideoFrame.from_ndarray(pixels, "rgba").reformat(format=kind)
            frame.pts, frame.time_base = pts, Fraction(1, 25)
            container.mux(stream.encode(frame))
        container.mux(stream.encode(None))
    back, _ = read(path)
    assert len(back) == 3
    assert np.abs(back[:, :, :28].astype(int) - 200).max() < 8 and back[:, :, 36:].max() < 8


def slow(path: Path, rate: Fraction, codec: str = "libx264") -> Path:
    """Five frames at any rate."""
    with av.open(str(path), "w") as container:
        stream = container.add_stream(codec, rate=rate)
        stream.width, stream.height, stream.pix_fmt = 64, 48, "yuv420p"
        for frame in gradient(5):
            container.mux(stream.encode(av.VideoFrame.from_ndarray(frame, format="rgb24")))
        container.mux(stream.encode(None))
    return path


@pytest.mark.parametrize("rate", [Fraction(1, 3600), Fraction(1, 20), Fraction(1, 2), Fraction(30000, 1001)])
@pytest.mark.parametrize("name", ["a.mp4", "a.mov", "a.avi"])
def test_slow_videos_keep_their_rate(tmp_path: Path, rate: Fraction, name: str) -> None:
    source = open_source(slow(tmp_path / name, rate, "mpeg4" if name.endswith("avi") else "libx264"))
    assert len(list(source.frames())) == 5
    assert source.info.fps == pytest.approx(float(rate), rel=0.02)


@pytest.mark.parametrize("kind", ["GIF", "WEBP", "PNG", "AVIF"])
@pytest.mark.parametrize(
    ("times", "fps", "vary"),
    [
        ([50] * 4, 20, False),
        ([2000, 50, 50, 50], 20, True),
        ([50, 50, 50, 3000], 20, True),
        ([30, 40, 30, 40], 28.6, False),
    ],
)
def test_animations_play_at_the_rate_of_most_frames(
    tmp_path: Path, kind: str, times: list[int], fps: float, vary: bool
) -> None:
    (tmp_path / "a").write_bytes(many(kind, duration=times))
    source = open_source(tmp_path / "a")
    assert source.info.fps == pytest.approx(fps, rel=0.01)
    assert any("vary" in note for note in source.notes) == vary


def test_the_film_is_read_not_the_thumbnail_before_it(tmp_path: Path) -> None:
    with av.open(str(tmp_path / "a.mkv"), "w") as container:
        sizes = [(320, 240), (64, 48), (32, 24)]
        streams = [container.add_stream("mpeg4", rate=25) for _ in sizes]
        for stream, size in zip(streams, sizes, strict=True):
            stream.width, stream.height, stream.pix_fmt = *size, "yuv420p"
        for stream, (width, height), count in zip(streams, sizes, (1, 6, 6), strict=True):
            for frame in gradient(count, height, width):
                container.mux(stream.encode(av.VideoFrame.from_ndarray(frame, format="rgb24")))
            container.mux(stream.encode(None))
    back, notes = read(tmp_path / "a.mkv")
    assert back.shape == (6, 48, 64, 3)
    assert "2 other video tracks and covers left out" in notes[0]


@pytest.mark.parametrize("name", ["a.mp4", "a.mkv", "a.avi"])
def test_ends_early_is_said_only_when_the_end_is_missing(tmp_path: Path, name: str) -> None:
    pictures = [av.VideoFrame.from_ndarray(f, "rgb24").reformat(format="yuv420p") for f in noise(12, 48, 64)]
    whole = h264(tmp_path / name, noise(12, 48, 64)) if name == "a.mp4" else lossless(tmp_path / name, pictures)
    if name == "a.mp4":
        shutil.move(whole, tmp_path / "b.mp4")
        with (
            av.open(str(tmp_path / "b.mp4")) as source,
            av.open(str(whole), "w", options={"movflags": "faststart"}) as target,
        ):
            stream = target.add_stream_from_template(source.streams.video[0])
            for packet in source.demux(video=0):
                if packet.size:
                    packet.stream = stream
                    target.mux(packet)
    kind = {"a.mp4": "mov", "a.mkv": "matroska", "a.avi": "avi"}[name]
    assert not end_is_missing(whole, kind)
    assert not any("early" in note for note in read(whole)[1])
    whole.write_bytes(whole.read_bytes()[: whole.stat().st_size * 2 // 3])
    back, notes = read(whole)
    assert 3 < len(back) < 12
    assert any(f"ends early: {len(back)} frames" in note for note in notes)


FOREIGN = (
    "@eaDir/a.png/S.png",
    ".ipynb_checkpoints/a.png",
    "__MACOSX/._a.png",
    ".thumbnails/a.png",
    ".a.png",
    "Thumbs.db",
)


@pytest.mark.parametrize("place", ["zip", "folder"])
def test_files_of_other_programs_are_left_out_with_a_note(tmp_path: Path, place: str) -> None:
    entries = {name: png(CLIP[0]) for name in (*FOREIGN, "in/2.png", "in/10.png", "in/1.png")}
    folder = tmp_path / "in"
    for name, data in entries.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(data)
    back, notes = read(zipped(tmp_path / "a.zip", entries) if place == "zip" else folder)
    assert len(back) == 3
    assert any(note.startswith("6 hidden") for note in notes)
    assert all(is_foreign(name) for name in FOREIGN)
    assert [[p.name for p in paths] for _, paths in sequences(folder)] == [["1.png", "2.png", "10.png"]]


def test_one_natural_order_by_path_whatever_the_numbers() -> None:
    names = ["b/1.png", "a/10.png", "a/9.png", f"a/{'9' * 5000}.png", f"a/{'9' * 4999}8.png", "a\\11.png", "A/2.png"]
    assert sorted(names, key=by_path) == ["A/2.png", "a/9.png", "a/10.png", "a\\11.png", names[4], names[3], "b/1.png"]


def test_given_names_decide_the_order_of_an_upload(tmp_path: Path) -> None:
    paths = [tmp_path / f"{key}.png" for key in "cab"]
    for path, frame in zip(paths, CLIP, strict=False):
        path.write_bytes(png(frame))
    back = np.stack(list(open_source(paths, names=["10.png", "9.png", "1.png"]).frames()))
    assert np.array_equal(back, CLIP[[2, 1, 0]])


@pytest.mark.filterwarnings("ignore:Duplicate name")
def test_one_name_six_times_in_a_zip_is_six_pictures(tmp_path: Path) -> None:
    import zipfile

    with zipfile.ZipFile(tmp_path / "a.zip", "w") as file:
        for frame in (*CLIP, *CLIP[:2]):
            file.writestr("a.png", png(frame))
    assert np.array_equal(read(tmp_path / "a.zip")[0], np.concatenate((CLIP, CLIP[:2])))


@pytest.mark.parametrize("shape", [(48, 64, 3), (48, 64, 4)])
def test_one_picture_as_an_array_is_refused_with_what_to_do(tmp_path: Path, shape: tuple[int, ...]) -> None:
    np.save(tmp_path / "a.npy", np.zeros(shape, np.uint8))
    with pytest.raises(ValueError, match=r"one picture; save it as \[1, H, W, 3\]"):
        open_source(tmp_path / "a.npy")


def test_a_folder_among_several_files_stands_for_its_pictures(tmp_path: Path) -> None:
    (tmp_path / "in").mkdir()
    for name, frame in zip(("in/2.png", "in/1.png", "z.png"), CLIP, strict=False):
        (tmp_path / name).write_bytes(png(frame))
    assert np.array_equal(read([tmp_path / "z.png", tmp_path / "in"])[0], CLIP[[1, 0, 2]])
