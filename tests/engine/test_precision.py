"""A memory's floats as float32, float16 or in 8 bits: bytes as stated, errors as allowed, index floats exact, and files
that say what they are and come back as they were.
"""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch
from safetensors import safe_open
from safetensors.torch import save_file

from engine.__main__ import main
from engine.evaluation.storage import precision_costs
from engine.memory import LESS_PRECISE, Memory
from engine.model import Model, load_model
from engine.precision import BLOCK, PRECISIONS, packed, rounded, stored_bytes, unpacked
from tests.engine.tiny import FLAT, frames, tiny_model

LEFT_OUT = {"float32": 0.0, "float16": 2**-11, "8bit": 0.51 / 127}
"""largest error of a float, as a share of the largest in its block"""


@pytest.fixture(scope="module")
def video() -> Model:
    """The bundled model whose slots share their floats."""
    return load_model("video-16", device="cpu")


@pytest.fixture(scope="module")
def clip() -> np.ndarray:
    """A window and a tail of moving shades, uint8 [20, 40, 48, 3]."""
    row, column = np.mgrid[:40, :48]
    return np.stack([np.stack(((row * 4 + 9 * t) % 256, column * 5, row + column), -1) for t in range(20)]).astype("u1")


@pytest.mark.parametrize("precision", PRECISIONS)
@pytest.mark.parametrize("exact", [0, 18])
def test_stored_floats_take_their_bytes_and_come_back_as_exact_as_they_allow(precision: str, exact: int) -> None:
    states = torch.randn(2, 9, 50, generator=torch.Generator().manual_seed(0))
    states.view(2, -1)[:, :exact] = torch.arange(exact) * 100.0
    parts = packed(states, precision, exact)
    assert sum(part.numel() * part.element_size() for part in parts.values()) == stored_bytes(
        (2, 9, 50), precision, exact
    )
    back = unpacked(parts, (2, 9, 50), precision, exact)
    assert back.shape == states.shape and torch.equal(back.view(2, -1)[:, :exact], states.view(2, -1)[:, :exact])
    rest, kept = (x.flatten(1)[:, exact:] if exact else x.mT.flatten(1) for x in (states, back))
    for first in range(0, rest.shape[1], BLOCK):
        here = slice(first, first + BLOCK)
        assert (kept[:, here] - rest[:, here]).abs().max() <= LEFT_OUT[precision] * rest[:, here].abs().max() * 1.01


def test_rounding_what_was_rounded_changes_nothing() -> None:
    once = rounded(torch.randn(3, 7, 40), "8bit", 14)
    assert torch.equal(rounded(once, "8bit", 14), once)


@pytest.mark.parametrize("largest", [1e-7, 1e-6, 1e-5, 1e-4, 1e-3, 1e-2])
def test_blocks_too_small_for_an_exact_scale_are_packed_the_same_when_packed_again(largest: float) -> None:
    generator = torch.Generator().manual_seed(3)
    states_NSC = largest * (2 * torch.rand(200, 8, 24, generator=generator) - 1)
    once = rounded(states_NSC, "8bit", 0)
    assert torch.equal(rounded(once, "8bit", 0), once)
    assert torch.equal(packed(once, "8bit", 0)["scales"], packed(states_NSC, "8bit", 0)["scales"])


def test_a_float_beyond_half_precision_is_refused() -> None:
    with pytest.raises(ValueError, match="a float that float16 cannot; store it as float32"):
        packed(torch.full((1, 2, 3), 1e6), "float16", 0)


@pytest.mark.parametrize("precision", PRECISIONS)
@pytest.mark.parametrize("merges", [0, 2, 4])
def test_a_file_says_its_precision_and_comes_back_as_it_was(
    video: Model, clip: np.ndarray, tmp_path: Path, precision: str, merges: int
) -> None:
    memory = video.compress(clip, merges, precision=precision)
    memory.save(tmp_path / "a.imfn")
    facts = video.compress_stream(iter((clip[:16], clip[16:])), tmp_path / "b.imfn", merges, precision=precision)
    for name in "ab":
        back = Memory.load(tmp_path / f"{name}.imfn")
        assert back.precision == precision
        assert torch.allclose(back.states_MSC, memory.states_MSC, atol=1e-5)
        assert video.reconstruct(back).shape == clip.shape
    size = stored_bytes(
        tuple(memory.states_MSC.shape), precision, video.exact_floats(merges, memory.states_MSC.shape[1])
    )
    assert size < (tmp_path / "a.imfn").stat().st_size < size + 1200
    assert facts.get("precision", "float32") == precision


