"""A stream without end: the state never grows, all frames stay recoverable, forks and files go on to the same bits."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
import torch
from safetensors import safe_open
from safetensors.torch import save_file

from engine.model import Model, load_model
from engine.streaming.bounded import FORMAT, BoundedMemory, read_facts

SIDE = 16


@pytest.fixture(scope="module")
def model() -> Model:
    """The bundled model whose slots share their floats."""
    return load_model("video-16", device="cpu")


def frame(number: int) -> np.ndarray:
    """A picture that changes slowly, uint8 [16, 16, 3]."""
    row, column = np.mgrid[:SIDE, :SIDE]
    waves = np.stack(
        [np.sin(row / 5 + number / 40), np.cos(column / 4 - number / 60), np.sin(number / 90) + 0 * row], -1
    )
    return np.uint8(127 + 100 * waves)


def streamed(model: Model, count: int, roots: int = 4, padding: str = "skip") -> BoundedMemory:
    """The memory after so many frames."""
    memory = BoundedMemory(model, height=SIDE, width=SIDE, roots=roots, padding=padding)
    for number in range(count):
        memory.push(frame(number))
    return memory


@pytest.fixture(scope="module")
def long(model: Model) -> BoundedMemory:
    """Twelve windows and a bit in at most four roots."""
    return streamed(model, 199)


def states(memory: BoundedMemory) -> list[torch.Tensor]:
    """Everything that is kept, in order."""
    lefts = [left for left in memory.window.lefts if left is not None]
    return [*(root.state_SC for root in memory.roots), *lefts, memory.window.root]


def same(one: BoundedMemory, other: BoundedMemory) -> bool:
    """Whether two memories hold the same bits."""
    pairs = list(zip(states(one), states(other), strict=True))
    return one.count == other.count and all(torch.equal(a, b) for a, b in pairs)


@pytest.mark.slow
def test_the_state_never_exceeds_its_stated_floats(model: Model) -> None:
    memory = BoundedMemory(model, height=SIDE, width=SIDE, roots=4)
    for number in range(199):
        memory.push(frame(number))
        assert memory.floats <= memory.most_floats == (4 + 4 + 1) * memory.state_floats
    assert len(memory.roots) == 4


def test_spans_cover_the_stream_and_grow_with_age(long: BoundedMemory) -> None:
    ends = [root.first + root.stride * 16 for root in long.roots]
    assert [root.first for root in long.roots] == [0, *ends[:-1]]
    assert ends[-1] == 192
    strides = [root.stride for root in long.roots]
    assert strides == sorted(strides, reverse=True) and strides[0] > 1


def test_every_age_is_recoverable_and_the_newest_best(long: BoundedMemory) -> None:
    errors = {age: np.square(long.recover(age) - frame(198 - age) / 255).mean() for age in (0, 3, 20, 100, 198)}
    assert errors[0] < 1e-3 and errors[20] < 3e-3
    assert max(errors.values()) < 0.02
    assert errors[0] <= errors[198]


@pytest.mark.parametrize("age", [-1, 199])
def test_a_frame_that_never_came_is_refused(long: BoundedMemory, age: int) -> None:
    with pytest.raises(ValueError, match=f"age is {age}; the stream has had 199 frames"):
        long.recover(age)


@pytest.mark.slow
def test_a_fork_goes_on_and_a_rollback_gives_the_same_bits(model: Model) -> None:
    memory = streamed(model, 70)
    kept = memory.fork()
    for number in range(200, 240):
        memory.push(frame(number))
    assert not same(memory, kept)
    again = kept.fork()
    for number in range(200, 240):
        again.push(frame(number))
    assert same(again, memory)
    assert same(kept, streamed(model, 70))


@pytest.mark.slow
@pytest.mark.parametrize("count", [5, 64, 199])
def test_a_saved_stream_opens_with_the_same_bits_and_goes_on(model: Model, tmp_path: Path, count: int) -> None:
    memory = streamed(model, count)
    memory.save(tmp_path / "a.imfn-stream")
    opened = BoundedMemory.open(tmp_path / "a.imfn-stream", model)
    assert same(opened, memory) and opened.floats == memory.floats
    for each in (memory, opened):
        for number in range(count, count + 20):
            each.push(frame(number))
    assert same(opened, memory)


@pytest.mark.parametrize("count", [0, 5, 22])
def test_the_padding_of_an_open_window_can_be_another_bit_for_bit(model: Model, tmp_path: Path, count: int) -> None:
    black = streamed(model, count, padding="zeros")
    skip = streamed(model, count)
    assert all(torch.equal(a.state_SC, b.state_SC) for a, b in zip(black.roots, skip.roots, strict=True))
    black.save(tmp_path / "a.imfn-stream")
    for padding, like in (("skip", skip), ("zeros", black)):
        opened = BoundedMemory.open(tmp_path / "a.imfn-stream", model, padding)
        assert torch.equal(opened.window.root, like.window.root)
        for number in range(count, count + 12):
            opened.push(frame(number))
            like.push(frame(number))
            assert torch.equal(opened.window.root, like.window.root)


def test_the_facts_of_a_file_are_read_without_its_states(model: Model, tmp_path: Path) -> None:
    streamed(model, 40).save(tmp_path / "a.imfn-stream")
    facts = read_facts(tmp_path / "a.imfn-stream")
    assert (facts.model, facts.height, facts.width, facts.most, facts.count) == ("video-16", SIDE, SIDE, 4, 40)
    assert facts.spans == [(0, 1), (16, 1)]


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"count": float("inf")}, "no whole number"),
        ({"roots": [[0, float("nan")]]}, "no whole number"),
        ({"count": 41}, "names a zone that is not there"),
        ({"count": 5000}, "do not add up"),
        ({"roots": [[16, 1], [0, 1]]}, "do not follow"),
        ({"roots": [[0, 3], [48, 1]]}, "do not follow"),
        ({"fingerprint": "other"}, "cannot be read with video-16"),
        ({"most": 1}, "roots is 1"),
        ({"shape": ["a"]}, "no readable"),
    ],
)
def test_a_damaged_stream_is_refused(model: Model, tmp_path: Path, change: dict, sentence: str) -> None:
    streamed(model, 40).save(tmp_path / "a.imfn-stream")
    with safe_open(tmp_path / "a.imfn-stream", "pt") as file:
        tensors = {name: file.get_tensor(name) for name in file.keys()}  # noqa: SIM118 - no mapping
        facts = json.loads(file.metadata()["stream"])
    save_file(tensors, tmp_path / "b.imfn-stream", {"format": FORMAT, "stream": json.dumps({**facts, **change})})
    with pytest.raises(ValueError, match=sentence):
        BoundedMemory.open(tmp_path / "b.imfn-stream", model)


def test_a_stream_whose_open_window_lacks_a_state_is_refused(model: Model, tmp_path: Path) -> None:
    streamed(model, 24).save(tmp_path / "a.imfn-stream")
    with safe_open(tmp_path / "a.imfn-stream", "pt") as file:
        tensors, metadata = {name: file.get_tensor(name) for name in file.keys()}, file.metadata()  # noqa: SIM118
    del tensors["left.3"]
    save_file(tensors, tmp_path / "b.imfn-stream", metadata)
    with pytest.raises(ValueError, match="a state of its open window is missing"):
        BoundedMemory.open(tmp_path / "b.imfn-stream", model)


def test_a_stream_that_its_roots_cannot_reach_ends_in_a_sentence(model: Model) -> None:
    with pytest.raises(ValueError, match="keeps 4 to 40"):
        BoundedMemory(model, height=SIDE, width=SIDE, roots=3)
    with pytest.raises(ValueError, match="keeps no levels"):
        BoundedMemory(load_model("digits-128-frame"), height=28, width=28)
