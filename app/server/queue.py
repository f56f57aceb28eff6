"""The fair queue of what is computed for visitors: each turn lasts `QUANTUM` seconds.

    ticket = queue().join(page, person)
    async for done in ticket.steps(iterator):
        ...                                   # None now and then, while others have their turn

A short clip is done in one turn; a long one delays the others by a turn, not by its whole length, and everybody is told
how many are before them. A page has one ticket: asking again takes the earlier request back. Waiting takes no thread,
and what is computed runs on as many threads as there are turns at once, since every thread that calls torch keeps a
team of others and its own heap.
"""

from __future__ import annotations

import asyncio
import contextlib
import contextvars
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
"""seconds between two messages to a waiting visitor: the nearer the turn, the oftener"""
FIRST_GUESS, KEEP = 1.0, 0.8
"""seconds of a turn until some have been taken, and how much of a guess the next one keeps"""

BEHIND = 5
"""how nice a turn is; a training is nicer"""


class Queue:
    """`slots` turns at once, in order of arrival. Used on one event loop alone."""

    def __init__(self, slots: int = 1, most: float = math.inf, most_near: float = math.inf) -> None:
        self.slots, self.most, self.most_near, self.seconds = slots, most, most_near, FIRST_GUESS
        self.tickets: list[Ticket] = []
        self.computing: set[Ticket] = set()
        """tickets whose turn it is, also those that were given up and still finish a step"""
        self.numbers = itertools.count()
        self.round, self.rounds = 0, {}
        """of the last turn, and the latest of each address that lies ahead"""
        self.pool = ThreadPoolExecutor(slots, thread_name_prefix="turn", initializer=behind_clicks)

    @property
    def busy(self) -> int:
        """Turns that are being taken."""
        return len(self.computing)

    def join(self, page: str | None, person: str | None = None, address: str = "") -> Ticket:
        """A ticket at the end, in place of an earlier one of the same page; ValueError where the queue is full, or has
        too many of one address.

        `person` is who asks, for one person may have several pages; the page itself where nothing is said. Addresses
        take turns: who stands behind others of the same address lets those of other addresses go first.
        """
        page = page or secrets.token_hex(8)
        mine = [ticket for ticket in self.tickets if ticket.page == page]
        if len(self.tickets) - len(mine) >= self.most:
            raise ValueError(f"{len(self.tickets)} visitors are waiting, which is all that fit; try again in a minute.")
        near = sum(bool(address) and ticket.address == address and ticket not in mine for ticket in self.tickets)
        if near >= self.most_near:
            raise ValueError(f"{near} requests from your address are waiting, which is all that fit; try again later.")
        for ticket in mine:
            ticket.give_up()
        self.tickets.append(Ticket(self, page, person or page, next(self.numbers), address))
        return self.tickets[-1]

    def next_round(self, whose: object) -> int:
        """The round of another turn of an address, or of a ticket without one: each has one turn in a round."""
        self.rounds = {each: last for each, last in self.rounds.items() if last > self.round}
        self.rounds[whose] = max(self.round, self.rounds.get(whose, 0)) + 1
        return self.rounds[whose]

    def advance(self) -> None:
        """Call those whose turn it is. A ticket that nobody waits with holds nobody up."""
        while self.busy < self.slots and (here := [ticket for ticket in self.tickets if ticket.call is not None]):
            first = min(here, key=Ticket.rank)
            self.round = max(self.round, first.round)
            self.computing.add(first)
            first.answer()


class Ticket:
    """One page's place in the queue, from `join` until `leave`."""

    def __init__(self, queue: Queue, page: str, person: str, number: int, address: str = "") -> None:
        self.queue, self.page, self.person, self.number, self.begun = queue, page, person, number, 0.0
        self.address = address
        self.round = queue.next_round(address or self)
        self.given_up = False
        self.call: asyncio.Future | None = None

    @property
    def mine(self) -> bool:
        """Whether it is this ticket's turn."""
        return self in self.queue.computing

    async def steps(self, steps: Iterator[Any]) -> AsyncIterator[Any]:
        """What an iterator gives, step by step in this ticket's turns; None now and then in between."""
        while not self.given_up:
            while not await self.wait(self.patience()):
                yield None
            while self.mine and not self.given_up and time.monotonic() - self.begun < QUANTUM:
                if (found := await self.work(next, steps, None)) is None:
                    return
                yield found
            self.step_back()

    async def wait(self, patience: float) -> bool:
        """Wait for some seconds; True when the turn has come, or the request was taken back."""
        if not (self.mine or self.given_up):
            self.call = asyncio.get_running_loop().create_future()
            self.queue.advance()
            try:
                await asyncio.wait([self.call or done()], timeout=patience)
            finally:
                self.call = None
        self.begun = time.monotonic()
        return self.mine or self.given_up

    async def work(self, work: Callable, *values: object) -> Any:
        """Do something heavy in one's turn."""
        context = contextvars.copy_context()
        return await asyncio.get_running_loop().run_in_executor(self.queue.pool, context.run, work, *values)

    def answer(self) -> None:
        """Wake whoever waits here."""
        if self.call is not None and not self.call.done():
            self.call.set_result(None)
        self.call = None

    def step_back(self) -> None:
        """The turn is over; this ticket is the last now."""
        taken = time.monotonic() - self.begun
        self.queue.seconds = KEEP * self.queue.seconds + (1 - KEEP) * taken
        self.number, self.round = next(self.queue.numbers), self.queue.next_round(self.address or self)
        self.release()

    def give_up(self) -> None:
        """The page asks for something else; a step that is being computed is still finished."""
        self.given_up = True
        self.answer()
        self.queue.tickets.remove(self)

    def leave(self) -> None:
        """The work is done, or nobody wants it."""
        if self.mine:
            self.step_back()
        if self in self.queue.tickets:
            self.queue.tickets.remove(self)
        self.queue.advance()

    def release(self) -> None:
        """Hand the turn on."""
        self.queue.computing.discard(self)
        self.queue.advance()

    def rank(self) -> tuple[int, int]:
        """What the order is by: the round, then who came first."""
        return self.round, self.number

    def ahead(self) -> list[Ticket]:
        """Those that have their turn first, this person's own among them."""
        waiting = [other for other in self.queue.tickets if not other.mine and other.rank() < self.rank()]
        return [*self.queue.computing, *waiting]

    def before(self) -> int:
        """How many other people have their turn first."""
        return len({other.person for other in self.ahead()} - {self.person})

    def soon(self) -> float:
        """Seconds until the turn comes, by those that were taken."""
        return len(self.ahead()) * self.queue.seconds / self.queue.slots

    def patience(self) -> float:
        """Seconds until the next message to this page."""
        return min(SELDOM, max(OFTEN, self.soon() / 4))

    def words(self) -> str:
        """Where this ticket stands, in words; nobody is told that they are before themselves."""
        before, about = self.before(), f"about {max(1, round(self.soon()))} s"
        if before:
            return f"{'1 visitor is' if before == 1 else f'{before} visitors are'} before you, {about}"
        return f"What you asked for before is finished first, {about}" if self.ahead() else "You are next"


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
def queue() -> Queue:
    """The page's one queue: a turn uses two cores."""
    return Queue(
        slots=max(1, (os.cpu_count() or 1) // 2), most=limits().max_waiting, most_near=limits().max_address_waiting
    )
