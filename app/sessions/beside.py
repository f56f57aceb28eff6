"""The clip that a page shows, through another model: computed when it is asked for, from the frames that are kept.

What comes of it is an exploration of the same visitor's, with windows as long as its model wants them; frames of the
clip are what both have in common. It goes when the one that it stands beside goes.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass

import numpy as np

from app.server.errors import message_of
from app.server.folders import in_use
from app.server.models import model
from app.server.owners import hashed
from app.server.queue import queue
from app.server.rpc import Visitor
from app.sessions.exploration import Exploration
from app.sessions.explorations import Explorations, ExploreAnswer, ProgressAnswer, drawn
from app.sessions.first_paint import restore_frames
from app.sessions.work import ProgressRequest, Work, WorkQuestions, Works, time_left
from engine.model import Model

CANCELLED = "Cancelled; choose the model again to compute it."
UNKNOWN = "This model's side was put away in the meantime; choose it again."


@dataclass(frozen=True, kw_only=True)
class SuitableRequest:
    """Which models the clip can be shown through."""

    id: str


@dataclass(frozen=True, kw_only=True)
class SuitableModel:
    """A model for the other side."""

    name: str
    label: str
    leaves: int


@dataclass(frozen=True, kw_only=True)
class SuitableAnswer:
    """All but the one that it was explored with."""

    models: list[SuitableModel]


@dataclass(frozen=True, kw_only=True)
class BesideRequest:
    """The clip of an exploration through another model."""

    id: str
    model: str


class KeptFrames:
    """The frames of an exploration, as a source of another."""

    notes: tuple[str, ...] = ()

    def __init__(self, session: Exploration) -> None:
        self.session = session

    def frames(self) -> Iterator[np.ndarray]:
        """One after the other."""
        for frames_THWK in self.session.source_windows():
            yield from frames_THWK

    def give_up(self) -> None:
        """There is nothing to close."""


class Besides(WorkQuestions):
    """Answers to `assets/js/explore/other_models.js`."""

    questions = ("suitable", "beside", "progress", "cancel")
    heavy = ("beside",)

    def __init__(self, explorations: Explorations) -> None:
        self.explorations = explorations
        self.works = Works(cancelled=CANCELLED, unknown=UNKNOWN)

    def suitable(self, visitor: Visitor, request: SuitableRequest) -> SuitableAnswer:
        """What the menus of sides offer beside the exploration's own levels; nothing for a memory file."""
        session = self.explorations.own(visitor, request.id)
        if session.memory is not None:
            return SuitableAnswer(models=[])
        found = [(label, name) for label, name in self.explorations.offered() if name != session.model.name]
        return SuitableAnswer(models=[one for label, name in found if (one := offered(session, label, name))])

    async def beside(self, visitor: Visitor, request: BesideRequest) -> ExploreAnswer:
        """Begin to compute it; ValueError for what does not suit."""
        session = self.explorations.own(visitor, request.id)
        if request.model not in {name for _, name in self.explorations.offered()}:
            raise ValueError(f"There is no model {request.model[:40]!r} for clips here; choose one of the menu.")
        other = await asyncio.to_thread(model, request.model)
        check_suits(session, other)
        work = self.works.add(Work(visitor, f"Through {other.name} …"))
        self.works.run(self.work(work, session, other))
        return ExploreAnswer(id=work.id, model=other.name)

    async def work(self, work: Work, session: Exploration, other: Model) -> None:
        """Explore the kept frames in turns; what is not wanted any more leaves nothing behind."""
        ticket, made, kept = None, None, False
        held = ExitStack()  # what is read and what is made stays there until the work is over
        place = hashed(work.visitor.key), session.id, other.name
        try:
            known = self.explorations.beside.get(place)
            if known is not None and known.kept():
                return work.tell("", "done", await asyncio.to_thread(drawn, known))
            held.enter_context(in_use([session.folder]))
            await asyncio.to_thread(restore_frames, session)
            ticket = queue().join(f"beside {work.visitor.session}", work.visitor.key, work.visitor.address)
            made = await asyncio.to_thread(begun, session, other)
            held.enter_context(in_use([made.folder]))
            begin = time.monotonic()
            async for done in ticket.steps(made.explore(KeptFrames(session))):
                if not work.wanted:
                    return None
                waits = f" {ticket.words()}" if done is None else left(made, time.monotonic() - begin)
                work.tell(f"Through {other.name}:{waits} …")
            if ticket.given_up or not work.wanted:
                return None
            made.stated_windows = made.windows
            payload = await asyncio.to_thread(drawn, made)
            await asyncio.to_thread(made.write_facts, place[0])
            kept = self.explorations.keep_beside(place, made)
            work.tell("", "done", payload)
        except Exception as error:
            work.tell(message_of(error, "explore"), "failed")
        finally:
            self.works.end(work)
            held.close()
            if ticket:
                ticket.leave()
            if made is not None and not kept:
                await asyncio.to_thread(made.remove)
        return None

    async def progress(self, visitor: Visitor, request: ProgressRequest) -> ProgressAnswer:
        """What is new of it, as soon as there is something new."""
        work = self.works.own(visitor, request.id)
        fresh = await work.fresh(request.seen)
        return ProgressAnswer(seen=work.seen, state=work.state, message=work.message, exploration=fresh)

    def leave(self, session: str) -> None:
        """A page was closed: nobody waits for its work."""
        self.works.leave(session)


def offered(session: Exploration, label: str, name: str) -> SuitableModel | None:
    """An entry of the menu, where the model suits the clip and is whole."""
    try:
        loaded = model(name)
        check_suits(session, loaded)
    except ValueError:
        return None
    return SuitableModel(name=name, label=label, leaves=loaded.leaves)


def check_suits(session: Exploration, other: Model) -> None:
    """ValueError in one sentence where the clip cannot go through a model."""
    if session.memory is not None:
        raise ValueError("A memory file has no source in it; open the clip itself to see it through another model.")
    if other.frame_shape not in (None, tuple(session.shape)):
        height, width, _ = other.frame_shape
        raise ValueError(f"{other.name} takes frames of {width}×{height} alone; choose another model for this clip.")


def begun(session: Exploration, other: Model) -> Exploration:
    """An empty exploration beside another."""
    windows = -(-session.frames // other.leaves)
    facts = {"sample": session.sample, "first": session.first, "size": session.size}
    facts |= {"file_bytes": session.file_bytes}
    return Exploration(other, session.name, session.fps, stated_windows=windows, **facts)


def left(made: Exploration, seconds: float) -> str:
    """How far it is, with the time that is left once it can be told."""
    done, all_of_them = made.windows, max(made.windows, made.stated_windows)
    return f" window {done} of {all_of_them}{time_left(done, all_of_them, seconds)}"


__all__ = ["BesideRequest", "Besides", "SuitableRequest"]
