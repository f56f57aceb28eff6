"""Rounds as the server answers them: every question names the whole round, so nothing is lost with the server."""

from __future__ import annotations

import base64
import json
import shutil
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from app.server.owners import Owners
from app.server.rpc import Visitor
from app.sessions import predict
from app.sessions.predict import PlayRequest, Predictions, WalkRequest, offered
from app.sessions.runs import RunRequest
from engine.checkpoints import BUNDLED
from engine.jobs import Jobs

ANN = Visitor(key="ann", session="a")
WALK = WalkRequest(seed=7, moves="rrddll", digit=4)


@pytest.fixture(scope="module")
def predictions() -> Predictions:
    """One server for all that only ask."""
    return Predictions()


SHOWN = ["lantern-64", "lantern-64-copy", "lantern-64-gru"]
"""what is shown unless somebody chooses another third"""


def pixels(text: str) -> np.ndarray:
    """The bytes of a picture."""
    return np.frombuffer(base64.b64decode(text), np.uint8)


def test_a_walk_is_answered_with_what_every_memory_believes(predictions: Predictions) -> None:
    answer = predictions.walk(ANN, WALK)
    assert (answer.step, answer.steps, len(answer.poses)) == (7, 32, 7)
    assert [belief.name for belief in answer.beliefs] == SHOWN
    assert pixels(answer.frame).shape == (24 * 36,)
    lags, truth = pixels(answer.lags), pixels(answer.truth)
    assert {*range(7)} >= {*lags.tolist()} - {255}
    for belief in answer.beliefs:
        assert pixels(belief.room).shape == truth.shape == (24 * 24,)
        assert pixels(belief.memory).shape == (64,)
        assert belief.skill < 1
        assert belief.old is None, "nothing was lit more than ten frames ago"
        assert 0 <= belief.door <= 1


def test_another_memory_can_stand_beside_the_two_that_are_always_shown(predictions: Predictions) -> None:
    usual, thirds = predictions.walk(ANN, WALK), offered()[2:]
    assert thirds == ["lantern-64-gru", "lantern-64-joint", "lantern-64-student"]
    for third in thirds:
        beliefs = predictions.walk(ANN, replace(WALK, third=third)).beliefs
        assert [belief.name for belief in beliefs] == [*SHOWN[:2], third]
        assert beliefs[:2] == usual.beliefs[:2]
    for third in ("lantern-64", "video-16", "../lantern-64-gru"):
        with pytest.raises(ValueError, match="choose one of lantern-64-gru, lantern-64-joint, lantern-64-student"):
            predictions.walk(ANN, replace(WALK, third=third))
        with pytest.raises(ValueError, match="There is no memory"):
            predictions.play(ANN, PlayRequest(third=third))


def test_a_server_that_knows_nothing_answers_the_same(predictions: Predictions) -> None:
    assert Predictions().walk(ANN, WALK) == predictions.walk(ANN, WALK)


def test_one_more_move_is_one_push_and_an_undo_none(monkeypatch: pytest.MonkeyPatch) -> None:
    predictions, pushed, after = Predictions(), [], predict.Step.after
    monkeypatch.setattr(predict.Step, "after", lambda step, *given: pushed.append(1) or after(step, *given))
    counts = []
    for moves in ("rrdd", "rrddl", "rrdd", "rrddu"):
        before = len(pushed)
        predictions.walk(ANN, replace(WALK, moves=moves))
        counts.append((len(pushed) - before) // len(SHOWN))
    assert counts == [5, 1, 0, 1]


def test_steps_are_forgotten_when_there_are_too_many_and_made_again(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(predict, "STEPS", 4)
    predictions = Predictions()
    first = predictions.walk(ANN, WALK)
    assert len(predictions.kept) == 4
    predictions.walk(ANN, replace(WALK, seed=8))
    assert predictions.walk(ANN, WALK) == first


def test_the_screen_changes_frames_and_no_truth(predictions: Predictions) -> None:
    on, off = predictions.walk(ANN, WALK), predictions.walk(ANN, replace(WALK, distractor=False))
    assert on.truth == off.truth
    assert on.frame != off.frame
    assert not pixels(off.frame).reshape(24, 36)[:12, 24:].any()


def test_memories_play_rooms(predictions: Predictions, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(predict, "ROOMS", 3)
    found = predictions.play(ANN, PlayRequest(first=999_999))
    assert found.names == SHOWN
    assert all(0 <= right <= found.rooms <= 3 for right in found.right)


@pytest.mark.slow
def test_a_training_s_memory_is_read_by_a_probe_that_is_fitted_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "mine"
    shutil.copytree(BUNDLED / "lantern-64-gru", folder)
    (folder / "probe.safetensors").unlink()
    card = json.loads((folder / "card.json").read_text())
    (folder / "card.json").write_text(json.dumps({name: value for name, value in card.items() if name != "probe"}))
    monkeypatch.setattr(predict, "PROBE_ROOMS", 64)
    predictions, own = Predictions(owners=Owners(Jobs(tmp_path / "home"))), replace(WALK, run=str(folder))
    with pytest.raises(ValueError, match="has no probe that reads its memories"):
        predictions.walk(ANN, own)
    predictions.prepare(ANN, RunRequest(run=str(folder)))
    written = (folder / "probe.safetensors").stat().st_mtime_ns
    predictions.prepare(ANN, RunRequest(run=str(folder)))
    assert (folder / "probe.safetensors").stat().st_mtime_ns == written
    assert [belief.name for belief in predictions.walk(ANN, own).beliefs] == [*SHOWN, str(folder)]
    for other, data in (("digits-128-linear", "digits"), ("moving-64", "moving")):
        with pytest.raises(ValueError, match=f"{other} was trained on {data}, and the board asks memories of Lantern"):
            predictions.prepare(ANN, RunRequest(run=other))
        with pytest.raises(ValueError, match=f"{other} was trained on {data}"):
            predictions.walk(ANN, replace(WALK, run=other))


def test_rooms_are_played_for_one_visitor_at_a_time(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(predict, "PATIENCE", 0.01)
    predictions = Predictions()
    with predictions.playing, pytest.raises(ValueError, match="playing for others; try again"):
        predictions.play(ANN, PlayRequest())


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        ({"moves": "r" * 32}, "a round has 32 frames"),
        ({"moves": "RIGHT"}, "give letters of slrud"),
        ({"seed": -1}, "from 0 to 999,999"),
        ({"digit": 10}, "give one from 0 to 9"),
    ],
)
def test_what_cannot_be_walked_gets_a_sentence_and_the_round_goes_on(
    predictions: Predictions, wrong: dict, words: str
) -> None:
    with pytest.raises(ValueError, match=words):
        predictions.walk(ANN, replace(WALK, **wrong))
    assert predictions.walk(ANN, WALK).step == 7


def test_strangers_ask_bundled_memories_alone(predictions: Predictions, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("IMFN_PUBLIC", "1")
    with pytest.raises(ValueError, match="bundled memories alone"):
        predictions.walk(ANN, replace(WALK, run="/etc"))
