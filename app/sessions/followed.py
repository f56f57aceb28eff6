"""One sequence followed by teacher and student: both paths, and what every memory of them remembers.

Reading all memories back takes seconds: one after t leaves gives t frames, at every t. Samples are the same for
everybody, so theirs are kept for who looks next; a visitor's own frames are not. Memories of a walk through a Lantern
room are asked what they believe of it instead: most of them give no frames back.
Shapes: T leaves of a window, t arrived, H W K frame.
"""

from __future__ import annotations

import hashlib
import io
import threading
import time
from collections import OrderedDict
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import lru_cache

import numpy as np
from PIL import Image

from engine.data.worlds.rounds import Walk
from engine.data.writer import to_bytes
from engine.evaluation.projection import Left
from engine.evaluation.trajectories import MemoryPath, memory_path, step_costs, student_path
from engine.evaluation.walks import Beliefs, beliefs_along
from engine.metrics import frame_mse
from engine.model import Model

STRIP_HEIGHT = 64
"""pixels of a remembered frame in the strips, at most"""
STEP = 1.0
"""seconds between two words about how far memories are read back"""
KEPT_BYTES = 96 * 2**20
"""of all sequences that are kept; a bundled sample takes 2 to 16 MB"""


@dataclass(frozen=True, kw_only=True)
class ReadBack:
    """What the memories of a sequence remember: errors by path and t, a sheet of strips as PNG, what a step costs; of a
    walk, beliefs by path in place of errors and sheet.
    """

    costs: dict[str, dict]
    mse: dict[str, list[float]] = field(default_factory=dict)
    sheet: bytes = b""
    beliefs: dict[str, Beliefs] = field(default_factory=dict)


@dataclass(kw_only=True)
class Followed:
    """A sequence's paths; `back` once its memories have been read."""

    teacher: Model
    student: Model | None
    frames_THWK: np.ndarray
    padding: str
    walk: Walk | None = None
    """what the frames are seen on, where they are of a Lantern room"""
    paths: dict[str, MemoryPath] = field(init=False)
    back: ReadBack | None = None

    def __post_init__(self) -> None:
        self.paths = {"tree": memory_path(self.teacher, self.frames_THWK, self.padding)}
        if self.student is not None:
            self.paths["student"] = student_path(self.student, self.frames_THWK)

    @property
    def bytes(self) -> int:
        """About what it takes in memory: frames, sheet, and each path's states beside their vectors."""
        vectors = sum(2 * path.vectors_TD.nbytes for path in self.paths.values())
        beliefs = sum(each.rooms_TRR.nbytes for each in self.back.beliefs.values()) if self.back else 0
        return self.frames_THWK.nbytes + vectors + beliefs + (len(self.back.sheet) if self.back else 0)

    @property
    def strip(self) -> dict[str, int]:
        """Size of a remembered frame in the strips, and how many a strip has."""
        return strip_of(*self.frames_THWK.shape[1:3])

    def reading(self) -> Iterator[Left]:
        """Read all memories back, in steps of a second: how far it is. `back` is there once the last step is taken."""
        if self.back is None and self.walk is not None:
            self.back = read_beliefs(self, self.walk)
        elif self.back is None:
            self.back = yield from read_back(self)


def strip_of(height: int, width: int) -> dict[str, int]:
    """Size of a remembered frame of H × W pixels in the strips, and how many a strip has."""
    scale = min(1.0, STRIP_HEIGHT / height)
    size = {"width": max(1, round(width * scale)), "height": max(1, round(height * scale))}
    return {**size, "length": 8 if width <= 32 else 5}


def read_back(followed: Followed) -> Iterator[Left]:
    """What every memory remembers at every time; how far it is on the way, a ReadBack in the end."""
    frames, strip = followed.frames_THWK, followed.strip
    row = strip["width"] * strip["length"]
    mode = "L" if frames.shape[3] == 1 else "RGB"
    sheet = Image.new(mode, (len(followed.paths) * row, len(frames) * strip["height"]))
    truth = frames.astype(np.float32) / 255
    mse: dict[str, list[float]] = {}
    began = told = time.monotonic()
    for column, (kind, path) in enumerate(followed.paths.items()):
        mse[kind] = []
        for t in range(1, len(frames) + 1):
            back = path.remembered(t)
            mse[kind].append(float(frame_mse(truth[:t], back).mean()))
            paste_strip(sheet, back, strip, column * row, (t - 1) * strip["height"])
            if (now := time.monotonic()) - told > STEP:
                told, share = now, (column * len(frames) + t) / (len(followed.paths) * len(frames))
                yield Left(share=share, seconds=(now - began) * (1 - share) / share)
    packed = io.BytesIO()
    sheet.save(packed, "PNG", compress_level=1)
    costs = step_costs(followed.teacher, followed.student, frames, followed.padding)
    return ReadBack(costs=costs, mse=mse, sheet=packed.getvalue())


def read_beliefs(followed: Followed, walk: Walk) -> ReadBack:
    """What every memory of a walk believes; this takes a tenth of a second."""
    models = {"tree": followed.teacher, "student": followed.student}
    beliefs = {kind: beliefs_along(models[kind], path.vectors_TD, walk) for kind, path in followed.paths.items()}
    costs = step_costs(followed.teacher, followed.student, followed.frames_THWK, followed.padding)
    return ReadBack(beliefs=beliefs, costs=costs)


def paste_strip(sheet: Image.Image, back_tHWK: np.ndarray, strip: dict[str, int], left: int, top: int) -> None:
    """Put the last frames of a memory into a row of the sheet, the newest at its right end."""
    size, length = (strip["width"], strip["height"]), strip["length"]
    for place, frame in enumerate(back_tHWK[-length:], start=max(0, length - len(back_tHWK))):
        pixels = to_bytes(frame)
        picture = Image.fromarray(pixels[..., 0] if sheet.mode == "L" else pixels)
        picture = picture if picture.size == size else picture.resize(size, Image.Resampling.BILINEAR)
        sheet.paste(picture, (left + place * size[0], top))


class Kept:
    """Followed sequences by what they were made of, the least recently asked for put away first."""

    def __init__(self, most: int = KEPT_BYTES) -> None:
        self.most, self.lock = most, threading.Lock()
        self.known: OrderedDict[tuple, Followed] = OrderedDict()

    def follow(
        self, teacher: Model, student: Model | None, frames_THWK: np.ndarray, padding: str, walk: Walk | None = None
    ) -> Followed:
        """What is known of these very frames, weights and padding, or followed now."""
        made_of = (teacher.fingerprint, student and student.fingerprint, padding, walk or digest(frames_THWK))
        with self.lock:
            found = self.known.get(made_of)
        found = found or Followed(teacher=teacher, student=student, frames_THWK=frames_THWK, padding=padding, walk=walk)
        with self.lock:
            self.known[made_of] = found
            self.known.move_to_end(made_of)
            while len(self.known) > 1 and sum(each.bytes for each in self.known.values()) > self.most:
                self.known.popitem(last=False)
        return found


def digest(frames_THWK: np.ndarray) -> str:
    """Of a sequence's bytes and shape."""
    return hashlib.sha256(repr(frames_THWK.shape).encode() + np.ascontiguousarray(frames_THWK).tobytes()).hexdigest()


@lru_cache(maxsize=1)
def kept() -> Kept:
    """The page's one."""
    return Kept()


__all__ = ["Followed", "Kept", "ReadBack", "kept"]
