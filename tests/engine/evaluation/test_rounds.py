"""Memories along a round: steps equal a rebuild, forks do not touch one another, figures are what they are called."""

from __future__ import annotations

import pytest
import torch

from engine.data.worlds import room, rounds
from engine.evaluation.rounds import BINS, Step, chance, digits_read, first_step, lights, played, skill_of, sums_by_lag
from engine.model import Model, load_model
from engine.streaming.stream import open_stream

WALK = "rrddllurrd"


@pytest.fixture(scope="module", params=["lantern-64", "lantern-64-gru"])
def model(request: pytest.FixtureRequest) -> Model:
    """A tree and a recurrence."""
    return load_model(request.param, device="cpu")


def along(model: Model, moves: str, step: Step | None = None, start: int = 0) -> Step:
    """The step after a walk; with `step` it goes on from there."""
    step, drawn = step or first_step(model), rounds.draw_round(7)
    for length in range(start, len(moves) + 1):
        worlds = rounds.walked(drawn, moves[:length])
        step = step.after(room.frames_of(worlds, 1.0)[0, -1].numpy(), worlds)
    return step


def test_a_step_is_the_memory_of_its_frames(model: Model) -> None:
    step, stream = along(model, WALK), open_stream(model, height=room.HEIGHT, width=room.WIDTH)
    for frame in room.frames_of(rounds.walked(rounds.draw_round(7), WALK), 1.0)[0].numpy():
        state = stream.push(frame)
    assert torch.equal(step.state, state)
    belief = model.predict(state, {"question": "room"})
    assert torch.equal(step.belief_RR, torch.from_numpy(belief))


def test_two_walks_from_one_step_do_not_touch_each_other(model: Model) -> None:
    common = along(model, WALK[:5])
    kept = common.state.clone()
    left, right = (along(model, WALK[:5] + more, common, 6) for more in ("lll", "rrr"))
    assert torch.equal(common.state, kept)
    assert torch.equal(left.state, along(model, WALK[:5] + "lll").state)
    assert torch.equal(right.state, along(model, WALK[:5] + "rrr").state)


def test_errors_by_lag_are_those_of_a_slow_count() -> None:
    worlds, digits = rounds.walked(rounds.draw_round(7), WALK), rounds.room_digits()
    belief = torch.rand(room.ROOM, room.ROOM, generator=torch.Generator().manual_seed(0))
    errors_L, bases_L = sums_by_lag(belief, worlds, digits.mean_RR)
    lags = room.lags(worlds.poses_BT)[0]
    for lag in range(rounds.FRAMES):
        at = [(y, x) for y in range(room.ROOM) for x in range(room.ROOM) if lags[y, x] == lag]
        truth = worlds.room_BRR[0]
        assert errors_L[lag] == pytest.approx(sum(float(belief[p] - truth[p]) ** 2 for p in at), abs=1e-4)
        assert bases_L[lag] == pytest.approx(sum(float(digits.mean_RR[p] - truth[p]) ** 2 for p in at), abs=1e-4)


def test_skill_is_one_for_the_truth_zero_for_the_mean_room_and_none_where_nothing_was_lit() -> None:
    worlds, digits = rounds.walked(rounds.draw_round(7), WALK), rounds.room_digits()
    exact, mean = (sums_by_lag(x, worlds, digits.mean_RR) for x in (worlds.room_BRR[0], digits.mean_RR))
    assert skill_of(*exact, 0, 31) == 1
    assert skill_of(*mean, 0, 31) == 0
    assert skill_of(*exact, 20, 31) is None
    assert [low for low, _ in BINS][1:] == [high + 1 for _, high in BINS[:-1]], "bins leave no lag out"


def test_a_mean_digit_looks_like_itself_and_darkness_like_none() -> None:
    digits = rounds.room_digits()
    shown = torch.cat([torch.cat((digits.means_10DD[3], digits.means_10DD[7]), 1), torch.zeros(12, 24)])
    assert digits_read(shown, digits) == [3, 7, None, None]


def test_an_oracle_always_lights_and_chance_is_a_share_of_the_poses() -> None:
    worlds = rounds.walked(rounds.draw_round(7), WALK)
    digit = int(worlds.digits_B4[0, 3])
    assert lights(room.POSES - 1, digit, worlds)
    right = sum(lights(pose, digit, worlds) for pose in range(room.POSES))
    assert chance(digit, worlds) == pytest.approx(right / room.POSES)


def test_memories_play_rooms_by_themselves_the_same_way_every_time(model: Model) -> None:
    found = played([model], range(6), 1.0)
    assert found == played([model], range(6), 1.0)
    assert 0 <= found.right[0] <= found.rooms <= 6
    assert 0 < found.random < found.rooms
