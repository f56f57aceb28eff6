"""The Live card of the Trajectory tab: frames pushed one at a time, and what the memory recovers after every push.

The browser asks (`assets/js/live/view.js`), one frame at a time and no faster than the answers come; the server has the
clock. Nothing runs between two calls, so a visitor who leaves costs nothing but the stream's own memory, which goes at
once. Calls pass no queue: one visitor's stream does not wait for another's.
"""

from __future__ import annotations

import math
import time
from dataclasses import dataclass, field
from pathlib import Path

import gradio as gr
from gradio.context import Context

from app.components import LiveView, UploadField
from app.pictures.live import camera_frame, shown
from app.server.errors import in_words
from app.server.limits import open_within
from app.server.models import model, model_names
from app.sessions.choice import SMALL
from engine.checkpoints import BUNDLED, read_card, student_of
from engine.compatibility import upgrade
from engine.config import TreeConfig, from_dict
from engine.data.samples import samples
from engine.model import Model
from engine.streaming.live import LiveStream, looped
from engine.streaming.stream import PADDINGS

SIDE = 128  # pixels of a square frame, for models that take any size
SPEEDS = (0.5, 1.0, 2.0)
CAMERA_RATE = 10.0  # frames per second
MINUTES = 10  # a stream may run
IDLE = 60.0  # seconds after which a stream that nobody asks for is gone
STREAMS = 24  # at once


@dataclass(kw_only=True)
class Seat:
    """One visitor's stream."""

    stream: LiveStream
    ticket: object
    """the browser's name for it: what is still on its way for an older one is not taken"""
    began: float
    asked: float


@dataclass
class Desk:
    """All running streams, by visitor, and the clips that were uploaded to be streamed."""

    seats: dict[str, Seat] = field(default_factory=dict)
    uploads: dict[str, Path] = field(default_factory=dict)

    def begin(self, visitor: str, wish: dict, now: float) -> dict:
        """Start a stream, in place of the visitor's last one; the answer says what it is, or why there is none."""
        self.end(visitor)
        self.sweep(now)
        try:
            if len(self.seats) >= STREAMS:
                raise ValueError(f"{STREAMS} streams are running, which is the limit; try again in a minute.")
            stream = opened_stream(wish, self.uploads.get(visitor), now)
        except (ValueError, OSError) as error:
            return sentence(wish, in_words(error), error=True)
        self.seats[visitor] = Seat(stream=stream, ticket=wish.get("ticket"), began=now, asked=now)
        return {**facts(stream), **ticket(wish), "state": "running", "due": 0.0}

    def next(self, visitor: str, wish: dict, now: float) -> dict:
        """Push the frame that is due and answer with what is recovered; `due`: seconds from `now` to ask again."""
        seat = self.seats.get(visitor)
        if seat is None or seat.ticket != wish.get("ticket"):
            return sentence(wish, "The stream has ended here; start it again.")
        if now - seat.began > 60 * MINUTES:
            self.end(visitor)
            return sentence(wish, f"Stopped after {MINUTES} minutes, so that others can watch too; start it again.")
        seat.asked = now
        stream = seat.stream
        try:
            stream.clock.change(rate_of(stream, wish), now)
            given = None if stream.frames is not None else camera_frame(wish.get("picture"), stream.shape)
            moment = stream.advance(now, given)
        except (ValueError, OSError) as error:
            self.end(visitor)
            return sentence(wish, in_words(error), error=True)
        return {**shown(moment), **ticket(wish), "state": "running", "due": stream.clock.wait(now)}

    def end(self, visitor: str, wish: dict | None = None) -> None:
        """Forget a visitor's stream; with a wish only the one it names, for another may have begun since."""
        seat = self.seats.get(visitor)
        if seat and (wish is None or seat.ticket == wish.get("ticket")):
            self.seats.pop(visitor, None)

    def leave(self, visitor: str) -> None:
        """Forget a visitor."""
        self.end(visitor)
        self.uploads.pop(visitor, None)

    def sweep(self, now: float) -> None:
        """Forget streams that nobody asks for any more."""
        for visitor in [v for v, seat in list(self.seats.items()) if now - seat.asked > IDLE]:
            self.end(visitor)

    def take_upload(self, visitor: str, path: str) -> dict:
        """Keep an uploaded clip; the answer names it and the model that suits it, or says why it cannot be used."""
        try:
            info = open_within(path).info
        except (ValueError, OSError) as error:
            return {"state": "upload", "error": True, "sentence": in_words(error)}
        self.uploads[visitor] = Path(path)
        return {"state": "upload", "name": info.name, "model": suitable(max(info.height, info.width))}


