"""How often an address is answered."""

from __future__ import annotations

import asyncio
import time
from dataclasses import dataclass
from types import SimpleNamespace
from typing import ClassVar

import pytest

from app.server import guard as guards
from app.server import rpc
from app.server.guard import Guard
from app.server.pace import Pace
from app.sessions.beside import Besides
from app.sessions.comparison import LiveComparisons
from app.sessions.explorations import Explorations
from app.sessions.live import LiveSessions
from app.sessions.training import Trainings
from app.sessions.trajectories import Trajectories
from tests.app.outcomes import finished


@dataclass(frozen=True, kw_only=True)
class Answer:
    """What a question gives."""

    begun: bool


def slow() -> Pace:
    """A page that answers 20 requests a second, 5 of an address at once."""
    return Pace(20.0, 5)


def delays(asked: Pace, times: list[float], address: str = "198.51.100.1") -> list[float]:
    """How long each of the requests that come at these times waits."""
    return [asked.delay(address, now, 1.0) for now in times]


def test_a_burst_is_answered_at_once_and_then_twenty_a_second():
    found = delays(slow(), [100.0] * 8)
    assert found[:5] == pytest.approx([0.0] * 5)
    assert found[5:] == pytest.approx([0.05, 0.1, 0.15])


def test_who_keeps_the_pace_never_waits():
    assert max(delays(slow(), [100 + 0.05 * number for number in range(200)])) == pytest.approx(0.0)


def test_all_that_the_page_answers_is_shared_among_those_who_ask():
    asked = slow()
    for number in range(9):
        delays(asked, [100.0], f"198.51.100.{number + 2}")
    assert delays(asked, [100.0] * 7)[5:] == pytest.approx([0.5, 1.0])
    assert delays(asked, [120.0] * 7)[5:] == pytest.approx([0.05, 0.1])


def test_an_address_has_its_least_however_many_ask():
    asked = slow()
    for number in range(500):
        delays(asked, [100.0], str(number))
    assert delays(asked, [100.0] * 7)[5:] == pytest.approx([1.0, 2.0])


def test_addresses_that_ask_no_more_and_owe_nothing_are_forgotten():
    asked = slow()
    for number in range(5000):
        delays(asked, [0.01 * number], str(number))
    assert len(asked.due) < 1500 and len(asked.asked) < 1500


def test_on_a_shared_page_too_many_requests_wait_for_their_turn(monkeypatch: pytest.MonkeyPatch):
    """Twenty requests of one address, ten of them answered at once and then twenty a second, and one of another."""
    monkeypatch.setattr(guards, "ALL", 20.0)
    monkeypatch.setattr(guards, "BURST", 10)
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


class Asked:
    """A request as a server function sees it."""

    headers: ClassVar[dict[str, str]] = {}
    client = SimpleNamespace(host="198.51.100.7")

    async def json(self) -> dict:
        """What Gradio reads of it."""
        return {"session_hash": "a"}


@pytest.mark.parametrize(("public", "waits"), [("1", True), ("0", False)])
def test_what_takes_the_machine_a_while_is_begun_once_in_a_while(
    monkeypatch: pytest.MonkeyPatch, public: str, waits: bool
):
    monkeypatch.setattr(rpc, "PACE", Pace(10.0, 1))
    for name, value in {"IMFN_PUBLIC": public, "IMFN_PROXIES": "0"}.items():
        monkeypatch.setenv(name, value)

    def begin(visitor: rpc.Visitor) -> Answer:
        return Answer(begun=True)

    async def five_times() -> float:
        question, began = rpc.server_function(begin, heavy=True), time.monotonic()
        answers = await asyncio.gather(*(question({}, Asked()) for _ in range(5)))
        assert all(b'"ok": true' in answer.body or b'"ok":true' in answer.body for answer in answers)
        return time.monotonic() - began

    assert (finished(five_times()) >= 0.35) is waits


def test_only_questions_are_heavy():
    for kind in (Explorations, Besides, LiveSessions, LiveComparisons, Trainings, Trajectories):
        assert kind.heavy and set(kind.heavy) <= set(kind.questions)
