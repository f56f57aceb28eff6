"""The line: order of arrival, turns that end, one place a visitor, and nobody held up by who has gone."""

from __future__ import annotations

import asyncio
import threading
import time
from collections.abc import Coroutine, Iterator

import pytest

from app.server import queue as lines
from app.server.queue import Line, Place
from tests.app.outcomes import finished


def test_who_came_first_is_served_first_and_a_short_wish_in_one_turn() -> None:
    served: list[str] = []

    async def visit() -> None:
        line = Line()
        await asyncio.gather(*(taken(line.join(name), counted(name, 3, served)) for name in ("anna", "ben", "cleo")))

    finished(visit())
    assert served == ["anna"] * 3 + ["ben"] * 3 + ["cleo"] * 3


def test_a_long_wish_lets_others_in_between(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lines, "QUANTUM", 0.02)
    served: list[str] = []

    async def visit() -> None:
        line = Line()
        long, short = line.join("long"), line.join("short")
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

    async def visit() -> Line:
        line = Line(slots=2)
        await asyncio.gather(*(taken(line.join(None), steps()) for _ in range(12)))
        return line

    line = finished(visit())
    assert most == [2] and line.busy == 0 and not line.places


def test_a_visitor_s_new_wish_takes_the_last_one_back() -> None:
    served: list[str] = []

    async def visit() -> None:
        line = Line()
        first, old, new = line.join("ben"), line.join("anna"), None
        running = asyncio.create_task(taken(first, counted("ben", 4, served, 0.02)))
        waiting = asyncio.create_task(taken(old, counted("old", 3, served)))
        await asyncio.sleep(0.01)
        new = line.join("anna")
        await asyncio.gather(running, waiting, taken(new, counted("new", 3, served)))
        assert not line.places and not line.busy

    finished(visit())
    assert served == ["ben"] * 4 + ["new"] * 3


def test_a_wish_that_is_taken_back_in_its_turn_ends_after_its_step() -> None:
    served: list[str] = []

    async def visit() -> None:
        line = Line()
        running = asyncio.create_task(taken(line.join("anna"), counted("old", 9, served, 0.05)))
        await asyncio.sleep(0.02)
        await asyncio.gather(running, taken(line.join("anna"), counted("new", 1, served)))

    finished(visit())
    assert served == ["old", "new"]


def test_who_is_cancelled_frees_his_place_and_his_turn() -> None:
    served: list[str] = []

    async def visit() -> None:
        line = Line()
        tasks = [asyncio.create_task(taken(line.join(None), counted("gone", 9, served, 0.05))) for _ in range(3)]
        await asyncio.sleep(0.02)
        for task in tasks:
            task.cancel()
        await taken(line.join(None), counted("there", 1, served))
        assert not line.places and not line.busy

    finished(visit())
    assert served == ["gone", "there"]


def test_who_has_gone_away_holds_nobody_up() -> None:
    async def visit() -> None:
        line = Line()
        line.join("gone")
        there = line.join("there")
        assert await there.wait(0) and there.mine

    finished(visit())


def test_everybody_is_told_how_many_are_before_him() -> None:
    async def visit() -> None:
        line = Line()
        places = [line.join(name) for name in ("a", "b", "c")]
        assert await places[0].wait(0)
        assert not await places[1].wait(0)
        assert [place.before() for place in places[1:]] == [1, 2]
        assert places[1].words().startswith("1 visitor is before you, about ")
        assert places[2].words().startswith("2 visitors are before you")
        assert places[1].patience() <= places[2].patience()
        places[0].leave()
        assert places[1].words() == "You are next"

    finished(visit())


def test_a_full_line_says_so_and_takes_nobody() -> None:
    line = Line(most=2)
    line.join("a"), line.join("b")
    with pytest.raises(ValueError, match="2 visitors are waiting"):
        line.join("c")
    line.join("a")
    assert len(line.places) == 2


def test_what_goes_wrong_in_a_turn_reaches_who_asked_and_frees_it() -> None:
    def broken() -> Iterator[int]:
        yield 1
        raise ValueError("it broke")

    async def visit() -> Line:
        line = Line()
        with pytest.raises(ValueError, match="it broke"):
            await taken(line.join(None), broken())
        return line

    line = finished(visit())
    assert not line.busy and not line.places


def counted(name: str, steps: int, served: list[str], seconds: float = 0.0) -> Iterator[int]:
    """Steps that are noted."""
    for step in range(steps):
        time.sleep(seconds)
        served.append(name)
        yield step + 1


def taken(place: Place, steps: Iterator[int]) -> Coroutine[None, None, None]:
    """All steps, as a handler takes them."""

    async def take() -> None:
        try:
            async for _ in place.steps(steps):
                pass
        finally:
            place.leave()

    return take()
