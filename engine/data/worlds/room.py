"""The Lantern room: four digits in the dark, and a lantern that lights a small window of them at a time.

A room of 24×24 pixels holds a digit of 12×12 in every quarter. A lantern lights 9×9 pixels; its 36 poses lie 3 pixels
apart on a grid of 6×6, and five actions move it by one (a wall holds it back). A frame is a picture of 24×36 pixels:

    left    the room, black but for what is lit: FLOOR + (1 - FLOOR) · ink, so that the lit window shows where it is
    right   above, a screen of 12×12 with another digit in every frame (the distractor, of strength ν)
            below, three lamps of 4×12: cue A, cue B, and the key's glint (`events.py`)

A black frame is a hidden one, or none at all. The truth of every pixel is known, and its lag: how many frames before
the last one it was lit.
Shapes: B sequences, T frames, R = 24 room side, H W = 24 36 frame, P = 36 poses.
"""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor
from torch.nn import functional as F

from engine.data.worlds.events import Events, draw_events

DIGIT = 12
"""pixels a side of a digit in the room, and of the screen"""
ROOM = 2 * DIGIT
LIT = 9
"""pixels a side of what the lantern lights"""
STRIDE = 3
"""pixels that an action moves it"""
GRID = (ROOM - LIT) // STRIDE + 1
"""poses a side"""
POSES = GRID * GRID
HEIGHT, WIDTH = ROOM, ROOM + DIGIT
"""of a frame, pixels"""
LAMP = DIGIT // 3
"""height of a lamp, pixels"""
FLOOR = 0.2
"""brightness of a lit pixel without ink"""
ACTIONS = ("stay", "left", "right", "up", "down")
MOVES = ((0, 0), (0, -1), (0, 1), (-1, 0), (1, 0))
"""by action, poses moved down and to the right"""
NEVER = 10**6
"""the lag of a pixel that was never lit"""
SEEN = 0.5
"""share of a digit's ink that must have been lit for it to be one that was seen"""


@dataclass(frozen=True, kw_only=True)
class Worlds:
    """Rooms with a walk through each, and everything that is true of them."""

    room_BRR: Tensor
    """ink in [0, 1]"""
    digits_B4: Tensor
    """labels of the quarters: upper left, upper right, lower left, lower right"""
    actions_BT: Tensor
    """what brought the lantern to where it is in a frame; `stay` for the first one"""
    poses_BT: Tensor
    """row · GRID + column"""
    screen_BTDD: Tensor
    """the distractor in [0, 1]"""
    events: Events

    def __len__(self) -> int:
        return len(self.room_BRR)


def small_digits(images_NHWK: Tensor) -> Tensor:
    """MNIST digits uint8 [N, 28, 28, 1] as they stand in a room, [N, 12, 12] in [0, 1]: the middle, scaled."""
    middle = images_NHWK[:, 4:24, 4:24, 0].float()[:, None] / 255
    return F.interpolate(middle, size=(DIGIT, DIGIT), mode="area")[:, 0]


def furnished(small_NDD: Tensor, labels_N: Tensor, count: int, generator: torch.Generator) -> tuple[Tensor, Tensor]:
    """Rooms [B, R, R] of four random digits, and their labels [B, 4]."""
    picks_B4 = torch.randint(len(small_NDD), (count, 4), generator=generator)
    upper, lower = (torch.cat((small_NDD[picks_B4[:, i]], small_NDD[picks_B4[:, i + 1]]), -1) for i in (0, 2))
    return torch.cat((upper, lower), -2), labels_N[picks_B4].long()


