"""Streams of the Live card: frames pushed one at a time, and what the memory recovers after every push.

The browser asks (`assets/js/live/view.js`), one frame at a time and no faster than the answers come; the server has the
clock. Nothing runs between two questions, so a visitor who leaves costs nothing but the stream's own memory, which is
freed at once. Questions pass no queue: one visitor's stream does not wait for another's.
"""

from __future__ import annotations

import math
import time
from dataclasses import dataclass, field
from pathlib import Path

from app.pictures.forest import Forest, forest_now, forest_of
from app.pictures.live import LiveFrame, camera_frame, live_frame
from app.server.folders import Download, uploaded_path
from app.server.limits import limits, open_within
from app.server.models import model, model_names
from app.server.parsing import quoted
from app.server.rpc import Questions, Visitor
from app.server.visitors import count_from
from app.sessions.choice import SMALL
from app.sessions.runs import Done
from app.sessions.saved_streams import (
    ROOTS,
    SIDE,
    SavedAnswer,
    SavedRequest,
    SaveRequest,
    StoppedStreams,
    opened,
    stream_file,
    streamed_shape,
)
from engine.checkpoints import BUNDLED, read_card, student_of
from engine.compatibility import upgrade
from engine.config import TreeConfig, from_dict
from engine.data.samples import samples
from engine.model import Model
from engine.streaming.bounded import strides_after
from engine.streaming.live import LiveStream, looped
from engine.streaming.stream import PADDINGS

SPEEDS = (0.5, 1.0, 2.0)
CAMERA_RATE = 10.0
"""frames per second"""
MINUTES = 10
"""that a stream may run"""
IDLE = 60.0
"""seconds after which a stream that nobody asks for is gone"""
STREAMS = 24
"""at once"""
EXAMPLE = 6
"""windows for each root of the example that the card shows before a stream begins"""


@dataclass(frozen=True, kw_only=True)
class BeginRequest:
    """A stream to start, in place of the page's last one."""

    ticket: int
    """the browser's name for it: what is still on its way for an older one is not taken"""
    source: str
    """a sample's name, upload or camera"""
    model: str
    padding: str = "skip"
    speed: float = 1.0
    file: str | None = None
    """the path that the upload gave"""
    roots: int = 8
    """finished windows that are kept at most"""
    saved: str | None = None
    """the path of a saved stream to go on from; it says how many roots are kept"""


@dataclass(frozen=True, kw_only=True)
class StreamFacts:
    """What does not change while a stream runs."""

    model: str
    leaves: int
    floats: int
    """of one memory"""
    pixels: int
    """values in a frame"""
    height: int
    width: int
    rate: float
    """frames per second"""
    student: bool
    forest: Forest
    """what is kept already"""


@dataclass(frozen=True, kw_only=True)
class FrameRequest:
    """The next frame of a stream; a camera's comes along as a data URL."""

    ticket: int
    speed: float = 1.0
    picture: str | None = None


@dataclass(frozen=True, kw_only=True)
class FrameAnswer:
    """What is recovered after a push."""

    frame: LiveFrame | None
    """null when the stream has ended"""
    forest: Forest | None = None
    """the roots that are kept"""
    due: float = 0.0
    """seconds until the next frame is to be asked for"""
    ended: str = ""
    """why it has ended, in a sentence"""


@dataclass(frozen=True, kw_only=True)
class EndRequest:
    """A stream to end."""

    ticket: int


@dataclass(frozen=True, kw_only=True)
class ClipRequest:
    """A clip that was uploaded to be streamed."""

    path: str


@dataclass(frozen=True, kw_only=True)
class ClipAnswer:
    """Its name, and the model that suits it."""

    name: str
    model: str


@dataclass(kw_only=True)
class LiveSession:
    """One page's stream; times are those of `time.monotonic`."""

    stream: LiveStream
    ticket: int
    began: float
    asked: float
    visitor: Visitor


