"""A round is what its seed and its moves say, wherever and whenever it is looked at."""

from __future__ import annotations

import pytest
import torch

from engine.data.worlds import room, rounds
from engine.data.worlds.events import CELLS, SPAN

WALK = "rrdlssuuldrrddlurdls"


def test_the_bundled_digits_are_forty_a_label_and_the_mean_room_is_one_digit_four_times() -> None:
    digits = rounds.room_digits()
    assert digits.small_NDD.shape == (400, room.DIGIT, room.DIGIT)
    assert digits.labels_N.bincount().tolist() == [rounds.EACH] * 10
    quarters = digits.mean_RR.unfold(0, room.DIGIT, room.DIGIT).unfold(1, room.DIGIT, room.DIGIT).flatten(0, 1)
    assert all(torch.equal(quarter, quarters[0]) for quarter in quarters)
    assert digits.means_10DD.mean(0).sub(quarters[0]).abs().max() < 0.02, "labels are about equally frequent"


def test_a_seed_is_one_room_and_another_seed_another() -> None:
    rounds.draw_round.cache_clear()
    first = rounds.walked(rounds.draw_round(7), WALK)
    rounds.draw_round.cache_clear()
    again, other = rounds.walked(rounds.draw_round(7), WALK), rounds.walked(rounds.draw_round(8), WALK)
    assert torch.equal(room.frames_of(first, 1.0), room.frames_of(again, 1.0))
    assert not torch.equal(first.room_BRR, other.room_BRR)


def test_a_walk_goes_where_its_letters_say_and_walls_hold_it() -> None:
    drawn = rounds.draw_round(3)
    row, column = divmod(int(drawn.worlds.poses_BT[0, 0]), room.GRID)
    expected = [row * room.GRID + column]
    for letter in WALK:
        down, right = {"s": (0, 0), "l": (0, -1), "r": (0, 1), "u": (-1, 0), "d": (1, 0)}[letter]
        row, column = min(5, max(0, row + down)), min(5, max(0, column + right))
        expected.append(row * room.GRID + column)
    assert rounds.walked(drawn, WALK).poses_BT[0].tolist() == expected


@pytest.mark.parametrize("length", [0, 5, 13])
def test_what_has_come_does_not_change_with_what_comes(length: int) -> None:
    drawn = rounds.draw_round(11)
    early, late = (room.frames_of(rounds.walked(drawn, moves), 1.0) for moves in (WALK[:length], WALK))
    assert torch.equal(early, late[:, : length + 1])


def test_the_key_glints_in_some_of_the_frames_that_light_it_and_in_no_other() -> None:
    lit = glints = 0
    for seed in range(40):
        worlds = rounds.walked(rounds.draw_round(seed), WALK)
        key_row, key_column = divmod(int(worlds.events.key_B[0]), CELLS)
        for t, pose in enumerate(worlds.poses_BT[0].tolist()):
            row, column = divmod(pose, room.GRID)
            inside = 0 <= key_row - row < SPAN and 0 <= key_column - column < SPAN
            assert inside == bool(worlds.events.lit_BT[0, t])
            lit, glints = lit + inside, glints + int(worlds.events.glint_BT[0, t])
            assert inside or not worlds.events.glint_BT[0, t]
    assert 0.12 < glints / lit < 0.4


def test_a_digit_is_seen_once_half_of_its_ink_was_lit() -> None:
    drawn = rounds.draw_round(5)
    worlds = rounds.walked(drawn, WALK)
    lit = torch.zeros(room.ROOM, room.ROOM, dtype=torch.bool)
    for pose in worlds.poses_BT[0].tolist():
        row, column = (3 * x for x in divmod(pose, room.GRID))
        lit[row : row + room.LIT, column : column + room.LIT] = True
    ink, seen = worlds.room_BRR[0], set()
    for quarter, label in enumerate(worlds.digits_B4[0].tolist()):
        top, left = (12 * x for x in divmod(quarter, 2))
        part = ink[top : top + 12, left : left + 12]
        if (part * lit[top : top + 12, left : left + 12]).sum() >= 0.5 * part.sum():
            seen.add(label)
    assert rounds.seen_digits(worlds) == sorted(seen)


@pytest.mark.parametrize(
    ("seed", "moves", "words"),
    [
        (-1, "", "from 0 to 999,999"),
        (10**6, "", "from 0 to 999,999"),
        (1, "rx", "have a 'x'; give letters of slrud"),
        (1, "r" * 32, "32 moves; a round has 32 frames"),
    ],
)
def test_a_round_that_there_is_not_gets_a_sentence(seed: int, moves: str, words: str) -> None:
    with pytest.raises(ValueError, match=words):
        rounds.walked(rounds.draw_round(seed), moves)
