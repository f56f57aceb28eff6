"""What a memory of the Lantern room knows, task by task, of a probe's answers about test rooms.

    A  view      skill = 1 - MSE / MSE(mean room), by lag; the primary metric is that of pixels last lit more than 10
                 frames before the last one
    B  outcome   bits left about the pose after four more actions (36 poses)
    C  holes     skill on what was lit only in frames that were hidden from the memory
    D  door, cue bits below the prior; beside it what exact inference reaches (`engine/data/worlds/events.py`)
    E  find      share of "light the 7 you saw" that succeeds; random and oracle are known
Every figure is a ratio of sums over sequences, so its interval comes of resampled sequences.
Shapes: N test sequences, R room side.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import torch
from torch import Tensor
from torch.nn import functional as F

from engine.compressors.readout import Readout
from engine.data.datasets.base import Batch, step_generator
from engine.data.datasets.lantern import asked, quarters
from engine.data.worlds import events, room
from engine.evaluation.probes import Asked, answers

OLD = 10
"""lag above which the primary metric counts"""
HIDDEN = 0.25
"""share of the frames that task C hides"""
CHUNK = 128
"""sequences made at once"""
BANDS = {"now": (0, 2), "recent": (3, OLD), "old": (OLD + 1, room.NEVER - 1), "all": (0, room.NEVER)}
"""lags of a band, both ends included"""


@dataclass(frozen=True, kw_only=True)
class Rooms:
    """Test rooms: frames with their questions, the same with holes, and what is exact about them."""

    batches: list[Batch]
    holed: list[Batch]
    """`true.holes` [B, R·R]: whether a pixel was lit only in hidden frames"""
    door_bits_N: Tensor
    """the log-loss of exact inference about the door"""


def make_rooms(small_NDD: Tensor, labels_N: Tensor, count: int, frames: int, *, seed: int, distractor: float) -> Rooms:
    """The test rooms of a seed, all of them whole windows."""
    batches, holed, door = [], [], []
    for index in range(0, count, CHUNK):
        generator = step_generator(seed, -4, index)
        worlds = room.draw_worlds(small_NDD, labels_N, min(CHUNK, count - index), frames, generator)
        more = asked(worlds, torch.full((len(worlds),), frames), generator)
        pictures = room.frames_of(worlds, distractor)
        batches.append(Batch(frames_BTHWK=pictures, more=more))
        kept_BT = torch.rand(pictures.shape[:2], generator=generator) >= HIDDEN
        only_BRR = (more["lag"] < room.NEVER) & (room.lags(worlds.poses_BT, kept_BT) == room.NEVER)
        holes = {**more, "true.holes": only_BRR.flatten(1)}
        holed.append(Batch(frames_BTHWK=pictures * kept_BT[:, :, None, None, None], more=holes))
        given = events.door_given(worlds.poses_BT, worlds.events.glint_BT)
        door.append(events.bits(given, worlds.events.lit_BT.any(1)))
    return Rooms(batches=batches, holed=holed, door_bits_N=torch.cat(door))


@dataclass(frozen=True, kw_only=True)
class Sums:
    """Numerator and denominator of a figure, sequence by sequence; the figure is 1 - Σ errors / Σ bases."""

    errors_N: Tensor
    bases_N: Tensor

    def skill(self, index_N: Tensor | None = None) -> float:
        """The figure, of some sequences if an index is given."""
        errors, bases = (x if index_N is None else x[index_N] for x in (self.errors_N, self.bases_N))
        return 1 - float(errors.sum() / bases.sum().clamp_min(1e-12))


def view_sums(belief_NRR: Tensor, truth_NRR: Tensor, mean_RR: Tensor, chosen_NRR: Tensor) -> Sums:
    """Squared errors over the chosen pixels, of a belief and of the mean room."""
    errors, bases = ((x - truth_NRR).square() * chosen_NRR for x in (belief_NRR, mean_RR))
    return Sums(errors_N=errors.sum((1, 2)), bases_N=bases.sum((1, 2)))


def by_band(belief_NRR: Tensor, asked_N: Asked, mean_RR: Tensor) -> dict[str, Sums]:
    """Task A by band."""
    truth, lag = asked_N.more["true.view"].unflatten(1, (room.ROOM, room.ROOM)), asked_N.more["lag"]
    bands = {name: (lag >= low) & (lag <= high) for name, (low, high) in BANDS.items()}
    return {name: view_sums(belief_NRR, truth, mean_RR, chosen) for name, chosen in bands.items()}


def by_lag(belief_NRR: Tensor, asked_N: Asked, mean_RR: Tensor, frames: int) -> list[Sums]:
    """Task A for every lag from 0 to T - 1."""
    truth, lag = asked_N.more["true.view"].unflatten(1, (room.ROOM, room.ROOM)), asked_N.more["lag"]
    return [view_sums(belief_NRR, truth, mean_RR, lag == each) for each in range(frames)]


def yes_bits(output_N1: Tensor, true_N1: Tensor) -> Tensor:
    """Log-loss in bits [N]."""
    return F.binary_cross_entropy_with_logits(output_N1, true_N1, reduction="none")[:, 0] / math.log(2)


def prior_bits(true_N1: Tensor) -> float:
    """Entropy in bits of how often it is yes."""
    share = true_N1.mean().clamp(1e-9, 1 - 1e-9)
    return float(-(share * share.log2() + (1 - share) * (1 - share).log2()))


def other_tasks(probe: Readout, asked_N: Asked, door_bits_N: Tensor) -> tuple[dict, dict[str, Tensor]]:
    """(figures of B, D and E, what each sequence contributes to door, cue and find)."""
    found, more = answers(probe, asked_N), asked_N.more
    outcome = -(found["outcome"].log_softmax(1) * more["true.outcome"]).sum(1) / math.log(2)
    door, cue = yes_bits(found["door"], more["true.door"]), yes_bits(found["cue"], more["true.cue"])
    lit = more["true.find"].gather(1, found["find"].argmax(1, keepdim=True))[:, 0]
    was_asked = more["asked.find"].bool()
    prior = {name: prior_bits(more[f"true.{name}"]) for name in ("door", "cue")}
    figures = {
        "outcome_bits": outcome.mean().item(),
        "door_gain": prior["door"] - door.mean().item(),
        "door_bayes": prior["door"] - door_bits_N.mean().item(),
        "cue_gain": prior["cue"] - cue.mean().item(),
        "cue_bayes": prior["cue"],
        "find": lit[was_asked].mean().item(),
        "find_random": more["true.find"][was_asked].mean().item(),
    }
    return figures, {"outcome": outcome, "door": door, "cue": cue, "find": torch.where(was_asked, lit, torch.nan)}


def holes_sums(belief_NRR: Tensor, asked_N: Asked, mean_RR: Tensor) -> Sums:
    """Task C."""
    size = (room.ROOM, room.ROOM)
    truth, chosen = (asked_N.more[name].unflatten(1, size) for name in ("true.view", "true.holes"))
    return view_sums(belief_NRR, truth, mean_RR, chosen)


def beliefs(probe: Readout, asked_N: Asked) -> Tensor:
    """What memories hold of whole rooms, [N, R, R]."""
    return probe.answer("view", probe.hidden(asked_N.memories_ND)).unflatten(1, (room.ROOM, room.ROOM))


def copied(batches: list[Batch], mean_RR: Tensor) -> Tensor:
    """The belief of copy-last: the last frame's window, the mean room elsewhere, [N, R, R]."""
    last = torch.cat([batch.frames_BTHWK[:, -1, :, : room.ROOM, 0] for batch in batches])
    ink = ((last - room.FLOOR) / (1 - room.FLOOR)).clamp(0, 1)
    return torch.where(last > 0, ink, mean_RR)


__all__ = ["BANDS", "Rooms", "Sums", "beliefs", "by_band", "by_lag", "copied", "make_rooms", "other_tasks", "quarters"]
