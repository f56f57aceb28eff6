"""What stands before the page: an ASGI layer that refuses other sites' requests, bodies that are too large or name what
was not uploaded, and fetching for others.

`launch_options` hands it to Gradio, which checks the size of each uploaded file but not of all of them together, and
which fetches any public address for whoever asks for /file=https://….
"""

from __future__ import annotations

import json
import math
import shutil
import tempfile
from collections.abc import Awaitable, Callable
from urllib.parse import unquote

from app.server.bodies import refused_body
from app.server.limits import limits
from app.server.origins import refused_origin
from app.server.sign_in import may_enter

MB = 1 << 20
FRAMING = MB
"""what multipart headers may add to an upload"""
JSON_MB = 8
"""of any other request: a camera's frame is the largest"""
SPARE_MB = 512
"""that stay free on the disk of uploads"""
CLOSED = ("/proxy=", "/monitoring", "/deep_link", "/dev/", "/vibe", "/run-history")
"""Gradio's own doors that this page does not use"""
HEADERS = [
    (b"x-content-type-options", b"nosniff"),
    (b"referrer-policy", b"same-origin"),
    (b"permissions-policy", b"camera=(self), microphone=(), geolocation=()"),
]
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

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """One request."""
        if scope["type"] != "http":
            return await self.app(scope, receive, send)
        path, most = unquote(scope["path"]).lower(), bytes_allowed(scope["path"])
        if refused := refusal(path, scope, most):
            return await answer(send, *refused)
        begun = False

        async def bounded() -> dict:
            nonlocal most
            message = await receive()
            most -= len(message.get("body", b""))
            if most < 0:
                raise TooLarge
            return message

        async def dressed(message: dict) -> None:
            nonlocal begun
            if message["type"] == "http.response.start":
                begun = True
                message = {**message, "headers": [*message["headers"], *HEADERS]}
            await send(message)

        try:
            source = bounded if is_upload(path) or scope["method"] in ("GET", "HEAD") else await looked_through(bounded)
            await self.app(scope, source, dressed)
        except TooLarge:
            if not begun:
                await answer(send, 413, "The request is larger than this page takes.")
        except NotLetIn as error:
            await answer(send, 403, str(error), as_json=True)


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
    if is_upload(path) and shutil.disk_usage(tempfile.gettempdir()).free < SPARE_MB * MB:
        return 507, "The disk is full; try again later."
    return None


async def answer(send: Send, code: int, sentence: str, *, as_json: bool = False) -> None:
    """A plain answer, or as JSON the way Gradio words a refusal."""
    kind = b"application/json" if as_json else b"text/plain; charset=utf-8"
    await send({"type": "http.response.start", "status": code, "headers": [(b"content-type", kind), *HEADERS]})
    body = json.dumps({"detail": sentence}) if as_json else sentence
    await send({"type": "http.response.body", "body": body.encode()})