def moved(pose_B: Tensor, action_B: Tensor) -> Tensor:
    """The pose after an action."""
    moves = torch.tensor(MOVES, device=pose_B.device)[action_B]
    row = (pose_B // GRID + moves[..., 0]).clamp(0, GRID - 1)
    column = (pose_B % GRID + moves[..., 1]).clamp(0, GRID - 1)
    return row * GRID + column


def walk(count: int, frames: int, generator: torch.Generator) -> tuple[Tensor, Tensor]:
    """Random walks from random poses: (actions [B, T], poses [B, T])."""
    pose = torch.randint(POSES, (count,), generator=generator)
    actions_BT = torch.randint(len(ACTIONS), (count, frames), generator=generator)
    actions_BT[:, 0] = 0
    poses = []
    for t in range(frames):
        pose = moved(pose, actions_BT[:, t])
        poses.append(pose)
    return actions_BT, torch.stack(poses, 1)


def windows() -> Tensor:
    """What every pose lights, bool [P, R, R]."""
    start = STRIDE * torch.arange(GRID)[:, None]
    place = torch.arange(ROOM)
    inside = (place >= start) & (place < start + LIT)
    return (inside[:, None, :, None] & inside[None, :, None, :]).flatten(0, 1)


def draw_worlds(small_NDD: Tensor, labels_N: Tensor, count: int, frames: int, generator: torch.Generator) -> Worlds:
    """Random rooms, walks, screens and events."""
    room_BRR, digits_B4 = furnished(small_NDD, labels_N, count, generator)
    actions_BT, poses_BT = walk(count, frames, generator)
    picks_BT = torch.randint(len(small_NDD), (count, frames), generator=generator)
    return Worlds(
        room_BRR=room_BRR,
        digits_B4=digits_B4,
        actions_BT=actions_BT,
        poses_BT=poses_BT,
        screen_BTDD=small_NDD[picks_BT],
        events=draw_events(poses_BT, generator),
    )


def shown(room_BRR: Tensor) -> Tensor:
    """How ink looks when it is lit."""
    return FLOOR + (1 - FLOOR) * room_BRR


def frames_of(worlds: Worlds, distractor: float) -> Tensor:
    """The frames [B, T, H, W, 1] in [0, 1]."""
    count, frames = worlds.poses_BT.shape
    picture_BTHW = worlds.room_BRR.new_zeros(count, frames, HEIGHT, WIDTH)
    lit_BTRR = windows().to(worlds.poses_BT.device)[worlds.poses_BT]
    picture_BTHW[..., :ROOM] = lit_BTRR * shown(worlds.room_BRR)[:, None]
    picture_BTHW[..., :DIGIT, ROOM:] = distractor * worlds.screen_BTDD
    lamps_BT3 = worlds.events.lamps_BT3.repeat_interleave(LAMP, -1).to(picture_BTHW)
    picture_BTHW[..., DIGIT:, ROOM:] = lamps_BT3[..., None]
    return picture_BTHW[..., None]


def lags(poses_BT: Tensor, visible_BT: Tensor | None = None) -> Tensor:
    """How many frames before the last one each pixel was lit, [B, R, R]; NEVER where it was not. Hidden frames light
    nothing.
    """
    frames = poses_BT.shape[1]
    lit_BTRR = windows().to(poses_BT.device)[poses_BT]
    if visible_BT is not None:
        lit_BTRR = lit_BTRR & visible_BT[:, :, None, None]
    age_T = torch.arange(frames - 1, -1, -1, device=poses_BT.device)
    return torch.where(lit_BTRR, age_T[:, None, None], NEVER).amin(1)


def views(room_BRR: Tensor, poses_BN: Tensor) -> Tensor:
    """What is lit of rooms from poses, [B, N, 9, 9], of anything of the room's size."""
    cut_BPLL = room_BRR.unfold(-2, LIT, STRIDE).unfold(-2, LIT, STRIDE).flatten(1, 2)
    return cut_BPLL.gather(1, poses_BN[..., None, None].expand(-1, -1, LIT, LIT))


def in_quarters(values_BRR: Tensor) -> Tensor:
    """The sums over the quarters, [B, 4]."""
    return values_BRR.unflatten(2, (2, DIGIT)).unflatten(1, (2, DIGIT)).sum((2, 4)).flatten(1)


def seen_share(room_BRR: Tensor, lag_BRR: Tensor) -> Tensor:
    """The share of each digit's ink that was lit, [B, 4]."""
    return (in_quarters(room_BRR * (lag_BRR < NEVER)) / in_quarters(room_BRR).clamp_min(1e-6)).clamp(0, 1)


def coverage() -> Tensor:
    """By how many poses each pixel is lit, [R, R]."""
    return windows().sum(0)
