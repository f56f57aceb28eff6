"""Moving digits as the server answers them."""

from __future__ import annotations

import base64

import numpy as np
import pytest

from app.server.rpc import Visitor
from app.sessions.foretold import Foretellings, ForetellRequest, moving_names
from app.sessions.predict import offered
from engine.data.worlds.bounces import draw_bounces

ANN = Visitor(key="ann", session="a")


@pytest.fixture(scope="module")
def foretellings() -> Foretellings:
    return Foretellings()


def pixels(text: str) -> np.ndarray:
    """The frames of a row."""
    return np.frombuffer(base64.b64decode(text), np.uint8).reshape(-1, 32, 32)


def test_a_sequence_is_answered_with_its_end_and_what_was_said_of_it(foretellings: Foretellings) -> None:
    answer = foretellings.foretell(ANN, ForetellRequest(seed=7))
    frames = (255 * draw_bounces(7)).round().byte().numpy()
    assert (pixels(answer.seen) == frames[:10]).all()
    assert (pixels(answer.truth) == frames[10:]).all()
    assert [row.name for row in answer.rows] == [*moving_names(), "last frame", "mean of the inputs", "mean image"]
    assert [row.floats for row in answer.rows] == [64, None, None, None]
    for row in answer.rows:
        assert pixels(row.frames).shape == (10, 32, 32)
        assert len(row.errors) == len(row.usual) == 10
        by_hand = ((pixels(row.frames) / 255 - frames[10:] / 255) ** 2).sum((1, 2))
        assert np.allclose(row.errors, by_hand, rtol=0.02, atol=0.1), "pictures travel as bytes"


def test_the_mean_over_other_sequences_does_not_depend_on_the_one_that_is_shown(foretellings: Foretellings) -> None:
    first, second = (foretellings.foretell(ANN, ForetellRequest(seed=seed)) for seed in (7, 8))
    assert [row.usual for row in first.rows] == [row.usual for row in second.rows]
    assert [row.errors for row in first.rows] != [row.errors for row in second.rows]


def test_a_sequence_that_there_is_not_is_refused_in_a_sentence(foretellings: Foretellings) -> None:
    with pytest.raises(ValueError, match="The sequence is 1000000; give a number from 0 to 999,999"):
        foretellings.foretell(ANN, ForetellRequest(seed=1_000_000))


def test_the_board_offers_memories_of_rooms_alone() -> None:
    assert moving_names()
    assert not {*moving_names()} & {*offered()}