@dataclass
class LiveSessions(Questions):
    """All running streams, one a page, by Gradio session, and those that have ended and can be saved."""

    running: dict[str, LiveSession] = field(default_factory=dict)
    stopped: StoppedStreams = field(default_factory=StoppedStreams)

    questions = ("begin_stream", "next_frame", "end_stream", "check_clip", "save_stream", "check_saved")
    heavy = ("begin_stream", "check_clip", "save_stream", "check_saved")

    def begin_stream(self, visitor: Visitor, request: BeginRequest) -> StreamFacts:
        """Start a stream."""
        return self.begin(visitor.session, request, time.monotonic(), visitor)

    def next_frame(self, visitor: Visitor, request: FrameRequest) -> FrameAnswer:
        """Push the frame that is due."""
        return self.push(visitor.session, request, time.monotonic())

    def end_stream(self, visitor: Visitor, request: EndRequest) -> Done:
        """End the stream that is named; another may have begun since."""
        self.end(visitor.session, request.ticket)
        return Done()

    def check_clip(self, visitor: Visitor, request: ClipRequest) -> ClipAnswer:
        """An uploaded clip; ValueError where it cannot be used."""
        info = open_within(uploaded_path(request.path)).info
        return ClipAnswer(name=info.name, model=suitable(max(info.height, info.width)))

    def save_stream(self, visitor: Visitor, request: SaveRequest) -> Download:
        """A stream that runs or has ended as a file."""
        live = self.running.get(visitor.session)
        if live and live.ticket == request.ticket:
            return stream_file(live.stream.saved())
        return stream_file(self.stopped.memory(visitor.session, request.ticket))

    def check_saved(self, visitor: Visitor, request: SavedRequest) -> SavedAnswer:
        """A saved stream that was uploaded; ValueError where it cannot be gone on from."""
        memory = opened(request.path, "skip")
        return SavedAnswer(model=memory.model.name, forest=forest_of(memory))

    def begin(self, session: str, request: BeginRequest, now: float, visitor: Visitor | None = None) -> StreamFacts:
        """Start a stream in place of the page's last one; ValueError in one sentence, also where all seats are taken,
        or those of the visitor's address.
        """
        visitor = visitor or Visitor(key=session, session=session)
        self.check_newest(session, request)
        self.end(session)
        self.sweep(now)
        self.check_seats(visitor)
        stream = open_stream(request, now)
        self.check_newest(session, request)  # opening takes seconds where a model has to be loaded
        self.check_seats(visitor)
        self.stopped.forget(session)
        self.running[session] = LiveSession(stream=stream, ticket=request.ticket, began=now, asked=now, visitor=visitor)
        return facts(stream)

    def check_seats(self, visitor: Visitor) -> None:
        """ValueError where as many streams run as may, or as many as may from one address."""
        running = [live.visitor for live in list(self.running.values())]
        near, most = count_from(visitor.address, running), limits().max_address_streams
        if near >= most:
            raise ValueError(f"{near} streams from your address are running, which is the limit; end one of them.")
        if len(running) >= STREAMS:
            raise ValueError(f"{STREAMS} streams are running, which is the limit; try again in a minute.")

    def check_newest(self, session: str, request: BeginRequest) -> None:
        """ValueError when the page has begun another stream since: questions may overtake one another."""
        live = self.running.get(session)
        if live and live.ticket > request.ticket:
            raise ValueError("Another stream has begun since; start it again.")

    def push(self, session: str, request: FrameRequest, now: float) -> FrameAnswer:
        """Push the frame that is due now; ValueError for one that cannot be taken, which ends the stream."""
        live = self.running.get(session)
        if live is None or live.ticket != request.ticket:
            return FrameAnswer(frame=None, ended="The stream has ended here; start it again.")
        if now - live.began > 60 * MINUTES:
            self.end(session)
            sentence = f"Stopped after {MINUTES} minutes, so that others can watch too; start it again."
            return FrameAnswer(frame=None, ended=sentence)
        live.asked = now
        try:
            return advance(live.stream, request, now)
        except (ValueError, OSError):
            self.end(session, request.ticket)
            raise

    def end(self, session: str, ticket: int | None = None) -> None:
        """End a page's stream, with a ticket only the one it names; what it remembers can still be saved."""
        live = self.running.get(session)
        if live and ticket in (None, live.ticket) and self.running.pop(session, None):
            self.stopped.keep(session, live.stream, live.ticket, live.visitor)

    def leave(self, session: str) -> None:
        """Forget a page that was closed."""
        self.running.pop(session, None)
        self.stopped.forget(session)

    def sweep(self, now: float) -> None:
        """End streams that nobody asks for any more."""
        for session in [key for key, live in list(self.running.items()) if now - live.asked > IDLE]:
            self.end(session)


