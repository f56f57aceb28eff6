"""A stream that is watched: frames are taken in real time, pushed, and recovered again after every push.

    live = LiveStream(model, rate=20.0, now=0.0, frames=looped(source), student=student)
    moment = live.advance(now)                    what the memories recover of the window so far
    seconds = live.clock.wait(now)                until the next frame is due

A stream never falls behind for ever: frames whose time has passed are dropped and counted. What is kept does not grow
with the stream: one window of frames, log2 T states, one state of the student.
Shapes: T leaves of a window, t leaves arrived, H W K frame, S slots, C channels.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import dataclass
from threading import Lock

import numpy as np

from engine.data.sources.opening import Source
from engine.metrics import frame_mse, psnr
from engine.model import Model
from engine.streaming.stream import RootStream, StreamingTree, open_stream

SLOWEST, FASTEST = 0.5, 60.0
"""frames per second"""
PATIENCE = 0.2
"""seconds that may be spent on dropping frames before one is pushed"""


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
    psnr_T: list[float]
    psnr: float
    """of the mean error of the window"""
    milliseconds: float
    """of this push, recovering not counted"""


@dataclass(frozen=True, kw_only=True)
class Moment:
    """A stream right after a push."""

    source_HWK: np.ndarray
    count: int
    """frames pushed so far"""
    window: int
    """from 0"""
    leaf: int
    """leaves of the window, this one counted"""
    merges: int
    """that this push took"""
    skipped: int
    teacher: Recall
    student: Recall | None


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
    ) -> None:
        self.shape = shape
        self.model, self.padding, self.frames, self.rate = model, padding, frames, rate
        self.clock, self.began = FrameClock(rate, now), now
        self.student_model = student
        self.window, self.skipped, self.count = -1, 0, 0
        self.seen: list[np.ndarray] = []
        self.begin_window()
        self.lock = Lock()

    def begin_window(self) -> None:
        """Fresh memories for one window: roots of finished windows are handed out, not kept."""
        size = {"height": self.shape[0], "width": self.shape[1]}
        self.tree = StreamingTree(self.model, **size, padding=self.padding)
        self.student = open_stream(self.student_model, **size) if self.student_model else None

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
        if not self.seen or len(self.seen) == self.model.leaves:
            self.window, self.seen = self.window + 1, []
            self.begin_window()
        self.seen.append(np.array(frame_HWK))  # a decoder's own memory may be read-only, which torch warns of
        self.count += 1
        before = self.tree.merged
        teacher = self.recall(self.tree)
        return Moment(
            source_HWK=frame_HWK,
            count=self.count,
            window=self.window,
            leaf=len(self.seen),
            merges=self.tree.merged - before,
            skipped=self.skipped,
            teacher=teacher,
            student=self.recall(self.student) if self.student else None,
        )

    def recall(self, memory: StreamingTree | RootStream) -> Recall:
        """Push the newest frame and look at all of them again."""
        started = time.perf_counter()
        memory.push(self.seen[-1])
        milliseconds = 1000 * (time.perf_counter() - started)
        frames = memory.recall()
        errors_T = frame_mse(np.stack(self.seen) / np.float32(255), frames)
        return Recall(
            frames_THWK=frames,
            psnr_T=[decibels(error) for error in errors_T],
            psnr=decibels(errors_T.mean()),
            milliseconds=milliseconds,
        )


def decibels(mse: float) -> float:
    """PSNR, 99 at most: a memory of one frame is nearly exact."""
    return min(99.0, psnr(mse) or 99.0)


def looped(source: Source) -> Iterator[np.ndarray]:
    """A source's frames for ever, from the start again after the last."""
    while True:
        yield from source.frames()
