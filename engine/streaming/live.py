"""A stream that is watched: frames are taken in real time, pushed, and recovered again after every push.

    live = LiveStream(model, rate=20.0, now=0.0, frames=looped(source), student=student)
    moment = live.advance(now)                    what the memories recover of the window so far
    seconds = live.clock.wait(now)                until the next frame is due
    LiveStream(model, …, memory=BoundedMemory.open(path, model))      go on from a saved one

A stream never falls behind for ever: frames whose time has passed are dropped and counted. What is kept does not grow
with the stream: a bounded memory, whose open window is the one that is watched, one window of frames, the witnesses of
`ages.py` and one state of the student.
Shapes: T leaves of a window, t leaves arrived, H W K frame, S slots, C channels.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import dataclass
from threading import Lock

import numpy as np

from engine.data.sources.opening import Source
from engine.metrics import frame_mse
from engine.model import Model
from engine.streaming.ages import Ages, AgesNow, decibels
from engine.streaming.bounded import BoundedMemory
from engine.streaming.stream import RootStream, StreamingTree, open_stream

SLOWEST, FASTEST = 0.5, 60.0
"""frames per second"""
PATIENCE = 0.2
"""seconds that may be spent on dropping frames before one is pushed"""
ROOTS = 8
"""finished windows that are kept at first"""


class FrameClock:
    """The clock of a source: frame k is due k / rate seconds after the start."""

    def __init__(self, rate: float, now: float) -> None:
        self.rate, self.began, self.taken = 0.0, now, 0
        self.change(rate, now)

    def change(self, rate: float, now: float) -> None:
        """Go on from here at another rate."""
        rate = min(max(rate, SLOWEST), FASTEST)
        if rate != self.rate:
            self.rate = rate
            self.anchor(now)

    def anchor(self, now: float) -> None:
        """The next frame is due now, whatever was missed."""
        self.began, self.taken = now, 0

    def missed(self, now: float) -> int:
        """Frames whose time is over, the one that is due now not counted."""
        return max(0, int((now - self.began) * self.rate + 1e-6) - self.taken)

    def wait(self, now: float) -> float:
        """Seconds until the next frame is due."""
        return max(0.0, self.began + self.taken / self.rate - now)


@dataclass(frozen=True, kw_only=True)
class Recall:
    """What one memory gives back of its window."""

    frames_THWK: np.ndarray
    psnr_T: list[float | None]
    """None for frames that came before the stream was saved and went on"""
    psnr: float
    """of the mean error of the window's other frames"""
    milliseconds: float
    """of this push, recovering not counted"""


@dataclass(frozen=True, kw_only=True)
class Moment:
    """A stream right after a push."""

    source_HWK: np.ndarray
    count: int
    """frames of the stream so far, those before it was saved and went on counted in"""
    window: int
    """from 0"""
    leaf: int
    """leaves of the window, this one counted"""
    merges: int
    """that this push took"""
    skipped: int
    teacher: Recall
    student: Recall | None
    """None as well until a window begins that it sees whole"""
    ages: AgesNow


class LiveStream:
    """A teacher, and a student where there is one, fed in real time."""

    def __init__(
        self,
        model: Model,
        *,
        rate: float,
        now: float,
        frames: Iterator[np.ndarray] | None = None,
        student: Model | None = None,
        padding: str = "skip",
        shape: tuple[int, int, int],
        roots: int = ROOTS,
        memory: BoundedMemory | None = None,
    ) -> None:
        self.shape = shape
        self.model, self.frames, self.rate = model, frames, rate
        self.clock, self.began = FrameClock(rate, now), now
        self.size = {"height": shape[0], "width": shape[1]}
        self.memory = memory or BoundedMemory(model, **self.size, roots=roots, padding=padding)
        self.ages = Ages(self.memory)
        self.student_model, self.student = student, None
        self.skipped = 0
        self.seen: list[np.ndarray | None] = [None] * self.memory.window.count
        self.lock = Lock()

    def advance(self, now: float, frame_HWK: np.ndarray | None = None) -> Moment:
        """Push the frame that is due; of a stream without a source of its own, the one that is given."""
        with self.lock:
            missed = self.clock.missed(now)
            frame_HWK = self.next_frame(missed, now) if frame_HWK is None else self.given(frame_HWK, missed)
            return self.push(frame_HWK)

    def given(self, frame_HWK: np.ndarray, missed: int) -> np.ndarray:
        """A camera's frame; those between it and the last one were never sent."""
        self.skipped += missed
        self.clock.taken += missed + 1
        return frame_HWK

    def next_frame(self, missed: int, now: float) -> np.ndarray:
        """Drop what is over and take the next; a source too slow even for that slows the stream down."""
        if self.frames is None:
            raise ValueError("this stream has no source of its own; send a frame with every call")
        started = time.perf_counter()
        for _ in range(missed):
            next(self.frames)
            self.skipped += 1
            self.clock.taken += 1
            if (spent := time.perf_counter() - started) > PATIENCE:
                self.clock.anchor(now + spent)
                break
        self.clock.taken += 1
        return next(self.frames)

    def push(self, frame_HWK: np.ndarray) -> Moment:
        """One frame into both memories, and everything that they recover."""
        tree, number = self.memory.window, self.memory.count
        first, before = number - tree.count, tree.merged
        if first == number:
            self.seen = []
            self.student = open_stream(self.student_model, **self.size) if self.student_model else None
        self.seen.append(np.array(frame_HWK))  # a decoder's own memory may be read-only, which torch warns of
        teacher = self.recall(self.memory, tree)
        return Moment(
            source_HWK=frame_HWK,
            count=self.memory.count,
            window=first // self.model.leaves,
            leaf=len(self.seen),
            merges=tree.merged - before,
            skipped=self.skipped,
            teacher=teacher,
            student=self.recall(self.student, self.student) if self.student else None,
            ages=self.ages.measure(self.seen[-1], teacher.frames_THWK, first),
        )

    def recall(self, memory: BoundedMemory | RootStream, window: StreamingTree | RootStream) -> Recall:
        """Push the newest frame and look at all of its window again."""
        started = time.perf_counter()
        memory.push(self.seen[-1])
        milliseconds = 1000 * (time.perf_counter() - started)
        frames = window.recall()
        known = [leaf for leaf, frame in enumerate(self.seen) if frame is not None]
        truth = np.stack([self.seen[leaf] for leaf in known]) / np.float32(255)
        errors = dict(zip(known, frame_mse(truth, frames[known[0] :]), strict=True))  # those that are known come last
        return Recall(
            frames_THWK=frames,
            psnr_T=[decibels(errors[leaf]) if leaf in errors else None for leaf in range(len(frames))],
            psnr=decibels(float(np.mean(list(errors.values())))),
            milliseconds=milliseconds,
        )

    def saved(self) -> BoundedMemory:
        """The memory as it is now, to be saved while the stream goes on."""
        with self.lock:
            return self.memory.fork()


def looped(source: Source) -> Iterator[np.ndarray]:
    """A source's frames for ever, from the start again after the last."""
    while True:
        yield from source.frames()
