"""How often an address is answered."""

from __future__ import annotations

import asyncio
import time

import pytest

from app.server import pace
from app.server.guard import Guard
from app.server.pace import Pace
from tests.app.outcomes import finished


@pytest.fixture(autouse=True)
def small(monkeypatch: pytest.MonkeyPatch) -> None:
    """A page that answers 20 requests a second, 5 of an address at once."""
    monkeypatch.setattr(pace, "ALL", 20.0)
    monkeypatch.setattr(pace, "BURST", 5)


def delays(asked: Pace, times: list[float], address: str = "198.51.100.1") -> list[float]:
    """How long each of the requests that come at these times waits."""
    return [asked.delay(address, now, 1.0) for now in times]


def test_a_burst_is_answered_at_once_and_then_twenty_a_second():
    found = delays(Pace(), [100.0] * 8)
    assert found[:5] == pytest.approx([0.0] * 5)
    assert found[5:] == pytest.approx([0.05, 0.1, 0.15])


def test_who_keeps_the_pace_never_waits():
    assert max(delays(Pace(), [100 + 0.05 * number for number in range(200)])) == pytest.approx(0.0)


def test_all_that_the_page_answers_is_shared_among_those_who_ask():
    asked = Pace()
    for number in range(9):
        delays(asked, [100.0], f"198.51.100.{number + 2}")
    assert delays(asked, [100.0] * 7)[5:] == pytest.approx([0.5, 1.0])
    assert delays(asked, [120.0] * 7)[5:] == pytest.approx([0.05, 0.1])


def test_an_address_has_its_least_however_many_ask():
    asked = Pace()
    for number in range(500):
        delays(asked, [100.0], str(number))
    assert delays(asked, [100.0] * 7)[5:] == pytest.approx([1.0, 2.0])


def test_addresses_that_ask_no_more_and_owe_nothing_are_forgotten():
    asked = Pace()
    for number in range(5000):
        delays(asked, [0.01 * number], str(number))
    assert len(asked.due) < 1500 and len(asked.asked) < 1500


def test_on_a_shared_page_too_many_requests_wait_for_their_turn(monkeypatch: pytest.MonkeyPatch):
    """Twenty requests of one address, ten of them answered at once and then twenty a second, and one of another."""
    monkeypatch.setattr(pace, "BURST", 10)
    for name, value in {"IMFN_PUBLIC": "1", "IMFN_PROXIES": "0", "IMFN_MAX_ADDRESS_RATE": "10"}.items():
        monkeypatch.setenv(name, value)
    order: list[str] = []

    async def gradio(scope: dict, receive, send) -> None:
        order.append(scope["client"][0])
        await send({"type": "http.response.start", "status": 200, "headers": []})

    async def ignored(message: dict) -> None:
        pass

    async def all_of_them() -> float:
        guard, begun = Guard(gradio), time.monotonic()
        scope = {"type": "http", "method": "GET", "path": "/config", "headers": [(b"host", b"localhost")]}
        many = [guard({**scope, "client": ("198.51.100.1", 1)}, None, ignored) for _ in range(20)]
        await asyncio.gather(*many, guard({**scope, "client": ("198.51.100.2", 1)}, None, ignored))
        return time.monotonic() - begun

    assert finished(all_of_them()) >= 0.45
    assert order.index("198.51.100.2") <= 10
    assert len(order) == 21