def test_a_file_of_float32_is_as_earlier_versions_wrote_it(video: Model, clip: np.ndarray, tmp_path: Path) -> None:
    video.compress(clip[:16]).save(tmp_path / "a.imfn")
    with safe_open(tmp_path / "a.imfn", "pt") as file:
        assert file.metadata()["format"] == "imfn-memory-1"
        assert not {"precision", "exact"} & set(json.loads(file.metadata()["memory"]))


def test_half_precision_and_8_bits_lose_little_at_16_to_1(video: Model, clip: np.ndarray) -> None:
    whole, half, byte = precision_costs(video, clip[:16], 4)
    assert whole["lost"] == 0 and half["lost"] <= 0.05 and byte["lost"] <= 1
    assert whole["bytes"] == 2 * half["bytes"] > 3.5 * byte["bytes"]


@pytest.mark.parametrize("precision", ["float16", "8bit"])
def test_flat_memories_are_stored_less_precisely_too(tmp_path: Path, precision: str) -> None:
    model, clip = tiny_model(tmp_path, FLAT), frames(8, 4, 4, 1)
    memory = model.compress(clip, precision=precision)
    memory.save(tmp_path / "flat.imfn")
    assert torch.allclose(Memory.load(tmp_path / "flat.imfn").states_MSC, memory.states_MSC, atol=1e-5)


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"precision": "9bit"}, "damaged"),
        ({"exact": -1}, "damaged"),
        ({"exact": 10**9}, "damaged"),
        ({"shape": [1, 30]}, "damaged"),
        ({"shape": [1, "30", 192]}, "damaged"),
        ({"precision": "float32"}, "damaged"),
    ],
)
def test_a_header_that_fits_no_file_is_refused(
    video: Model, clip: np.ndarray, tmp_path: Path, change: dict, sentence: str
) -> None:
    memory = video.compress(clip[:16], precision="8bit")
    facts = {**memory.facts, "shape": list(memory.states_MSC.shape), **change}
    parts = {name: part.contiguous() for name, part in packed(memory.states_MSC, "8bit", memory.exact).items()}
    save_file(parts, tmp_path / "bad.imfn", {"format": LESS_PRECISE, "memory": json.dumps(facts)})
    with pytest.raises(ValueError, match=sentence):
        Memory.load(tmp_path / "bad.imfn")


def test_other_index_floats_than_the_model_has_are_refused(video: Model, clip: np.ndarray) -> None:
    memory = replace(video.compress(clip[:16], precision="8bit"), exact=30)
    with pytest.raises(ValueError, match="other index floats than the model has"):
        next(video.reconstruct_windows(memory))


def test_an_unknown_precision_is_refused(video: Model, clip: np.ndarray) -> None:
    with pytest.raises(ValueError, match="precision is '2bit', choose one of float32, float16, 8bit"):
        video.compress(clip[:16], precision="2bit")


def test_the_command_says_bytes_and_loss_before_it_writes(
    clip: np.ndarray, tmp_path: Path, capsys: pytest.CaptureFixture
) -> None:
    np.save(tmp_path / "clip.npy", clip)
    out = tmp_path / "clip.imfn"
    given = [str(tmp_path / "clip.npy"), "--model", "video-16", "--precision", "8bit", "--out", str(out), "--json"]
    assert main(["compress", *given]) == 0
    printed = capsys.readouterr()
    assert [line.split(":")[0].strip() for line in printed.err.splitlines()[-3:]] == [*PRECISIONS]
    result = json.loads(printed.out)
    assert result["precision"] == "8bit" == Memory.load(out).precision
    assert result["bytes"] < result["precisions"][1]["bytes"] * 2
