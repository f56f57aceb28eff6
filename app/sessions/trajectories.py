"""The trajectories of all visitors: one is asked for, followed while it is made, and taken away from.

`follow` answers at once with an id; `progress` waits, without a thread, until there is something new. What there is to
draw comes three times: both paths with PCA, what each memory remembers at every time, UMAP from its own process. A page
has one trajectory, known by the browser's key; its pictures go with the page.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Iterator
from concurrent.futures import Future
from concurrent.futures.process import BrokenProcessPool
from contextlib import ExitStack
from dataclasses import dataclass, field
from typing import Literal

from app.server.errors import message_of
from app.server.folders import Download, download_of, in_use
from app.server.held import Held
from app.server.models import model
from app.server.queue import queue
from app.server.rpc import Visitor
from app.sessions.exploration import Exploration
from app.sessions.sequences import chosen_sequences
from app.sessions.trajectory import TrajectorySession, TrajectorySettings
from app.sessions.work import ProgressRequest, State, Work, WorkQuestions, Works
from engine.checkpoints import student_of
from engine.evaluation.projection import Left, leave_umap, umap_left

CANCELLED = "Cancelled; what was followed before stays."
EXPIRED = "This path was put away in the meantime; choose a sequence again."
KILLED = "The process that fits UMAP was ended, so this is PCA; follow the sequence again for UMAP."
READING, FITTING = "Reading memories back", "Fitting UMAP"
MOST = 100
"""trajectories that are kept at once"""
LOOK = 1.0
"""seconds between two looks at how far UMAP is, and whether anybody still waits for it"""

Step = tuple[TrajectorySession, Future, str, bool]
"""a trajectory, its UMAP, what is done next, and whether there is more to draw"""


@dataclass(frozen=True, kw_only=True)
class FollowRequest:
    """What to follow, and how."""

    chosen: str
    """a sample's name, explored, or a Lantern walk (`app/sessions/walks.py`)"""
    exploration: str | None = None
    """what Explore shows, by its id; what the page explored last where it is null"""
    settings: TrajectorySettings = field(default_factory=TrajectorySettings)


@dataclass(frozen=True, kw_only=True)
class FollowAnswer:
    """A trajectory that has begun."""

    id: str


@dataclass(frozen=True, kw_only=True)
class TrajectoryProgress:
    """Where a trajectory stands."""

    seen: int
    state: State
    message: str
    trajectory: dict | None
    """what there is to draw; null where that has not changed"""


@dataclass(frozen=True, kw_only=True)
class TakeTrajectoryRequest:
    """A file to be made of what is shown."""

    id: str
    kind: Literal["states", "coordinates"]


