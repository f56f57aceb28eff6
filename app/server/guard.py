"""What stands before the page: an ASGI layer that refuses other sites' requests, bodies that are too large or name what
was not uploaded, and fetching for others.

`launch_options` hands it to Gradio, which checks the size of each uploaded file but not of all of them together, and
which fetches any public address for whoever asks for /file=https://….
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import logging
import math
import shutil
import tempfile
import time
from collections import Counter
from collections.abc import Awaitable, Callable, Iterator
from urllib.parse import unquote

from app.server.bodies import refused_body
from app.server.folders import check_disk
from app.server.limits import MORE, SHARE, limits
from app.server.origins import refused_origin
from app.server.pace import Pace
from app.server.quota import SPARE_MB, UPLOADED
from app.server.sign_in import may_enter
from app.server.visitors import address_of, page_open

MB = 1 << 20
FRAMING = MB
"""what multipart headers may add to an upload"""
JSON_MB = 8
"""of any other request: a camera's frame is the largest"""
ALL = 120.0
"""requests a second that all addresses share"""
BURST = 150
"""requests of an address that are answered at once: a page that opens has forty"""
CLOSED = ("/proxy=", "/monitoring", "/deep_link", "/dev/", "/vibe", "/run-history")
"""Gradio's own doors that this page does not use"""
HEADERS = [
    (b"x-content-type-options", b"nosniff"),
    (b"referrer-policy", b"same-origin"),
    (b"permissions-policy", b"camera=(self), microphone=(), geolocation=()"),
]
UNREADABLE = "This request cannot be read: something in it is not there, or is not what is expected."
Scope = dict
Receive = Callable[[], Awaitable[dict]]
Send = Callable[[dict], Awaitable[None]]


class TooLarge(Exception):
    """A body grew past its limit while it came."""


class NotLetIn(Exception):
    """A body names what was not uploaded here."""


class Guard:
    """Refuses before Gradio sees a request; adds headers to what Gradio answers."""

    def __init__(self, app: Callable) -> None:
        self.app = app
        self.busy: Counter[str] = Counter()
        """requests of each address that are being answered"""
        self.pace = Pace(ALL, BURST)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """One request."""
        if scope["type"] != "http":
            return await self.app(scope, receive, send)
        path = unquote(scope["path"]).lower()
        body = Body(receive, bytes_allowed(path))
        if refused := refusal(path, scope, body.left):
            return await answer(send, *refused)
        if is_upload(path) and (refused := await asyncio.to_thread(refused_upload, scope)):
            return await answer(send, *refused)
        address = caller(scope)
        with self.counted(address) as too_many:
            if too_many:
                return await answer(send, 429, "Too many requests come from your address; try again in a minute.")
            if delay := self.delay(address):
                await asyncio.sleep(delay)
            await self.watched(path, scope, body, send)

    def delay(self, address: str) -> float:
        """Seconds that a request of an address waits, since others of it came before."""
        least = limits().max_address_rate
        return self.pace.delay(address, time.monotonic(), least) if address and not math.isinf(least) else 0.0

    @contextlib.contextmanager
    def counted(self, address: str) -> Iterator[bool]:
        """While one more request of an address is answered; whether that is too many."""
        self.busy[address] += 1
        try:
            yield bool(address) and self.busy[address] > limits().max_address_requests
        finally:
            self.busy[address] -= 1
            if self.busy[address] <= 0:
                del self.busy[address]

    async def watched(self, path: str, scope: Scope, body: Body, send: Send) -> None:
        """A request, with what is known by it: that a page is open, how much was uploaded."""
        page = unquote(scope["path"]).rstrip("/").rpartition("/heartbeat/")[2] if "/heartbeat/" in path else ""
        with page_open(page) if page else contextlib.nullcontext():
            await self.passed_on(path, scope, body, send)
        if is_upload(path):
            UPLOADED.add(caller(scope), body.taken, limits().kept_seconds)

    async def passed_on(self, path: str, scope: Scope, body: Body, send: Send) -> None:
        """A request that may come in, with a body that is looked through on its way."""
        begun = False

        async def dressed(message: dict) -> None:
            nonlocal begun
            if message["type"] == "http.response.start":
                begun = True
                message = {**message, "headers": [*message["headers"], *HEADERS]}
            await send(message)

        try:
            plain = is_upload(path) or scope["method"] in ("GET", "HEAD")
            await self.app(scope, body.next if plain else await looked_through(body.next), dressed)
        except TooLarge:
            if not begun:
                await answer(send, 413, "The request is larger than this page takes.")
        except NotLetIn as error:
            await answer(send, 403, str(error), as_json=True)
        except Exception as error:
            if begun:
                raise
            await answer(send, 400, unreadable(error, path), as_json=True)


