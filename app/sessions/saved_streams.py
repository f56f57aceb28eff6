"""Streams of the Live card as files: what can be saved, and what a saved one goes on as.

A stream that has ended stays savable until its page begins another or is closed. A file says which model kept it; only
bundled models are opened, and nothing is decoded before the file's frame size is known to be the card's.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from app.pictures.forest import Forest
from app.server.folders import Download, download_of, in_use, new_folder, uploaded_path
from app.server.limits import limits
from app.server.models import model, model_names
from app.server.visitors import Visitor, count_from
from engine.checkpoints import maker_of
from engine.model import Model
from engine.streaming.bounded import BoundedMemory, read_facts
from engine.streaming.live import LiveStream

SIDE = 128
"""pixels of a square frame, for models that take any size"""
ROOTS = (4, 8, 16, 32)
"""finished windows that a visitor may keep"""
STOPPED = 24
"""streams that have ended and can still be saved, everybody's together"""
GONE = "This stream is not kept here any more; start another one, and save it before the page is closed."


@dataclass(frozen=True, kw_only=True)
class SaveRequest:
    """A stream to save."""

    ticket: int


@dataclass(frozen=True, kw_only=True)
class SavedRequest:
    """A saved stream that was uploaded."""

    path: str


@dataclass(frozen=True, kw_only=True)
class SavedAnswer:
    """What it holds."""

    model: str
    forest: Forest


@dataclass(frozen=True, kw_only=True)
class Stopped:
    """A stream that has ended."""

    memory: BoundedMemory
    ticket: int
    visitor: Visitor


@dataclass
class StoppedStreams:
    """The last one of every page, by Gradio session; the oldest go first, those of an address with too many before."""

    kept: dict[str, Stopped] = field(default_factory=dict)

    def keep(self, session: str, stream: LiveStream, ticket: int, visitor: Visitor) -> None:
        """Keep a stream that has ended, if it has seen anything."""
        self.kept.pop(session, None)
        if not stream.memory.count:
            return
        near = [each for each, one in self.kept.items() if one.visitor.address == visitor.address]
        if count_from(visitor.address, [one.visitor for one in self.kept.values()]) >= limits().max_address_streams:
            self.kept.pop(near[0], None)
        elif len(self.kept) >= STOPPED:
            self.kept.pop(next(iter(self.kept)), None)
        self.kept[session] = Stopped(memory=stream.saved(), ticket=ticket, visitor=visitor)

    def memory(self, session: str, ticket: int) -> BoundedMemory:
        """The memory of a stream that has ended; ValueError where it is not kept."""
        stopped = self.kept.get(session)
        if stopped is None or stopped.ticket != ticket:
            raise ValueError(GONE)
        return stopped.memory

    def forget(self, session: str) -> None:
        """Let a page's stream go."""
        self.kept.pop(session, None)


def stream_file(memory: BoundedMemory) -> Download:
    """A memory as a file of the visitor's; ValueError before its first frame."""
    if not memory.count:
        raise ValueError("This stream has no frames yet; save it when the first one is there.")
    path = new_folder("stream") / f"{memory.model.name}-{memory.count}-frames.imfn-stream"
    memory.save(path)
    return download_of(path)


def opened(path: str, padding: str) -> BoundedMemory:
    """The memory of an uploaded file; ValueError in one sentence where this card cannot go on from it."""
    found = uploaded_path(path)
    with in_use([found]):
        facts = read_facts(found)
        name = maker_of(facts.model, facts.fingerprint)
        if name not in model_names():
            raise ValueError(
                f"This stream was kept by {facts.model[:40]!r}, which is not here; go on from it where it was made."
            )
        loaded = model(name)
        height, width, _ = streamed_shape(loaded)
        if (facts.height, facts.width) != (height, width):
            raise ValueError(
                f"This stream has frames of {facts.width}×{facts.height}, this card streams {width}×{height}; go on "
                "from it in Python, or choose a stream that was saved here."
            )
        return BoundedMemory.open(found, loaded, padding)


def streamed_shape(loaded: Model) -> tuple[int, int, int]:
    """Frames [H, W, K] as the card streams them."""
    return loaded.frame_shape or (SIDE, SIDE, loaded.colours)