class Trajectories(WorkQuestions):
    """Answers to `assets/js/trajectory/server.js`. `explored` finds what a page's Explore tab shows."""

    questions = ("follow", "progress", "cancel", "take")
    heavy = ("follow",)

    def __init__(self, explored: Callable[[Visitor, str | None], Exploration | None]) -> None:
        self.explored = explored
        self.works = Works(cancelled=CANCELLED, unknown=EXPIRED)
        self.pages: Held[TrajectorySession] = Held(what="trajectories", most=MOST)
        """what each open page shows"""

    async def follow(self, visitor: Visitor, request: FollowRequest) -> FollowAnswer:
        """Begin to follow a sequence's memory."""
        request.settings.checked()
        self.make_room(visitor)
        work = self.works.add(Work(visitor, "Following the memory …"))
        self.works.run(self.work(work, request))
        return FollowAnswer(id=work.id)

    async def work(self, work: Work, request: FollowRequest) -> None:
        """Follow in turns; a failure leaves what was shown before alone."""
        ticket = session = future = None
        held = ExitStack()  # what is made stays there until the work is over
        try:
            ticket = queue().join(f"path {work.visitor.session}", work.visitor.key, work.visitor.address)
            explored = None
            if request.chosen == "explored":
                explored = await asyncio.to_thread(self.explored, work.visitor, request.exploration)
            steps = followed(request.chosen, explored, request.settings)
            async for step in ticket.steps(steps):
                if step is not None:
                    if session is None:
                        held.enter_context(in_use([step[0].folder]))
                    session, future, doing, more = step
                if not work.wanted:
                    break
                if step is None:
                    work.tell(f"{ticket.words()} …")
                else:
                    work.tell(f"{session.title} {doing} …", payload=await self.show(work, session) if more else None)
            if session and work.wanted and not ticket.given_up:
                ticket.leave()  # UMAP has a process of its own, and this may take a while
                await self.finish(work, session, future)
        except Exception as error:
            work.tell(message_of(error, "follow"), "failed")
        finally:
            self.works.end(work)
            self.drop(session)
            held.close()
            if future:
                leave_umap(future)
            if ticket:
                ticket.leave()

    async def finish(self, work: Work, session: TrajectorySession, future: Future) -> None:
        """Wait for UMAP without a thread, and show it. Where its process was killed, PCA stays, and is said to."""
        fitted = asyncio.wrap_future(future)
        while work.wanted and not fitted.done():
            await asyncio.wait([fitted], timeout=LOOK)
            words = f"{session.title} {left_words(FITTING, umap_left(future))} …"
            if work.wanted and not fitted.done() and words != work.message:
                work.tell(words)
        if not work.wanted:
            return
        try:
            session.take_umap(future)
        except BrokenProcessPool:
            work.tell(f"{session.title} {KILLED}", "done")
        else:
            work.tell(session.title, "done", await self.show(work, session))

    async def show(self, work: Work, session: TrajectorySession) -> dict:
        """Keep a trajectory for its page in place of the one before; what the browser draws of it."""
        if self.pages.get(work.visitor.session) is not session:
            self.make_room(work.visitor)  # others may have come since this one was asked for
            self.drop(self.pages.put(work.visitor, session))
        return await asyncio.to_thread(session.payload)

    def make_room(self, visitor: Visitor) -> None:
        """See that a visitor's page may keep a trajectory; ValueError where there is no room."""
        for unused in self.pages.make_room(visitor):
            self.drop(unused)

    def drop(self, session: TrajectorySession | None) -> None:
        """Remove the pictures of a trajectory that no page shows."""
        if session is not None and all(session is not shown for shown in self.pages.things()):
            session.remove()

    async def progress(self, visitor: Visitor, request: ProgressRequest) -> TrajectoryProgress:
        """What is new of a trajectory, as soon as there is something new."""
        work = self.works.own(visitor, request.id)
        fresh = await work.fresh(request.seen)
        return TrajectoryProgress(seen=work.seen, state=work.state, message=work.message, trajectory=fresh)

    def take(self, visitor: Visitor, request: TakeTrajectoryRequest) -> Download:
        """Make a file to keep."""
        session = self.own(visitor, request.id)
        return download_of(session.states_file() if request.kind == "states" else session.coordinates_file())

    def own(self, visitor: Visitor, trajectory: str) -> TrajectorySession:
        """The trajectory of an id; ValueError when it is not this visitor's, or not there any more."""
        for entry in list(self.pages.entries.values()):
            if entry.visitor.key == visitor.key and entry.thing.id == trajectory:
                entry.used = time.monotonic()
                return entry.thing
        raise ValueError(EXPIRED)

    def leave(self, session: str) -> None:
        """A page was closed: nobody waits for its work or looks at its pictures."""
        self.works.leave(session)
        self.drop(self.pages.pop(session))


def left_words(doing: str, left: Left) -> str:
    """What is done, how far it is, and when it will end, as far as that is known."""
    if left.seconds is None:
        return doing
    return f"{doing}: {left.share:.0%}, about {max(1, round(left.seconds))} s left"


def followed(chosen: str, explored: Exploration | None, settings: TrajectorySettings) -> Iterator[Step]:
    """A trajectory: both paths, and then every memory read back, with a word now and then."""
    sequences, name = chosen_sequences(chosen, explored, settings.count(), settings.by)
    session = TrajectorySession(model(name), student_of(name), sequences, settings, chosen)
    future = session.start_umap()
    yield session, future, READING, True
    for left in session.reading():
        yield session, future, left_words(READING, left), False
    yield session, future, FITTING, True


__all__ = ["FollowRequest", "Trajectories", "followed"]