def unreadable(error: Exception, path: str) -> str:
    """The sentence for a request that Gradio fails on before a function is called; what functions raise never comes
    here (`boundary.py`, `rpc.py`), so this is what was sent, and the log has a line of it.
    """
    logging.getLogger("imfn").warning("%s cannot be read: %s", path[:60], type(error).__name__)
    return UNREADABLE


class Body:
    """A request's body as it comes; TooLarge where it is larger than it may be."""

    def __init__(self, receive: Receive, most: float) -> None:
        self.receive, self.left, self.taken = receive, most, 0

    async def next(self) -> dict:
        """The next message."""
        message = await self.receive()
        self.taken += len(message.get("body", b""))
        self.left -= len(message.get("body", b""))
        if self.left < 0:
            raise TooLarge
        return message


def caller(scope: Scope) -> str:
    """The address that a request came from; empty where that is not known."""
    headers = {name.decode("latin-1"): value.decode("latin-1") for name, value in scope["headers"]}
    return address_of((scope.get("client") or ("",))[0], headers)


async def looked_through(receive: Receive) -> Receive:
    """The same messages again, once the whole body has been read; NotLetIn where it names what it must not."""
    messages: list[dict] = []
    while True:
        messages.append(await receive())
        if messages[-1]["type"] != "http.request" or not messages[-1].get("more_body"):
            break
    if sentence := refused_body(b"".join(message.get("body", b"") for message in messages)):
        raise NotLetIn(sentence)

    async def again() -> dict:
        return messages.pop(0) if messages else await receive()

    return again


def is_upload(path: str) -> bool:
    """Whether an address takes files."""
    return path.rstrip("/").endswith("/upload")


def bytes_allowed(path: str) -> float:
    """How large the body of a request to this address may be."""
    if not is_upload(path):
        return JSON_MB * MB
    most = limits().max_upload_mb
    return math.inf if math.isinf(most) else most * MB + FRAMING


def refusal(path: str, scope: Scope, most: float) -> tuple[int, str] | None:
    """Status and sentence of a request that is not let through."""
    if any(door in path.partition("/file=")[0] for door in CLOSED):
        return 404, "This page has no such address."
    if not may_enter(scope):
        return 401, "Sign in first."
    if any(f"{door}{scheme}:" in path for door in ("/file=", "/file/") for scheme in ("http", "https")):
        return 403, "This page fetches no other addresses."
    headers = dict(scope["headers"])
    if sentence := refused_origin(scope["method"], headers):
        return 403, sentence
    length = headers.get(b"content-length", b"0")
    if length.isdigit() and int(length) > most:
        return 413, f"A request of {int(length) / MB:,.0f} MB is more than the {most / MB:,.0f} MB taken here."
    return None


def refused_upload(scope: Scope) -> tuple[int, str] | None:
    """Status and sentence for files that there is no room for."""
    if shutil.disk_usage(tempfile.gettempdir()).free < SPARE_MB * MB:
        return 507, "The disk is full; try again later."
    if limits().public:
        most = limits().max_visitor_mb * SHARE
        if UPLOADED.bytes(caller(scope)) > most * MB:
            return 429, f"More than {most / 1024:g} GB were uploaded from your address; try again in two hours. {MORE}"
        try:
            check_disk()
        except ValueError as error:
            return 507, str(error)
    return None


async def answer(send: Send, code: int, sentence: str, *, as_json: bool = False) -> None:
    """A plain answer, or as JSON the way Gradio words a refusal."""
    kind = b"application/json" if as_json else b"text/plain; charset=utf-8"
    await send({"type": "http.response.start", "status": code, "headers": [(b"content-type", kind), *HEADERS]})
    body = json.dumps({"detail": sentence}) if as_json else sentence
    await send({"type": "http.response.body", "body": body.encode()})
