"""Requests that a visitor makes of a memory, as a probe takes them: checked, or refused in one sentence.

    {"question": "room"}                                    what the memory believes of the whole room
    {"question": "view", "pose": [2, 3]}                    … of what would be lit from a pose
    {"question": "outcome", "actions": ["left", "up"]}      where the lantern is after up to four actions
    {"question": "door"}   {"question": "cue"}              how likely: the door opens; cue A came first
    {"question": "find", "digit": 7}                        poses that light this digit
    {"question": "frames"}                                  moving digits: the ten frames that follow
Shapes: R = 24 room side, 9×9 a view, 6×6 poses, P frames that follow.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor
from torch.nn import functional as F

from engine.data.datasets import moving
from engine.data.datasets.lantern import AHEAD
from engine.data.worlds import room


@dataclass(frozen=True, kw_only=True)
class Asking:
    """A checked request."""

    question: str
    """the probe's question that answers it"""
    query_1Q: Tensor | None
    """what is handed to the probe besides the memory"""
    read: Callable[[Tensor], np.ndarray | float]
    """from the probe's outputs [1, N] to the answer"""


def asking(request: Mapping[str, object], known: Collection[str]) -> Asking:
    """A request as a probe that answers the `known` questions takes it; ValueError says what is wrong with it."""
    given = request.get("question") if isinstance(request, Mapping) else request
    names = [name for name, (question, _) in ASKED.items() if question in known]
    if not isinstance(request, Mapping) or given not in names:
        raise ValueError(f"there is no question {str(given)[:40]!r}; ask one of {', '.join(names)}")
    return ASKED[given][1](request)


def whole_room(request: Mapping[str, object]) -> Asking:
    """The belief about all pixels, [R, R] in [0, 1]."""
    return Asking(question="view", query_1Q=None, read=lambda found: as_room(found)[0].numpy())


def one_view(request: Mapping[str, object]) -> Asking:
    """The belief about what one pose lights, [9, 9] in [0, 1]."""
    pose = torch.tensor([[pose_of(request.get("pose"))]])
    return Asking(question="view", query_1Q=None, read=lambda found: room.views(as_room(found), pose)[0, 0].numpy())


def as_room(found_1N: Tensor) -> Tensor:
    """Outputs as pictures [1, R, R]."""
    return found_1N.unflatten(1, (room.ROOM, room.ROOM)).clamp(0, 1)


def pose_of(value: object) -> int:
    """A pose [row, column] as a number; ValueError for one outside the room."""
    try:
        row, column = value
        inside = all(type(x) is int and 0 <= x < room.GRID for x in (row, column))
    except (TypeError, ValueError):
        inside = False
    if not inside:
        raise ValueError(f"pose is {str(value)[:40]}; give [row, column], each from 0 to {room.GRID - 1}")
    return row * room.GRID + column


def outcome(request: Mapping[str, object]) -> Asking:
    """Probabilities of where the lantern is after some actions, [6, 6]."""
    actions = request.get("actions")
    if not isinstance(actions, list | tuple) or not 1 <= len(actions) <= AHEAD:
        raise ValueError(f"actions are {str(actions)[:40]}; give a list of 1 to {AHEAD} of {', '.join(room.ACTIONS)}")
    if unknown := [action for action in actions if action not in room.ACTIONS]:
        raise ValueError(f"there is no action {str(unknown[0])[:40]!r}; choose among {', '.join(room.ACTIONS)}")
    numbers = [room.ACTIONS.index(action) for action in actions] + [0] * (AHEAD - len(actions))
    query = F.one_hot(torch.tensor(numbers), len(room.ACTIONS)).flatten()[None].float()
    return Asking(question="outcome", query_1Q=query, read=chances)


def find(request: Mapping[str, object]) -> Asking:
    """Probabilities of poses to light a digit from, [6, 6]."""
    digit = request.get("digit")
    if type(digit) is not int or not 0 <= digit <= 9:
        raise ValueError(f"digit is {str(digit)[:40]}; give a whole number from 0 to 9")
    return Asking(question="find", query_1Q=F.one_hot(torch.tensor([digit]), 10).float(), read=chances)


def chances(found_1N: Tensor) -> np.ndarray:
    """Probabilities of the poses."""
    return found_1N.softmax(1).view(room.GRID, room.GRID).numpy()


def likely(request: Mapping[str, object]) -> Asking:
    """The probability of a yes."""
    return Asking(question=request["question"], query_1Q=None, read=lambda found: found.sigmoid().item())


def following(request: Mapping[str, object]) -> Asking:
    """The frames that follow, [P, side, side] in [0, 1]."""
    return Asking(question="frames", query_1Q=None, read=as_frames)


def as_frames(found_1N: Tensor) -> np.ndarray:
    """Outputs as pictures."""
    side = math.isqrt(found_1N.shape[1] // moving.AHEAD)
    return found_1N.view(moving.AHEAD, side, side).clamp(0, 1).numpy()


ASKED: dict[str, tuple[str, Callable[[Mapping[str, object]], Asking]]] = {
    "room": ("view", whole_room),
    "view": ("view", one_view),
    "outcome": ("outcome", outcome),
    "door": ("door", likely),
    "cue": ("cue", likely),
    "find": ("find", find),
    "frames": ("frames", following),
}
"""by name, the probe's question that answers it, and what makes a request of it"""
