"""How often an address is answered."""

from __future__ import annotations

import asyncio
import time

import pytest

from app.server.guard import Guard
from app.server.pace import MANY, Pace
from tests.app.outcomes import finished


def delays(pace: Pace, times: list[float], address: str = "198.51.100.1") -> list[float]:
    """How long each of the requests that come at these times waits, at 10 a second after a burst of 5."""
    return [pace.delay(address, now, rate=10.0, burst=5.0) for now in times]


def test_a_burst_is_answered_at_once_and_then_ten_a_second():
    found = delays(Pace(), [100.0] * 8)
    assert found[:5] == pytest.approx([0.0] * 5)
    assert found[5:] == pytest.approx([0.1, 0.2, 0.3])


def test_who_keeps_the_pace_never_waits():
    assert max(delays(Pace(), [100 + 0.1 * number for number in range(200)])) == pytest.approx(0.0)


def test_a_burst_comes_back_with_time_and_addresses_do_not_share_it():
    pace = Pace()
    assert delays(pace, [100.0] * 6)[-1] == pytest.approx(0.1)
    assert delays(pace, [100.0] * 5, "198.51.100.2")[-1] == pytest.approx(0.0)
    assert delays(pace, [101.0] * 5)[-1] == pytest.approx(0.0)


def test_addresses_that_owe_nothing_are_forgotten():
    pace = Pace()
    for number in range(10 * MANY):
        pace.delay(str(number), 0.01 * number, rate=10.0, burst=5.0)
    assert len(pace.due) < 2 * MANY


def test_on_a_shared_page_too_many_requests_wait_for_their_turn(monkeypatch: pytest.MonkeyPatch):
    """Twenty requests of one address at 20 a second, half a second's worth of which are answered at once, and one of
    another.
    """
    monkeypatch.setattr("app.server.guard.BURST", 0.5)
    for name, value in {"IMFN_PUBLIC": "1", "IMFN_PROXIES": "0", "IMFN_MAX_ADDRESS_RATE": "20"}.items():
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
