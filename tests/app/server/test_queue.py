"""The queue: order of arrival, turns that end, one ticket a page, and nobody held up by who has gone."""

from __future__ import annotations

import asyncio
import threading
import time
from collections.abc import Coroutine, Iterator

import pytest

from app.server import queue as queues
from app.server.queue import Queue, Ticket
from tests.app.outcomes import finished


def test_who_came_first_is_served_first_and_a_short_wish_in_one_turn() -> None:
    served: list[str] = []

    async def visit() -> None:
        queue = Queue()
        await asyncio.gather(*(taken(queue.join(name), counted(name, 3, served)) for name in ("anna", "ben", "cleo")))

    finished(visit())
    assert served == ["anna"] * 3 + ["ben"] * 3 + ["cleo"] * 3


def test_a_long_wish_lets_others_in_between(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(queues, "QUANTUM", 0.02)
    served: list[str] = []

    async def visit() -> None:
        queue = Queue()
        long, short = queue.join("long"), queue.join("short")
        await asyncio.gather(taken(long, counted("long", 6, served, 0.03)), taken(short, counted("short", 1, served)))

    finished(visit())
    assert served == ["long", "short"] + ["long"] * 5


def test_no_more_than_the_slots_compute_at_once() -> None:
    now, most, lock = [0], [0], threading.Lock()

    def steps() -> Iterator[int]:
        with lock:
            now[0] += 1
            most[0] = max(most[0], now[0])
        time.sleep(0.02)
        with lock:
            now[0] -= 1
        yield 1

    async def visit() -> Queue:
        queue = Queue(slots=2)
        await asyncio.gather(*(taken(queue.join(None), steps()) for _ in range(12)))
        return queue

    queue = finished(visit())
    assert most == [2] and queue.busy == 0 and not queue.tickets


def test_a_visitor_s_new_wish_takes_the_last_one_back() -> None:
    served: list[str] = []

    async def visit() -> None:
        queue = Queue()
        first, old, new = queue.join("ben"), queue.join("anna"), None
        running = asyncio.create_task(taken(first, counted("ben", 4, served, 0.02)))
        waiting = asyncio.create_task(taken(old, counted("old", 3, served)))
        await asyncio.sleep(0.01)
        new = queue.join("anna")
        await asyncio.gather(running, waiting, taken(new, counted("new", 3, served)))
        assert not queue.tickets and not queue.busy

    finished(visit())
    assert served == ["ben"] * 4 + ["new"] * 3


def test_a_wish_that_is_taken_back_in_its_turn_ends_after_its_step() -> None:
    served: list[str] = []

    async def visit() -> None:
        queue = Queue()
        running = asyncio.create_task(taken(queue.join("anna"), counted("old", 9, served, 0.05)))
        await asyncio.sleep(0.02)
        await asyncio.gather(running, taken(queue.join("anna"), counted("new", 1, served)))

    finished(visit())
    assert served == ["old", "new"]


def test_who_is_cancelled_frees_ticket_and_turn() -> None:
    served: list[str] = []

    async def visit() -> None:
        queue = Queue()
        tasks = [asyncio.create_task(taken(queue.join(None), counted("gone", 9, served, 0.05))) for _ in range(3)]
        await asyncio.sleep(0.02)
        for task in tasks:
            task.cancel()
        await taken(queue.join(None), counted("there", 1, served))
        assert not queue.tickets and not queue.busy

    finished(visit())
    assert served == ["gone", "there"]


def test_who_has_gone_away_holds_nobody_up() -> None:
    async def visit() -> None:
        queue = Queue()
        queue.join("gone")
        there = queue.join("there")
        assert await there.wait(0) and there.mine

    finished(visit())


def test_everybody_is_told_how_many_are_before_them() -> None:
    async def visit() -> None:
        queue = Queue()
        tickets = [queue.join(name) for name in ("a", "b", "c")]
        assert await tickets[0].wait(0)
        assert not await tickets[1].wait(0)
        assert [ticket.before() for ticket in tickets[1:]] == [1, 2]
        assert tickets[1].words().startswith("1 visitor is before you, about ")
        assert tickets[2].words().startswith("2 visitors are before you")
        assert tickets[1].patience() <= tickets[2].patience()
        tickets[0].leave()
        assert tickets[1].words() == "You are next"

    finished(visit())


def test_nobody_is_told_that_they_are_before_themselves() -> None:
    async def visit() -> None:
        queue = Queue()
        clip, path, other = queue.join("page", "anna"), queue.join("path page", "anna"), queue.join("tab", "ben")
        assert await clip.wait(0)
        assert path.before() == 0 and path.words().startswith("What you asked for before is finished first, about ")
        assert other.before() == 1 and other.words().startswith("1 visitor is before you")
        again = queue.join("page", "anna")  # the earlier request still finishes its step
        assert clip.given_up and again.before() == 1, "ben alone"
        path.leave(), other.leave()
        assert again.before() == 0 and again.words().startswith("What you asked for before is finished first")
        clip.leave()
        assert again.words() == "You are next"

    finished(visit())


def test_a_full_queue_says_so_and_takes_nobody() -> None:
    queue = Queue(most=2)
    queue.join("a"), queue.join("b")
    with pytest.raises(ValueError, match="2 visitors are waiting"):
        queue.join("c")
    queue.join("a")
    assert len(queue.tickets) == 2


def test_what_goes_wrong_in_a_turn_reaches_who_asked_and_frees_it() -> None:
    def broken() -> Iterator[int]:
        yield 1
        raise ValueError("it broke")

    async def visit() -> Queue:
        queue = Queue()
        with pytest.raises(ValueError, match="it broke"):
            await taken(queue.join(None), broken())
        return queue

    queue = finished(visit())
    assert not queue.busy and not queue.tickets


def counted(name: str, steps: int, served: list[str], seconds: float = 0.0) -> Iterator[int]:
    """Steps that are noted."""
    for step in range(steps):
        time.sleep(seconds)
        served.append(name)
        yield step + 1


def taken(ticket: Ticket, steps: Iterator[int]) -> Coroutine[None, None, None]:
    """All steps, as a handler takes them."""

    async def take() -> None:
        try:
            async for _ in ticket.steps(steps):
                pass
        finally:
            ticket.leave()

    return take()
