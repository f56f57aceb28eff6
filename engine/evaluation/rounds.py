"""What memories believe along a round in the Lantern room, step by step, and how right they are.

    step = first_step(model)
    step = step.after(frame, worlds)           one more frame: the model's memory, its belief, errors by lag so far
    step.belief_RR; step.skill(0, 31)          skill = 1 - MSE / MSE(mean room) on pixels lit so many frames ago

A step forks the stream of the one before, so that any step can be gone on from, twice or after an undo. Beside it, what
a memory does when it is to light a digit that was seen, against random (`played`).
Shapes: T frames, R = 24 room side, L = 32 lags, P = 36 poses.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor

from engine.data.datasets.lantern import quarters
from engine.data.worlds import room
from engine.data.worlds.rounds import FRAMES, RoomDigits, draw_round, random_moves, room_digits, seen_digits, walked
from engine.model import Model
from engine.streaming.stream import RootStream, StreamingTree, open_stream

BINS = ((0, 0), (1, 2), (3, 5), (6, 10), (11, 15), (16, 20), (21, 31))
"""lags that are taken together along one round, both ends included"""
UNLIKE = 0.5
"""correlation with every mean digit below which a quarter is said to show none"""


@dataclass(frozen=True, kw_only=True)
class Step:
    """Where a model's memory is after some frames of a round."""

    model: Model
    stream: StreamingTree | RootStream
    state: Tensor | None = None
    """the memory [S, C]; None before the first frame"""
    belief_RR: Tensor | None = None
    """of the whole room, ink in [0, 1]"""
    errors_L: Tensor
    bases_L: Tensor
    """squared errors by lag, of all beliefs so far and of the mean room in their place"""
    now_L: Tensor
    now_base_L: Tensor
    """the same of the last belief alone"""

    def after(self, frame_HWK: np.ndarray, worlds: room.Worlds) -> Step:
        """The step after one more frame; `worlds` is the round with it as its last frame."""
        stream = self.stream.fork()
        state = stream.push(frame_HWK)
        belief_RR = torch.from_numpy(self.model.predict(state, {"question": "room"}))
        errors_L, bases_L = sums_by_lag(belief_RR, worlds, room_digits().mean_RR)
        return Step(
            model=self.model,
            stream=stream,
            state=state,
            belief_RR=belief_RR,
            errors_L=self.errors_L + errors_L,
            bases_L=self.bases_L + bases_L,
            now_L=errors_L,
            now_base_L=bases_L,
        )

    def by_lag(self) -> list[float | None]:
        """Skill in every bin of lags over all beliefs so far; None where nothing was lit so long ago."""
        return [skill_of(self.errors_L, self.bases_L, low, high) for low, high in BINS]

    def skill(self, low: int, high: int) -> float | None:
        """Skill of the present belief on pixels lit `low` to `high` frames ago; None where there are none."""
        return skill_of(self.now_L, self.now_base_L, low, high)


def skill_of(errors_L: Tensor, bases_L: Tensor, low: int, high: int) -> float | None:
    """1 - MSE / MSE(mean room) over lags, both ends included; None where there are none."""
    errors, bases = (float(x[low : high + 1].sum()) for x in (errors_L, bases_L))
    return 1 - errors / bases if bases > 0 else None


def first_step(model: Model) -> Step:
    """Before the first frame."""
    none = torch.zeros(FRAMES)
    stream = open_stream(model, height=room.HEIGHT, width=room.WIDTH)
    return Step(model=model, stream=stream, errors_L=none, bases_L=none, now_L=none, now_base_L=none)


def sums_by_lag(belief_RR: Tensor, worlds: room.Worlds, mean_RR: Tensor) -> tuple[Tensor, Tensor]:
    """Squared errors [L] of a belief and of the mean room, by how long ago a pixel was lit."""
    lag_RR, truth_RR = room.lags(worlds.poses_BT)[0], worlds.room_BRR[0]
    lit_RR = lag_RR < room.NEVER
    errors, bases = (
        torch.zeros(FRAMES).index_add(0, lag_RR[lit_RR], (x - truth_RR).square()[lit_RR]) for x in (belief_RR, mean_RR)
    )
    return errors, bases


def digits_read(belief_RR: Tensor, digits: RoomDigits) -> list[int | None]:
    """What the quarters of a belief look most like: the label whose mean training digit correlates best with it; None
    where it is unlike all of them.
    """
    size = room.DIGIT
    quarters_4D = belief_RR.unfold(0, size, size).unfold(1, size, size).reshape(4, -1)
    means_10D = digits.means_10DD.flatten(1)
    centred, known = (x - x.mean(1, keepdim=True) for x in (quarters_4D, means_10D))
    norms_4, known_10 = (x.norm(dim=1, keepdim=True).clamp_min(1e-6) for x in (centred, known))
    best_4 = ((centred / norms_4) @ (known / known_10).T).max(1)
    return [int(i) if like >= UNLIKE else None for like, i in zip(best_4.values, best_4.indices, strict=True)]


def lights(pose: int, digit: int, worlds: room.Worlds) -> bool:
    """Whether the middle of a pose's window lies in a quarter that holds the digit."""
    return int(worlds.digits_B4[0, quarters()[pose]]) == digit


def chance(digit: int, worlds: room.Worlds) -> float:
    """How often a pose taken at random lights the digit."""
    return float((worlds.digits_B4[0][quarters()] == digit).float().mean())


@dataclass(frozen=True, kw_only=True)
class Played:
    """How often models lit a digit that had been seen, in rooms walked at random."""

    rooms: int
    right: list[int]
    """by model"""
    random: float
    """expected of poses taken at random, in rooms"""


def played(models: list[Model], seeds: Iterable[int], distractor: float) -> Played:
    """Let memories light a digit after a whole random walk in the rooms of some seeds; rooms that showed no digit are
    left out.
    """
    drawn = [(worlds, digit) for worlds, digit in map(walked_at_random, seeds) if digit is not None]
    if not drawn:
        return Played(rooms=0, right=[0] * len(models), random=0.0)
    frames_BTHWK = torch.cat([room.frames_of(worlds, distractor) for worlds, _ in drawn])
    return Played(
        rooms=len(drawn),
        right=[sum(lit(model, frames_BTHWK, drawn)) for model in models],
        random=sum(chance(digit, worlds) for worlds, digit in drawn),
    )


@torch.inference_mode()
def lit(model: Model, frames_BTHWK: Tensor, drawn: list[tuple[room.Worlds, int]]) -> list[bool]:
    """Whether a model's memories of these walks light the digits that are asked for."""
    memories_BSC = model.compressor.levels(frames_BTHWK.to(model.device), model.merges)[-1][:, 0]
    queries = ({"question": "find", "digit": digit} for _, digit in drawn)
    poses = [model.predict(memory, query).argmax() for memory, query in zip(memories_BSC, queries, strict=True)]
    return [lights(int(pose), digit, worlds) for pose, (worlds, digit) in zip(poses, drawn, strict=True)]


def walked_at_random(seed: int) -> tuple[room.Worlds, int | None]:
    """(a seed's room after a whole random walk, one of the digits that were seen); None where none was."""
    generator = torch.Generator().manual_seed(seed)
    worlds = walked(draw_round(seed), random_moves(generator))
    seen = seen_digits(worlds)
    if not seen:
        return worlds, None
    return worlds, seen[int(torch.randint(len(seen), (1,), generator=generator))]


__all__ = ["BINS", "Played", "Step", "chance", "digits_read", "first_step", "lights", "played"]
