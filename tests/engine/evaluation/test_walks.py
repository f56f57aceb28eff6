"""Memories along a walk: what they believe is what a step-by-step round believes, and order is told from chance."""

from __future__ import annotations

import numpy as np
import pytest
import torch

import engine
from engine.data.worlds import room
from engine.data.worlds.rounds import FRAMES, Walk, draw_round, walked
from engine.evaluation.lantern import OLD
from engine.evaluation.rounds import first_step
from engine.evaluation.trajectories import memory_path, step_costs, student_path
from engine.evaluation.walks import (
    FEWEST,
    LABELS,
    OTHERS,
    beliefs_along,
    labels_of,
    long_enough,
    nearest,
    organised,
    other_walks,
    shared,
)

OWN = Walk(seed=12, moves="rrddllsurd")


@pytest.mark.parametrize("name", ["lantern-64", "lantern-64-student", "lantern-64-gru"])
def test_beliefs_along_a_walk_are_those_of_a_round_step_by_step(name: str) -> None:
    model = engine.load_model(name)
    path = (student_path if model.kind == "student" else memory_path)(model, OWN.frames_THWK)
    beliefs, step = beliefs_along(model, path.vectors_TD, OWN), first_step(model)
    for t in range(len(OWN.moves) + 1):
        worlds = walked(draw_round(OWN.seed), OWN.moves[:t])
        step = step.after(room.frames_of(worlds, 1.0)[0, -1].numpy(), worlds)
        assert torch.allclose(step.state.flatten(), path.vectors_TD[t + 1], atol=1e-5)
        assert np.allclose(beliefs.rooms_TRR[t], step.belief_RR.numpy(), atol=1e-4)
        assert beliefs.skill[t] == pytest.approx(step.skill(0, FRAMES - 1), abs=1e-3)
    assert beliefs.old[OLD - 1] is None, "nothing was lit so long ago"


def test_a_memory_without_a_tree_pays_one_step() -> None:
    costs = step_costs(engine.load_model("lantern-64-gru"), None, OWN.frames_THWK, "zeros")
    assert list(costs) == ["step"] and costs["step"]["merges"] == 0


def test_a_walk_without_moves_is_a_whole_round_and_the_same_one_again() -> None:
    walk = Walk(seed=3)
    assert len(walk.walked) == FRAMES - 1 == len(walk.frames_THWK) - 1
    assert walk.walked == Walk(seed=3).walked != Walk(seed=4).walked
    screen = slice(room.ROOM, None)
    assert walk.frames_THWK[:, : room.DIGIT, screen].any()
    assert not Walk(seed=3, screen=False).frames_THWK[:, : room.DIGIT, screen].any()


@pytest.mark.parametrize(("seed", "moves", "sentence"), [(-1, "", "The room is -1"), (1, "x", "The moves have a 'x'")])
def test_what_cannot_be_walked_is_refused(seed: int, moves: str, sentence: str) -> None:
    with pytest.raises(ValueError, match=sentence):
        Walk(seed=seed, moves=moves)


def test_nearest_are_the_nearest() -> None:
    found = nearest(torch.tensor([[0.0], [9.0]]), torch.tensor([[8.0], [1.0], [2.0], [7.0]]), 2)
    assert found.tolist() == [[1, 2], [0, 3]]


def test_neighbours_that_know_the_label_beat_every_move_in_time_and_others_do_not() -> None:
    labels = torch.arange(FEWEST)
    exact = shared("pose", [labels], labels[:, None].expand(-1, 3))
    assert (exact.share, exact.chance, exact.most) == (1.0, 0.0, 0.0)
    half = shared("pose", [labels], torch.stack([labels, (labels + 1) % FEWEST], 1))
    assert (half.share, half.most) == (0.5, 0.5), "as near to the time before as to its own"
    blind = shared("pose", [labels], torch.zeros(FEWEST, 1).long())
    assert blind.share == pytest.approx(blind.chance) == pytest.approx(1 / FEWEST)


def test_a_short_walk_cannot_be_told_from_chance() -> None:
    with pytest.raises(ValueError, match="walk further"):
        shared("pose", [torch.arange(FEWEST - 1)], torch.zeros(FEWEST - 1, 1).long())
    assert long_enough([OWN, Walk(seed=1)]) and not long_enough([OWN])


def test_other_rooms_are_none_of_those_that_are_walked() -> None:
    taken = other_walks([Walk(seed=7)])[0]
    others = other_walks([taken, Walk(seed=7)])
    assert len(others) == OTHERS == len({walk.seed for walk in others})
    assert taken.seed not in {walk.seed for walk in others}


def test_labels_say_what_the_lantern_lights() -> None:
    labels, worlds = labels_of(OWN), OWN.worlds
    assert list(labels) == list(LABELS)
    for pose, quarter, digit in zip(*(labels[label].tolist() for label in LABELS), strict=True):
        lit = room.windows()[pose].float()[None]
        assert room.in_quarters(lit)[0].argmax() == quarter
        assert worlds.digits_B4[0, quarter] == digit


def test_the_memory_that_predicts_is_organised_by_pose_and_quarter() -> None:
    model, walks = engine.load_model("lantern-64"), [Walk(seed=seed) for seed in range(4)]
    vectors = [memory_path(model, walk.frames_THWK).vectors_TD for walk in walks]
    found = {each.label: each for each in organised(model, vectors, walks)}
    assert found["pose"].share > found["pose"].most
    assert found["quarter"].share > found["quarter"].chance
    assert [each.share for each in organised(model, vectors, walks)] == [each.share for each in found.values()]
