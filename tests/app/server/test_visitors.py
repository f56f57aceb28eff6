"""Who asks: addresses with and without proxies, and what made-up sessions may hold."""

from __future__ import annotations

import asyncio

import pytest

from app.server import held
from app.server.guard import Guard
from app.server.held import Held
from app.server.queue import Queue
from app.server.visitors import Visitor, address_of, open_pages, page_open
from app.sessions.live import BeginRequest, LiveSessions
from app.sessions.work import NEAR, Work, Works
from tests.app.outcomes import finished

SPOOFED = "1.2.3.4, 9.9.9.9, 10.0.0.1"


@pytest.fixture(autouse=True)
def shared_page(monkeypatch: pytest.MonkeyPatch) -> None:
    """A shared page of which nothing is said."""
    monkeypatch.setenv("IMFN_PUBLIC", "1")
    for name in ("IMFN_PROXIES", "SPACE_ID"):
        monkeypatch.delenv(name, raising=False)


@pytest.mark.parametrize(
    ("peer", "known", "address"),
    [
        ("9.9.9.9", {}, "9.9.9.9"),
        ("9.9.9.9", {"said": "1.2.3.4"}, "9.9.9.9"),
        ("10.0.0.1", {"said": "1.2.3.4"}, ""),
        ("127.0.0.1", {}, ""),
        ("10.0.0.1", {"said": "1.2.3.4", "proxies": "0"}, "10.0.0.1"),
        ("10.0.0.1", {"said": "1.2.3.4, 9.9.9.9", "proxies": "1"}, "9.9.9.9"),
        ("10.0.0.1", {"said": "1.2.3.4, 9.9.9.9, 10.0.0.2", "proxies": "2"}, "9.9.9.9"),
        ("10.0.0.1", {"said": "9.9.9.9", "proxies": "7"}, "9.9.9.9"),
        ("10.0.0.1", {"said": SPOOFED, "space": "a/b"}, "9.9.9.9"),
        ("10.0.0.1", {"said": "no address", "proxies": "1"}, ""),
        ("2001:db8:1:2:3::4", {"proxies": "0"}, "2001:db8:1:2::/64"),
        ("::ffff:9.9.9.9", {"proxies": "0"}, "9.9.9.9"),
        ("testclient", {}, ""),
    ],
)
def test_an_address_is_what_a_visitor_cannot_make_up(
    monkeypatch: pytest.MonkeyPatch, peer: str, known: dict, address: str
) -> None:
    for name, variable in (("proxies", "IMFN_PROXIES"), ("space", "SPACE_ID")):
        if name in known:
            monkeypatch.setenv(variable, known[name])
    assert address_of(peer, {"x-forwarded-for": known["said"]} if "said" in known else {}) == address


@pytest.mark.parametrize("said", ["-1", "many", "1.5", "100"])
def test_a_number_of_proxies_that_is_none_is_refused(monkeypatch: pytest.MonkeyPatch, said: str) -> None:
    monkeypatch.setenv("IMFN_PROXIES", said)
    with pytest.raises(ValueError, match="IMFN_PROXIES is"):
        address_of("9.9.9.9", {})


def made_up(number: int, address: str = "") -> Visitor:
    """A visitor whom somebody has invented."""
    return Visitor(key=f"{number:032x}", session=f"made up {number}", address=address)


def test_what_is_in_use_is_never_taken_and_what_is_not_makes_room(monkeypatch: pytest.MonkeyPatch) -> None:
    things = Held(what="things", most=3)
    with page_open("made up 0"):
        for number in range(3):
            assert things.make_room(made_up(number)) == []
            things.put(made_up(number), number)
        with pytest.raises(ValueError, match="3 things are open, which is all that fit"):
            things.make_room(made_up(3))
        assert things.make_room(made_up(2)) == [], "in place of its own"
        monkeypatch.setattr(held, "UNUSED", 0.0)
        assert things.make_room(made_up(3)) == [1], "0 has an open page"
        things.put(made_up(3), 3)
        assert things.make_room(made_up(4)) == [2]
        assert things.things() == [0, 3]


