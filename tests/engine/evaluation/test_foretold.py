"""Moving digits foretold: a sequence is its seed's, rows are what they are called, errors those of OpenSTL's metric."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from engine.data.worlds import bounces
from engine.data.worlds.moving import AHEAD, SEEN
from engine.evaluation.foretold import foretell, mean_errors
from engine.model import Model, load_model
from engine.streaming.stream import open_stream


@pytest.fixture(scope="module")
def model() -> Model:
    return load_model("moving-64", device="cpu")


def test_a_sequence_is_the_same_for_everybody_and_another_for_another_seed() -> None:
    first = bounces.draw_bounces(7)
    bounces.draw_bounces.cache_clear()
    assert first.shape == (SEEN + AHEAD, bounces.SIDE, bounces.SIDE)
    assert torch.equal(first, bounces.draw_bounces(7))
    assert not torch.equal(first, bounces.draw_bounces(8))
    assert 0 <= first.min() < first.max() <= 1


@pytest.mark.parametrize("seed", [-1, 1_000_000])
def test_a_seed_outside_is_refused_in_a_sentence(seed: int) -> None:
    with pytest.raises(ValueError, match=r"The sequence is .*; give a number from 0 to 999,999"):
        bounces.draw_bounces(seed)


def test_rows_are_what_they_are_called(model: Model) -> None:
    frames, told = bounces.draw_bounces(7), foretell(model, 7)
    assert list(told) == ["moving-64", "last frame", "mean of the inputs", "mean image"]
    for each in told.values():
        by_hand = [float(((each.frames_PHW[p] - frames[SEEN + p]) ** 2).sum()) for p in range(AHEAD)]
        assert np.allclose(each.errors_P, by_hand, rtol=1e-5)
    assert torch.equal(told["last frame"].frames_PHW[4], frames[SEEN - 1])
    assert torch.allclose(told["mean of the inputs"].frames_PHW[0], frames[:SEEN].mean(0))
    assert told["mean image"].frames_PHW.unique(dim=0).shape[0] == 1


def test_a_memory_knows_of_the_frames_that_were_shown_alone(model: Model) -> None:
    frames = bounces.draw_bounces(7)[:SEEN, ..., None].numpy()
    stream = open_stream(model, height=bounces.SIDE, width=bounces.SIDE)
    for frame in frames:
        state = stream.push(frame)
    by_stream = model.predict(state, {"question": "frames"})
    assert np.allclose(by_stream, foretell(model, 7)["moving-64"].frames_PHW, atol=1e-5)


def test_the_bundled_memory_foretells_better_than_what_needs_none(model: Model) -> None:
    errors = {name: float(each.mean()) for name, each in mean_errors(model, range(16)).items()}
    assert errors["moving-64"] < 0.9 * min(error for name, error in errors.items() if name != "moving-64")
    assert errors["last frame"] > errors["mean image"], "copying is the worst of them"


def test_memories_of_other_worlds_are_refused_in_a_sentence() -> None:
    with pytest.raises(ValueError, match="lantern-64 takes frames of 24×36 pixels, these sequences have 32×32"):
        foretell(load_model("lantern-64", device="cpu"), 7)


def test_questions_of_another_world_are_refused_in_a_sentence(model: Model) -> None:
    memory = model.compress(bounces.draw_bounces(7)[:SEEN, ..., None].numpy())
    with pytest.raises(ValueError, match=r"there is no question 'room'; ask one of frames$"):
        model.predict(memory, {"question": "room"})
