"""Walks through Lantern rooms on the Trajectory tab: their names, who follows them, what the browser gets of them."""

from __future__ import annotations

import base64
import json

import numpy as np
import pytest
from safetensors.numpy import load_file

from app.server.models import model
from app.sessions.sequences import chosen_sequences
from app.sessions.trajectory import TrajectorySession, TrajectorySettings
from app.sessions.walks import NO_WALK, checked_follower, followers, is_walk, walk_of
from engine.checkpoints import student_of
from engine.data.worlds.rounds import Walk


def session(chosen: str, *, by: str = "", count: int = 1) -> TrajectorySession:
    """A walk that was followed and read back."""
    settings = TrajectorySettings(sequences=str(count), by=by, padding="skip")
    sequences, name = chosen_sequences(chosen, None, count, by)
    made = TrajectorySession(model(name), student_of(name), sequences, settings, chosen)
    made.read_back()
    return made


@pytest.mark.parametrize(
    ("name", "walk"),
    [
        ("lantern.7", Walk(seed=7)),
        ("lantern.7.rrdd", Walk(seed=7, moves="rrdd")),
        ("lantern.7.off", Walk(seed=7, screen=False)),
        ("lantern.0.s.off", Walk(seed=0, moves="s", screen=False)),
    ],
)
def test_a_name_says_the_walk(name: str, walk: Walk) -> None:
    assert is_walk(name) and walk_of(name) == walk


@pytest.mark.parametrize(
    ("name", "sentence"),
    [
        ("lantern.", NO_WALK),
        ("lantern.x", NO_WALK),
        ("lantern.7..off", NO_WALK),
        ("lantern.7.rr.on", NO_WALK),
        ("lantern.9999999", "The room is 9999999"),
        ("lantern.7.rz", "The moves have a 'z'"),
        ("lantern.7." + "r" * 32, "These are 32 moves"),
    ],
)
def test_a_name_that_stands_for_no_walk_is_said_in_a_sentence(name: str, sentence: str) -> None:
    with pytest.raises(ValueError, match=sentence) as caught:
        chosen_sequences(name, None, 1)
    assert len(str(caught.value)) <= 400


def test_trees_and_baselines_follow_and_students_go_beside_them() -> None:
    names = [each["name"] for each in followers()]
    assert names[0] == "lantern-64" == checked_follower("") and "lantern-64-gru" in names
    assert "lantern-64-student" not in names
    with pytest.raises(ValueError, match="There is no memory 'digits-128'"):
        checked_follower("digits-128")


def test_several_walks_begin_with_the_chosen_one_and_go_through_other_rooms() -> None:
    found, _ = chosen_sequences("lantern.999998.rr.off", None, 4)
    assert [sequence.walk.seed for sequence in found] == [999_998, 999_999, 0, 1]
    assert found[0].name == "room 999998, 2 moves, no screen"
    assert not any(sequence.walk.screen for sequence in found)


def test_tree_and_student_follow_a_walk_and_are_asked_what_they_believe() -> None:
    made = session("lantern.7", count=2)
    payload = made.payload()
    assert (payload["model"], payload["student"], payload["called"]) == ("lantern-64", "lantern-64-student", "tree")
    assert payload["padding"] == "zeros", "memories of walks know black frames alone"
    assert [walk["seed"] for walk in payload["walks"]] == [7, 8]
    assert len(payload["walks"][0]["poses"]) == payload["count"] == 32
    for beliefs in payload["memories"]["beliefs"]:
        for believed in beliefs.values():
            rooms = np.frombuffer(base64.b64decode(believed["rooms"]), np.uint8).reshape(32, 24, 24)
            assert len(believed["skill"]) == 32 and rooms.std() > 0
    order = payload["memories"]["order"]
    assert [row["label"] for row in order["shared"]["student"]] == ["pose", "quarter", "digit"]
    assert payload["costs"]["student"]["grows"] == "constant"
    assert set(load_file(made.states_file())) == {"0.tree", "0.student", "1.tree", "1.student"}
    assert json.dumps(made.facts())
    made.remove()


def test_a_memory_without_a_tree_is_called_by_its_name() -> None:
    made = session("lantern.7.rr", by="lantern-64-gru")
    payload = made.payload()
    assert (payload["called"], payload["student"], payload["distance"]) == ("GRU", None, None)
    assert payload["costs"] == {"step": {**payload["costs"]["step"], "grows": "constant"}}
    assert payload["memories"]["order"]["shared"] == {}, "three frames are too few to tell order from chance"
    made.remove()


def test_other_sequences_have_no_walk() -> None:
    sequences, name = chosen_sequences("realshort", None, 1, "lantern-64")
    assert name == "video-16" and sequences[0].walk is None
