"""The public calls: frames in = frames out, files are enough, foreign and damaged files are refused."""

from pathlib import Path

import numpy as np
import pytest
import torch

from engine import Memory
from engine.checkpoints import load_tree
from engine.model import load_model
from tests.engine.tiny import FLAT, frames, tiny_model


@pytest.mark.parametrize("count", [1, 2, 3, 4, 5, 7, 8, 11])
@pytest.mark.parametrize("merges", [0, 1, 2])
def test_as_many_frames_come_back_as_went_in(tmp_path: Path, count: int, merges: int) -> None:
    model = tiny_model(tmp_path)
    memory = model.compress(frames(count), merges)
    assert model.reconstruct(memory).shape == (count, 10, 7, 3)


def test_a_full_window_keeps_exactly_its_share_of_floats(tmp_path: Path) -> None:
    model = tiny_model(tmp_path)
    for merges in range(3):
        assert model.compress(frames(8, 8, 8), merges).ratio == 2**merges


def test_a_saved_memory_reconstructs_the_same_frames(tmp_path: Path) -> None:
    model = tiny_model(tmp_path)
    memory = model.compress(frames(6), fps=23.976, name="Größe 1.mp4")
    memory.save(tmp_path / "m.imfn")
    loaded = Memory.load(tmp_path / "m.imfn")
    assert loaded.facts == memory.facts
    assert np.array_equal(model.reconstruct(loaded), model.reconstruct(memory))
    assert (tmp_path / "m.imfn").stat().st_size <= 4 * memory.floats + 8192


def test_streaming_writes_the_very_file_that_compress_saves(tmp_path: Path) -> None:
    model, clip = tiny_model(tmp_path), frames(10)
    model.compress(clip, 1, name="a").save(tmp_path / "whole.imfn")
    model.compress_stream((clip[i : i + 4] for i in range(0, 10, 4)), tmp_path / "stream.imfn", 1, name="a")
    assert (tmp_path / "whole.imfn").read_bytes() == (tmp_path / "stream.imfn").read_bytes()


def test_floats_in_0_1_and_bytes_give_the_same_memory(tmp_path: Path) -> None:
    model, clip = tiny_model(tmp_path), frames(4)
    as_floats = model.compress(clip.astype(np.float32) / 255)
    assert torch.allclose(as_floats.states_MSC, model.compress(clip).states_MSC, atol=1e-6)


@pytest.mark.parametrize(
    ("bad", "words"),
    [
        (np.full((2, 4, 4, 3), np.nan), "NaN"),
        (np.full((2, 4, 4, 3), 3.0), "3"),
        (np.zeros((0, 4, 4, 3), np.uint8), "at least one frame"),
        (np.zeros((4, 4, 3), np.uint8), "expected"),
        (np.zeros((2, 4, 4, 1), np.uint8), "3 colours"),
        (np.zeros((2, 4, 4, 3), np.int64), "int64"),
    ],
)
def test_frames_that_cannot_be_compressed_are_named(tmp_path: Path, bad: np.ndarray, words: str) -> None:
    with pytest.raises(ValueError, match=words):
        tiny_model(tmp_path).compress(bad)


def test_merges_beyond_the_root_are_refused(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="merges is 3, tiny has 0 to 2"):
        tiny_model(tmp_path).compress(frames(4), 3)


def test_a_memory_from_another_checkpoint_is_refused(tmp_path: Path) -> None:
    memory = tiny_model(tmp_path, seed=1, name="other").compress(frames(4))
    with pytest.raises(ValueError, match="made by other"):
        tiny_model(tmp_path).reconstruct(memory)


@pytest.mark.parametrize("damage", ["cut", "noise", "empty", "nan", "header"])
def test_a_damaged_memory_file_is_refused(tmp_path: Path, damage: str) -> None:
    path = tmp_path / "m.imfn"
    tiny_model(tmp_path).compress(frames(4)).save(path)
    data = bytearray(path.read_bytes())
    if damage == "cut":
        data = data[: len(data) // 2]
    elif damage == "noise":
        data = bytearray(b"not a memory at all" * 10)
    elif damage == "empty":
        data = bytearray()
    elif damage == "nan":
        data[-4:] = np.float32(np.nan).tobytes()
    else:
        data = bytearray(bytes(data).replace(b'\\"frames\\": 4', b'\\"frames\\": 9'))
    path.write_bytes(bytes(data))
    with pytest.raises(ValueError, match=r"."):
        Memory.load(path)


def test_a_checkpoint_with_a_pickle_in_it_is_refused(tmp_path: Path) -> None:
    tiny_model(tmp_path)
    (tmp_path / "tiny" / "optimizer.pt").write_bytes(b"\x80\x04.")
    with pytest.raises(ValueError, match=r"refused: optimizer\.pt"):
        load_model(str(tmp_path / "tiny"))


def test_a_checkpoint_whose_weights_are_missing_or_wrong_says_so(tmp_path: Path) -> None:
    tiny_model(tmp_path)
    weights = tmp_path / "tiny" / "model.safetensors"
    weights.write_bytes(b"garbage")
    with pytest.raises(ValueError, match="cannot be used"):
        load_tree(tmp_path / "tiny")
    weights.unlink()
    with pytest.raises(ValueError, match=r"no model.safetensors"):
        load_tree(tmp_path / "tiny")


def test_a_flat_model_takes_one_size_only(tmp_path: Path) -> None:
    model = tiny_model(tmp_path, FLAT)
    assert model.reconstruct(model.compress(frames(9, 4, 4, 1))).shape == (9, 4, 4, 1)
    with pytest.raises(ValueError, match="28×28×1"):
        model.compress(frames(2, 28, 28, 1))
