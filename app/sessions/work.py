"""Work that a page asks for and follows: it has an id, tells its news, and ends when nobody wants it any more.

`Explorations` and `Trajectories` each keep one `Works`: a page has one work there, and another request of the same page
takes the place of the one before.
"""

from __future__ import annotations

import asyncio
import secrets
import time
from collections.abc import Coroutine
from dataclasses import dataclass
from typing import Literal

from app.server.rpc import Questions, Visitor
from app.server.visitors import count_from

LONGEST_WAIT = 15.0
"""seconds that a question about progress waits for news"""
ABANDONED = 60.0
"""seconds without a question after which nobody waits for a work any more"""

NEAR = 40
"""works of one address that are remembered for long"""

State = Literal["busy", "done", "failed", "cancelled"]


@dataclass(frozen=True, kw_only=True)
class ProgressRequest:
    """News of a work since those that were seen."""

    id: str
    seen: int = 0


@dataclass(frozen=True, kw_only=True)
class CancelRequest:
    """A work to end."""

    id: str


@dataclass(frozen=True, kw_only=True)
class Cancelled:
    """There is nothing to say."""


class Work:
    """One work while it is done; what is new wakes those who wait for it."""

    def __init__(self, visitor: Visitor, message: str) -> None:
        self.id, self.visitor = secrets.token_hex(8), visitor
        self.seen, self.state, self.message = 1, "busy", message
        self.payload: dict | None = None
        """what there is to draw"""
        self.drawn = 0
        """the news that changed what is drawn"""
        self.asked = time.monotonic()
        self.news = asyncio.Event()

    def tell(self, message: str, state: State = "busy", payload: dict | None = None) -> None:
        """Something new."""
        self.seen, self.message, self.state = self.seen + 1, message, state
        if payload is not None:
            self.payload, self.drawn = payload, self.seen
        self.news.set()
        self.news = asyncio.Event()

    @property
    def wanted(self) -> bool:
        """Whether anybody still waits for it."""
        return self.state == "busy" and time.monotonic() - self.asked < ABANDONED

    async def fresh(self, seen: int) -> dict | None:
        """Wait for news after those that were seen; what there is to draw where that has changed since."""
        self.asked = time.monotonic()
        if self.seen <= seen and self.state == "busy":
            waiting = asyncio.create_task(self.news.wait())
            await asyncio.wait([waiting], timeout=LONGEST_WAIT)
            waiting.cancel()
        return self.payload if self.drawn > seen else None


def time_left(done: int, total: int, seconds: float) -> str:
    """ ", about 12 s left" after so many of all steps took so many seconds; empty where nothing can be said yet."""
    left = seconds / done * (total - done) if done else 0.0
    if left < 1:
        return ""
    return f", about {left:.0f} s left" if left < 100 else f", about {left / 60:.0f} min left"


class Works:
    """The works of all pages, one a page."""

    def __init__(self, *, cancelled: str, unknown: str) -> None:
        self.cancelled, self.unknown = cancelled, unknown
        """sentences: a work was taken back; there is no such work"""
        self.works: dict[str, Work] = {}
        self.tasks: set[asyncio.Task] = set()

    def add(self, work: Work) -> Work:
        """Take a work up; an earlier one of the same page ends, those that nobody asks for are forgotten: after ten
        minutes, and where one address has many, those that are over after one.
        """
        near = count_from(work.visitor.address, [other.visitor for other in self.works.values()])
        for other in list(self.works.values()):
            silent = time.monotonic() - other.asked
            if other.visitor == work.visitor:
                self.end(other)
            crowded = near >= NEAR and other.visitor.address == work.visitor.address and other.state != "busy"
            if other.visitor == work.visitor or silent > (ABANDONED if crowded else 10 * ABANDONED):
                self.works.pop(other.id, None)
        self.works[work.id] = work
        return work

    def run(self, doing: Coroutine) -> None:
        """Do it on the running event loop."""
        task = asyncio.get_running_loop().create_task(doing)
        self.tasks.add(task)
        task.add_done_callback(self.tasks.discard)

    def own(self, visitor: Visitor, work: str) -> Work:
        """The work of an id; ValueError when it is not this visitor's."""
        found = self.works.get(work)
        if found is None or found.visitor.key != visitor.key:
            raise ValueError(self.unknown)
        return found

    def end(self, work: Work) -> None:
        """Take a work back; a step that is being computed is still finished."""
        if work.state == "busy":
            work.tell(self.cancelled, "cancelled")

    def leave(self, session: str) -> None:
        """A page was closed: nobody waits for its work."""
        for work in self.works.values():
            if work.visitor.session == session:
                self.end(work)


class WorkQuestions(Questions):
    """Questions about works that a page follows."""

    works: Works

    async def cancel(self, visitor: Visitor, request: CancelRequest) -> Cancelled:
        """End a work; a step that is being computed is still finished."""
        self.works.end(self.works.own(visitor, request.id))
        return Cancelled()


__all__ = [
    "ABANDONED",
    "LONGEST_WAIT",
    "CancelRequest",
    "Cancelled",
    "ProgressRequest",
    "State",
    "Work",
    "WorkQuestions",
    "Works",
    "time_left",
]
