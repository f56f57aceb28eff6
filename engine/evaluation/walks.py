"""Memories along a walk through a Lantern room: what they believe at every step, and what organises their space.

    beliefs = beliefs_along(model, path.vectors_TD, walk)     decoded from the floats of every time, with their skill
    rows = organised(model, vectors, walks)                   do near memories share the pose, the quarter, the digit?

A memory's nearest ones in its own walk are those of a moment before, whatever organises the space. So neighbours are
sought in other rooms, which were walked at random. Chance is what the same neighbours share with the walk's labels
moved on in time, round its end: how slowly a lantern moves is in both.
Shapes: T frames of a walk, N memories, M of other rooms, K neighbours, D floats, R = 24 room side.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from dataclasses import dataclass
from weakref import WeakKeyDictionary

import numpy as np
import torch
from torch import Tensor

from engine.data.datasets.lantern import quarters
from engine.data.worlds import room
from engine.data.worlds.rounds import FRAMES, LARGEST_SEED, Walk, room_digits
from engine.evaluation.lantern import OLD
from engine.evaluation.rounds import skill_of, sums_by_lag
from engine.evaluation.trajectories import memory_path, student_path
from engine.model import Model

NEIGHBOURS = 5
"""nearest memories that are looked at"""
FEWEST = 20
"""frames of the longest walk from which on chance can be told: it beats all moves in time by luck once in so many"""
OTHERS = 16
"""rooms in which they are sought"""
FAR = 500_000
"""the seeds of those begin so far from a walk's own"""
LABELS = ("pose", "quarter", "digit")
"""what neighbours may share: where the lantern is, the quarter it lights most, the label of the digit there"""
KNOWN: WeakKeyDictionary[Model, dict[Walk, Tensor]] = WeakKeyDictionary()
"""memories of the other rooms, by model and walk"""


@dataclass(frozen=True, kw_only=True)
class Beliefs:
    """What one memory believes after 1 … T frames."""

    rooms_TRR: np.ndarray
    """ink of the whole room in [0, 1]"""
    skill: list[float | None]
    """on everything lit so far"""
    old: list[float | None]
    """on what was last lit more than OLD frames ago; None where nothing was"""


@dataclass(frozen=True, kw_only=True)
class Shared:
    """How often a memory's nearest ones in other rooms have the same label as it has."""

    label: str
    share: float
    chance: float
    """the mean of the same with the walk's labels moved on in time"""
    most: float
    """the most that any such move gives"""


def beliefs_along(model: Model, vectors_TD: Tensor, walk: Walk) -> Beliefs:
    """What a model's probe decodes of the memories after 0 … T frames; the first of them is left out."""
    shape = model.compressor.state_shape(model.merges, room.HEIGHT, room.WIDTH)
    worlds, mean_RR = walk.worlds, room_digits().mean_RR
    rooms, skill, old = [], [], []
    for t, vector_D in enumerate(vectors_TD[1:], start=1):
        belief_RR = model.predict(vector_D.reshape(shape), {"question": "room"})
        so_far = dataclasses.replace(worlds, poses_BT=worlds.poses_BT[:, :t])
        sums = sums_by_lag(torch.from_numpy(belief_RR), so_far, mean_RR)
        rooms.append(belief_RR)
        skill.append(skill_of(*sums, 0, FRAMES - 1))
        old.append(skill_of(*sums, OLD + 1, FRAMES - 1))
    return Beliefs(rooms_TRR=np.stack(rooms), skill=skill, old=old)


def labels_of(walk: Walk) -> dict[str, Tensor]:
    """The labels [T] of a walk's frames, by LABELS."""
    worlds = walk.worlds
    quarter_T = quarters()[worlds.poses_BT[0]]
    return {"pose": worlds.poses_BT[0], "quarter": quarter_T, "digit": worlds.digits_B4[0][quarter_T]}


def nearest(vectors_ND: Tensor, others_MD: Tensor, count: int) -> Tensor:
    """The indices [N, count] of the nearest of the others."""
    return torch.cdist(vectors_ND, others_MD).topk(count, largest=False).indices


def shared(label: str, labels: Sequence[Tensor], neighbours_NK: Tensor) -> Shared:
    """How often the labels of walks, one tensor [T] each, are those of their memories' neighbours; ValueError for walks
    that are too short to be moved in time.
    """
    longest = max(len(labels_T) for labels_T in labels)
    if longest < FEWEST:
        raise ValueError(f"the walk has {longest} frames; chance can be told from {FEWEST} on, so walk further")

    def share(shift: int) -> float:
        moved_N = torch.cat([labels_T.roll(shift) for labels_T in labels])
        return float((moved_N[:, None] == neighbours_NK).float().mean())

    moved = [share(shift) for shift in range(1, longest)]
    return Shared(label=label, share=share(0), chance=sum(moved) / len(moved), most=max(moved))


def long_enough(walks: Sequence[Walk]) -> bool:
    """Whether `organised` can say anything of these walks."""
    return max(len(walk.walked) for walk in walks) + 1 >= FEWEST


def organised(model: Model, vectors: Sequence[Tensor], walks: Sequence[Walk]) -> list[Shared]:
    """What the memories after 1 … T frames of some walks share with their nearest in other rooms, by LABELS."""
    others = other_walks(walks)
    others_MD = torch.cat([vectors_of(model, walk) for walk in others])
    found_NK = nearest(torch.cat([vectors_TD[1:] for vectors_TD in vectors]), others_MD, NEIGHBOURS)
    own, theirs = ([labels_of(walk) for walk in each] for each in (walks, others))
    return [
        shared(label, [each[label] for each in own], torch.cat([each[label] for each in theirs])[found_NK])
        for label in LABELS
    ]


def other_walks(walks: Sequence[Walk]) -> list[Walk]:
    """Random walks through rooms that are none of these."""
    taken = {walk.seed for walk in walks}
    seeds = ((FAR + index) % (LARGEST_SEED + 1) for index in range(OTHERS + len(taken)))
    return [Walk(seed=seed, screen=walks[0].screen) for seed in seeds if seed not in taken][:OTHERS]


def vectors_of(model: Model, walk: Walk) -> Tensor:
    """The memories [T, D] after 1 … T frames of another room's walk, kept as long as the model is."""
    known = KNOWN.setdefault(model, {})
    if walk not in known:
        known[walk] = (student_path if model.kind == "student" else memory_path)(model, walk.frames_THWK).vectors_TD[1:]
    return known[walk]


__all__ = [
    "FEWEST",
    "LABELS",
    "NEIGHBOURS",
    "OTHERS",
    "Beliefs",
    "Shared",
    "beliefs_along",
    "long_enough",
    "organised",
    "shared",
]