def test_made_up_sessions_of_one_address_take_nothing_from_others(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("IMFN_MAX_ADDRESS_PAGES", "4")
    things = Held(what="things", most=100)
    things.put(made_up(1000, "9.9.9.9"), "a guest's")
    for number in range(4):
        things.put(made_up(number, "8.8.8.8"), number)
    with pytest.raises(ValueError, match="4 things are open from your address"):
        things.make_room(made_up(4, "8.8.8.8"))
    monkeypatch.setattr(held, "UNUSED", 0.0)
    assert things.make_room(made_up(5, "8.8.8.8")) == [0]
    assert "a guest's" in things.things()


def test_made_up_sessions_of_one_address_leave_seats_for_others(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("IMFN_MAX_ADDRESS_STREAMS", "2")
    sessions, request = LiveSessions(), BeginRequest(ticket=1, source="digits", model="digits-128")
    for number in range(2):
        sessions.begin(f"{number}", request, 0.0, made_up(number, "8.8.8.8"))
    with pytest.raises(ValueError, match="2 streams from your address"):
        sessions.begin("2", request, 0.0, made_up(2, "8.8.8.8"))
    sessions.begin("3", request, 0.0, made_up(3, "9.9.9.9"))
    sessions.begin("1", request, 0.0, made_up(1, "8.8.8.8"))


def test_addresses_take_turns_and_one_cannot_fill_the_line() -> None:
    served: list[str] = []

    async def visit() -> None:
        queue = Queue(most=20, most_near=6)
        many = [queue.join(f"made up {number}", address="8.8.8.8") for number in range(6)]
        with pytest.raises(ValueError, match="6 requests from your address"):
            queue.join("made up 6", address="8.8.8.8")
        one = queue.join("guest", address="9.9.9.9")
        nowhere = queue.join("nowhere")
        assert (one.before(), nowhere.before(), many[5].before()) == (1, 2, 7)
        await asyncio.gather(*(taken(ticket, served) for ticket in (*many, one, nowhere)))

    finished(visit())
    assert served[:3] == ["made up 0", "guest", "nowhere"]
    assert len(served) == 8


async def taken(ticket: object, served: list[str]) -> None:
    """One step of a ticket's."""
    async for _ in ticket.steps(iter([1])):
        served.append(ticket.page)
    ticket.leave()


def test_works_of_made_up_sessions_are_forgotten_sooner() -> None:
    async def visit() -> None:
        works = Works(cancelled="", unknown="")
        for number in range(3 * NEAR):
            work = works.add(Work(made_up(number, "8.8.8.8"), ""))
            work.tell("", "done")
            work.asked -= 120
        assert len(works.works) <= NEAR + 1

    finished(visit())


def test_one_address_has_so_many_requests_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("IMFN_MAX_ADDRESS_REQUESTS", "2")

    async def visit() -> tuple[list[int], list[int], dict]:
        over = asyncio.Event()

        async def gradio(scope: dict, receive: object, send: object) -> None:
            await over.wait()
            await send({"type": "http.response.start", "status": 200, "headers": []})
            await send({"type": "http.response.body", "body": b""})

        guard = Guard(gradio)

        async def asked(address: str) -> int:
            sent = []

            async def send(message: dict) -> None:
                sent.append(message)

            headers = [(b"host", b"localhost")]
            scope = {"type": "http", "method": "GET", "path": "/heartbeat/a", "headers": headers}
            await guard({**scope, "client": (address, 1)}, None, send)
            return sent[0]["status"]

        waiting = [asyncio.create_task(asked("8.8.8.8")) for _ in range(2)]
        await asyncio.sleep(0)
        refused = [await asked("8.8.8.8")]
        others = [asyncio.create_task(asked(address)) for address in ("9.9.9.9", "10.0.0.1", "10.0.0.1", "10.0.0.1")]
        await asyncio.sleep(0)
        assert "a" in open_pages
        over.set()
        return refused, [await task for task in (*waiting, *others)], guard.busy

    refused, answered, busy = finished(visit())
    assert refused == [429] and set(answered) == {200}
    assert not busy and "a" not in open_pages