def opened_stream(wish: dict, upload: Path | None, now: float) -> LiveStream:
    """The stream that was asked for; ValueError in one sentence."""
    name, padding = str(wish.get("model")), str(wish.get("padding", "skip"))
    if name not in model_names():
        raise ValueError(f"There is no model {name[:40]!r} here; choose one of {', '.join(model_names())}.")
    if padding not in PADDINGS:
        raise ValueError(f"Unseen leaves are {padding[:20]!r}; choose zeros or skip.")
    loaded = model(name)
    shape = loaded.frame_shape or (SIDE, SIDE, 3)
    frames, rate = None, CAMERA_RATE
    if wish.get("source") != "camera":
        path, tile = chosen_file(wish.get("source"), upload)
        source = open_within(path, frame_shape=shape, tile=tile)
        frames, rate = looped(source), source.info.fps or CAMERA_RATE
    student = follower_of(loaded)
    stream = LiveStream(loaded, rate=rate, now=now, frames=frames, student=student, padding=padding, shape=shape)
    stream.clock.change(rate_of(stream, wish), now)
    return stream


def chosen_file(source: object, upload: Path | None) -> tuple[Path, int | None]:
    """Path and tile of a sample, or of what was uploaded."""
    if source == "upload":
        if upload is None:
            raise ValueError("No clip was uploaded yet; choose one first.")
        return upload, None
    for sample in samples():
        if sample.name == source:
            return sample.path, sample.tile
    raise ValueError(f"There is no source {str(source)[:40]!r}; choose a sample, your video or the camera.")


def follower_of(teacher: Model) -> Model | None:
    """The bundled student of a teacher, where there is one that still follows it."""
    try:
        return model(name) if (name := student_of(teacher.name)) else None
    except ValueError:
        return None


def kinds() -> list[dict]:
    """What the models take, from their cards: none is loaded before it is wanted."""
    trees = {
        name: from_dict(TreeConfig, upgrade(read_card(BUNDLED / name)["config"])["tree"]) for name in model_names()
    }
    return [{"name": n, "leaves": tree.leaves, "small": tree.codec == "flat"} for n, tree in trees.items()]


def suitable(side: int) -> str:
    """The model for frames of so many pixels: flat models are for small pictures only."""
    return next((kind["name"] for kind in kinds() if kind["small"] == (side <= SMALL)), model_names()[0])


def rate_of(stream: LiveStream, wish: dict) -> float:
    """Frames per second at the chosen speed; a camera has its own."""
    speed = wish.get("speed", 1.0)
    if speed not in SPEEDS:
        raise ValueError(f"The speed is {str(speed)[:20]!r}; choose {', '.join(f'{s:g}' for s in SPEEDS)}.")
    return stream.rate * (speed if stream.frames is not None else 1.0)


def ticket(wish: dict) -> dict:
    """What the answer must carry for the browser to know its question."""
    return {"ticket": wish.get("ticket")}


def sentence(wish: dict, words: str, *, error: bool = False) -> dict:
    """An answer that ends a stream."""
    return {**ticket(wish), "state": "ended", "sentence": words, "error": error}


def facts(stream: LiveStream) -> dict:
    """What does not change while a stream runs."""
    loaded = stream.model
    height, width, _ = stream.shape
    return {
        "model": loaded.name,
        "leaves": loaded.leaves,
        "floats": math.prod(loaded.tree.state_shape(loaded.merges, height, width)),
        "pixels": math.prod(stream.shape),
        "height": height,
        "width": width,
        "rate": stream.clock.rate,
        "student": stream.student is not None,
    }


def setup() -> dict:
    """What can be chosen, for the card's controls."""
    sources = [{"name": s.name, "title": s.title, "model": s.model} for s in samples() if s.model in model_names()]
    return {"sources": sources, "models": kinds(), "speeds": SPEEDS, "camera": {"rate": CAMERA_RATE, "side": SIDE}}


def wish_of(event: gr.EventData) -> dict:
    """What the browser asked for; anything that is no object counts as an empty wish."""
    return event._data if isinstance(event._data, dict) else {}


def build_live(desk: Desk | None = None) -> LiveView:
    """Lay the card out and wire it; call it inside a tab."""
    desk = desk or Desk()
    view = LiveView(setup=setup())
    upload = UploadField("your video", elem_id="live-file", elem_classes="imfn-handover")

    def begin(event: gr.EventData, request: gr.Request) -> dict:
        return desk.begin(request.session_hash, wish_of(event), time.monotonic())

    def push(event: gr.EventData, request: gr.Request) -> dict:
        return desk.next(request.session_hash, wish_of(event), time.monotonic())

    def end(event: gr.EventData, request: gr.Request) -> None:
        desk.end(request.session_hash, wish_of(event))

    def leave(request: gr.Request) -> None:
        desk.leave(request.session_hash)

    def took(path: str, request: gr.Request) -> dict:
        return desk.take_upload(request.session_hash, path)

    unqueued = {"queue": False, "show_progress": "hidden", "trigger_mode": "multiple", "api_name": False}
    view.live_begin(begin, None, view, **unqueued)
    view.live_next(push, None, view, **unqueued)
    view.live_end(end, None, None, **unqueued)
    upload.upload(took, upload, view, show_progress="hidden", api_name=False)
    Context.root_block.unload(leave)
    return view


__all__ = ["Desk", "build_live"]
