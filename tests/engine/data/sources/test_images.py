"""Images of every kind come back upright, flat and in order; unusable ones are refused from their header."""

from __future__ import annotations

import struct
import zlib
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from engine.data.sources.opening import open_source
from tests.engine.data.made import encoded, noise, png, read


def test_folders_sort_naturally_and_count_what_is_no_image(tmp_path: Path) -> None:
    clip = noise(12, 8, 9)
    for number, frame in enumerate(clip):
        (tmp_path / f"f{number}.png").write_bytes(png(frame))
    (tmp_path / "notes.txt").write_text("hello")
    back, notes = read(tmp_path)
    assert np.array_equal(back, clip)
    assert notes == ["1 of the folder's 13 files are no images and were left out."]


def test_a_single_image_is_one_frame_at_ten_a_second(tmp_path: Path) -> None:
    (tmp_path / "a.png").write_bytes(png(noise(1, 8, 9)[0]))
    source = open_source(tmp_path / "a.png")
    assert (source.info.kind, source.info.frames, source.info.fps) == ("images", 1, 10)
    assert len(list(source.frames())) == 1


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "BMP", "TIFF", "WebP", "GIF"])
def test_content_decides_and_a_wrong_extension_is_said(tmp_path: Path, kind: str) -> None:
    (tmp_path / "a.mp4").write_bytes(encoded(Image.fromarray(noise(1, 8, 9)[0]), kind))
    back, notes = read(tmp_path / "a.mp4")
    assert back.shape == (1, 8, 9, 3)
    assert f"really {kind}" in notes[0]


def test_a_list_of_misnamed_images_is_said_once(tmp_path: Path) -> None:
    paths = [tmp_path / f"{i}.jpg" for i in range(3)]
    for path in paths:
        path.write_bytes(png(noise(1, 8, 9)[0]))
    assert read(paths)[1] == ["3 of 3 images are really of another format than their names say."]


def test_exif_orientation_turns_the_picture_upright(tmp_path: Path) -> None:
    picture = gradient_picture()
    exif = Image.Exif()
    exif[274] = 6
    (tmp_path / "a.png").write_bytes(encoded(picture, "PNG", exif=exif))
    source = open_source(tmp_path / "a.png")
    assert (source.info.height, source.info.width) == (30, 20)
    assert np.array_equal(next(iter(source.frames())), np.rot90(np.asarray(picture), -1))


def gradient_picture() -> Image.Image:
    """20 high, 30 wide."""
    return Image.fromarray(noise(1, 20, 30)[0])


@pytest.mark.parametrize("mode", ["RGBA", "LA", "PA"])
def test_transparency_is_flattened_on_black(tmp_path: Path, mode: str) -> None:
    picture = Image.new("RGBA", (8, 8), (200, 200, 200, 0)).convert("LA" if mode == "PA" else mode)
    kind = "TIFF" if mode == "PA" else "PNG"
    (tmp_path / "a.img").write_bytes(encoded(picture, kind))
    assert read(tmp_path / "a.img")[0].max() == 0


def test_sixteen_bit_grey_is_scaled_not_clipped(tmp_path: Path) -> None:
    (tmp_path / "a.png").write_bytes(png(np.full((4, 4), 128 << 8, np.uint16)))
    assert set(np.unique(read(tmp_path / "a.png")[0])) == {128}


def test_a_png_that_claims_a_huge_size_is_refused_before_decoding(tmp_path: Path) -> None:
    head = struct.pack(">IIBBBBB", 60_000, 60_000, 8, 2, 0, 0, 0)
    parts = [chunk(b"IHDR", head), chunk(b"IDAT", zlib.compress(bytes(100))), chunk(b"IEND", b"")]
    (tmp_path / "a.png").write_bytes(b"\x89PNG\r\n\x1a\n" + b"".join(parts))
    with pytest.raises(ValueError, match="8,192"):
        open_source(tmp_path / "a.png")


def chunk(name: bytes, data: bytes) -> bytes:
    """A PNG chunk."""
    return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))


def test_large_images_are_averaged_down_not_sampled(tmp_path: Path) -> None:
    stripes = np.zeros((64, 64, 3), np.uint8)
    stripes[:, ::2] = 255
    (tmp_path / "a.png").write_bytes(png(stripes))
    back, _ = read(tmp_path / "a.png", short_side=16)
    assert back.shape == (1, 16, 16, 3)
    assert abs(int(back[0, 8, 8, 0]) - 128) < 12