def advance(stream: LiveStream, request: FrameRequest, now: float) -> FrameAnswer:
    """One push of a stream."""
    stream.clock.change(rate_of(stream, request.speed), now)
    given = None if stream.frames is not None else camera_frame(request.picture, stream.shape)
    moment = stream.advance(now, given)
    forest = forest_now(stream, moment.ages)
    return FrameAnswer(frame=live_frame(moment), forest=forest, due=stream.clock.wait(now))


def open_stream(request: BeginRequest, now: float) -> LiveStream:
    """The stream that is asked for; ValueError in one sentence."""
    name, padding = request.model, request.padding
    if name not in model_names():
        raise ValueError(f"There is no model {name[:40]!r} here; choose one of {', '.join(model_names())}.")
    if padding not in PADDINGS:
        raise ValueError(f"Unseen leaves are {padding[:20]!r}; choose zeros or skip.")
    if request.roots not in ROOTS:
        raise ValueError(f"Roots are {quoted(request.roots)}; choose {', '.join(map(str, ROOTS))}.")
    loaded = model(name)
    memory = opened(request.saved, padding) if request.saved is not None else None
    if memory and memory.model.name != name:
        raise ValueError(f"The saved stream was kept by {memory.model.name}; choose that model to go on from it.")
    shape = streamed_shape(loaded)
    frames, rate = None, CAMERA_RATE
    if request.source != "camera":
        path, tile = chosen_file(request.source, request.file)
        source = open_within(path, frame_shape=shape, tile=tile)
        frames, rate = looped(source), source.info.fps or CAMERA_RATE
    about = {"padding": padding, "shape": shape, "roots": request.roots, "memory": memory}
    stream = LiveStream(loaded, rate=rate, now=now, frames=frames, student=follower_of(loaded), **about)
    stream.clock.change(rate_of(stream, request.speed), now)
    return stream


def chosen_file(source: str, file: str | None) -> tuple[Path, int | None]:
    """Path and tile of a sample, or of what was uploaded."""
    if source == "upload":
        if file is None:
            raise ValueError("No clip was uploaded yet; choose one first.")
        return uploaded_path(file), None
    for sample in samples():
        if sample.name == source:
            return sample.path, sample.tile
    raise ValueError(f"There is no source {source[:40]!r}; choose a sample, your video or the camera.")


def follower_of(teacher: Model) -> Model | None:
    """The bundled student of a teacher, where there is one that still follows it."""
    try:
        return model(name) if (name := student_of(teacher.name)) else None
    except ValueError:
        return None


def model_kinds() -> list[dict]:
    """What the models take, from their cards: none is loaded before it is wanted."""
    trees = {
        name: from_dict(TreeConfig, upgrade(read_card(BUNDLED / name)["config"])["tree"]) for name in model_names()
    }
    return [{"name": n, "leaves": tree.leaves, "small": tree.codec == "flat"} for n, tree in trees.items()]


def suitable(side: int) -> str:
    """The model for frames of so many pixels: flat models are for small pictures only."""
    return next((kind["name"] for kind in model_kinds() if kind["small"] == (side <= SMALL)), model_names()[0])


def rate_of(stream: LiveStream, speed: float) -> float:
    """Frames per second at the chosen speed; a camera has its own."""
    if speed not in SPEEDS:
        raise ValueError(f"The speed is {quoted(speed)}; choose {', '.join(f'{s:g}' for s in SPEEDS)}.")
    return stream.rate * (speed if stream.frames is not None else 1.0)


def facts(stream: LiveStream) -> StreamFacts:
    """What does not change while a stream runs."""
    loaded = stream.model
    height, width, _ = stream.shape
    return StreamFacts(
        model=loaded.name,
        leaves=loaded.leaves,
        floats=math.prod(loaded.tree.state_shape(loaded.merges, height, width)),
        pixels=math.prod(stream.shape),
        height=height,
        width=width,
        rate=stream.clock.rate,
        student=stream.student_model is not None,
        forest=forest_of(stream.memory),
    )


def setup() -> dict:
    """What can be chosen, for the card's controls."""
    sources = [{"name": s.name, "title": s.title, "model": s.model} for s in samples() if s.model in model_names()]
    camera = {"rate": CAMERA_RATE, "side": SIDE}
    roots = {str(most): strides_after(EXAMPLE * most, most) for most in ROOTS}
    return {"sources": sources, "models": model_kinds(), "speeds": SPEEDS, "roots": roots, "camera": camera}
