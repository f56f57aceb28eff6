"""How well a bounded memory remembers, by age, measured while its stream runs.

    ages = Ages(memory)
    window, first = memory.window, memory.count - memory.window.count
    memory.push(frame)
    known = ages.measure(frame, window.recall(), first)      roots, their dB, and points of (age, dB)

Truth is needed to measure: a few frames are kept aside as they came, the witnesses. They are no part of the memory. Of
the frames that came there are at most WITNESSES; the one that goes is the one whose neighbours are closest in the
logarithm of age, so they stay spread evenly over it: 40 are three an octave of a stream of 10,000 frames.
A root's frames do not change until it is merged, so each is decoded once, at most one a push.
Shapes: T leaves of a window, t leaves arrived, H W K frame.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from engine.metrics import frame_mse, psnr
from engine.streaming.bounded import BoundedMemory, Root

WITNESSES = 40
EXACT = 99.0
"""dB that are stated at most: a memory of one frame is nearly exact"""


def decibels(mse: float) -> float:
    """PSNR, EXACT at most."""
    return min(EXACT, psnr(mse) or EXACT)


@dataclass(kw_only=True)
class Witness:
    """A frame as it came."""

    number: int
    """of the stream, from 0"""
    frame_HWK: np.ndarray
    mse: float | None = None
    """of what the memory gave back of it when that was last measured"""


@dataclass(frozen=True, kw_only=True)
class RootView:
    """A root that was decoded."""

    root: Root
    middle_HWK: np.ndarray
    """its leaf number T / 2"""


@dataclass(frozen=True, kw_only=True)
class AgesNow:
    """A bounded memory right after a push."""

    count: int
    """frames of the stream so far"""
    roots: tuple[Root, ...]
    psnr_R: list[float | None]
    """dB of every root over the witnesses in its span; None where none were kept"""
    looked: list[RootView]
    """roots that were decoded since the push before"""
    points: list[tuple[int, float]]
    """age of a witness in frames, the newest 0, and its dB"""
    floats: int
    """that the memory keeps now"""


def thin(numbers: list[int], most: int = WITNESSES) -> int | None:
    """Index of the number that goes when there are too many: ascending numbers of frames, the last being the newest.
    None while all may stay; the first and the last always do.
    """
    if len(numbers) <= most:
        return None
    ages = [numbers[-1] - number + 1 for number in numbers]
    return min(range(1, len(ages) - 1), key=lambda i: ages[i - 1] / ages[i + 1])


class Ages:
    """The witnesses of one bounded memory, and what was measured of them."""

    def __init__(self, memory: BoundedMemory) -> None:
        self.memory, self.since = memory, memory.count
        """`since`: number of the first frame that is known; of a memory that goes on, those before were not kept"""
        self.witnesses: list[Witness] = []
        self.seen = {span_of(root) for root in memory.roots}
        """roots that need not be decoded: they were, or there is nothing to measure them by"""

    def measure(self, frame_HWK: np.ndarray, recalled_tHWK: np.ndarray, first: int) -> AgesNow:
        """After a push: the frame that came, and its window as recalled, whose first frame has this number."""
        self.witnesses.append(Witness(number=self.memory.count - 1, frame_HWK=frame_HWK))
        if (gone := thin([witness.number for witness in self.witnesses])) is not None:
            del self.witnesses[gone]
        self.judge(recalled_tHWK, first, 1)
        looked = self.look(recalled_tHWK, first)
        self.seen &= {span_of(root) for root in self.memory.roots}
        newest = self.memory.count - 1
        return AgesNow(
            count=self.memory.count,
            roots=self.memory.roots,
            psnr_R=[self.psnr_of(root) for root in self.memory.roots],
            looked=looked,
            points=[(newest - w.number, decibels(w.mse)) for w in self.witnesses if w.mse is not None],
            floats=self.memory.floats,
        )

    def judge(self, frames_THWK: np.ndarray, first: int, stride: int) -> None:
        """Measure the witnesses whose frames these are, each for `stride` of the stream's."""
        for witness in self.between(first, first + stride * len(frames_THWK)):
            back = frames_THWK[(witness.number - first) // stride]
            witness.mse = float(frame_mse(witness.frame_HWK[None] / np.float32(255), back[None])[0])

    def between(self, first: int, end: int) -> list[Witness]:
        """The witnesses with these numbers."""
        return [witness for witness in self.witnesses if first <= witness.number < end]

    def look(self, recalled_tHWK: np.ndarray, first: int) -> list[RootView]:
        """What there is to see anew: the window that this push finished, which was recalled already, or one root that
        is decoded now.
        """
        unseen = [root for root in self.memory.roots if span_of(root) not in self.seen]
        finished = [root for root in unseen if span_of(root) == (first, 1)]
        if finished:
            root, frames_THWK = finished[0], recalled_tHWK
        elif (
            unseen and len(recalled_tHWK) < self.memory.model.leaves
        ):  # a push that recalls a whole window does no more
            root, frames_THWK = unseen[0], self.memory.frames_of(unseen[0])
            self.judge(frames_THWK, root.first, root.stride)
        else:
            return []
        self.seen.add(span_of(root))
        return [RootView(root=root, middle_HWK=frames_THWK[len(frames_THWK) >> 1])]

    def psnr_of(self, root: Root) -> float | None:
        """dB of the mean error of the witnesses in a root's span."""
        inside = self.between(root.first, root.first + root.stride * self.memory.model.leaves)
        errors = [witness.mse for witness in inside if witness.mse is not None]
        return decibels(float(np.mean(errors))) if errors else None


def span_of(root: Root) -> tuple[int, int]:
    """What names a root: its first frame and its stride."""
    return root.first, root.stride


__all__ = ["WITNESSES", "Ages", "AgesNow", "RootView", "decibels", "thin"]
