"""A round in the Lantern room: one room of bundled test digits, walked by whoever looks at it.

    drawn = draw_round(7)                                a seed's room, first pose, screens, cues, key
    worlds = walked(drawn, "rrds")                       the same after four moves: five frames, and all that is true
    frame = room.frames_of(worlds, 1.0)[0, -1]
    Walk(seed=7).frames_THWK                             a whole walk at random: what is followed and not played

A round is a function of (seed, moves): nothing else has to be kept to show it again. The digits come with the program
(assets/samples/rooms.png, 40 of the MNIST test split a label), so that a seed is the same room everywhere.
Shapes: T frames, R = 24 room side, D = 12 digit side, N digits.
"""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
import torch
from PIL import Image
from torch import Tensor

from engine.data.samples import FOLDER
from engine.data.worlds import room
from engine.data.worlds.events import GLINT, Events, lit_cells

FRAMES = 32
"""of a round: the first pose, and up to 31 moves"""
LETTERS = "slrud"
"""moves as text, in the order of `room.ACTIONS`"""
LARGEST_SEED = 999_999
EACH = 40
"""bundled digits of a label"""
SHEET, MEANS = FOLDER / "rooms.png", FOLDER / "digit-means.png"


@dataclass(frozen=True, kw_only=True)
class RoomDigits:
    """Digits that rooms are made of, and what the training digits are in the mean."""

    small_NDD: Tensor
    labels_N: Tensor
    means_10DD: Tensor
    """of every label, training split"""
    mean_RR: Tensor
    """the mean room: the mean training digit in every quarter"""


@dataclass(frozen=True, kw_only=True)
class Round:
    """What a seed decides."""

    seed: int
    worlds: room.Worlds
    """one room, FRAMES frames; its walk is given up for the visitor's own"""
    glints_T: Tensor
    """uniform draws: the key glints in a frame that lights it where this is below GLINT"""


@lru_cache(maxsize=1)
def room_digits() -> RoomDigits:
    """The bundled digits."""
    small_NDD = cells_of(np.asarray(Image.open(SHEET)))
    means = cells_of(np.asarray(Image.open(MEANS)))
    labels_N = torch.arange(10).repeat_interleave(EACH)
    return RoomDigits(
        small_NDD=small_NDD, labels_N=labels_N, means_10DD=means[:10], mean_RR=means[10].repeat(2, 2).contiguous()
    )


def cells_of(sheet_HW: np.ndarray, side: int = room.DIGIT) -> Tensor:
    """The digits [N, side, side] in [0, 1] of a sheet, row by row."""
    cells = torch.tensor(sheet_HW).unfold(0, side, side).unfold(1, side, side)
    return cells.flatten(0, 1).float() / 255


def check_seed(seed: int, what: str = "room") -> int:
    """The seed; ValueError for one that no room, or whatever else is drawn, has."""
    if not 0 <= seed <= LARGEST_SEED:
        raise ValueError(f"The {what} is {seed}; give a number from 0 to {LARGEST_SEED:,}.")
    return seed


def check_moves(moves: str) -> str:
    """The moves; ValueError for letters that are none and for more than a round has frames."""
    if wrong := next((letter for letter in moves if letter not in LETTERS), None):
        raise ValueError(f"The moves have a {wrong[:1]!r}; give letters of {LETTERS}, for {', '.join(room.ACTIONS)}.")
    if len(moves) >= FRAMES:
        raise ValueError(
            f"These are {len(moves):,} moves; a round has {FRAMES} frames, so at most {FRAMES - 1} of them: undo one, "
            "or take a new room."
        )
    return moves


@lru_cache(maxsize=256)
def draw_round(seed: int) -> Round:
    """The room of a seed; ValueError for a seed that no room has."""
    generator, digits = torch.Generator().manual_seed(check_seed(seed)), room_digits()
    worlds = room.draw_worlds(digits.small_NDD, digits.labels_N, 1, FRAMES, generator)
    return Round(seed=seed, worlds=worlds, glints_T=torch.rand(FRAMES, generator=generator))


def random_moves(generator: torch.Generator) -> str:
    """The moves of a whole round, at random."""
    return "".join(LETTERS[i] for i in torch.randint(len(LETTERS), (FRAMES - 1,), generator=generator))


@dataclass(frozen=True, kw_only=True)
class Walk:
    """A way through a seed's room; ValueError for a seed that no room has and for moves that are none."""

    seed: int
    moves: str = ""
    """none: a whole round of moves at random, the same ones for a seed"""
    screen: bool = True
    """whether the distractor is shown"""

    def __post_init__(self) -> None:
        check_seed(self.seed), check_moves(self.moves)

    @property
    def walked(self) -> str:
        """The moves that are made."""
        return self.moves or random_moves(torch.Generator().manual_seed(self.seed))

    @property
    def worlds(self) -> room.Worlds:
        """The room after these moves, and all that is true of it."""
        return walked(draw_round(self.seed), self.walked)

    @property
    def frames_THWK(self) -> np.ndarray:
        """What is seen on the way, float32 in [0, 1]."""
        return room.frames_of(self.worlds, float(self.screen))[0].numpy()


def poses_of(drawn: Round, moves: str) -> Tensor:
    """Where the lantern is in every frame, [1, T]. In plain numbers: a round is walked anew with every question."""
    row, column = divmod(int(drawn.worlds.poses_BT[0, 0]), room.GRID)
    poses = [row * room.GRID + column]
    for letter in moves:
        down, right = room.MOVES[LETTERS.index(letter)]
        row, column = (min(room.GRID - 1, max(0, at)) for at in (row + down, column + right))
        poses.append(row * room.GRID + column)
    return torch.tensor([poses])


def walked(drawn: Round, moves: str) -> room.Worlds:
    """The room after some moves, as many frames as have come; ValueError for what cannot be walked."""
    poses_BT = poses_of(drawn, check_moves(moves))
    frames, happened = poses_BT.shape[1], drawn.worlds.events
    lit_BT = lit_cells(poses_BT).gather(2, happened.key_B[:, None, None].expand(-1, frames, 1))[..., 0]
    events = Events(
        cues_B2=happened.cues_B2,
        key_B=happened.key_B,
        lit_BT=lit_BT,
        glint_BT=lit_BT & (drawn.glints_T[:frames] < GLINT),
    )
    actions = torch.tensor([[0, *(LETTERS.index(letter) for letter in moves)]])
    screen_BTDD = drawn.worlds.screen_BTDD[:, :frames]
    return dataclasses.replace(
        drawn.worlds, actions_BT=actions, poses_BT=poses_BT, screen_BTDD=screen_BTDD, events=events
    )


def seen_digits(worlds: room.Worlds) -> list[int]:
    """Labels of the digits of which enough ink was lit so far, in ascending order."""
    share_4 = room.seen_share(worlds.room_BRR, room.lags(worlds.poses_BT))[0]
    labels = zip(worlds.digits_B4[0].tolist(), share_4.tolist(), strict=True)
    return sorted({label for label, share in labels if share >= room.SEEN})


__all__ = [
    "FRAMES",
    "LETTERS",
    "RoomDigits",
    "Round",
    "Walk",
    "draw_round",
    "random_moves",
    "room_digits",
    "seen_digits",
    "walked",
]
