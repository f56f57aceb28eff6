"""Questions of the moving digits below the board of Predict (`assets/js/predict/moving.js`): ten frames are shown to a
memory, ten are foretold. A sequence is a function of its seed, so nothing is kept.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from threading import Lock

from torch import Tensor

from app.server.models import model
from app.server.rpc import Questions, Visitor
from app.sessions.predict import picture
from engine.checkpoints import bundled, probed_names
from engine.data.worlds.bounces import SIDE, draw_bounces
from engine.data.worlds.moving import AHEAD, SEEN
from engine.evaluation.foretold import Foretold, foretell


@dataclass(frozen=True, kw_only=True)
class ForetellRequest:
    """Which sequence."""

    seed: int


@dataclass(frozen=True, kw_only=True)
class ForetoldRow:
    """What one memory, or none, says of the frames that follow. Pictures are base64 of bytes, frame by frame."""

    name: str
    """a memory's, or what is done without one"""
    floats: int | None
    """that are kept; null where it is no memory"""
    frames: str
    errors: list[float]
    """squared error summed over a frame's pixels"""


@dataclass(frozen=True, kw_only=True)
class ForetellAnswer:
    """A sequence and what was said of its end."""

    seed: int
    side: int
    """pixels"""
    seen: str
    """the frames that were shown"""
    truth: str
    """those that followed"""
    rows: list[ForetoldRow]


@dataclass
class Foretellings(Questions):
    """Answers about moving digits."""

    lock: Lock = field(default_factory=Lock)

    questions = ("foretell",)

    def foretell(self, visitor: Visitor, request: ForetellRequest) -> ForetellAnswer:
        """What every bundled memory of moving digits says of a sequence; ValueError for a seed that none has."""
        frames_THW = draw_bounces(request.seed)
        with self.lock:
            found = [foretell(model(name), request.seed) for name in moving_names()]
        rows = {name: each for own in found for name, each in own.items()}
        return ForetellAnswer(
            seed=request.seed,
            side=SIDE,
            seen=picture(frames_THW[:SEEN]),
            truth=picture(frames_THW[SEEN:]),
            rows=[row_of(name, each) for name, each in sorted_rows(rows.items())],
        )


def moving_names() -> list[str]:
    """The bundled memories of moving digits."""
    return [name for name in probed_names() if bundled()[0][name]["config"]["data"] == "moving"]


def sorted_rows(rows: Iterable[tuple[str, Foretold]]) -> list[tuple[str, Foretold]]:
    """Memories first."""
    names = moving_names()
    return sorted(rows, key=lambda pair: pair[0] not in names)


def row_of(name: str, told: Foretold) -> ForetoldRow:
    """A row as it travels."""
    card = bundled()[0].get(name)
    return ForetoldRow(
        name=name,
        floats=card["probe"]["floats"] if card else None,
        frames=picture(told.frames_PHW),
        errors=rounded(told.errors_P),
    )


def rounded(errors_P: Tensor) -> list[float]:
    """Hundredths."""
    return [round(value, 2) for value in errors_P.tolist()]


__all__ = ["AHEAD", "SEEN", "ForetellRequest", "Foretellings", "moving_names"]