def test_a_tile_larger_than_the_sheet_is_refused_with_both_sizes(tmp_path: Path) -> None:
    (tmp_path / "a.png").write_bytes(png(noise(1, 20, 30)[0]))
    with pytest.raises(ValueError, match="30×20 pixels; no tile of 28"):
        open_source(tmp_path / "a.png", tile=28)


def test_grey_digits_that_fit_pass_unchanged_and_without_a_note(tmp_path: Path) -> None:
    digits = noise(3, 28, 28, 1)
    np.save(tmp_path / "a.npy", digits)
    back, notes = read(tmp_path / "a.npy", frame_shape=(28, 28, 1))
    assert np.array_equal(back, digits)
    assert notes == []


@pytest.mark.parametrize("shape", [(3, 8, 9), (3, 8, 9, 1), (3, 8, 9, 3)])
@pytest.mark.parametrize("kind", [np.uint8, np.float32, np.float64])
def test_arrays_of_every_shape_and_type_keep_their_brightness(tmp_path: Path, shape: tuple, kind: type) -> None:
    whole = np.random.default_rng(0).integers(0, 256, shape, dtype=np.uint8)
    np.save(tmp_path / "a.npy", whole if kind is np.uint8 else (whole / 255).astype(kind))
    back, _ = read(tmp_path / "a.npy")
    expected = whole if whole.ndim == 4 else whole[..., None]
    assert np.array_equal(back, np.broadcast_to(expected, back.shape))


@pytest.mark.parametrize(
    ("array", "words"),
    [
        (np.full((2, 4, 4), np.nan, np.float32), "NaN in frame 0"),
        (np.full((2, 4, 4), 20.0, np.float32), "from 20 to 20"),
        (np.full((2, 4, 4), -0.5, np.float32), "scale them"),
        (np.zeros((2, 4, 4), np.int64), "int64"),
        (np.zeros((4, 4), np.uint8), r"shape \[4, 4\]"),
        (np.zeros((2, 4, 4, 2), np.uint8), r"shape \[2, 4, 4, 2\]"),
        (np.zeros((0, 4, 4), np.uint8), "shape"),
        (np.zeros((1, 1, 9000), np.uint8), "9,000"),
        (np.array([{"a": 1}], dtype=object), "no plain array"),
    ],
)
def test_arrays_that_are_no_frames_are_refused_on_opening(tmp_path: Path, array: np.ndarray, words: str) -> None:
    np.save(tmp_path / "a.npy", array, allow_pickle=True)
    with pytest.raises(ValueError, match=words):
        open_source(tmp_path / "a.npy")


def test_a_cut_off_gif_gives_the_frames_it_has(tmp_path: Path) -> None:
    images = [Image.fromarray(f) for f in noise(6, 32, 32)]
    data = encoded(images[0], "GIF", save_all=True, append_images=images[1:], duration=50)
    (tmp_path / "a.gif").write_bytes(data[: len(data) // 2])
    try:
        assert 1 <= len(read(tmp_path / "a.gif")[0]) < 6
    except ValueError as error:
        assert "\n" not in str(error)


def test_uneven_gif_times_are_said(tmp_path: Path) -> None:
    images = [Image.fromarray(f) for f in noise(3, 16, 16)]
    images[0].save(tmp_path / "a.gif", save_all=True, append_images=images[1:], duration=[50, 50, 400])
    assert any("vary" in note for note in read(tmp_path / "a.gif")[1])


def test_animated_webp_gives_its_frames(tmp_path: Path) -> None:
    images = [Image.fromarray(f) for f in noise(3, 16, 16)]
    images[0].save(tmp_path / "a.webp", save_all=True, append_images=images[1:], duration=50, lossless=True)
    assert np.array_equal(read(tmp_path / "a.webp")[0], noise(3, 16, 16))


@pytest.mark.parametrize("options", [{"short_side": 0}, {"tile": 0}, {"first": -1}, {"first": 3, "last": 3}])
def test_settings_that_make_no_sense_are_refused(tmp_path: Path, options: dict[str, int]) -> None:
    (tmp_path / "a.png").write_bytes(png(noise(1, 8, 9)[0]))
    with pytest.raises(ValueError):
        open_source(tmp_path / "a.png", **options)


def test_a_video_among_several_files_is_refused_by_name(tmp_path: Path) -> None:
    (tmp_path / "a.png").write_bytes(png(noise(1, 8, 9)[0]))
    (tmp_path / "b.mp4").write_bytes(bytes(100))
    with pytest.raises(ValueError, match=r"b\.mp4 is no image"):
        open_source([tmp_path / "a.png", tmp_path / "b.mp4"])


def test_an_empty_folder_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="no images"):
        open_source(tmp_path)
