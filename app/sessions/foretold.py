"""Questions of the moving digits below the board of Predict (`assets/js/predict/moving.js`): ten frames are shown to a
memory, ten are foretold. A sequence is a function of its seed, so nothing is kept.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from threading import Lock

from torch import Tensor

from app.server.models import model
from app.server.rpc import Questions, Visitor
from app.sessions.predict import picture
from engine.checkpoints import bundled, probed_names
from engine.data.worlds.bounces import SIDE, draw_bounces
from engine.data.worlds.moving import SEEN
from engine.evaluation.foretold import USUAL, Foretold, foretell, mean_errors
from engine.model import Model


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
    usual: list[float]
    """the same, mean over the answer's `others`"""


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
    others: int
    """sequences that `usual` is the mean of"""
    rows: list[ForetoldRow]


@dataclass
class Foretellings(Questions):
    """Answers about moving digits."""

    lock: Lock = field(default_factory=Lock)
    usual: dict[str, dict[str, Tensor]] = field(default_factory=dict)
    """by a memory's fingerprint, the mean errors of its rows"""

    questions = ("foretell",)

    def foretell(self, visitor: Visitor, request: ForetellRequest) -> ForetellAnswer:
        """What every bundled memory of moving digits says of a sequence; ValueError for a seed that none has."""
        frames_THW, rows, usual = draw_bounces(request.seed), {}, {}
        with self.lock:
            for loaded in map(model, moving_names()):
                rows |= foretell(loaded, request.seed)
                usual |= self.usual_of(loaded)
        return ForetellAnswer(
            seed=request.seed,
            side=SIDE,
            seen=picture(frames_THW[:SEEN]),
            truth=picture(frames_THW[SEEN:]),
            others=len(USUAL),
            rows=[row_of(name, rows[name], usual[name]) for name in sorted(rows, key=is_trivial)],
        )

    def usual_of(self, loaded: Model) -> dict[str, Tensor]:
        """Mean errors over other sequences: half a second, once a memory."""
        if loaded.fingerprint not in self.usual:
            self.usual[loaded.fingerprint] = mean_errors(loaded)
        return self.usual[loaded.fingerprint]


def moving_names() -> list[str]:
    """The bundled memories of moving digits."""
    return [name for name in probed_names() if bundled()[0][name]["config"]["data"] == "moving"]


def is_trivial(name: str) -> bool:
    """Whether a row needs no memory; those stand last."""
    return name not in moving_names()


def row_of(name: str, told: Foretold, usual_P: Tensor) -> ForetoldRow:
    """A row as it travels."""
    card = bundled()[0].get(name)
    return ForetoldRow(
        name=name,
        floats=card["probe"]["floats"] if card else None,
        frames=picture(told.frames_PHW),
        errors=rounded(told.errors_P),
        usual=rounded(usual_P),
    )


def rounded(errors_P: Tensor) -> list[float]:
    """Hundredths."""
    return [round(value, 2) for value in errors_P.tolist()]


__all__ = ["ForetellRequest", "Foretellings", "moving_names"]
