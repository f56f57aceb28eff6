"""Whose turn it is to compute: visitors stand in one line, and a turn lasts `QUANTUM` seconds.

    place = line().join(visitor)
    async for done in place.steps(iterator):
        ...                                   # None now and then, while others have their turn

A short clip is done in one turn; a long one delays the others by a turn, not by its whole length, and everybody knows
how many are before him. A visitor has one place: who asks again has taken his last wish back. Waiting takes no thread,
and what is computed runs on as many threads as there are turns at once, since every thread that calls torch keeps a
team of others and its own heap.
"""

from __future__ import annotations

import asyncio
import contextlib
import itertools
import math
import os
import secrets
import threading
import time
from collections.abc import AsyncIterator, Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from functools import lru_cache
from typing import Any

from app.server.limits import limits

QUANTUM = 3.0
"""seconds after which a turn ends at the next step"""
OFTEN, SELDOM = 0.5, 5.0
"""seconds between two words to somebody who waits: the nearer his turn, the oftener"""
FIRST_GUESS, KEEP = 1.0, 0.8
"""seconds of a turn until some have been taken, and how much of a guess the next one keeps"""

BEHIND = 5
"""how nice a turn is; a training is nicer"""


class Line:
    """`slots` turns at once, in order of arrival. Used on one event loop alone."""

    def __init__(self, slots: int = 1, most: float = math.inf) -> None:
        self.slots, self.most, self.busy, self.seconds = slots, most, 0, FIRST_GUESS
        self.places: list[Place] = []
        self.tickets = itertools.count()
        self.pool = ThreadPoolExecutor(slots, thread_name_prefix="turn", initializer=behind_clicks)

    def join(self, visitor: str | None) -> Place:
        """A place at the end; the last one of a visitor who is known is given up. ValueError when the line is full."""
        visitor = visitor or secrets.token_hex(8)
        mine = [place for place in self.places if place.visitor == visitor]
        if len(self.places) - len(mine) >= self.most:
            raise ValueError(f"{len(self.places)} visitors are waiting, which is all that fit; try again in a minute.")
        for place in mine:
            place.give_up()
        self.places.append(Place(self, visitor, next(self.tickets)))
        return self.places[-1]

    def advance(self) -> None:
        """Call those whose turn it is. Who stands elsewhere for a moment holds nobody up."""
        while self.busy < self.slots and (here := [place for place in self.places if place.call is not None]):
            first = min(here, key=lambda place: place.ticket)
            first.mine, self.busy = True, self.busy + 1
            first.answer()


class Place:
    """One visitor's place, from `join` until `leave`."""

    def __init__(self, line: Line, visitor: str, ticket: int) -> None:
        self.line, self.visitor, self.ticket, self.begun = line, visitor, ticket, 0.0
        self.mine = self.given_up = False
        self.call: asyncio.Future | None = None

    async def steps(self, steps: Iterator[Any]) -> AsyncIterator[Any]:
        """What an iterator gives, step by step in this visitor's turns; None now and then while he waits."""
        while not self.given_up:
            while not await self.wait(self.patience()):
                yield None
            while self.mine and not self.given_up and time.monotonic() - self.begun < QUANTUM:
                if (found := await self.work(next, steps, None)) is None:
                    return
                yield found
            self.step_back()

    async def wait(self, patience: float) -> bool:
        """Stand in the line for some seconds; True when the turn has come, or the wish was taken back."""
        if not (self.mine or self.given_up):
            self.call = asyncio.get_running_loop().create_future()
            self.line.advance()
            try:
                await asyncio.wait([self.call or done()], timeout=patience)
            finally:
                self.call = None
        self.begun = time.monotonic()
        return self.mine or self.given_up

    async def work(self, work: Callable, *values: object) -> Any:
        """Do something heavy in one's turn."""
        return await asyncio.get_running_loop().run_in_executor(self.line.pool, work, *values)

    def answer(self) -> None:
        """Wake whoever waits here."""
        if self.call is not None and not self.call.done():
            self.call.set_result(None)
        self.call = None

    def step_back(self) -> None:
        """The turn is over; this place is the last now."""
        taken = time.monotonic() - self.begun
        self.line.seconds = KEEP * self.line.seconds + (1 - KEEP) * taken
        self.ticket = next(self.line.tickets)
        self.release()

    def give_up(self) -> None:
        """The visitor wants something else; a step that is being computed is still finished."""
        self.given_up = True
        self.answer()
        self.line.places.remove(self)

    def leave(self) -> None:
        """The visitor is served, or gone."""
        if self.mine:
            self.step_back()
        if self in self.line.places:
            self.line.places.remove(self)
        self.line.advance()

    def release(self) -> None:
        """Hand the turn on."""
        self.line.busy -= self.mine
        self.mine = False
        self.line.advance()

    def before(self) -> int:
        """How many have their turn first."""
        return self.line.busy + sum(other.ticket < self.ticket and not other.mine for other in self.line.places)

    def soon(self) -> float:
        """Seconds until the turn comes, by those that were taken."""
        return self.before() * self.line.seconds / self.line.slots

    def patience(self) -> float:
        """Seconds until the next word to this visitor."""
        return min(SELDOM, max(OFTEN, self.soon() / 4))

    def words(self) -> str:
        """Where he stands, in words."""
        before = self.before()
        who = "1 visitor is" if before == 1 else f"{before} visitors are"
        return f"{who} before you, about {max(1, round(self.soon()))} s" if before else "You are next"


def behind_clicks() -> None:
    """Have this thread, and the team that torch gives it, step back behind those that answer a click."""
    with contextlib.suppress(OSError, AttributeError):  # only Linux has priorities of threads
        os.setpriority(os.PRIO_PROCESS, threading.get_native_id(), BEHIND)


def done() -> asyncio.Future:
    """A future that is: the turn had come before anybody waited."""
    future = asyncio.get_running_loop().create_future()
    future.set_result(None)
    return future


@lru_cache(maxsize=1)
def line() -> Line:
    """The page's one line: a turn uses two cores."""
    return Line(slots=max(1, (os.cpu_count() or 1) // 2), most=limits().max_waiting)
