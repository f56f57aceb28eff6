"""The Lantern room is what its description says, pixel by pixel, and its Bayes figure is what enumeration gives."""

from __future__ import annotations

import itertools

import numpy as np
import pytest
import torch

from engine.data.datasets.lantern import asked, drawn_lengths, hidden_later, quarters
from engine.data.worlds import events, room
from tests.engine.data.worlds.slow_room import slow_frame, slow_key_lit, slow_lags, slow_poses


def made(count: int = 5, frames: int = 12, seed: int = 0) -> room.Worlds:
    small = torch.rand(40, room.DIGIT, room.DIGIT, generator=torch.Generator().manual_seed(1))
    generator = torch.Generator().manual_seed(seed)
    return room.draw_worlds(small, torch.arange(40) % 10, count, frames, generator)


@pytest.mark.parametrize("strength", [0.0, 0.6, 1.0])
def test_frames_equal_those_of_a_slow_generator(strength: float) -> None:
    worlds = made()
    frames = room.frames_of(worlds, strength)
    for b in range(len(worlds)):
        poses = slow_poses(divmod(int(worlds.poses_BT[b, 0]), 6), worlds.actions_BT[b].tolist())
        for t, pose in enumerate(poses):
            cues = worlds.events.cues_B2[b].tolist()
            lamps = (cues[0] == t, cues[1] == t, bool(worlds.events.glint_BT[b, t]))
            expected = slow_frame(worlds.room_BRR[b].numpy(), pose, worlds.screen_BTDD[b, t].numpy(), lamps, strength)
            assert np.allclose(frames[b, t, :, :, 0].numpy(), expected, atol=1e-6)
            assert bool(worlds.events.lit_BT[b, t]) == slow_key_lit(int(worlds.events.key_B[b]), pose)


def test_lags_equal_those_of_a_slow_generator() -> None:
    worlds = made(seed=3)
    lags = room.lags(worlds.poses_BT)
    for b in range(len(worlds)):
        expected = slow_lags([divmod(int(p), 6) for p in worlds.poses_BT[b]])
        assert np.array_equal(np.where(expected < 0, room.NEVER, expected), lags[b].numpy())


def test_hidden_frames_light_nothing() -> None:
    worlds = made()
    nothing = torch.zeros_like(worlds.poses_BT, dtype=torch.bool)
    assert (room.lags(worlds.poses_BT, nothing) == room.NEVER).all()


def test_views_are_windows_of_the_room() -> None:
    worlds = made()
    views = room.views(worlds.room_BRR, worlds.poses_BT)
    row, column = divmod(int(worlds.poses_BT[2, 4]), 6)
    window = worlds.room_BRR[2, 3 * row : 3 * row + 9, 3 * column : 3 * column + 9]
    assert torch.equal(views[2, 4], window)


def test_a_seed_always_makes_the_same_room() -> None:
    assert torch.equal(room.frames_of(made(seed=5), 1.0), room.frames_of(made(seed=5), 1.0))
    assert not torch.equal(room.frames_of(made(seed=5), 1.0), room.frames_of(made(seed=6), 1.0))


def test_the_door_s_bayes_figure_equals_enumeration() -> None:
    """Every cell that may hold the key, and every pattern of glints: P(open, pattern) / P(pattern)."""
    frames, poses = 4, [14, 15, 15, 9]
    lit = [[slow_key_lit(key, divmod(p, 6)) for p in poses] for key in range(64)]
    for pattern in itertools.product([False, True], repeat=frames):
        both = total = 0.0
        for key in range(64):
            chance = 1 / 64
            for shone, glint in zip(lit[key], pattern, strict=True):
                chance *= (0.25 if glint else 0.75) if shone else float(not glint)
            total += chance
            both += chance * any(lit[key])
        if total:
            given = events.door_given(torch.tensor([poses]), torch.tensor([pattern]))
            assert given.item() == pytest.approx(both / total, abs=1e-9)


def test_no_forecast_of_the_door_beats_the_bayes_figure_by_more_than_chance() -> None:
    worlds = made(count=4000, frames=16, seed=8)
    happened = worlds.events.lit_BT.any(1)
    given = events.door_given(worlds.poses_BT, worlds.events.glint_BT)
    exact = events.bits(given, happened).mean()
    expected = events.bits(given, torch.ones_like(happened)) * given + events.bits(
        given, torch.zeros_like(happened)
    ) * (1 - given)
    assert abs(exact - expected.mean()) < 0.03
    for other in (given.clamp(0.02, 0.98) ** 1.5, (given + happened.double().mean()) / 2):
        assert events.bits(other, happened).mean() > exact


def test_each_cue_lights_once_and_at_different_times() -> None:
    lamps = made(count=200).events.lamps_BT3
    assert (lamps[..., :2].sum(1) == 1).all()
    assert not (lamps[..., 0] & lamps[..., 1]).any()


def test_what_is_asked_holds_after_the_frames_that_have_come() -> None:
    worlds, generator = made(count=64, frames=16), torch.Generator().manual_seed(2)
    lengths = drawn_lengths(64, 16, generator)
    more = asked(worlds, lengths, generator)
    frames = hidden_later(room.frames_of(worlds, 1.0), lengths)
    for b, t in enumerate(lengths.tolist()):
        poses = [divmod(int(p), 6) for p in worlds.poses_BT[b, :t]]
        expected = slow_lags(poses)
        assert np.array_equal(np.where(expected < 0, room.NEVER, expected), more["lag"][b].numpy())
        assert not frames[b, t:].any() and frames[b, :t].flatten(1).any(1).all()
        lit = any(slow_key_lit(int(worlds.events.key_B[b]), pose) for pose in poses)
        assert bool(more["true.door"][b]) == lit
        actions = more["ask.outcome"][b].view(4, 5).argmax(1).tolist()
        (*_, last) = slow_poses(poses[-1], actions)
        assert more["true.outcome"][b].argmax().item() == 6 * last[0] + last[1]


def test_a_digit_is_found_by_poses_whose_middle_lies_in_its_quarter() -> None:
    worlds, generator = made(count=64, frames=16), torch.Generator().manual_seed(2)
    more = asked(worlds, torch.full((64,), 16), generator)
    for b in (more["asked.find"] > 0).nonzero()[:, 0].tolist():
        digit = int(more["ask.find"][b].argmax())
        for pose in range(36):
            row, column = divmod(pose, 6)
            quarter = 2 * int(3 * row + 4 >= 12) + int(3 * column + 4 >= 12)
            assert bool(more["true.find"][b, pose]) == (int(worlds.digits_B4[b, quarter]) == digit)
            assert int(quarters()[pose]) == quarter
