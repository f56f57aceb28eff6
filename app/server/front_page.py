"""The page itself, kept as it was rendered: it is the same for everybody who comes by the same address.

Gradio copies the whole configuration, walks through it and renders it for each visitor, 50 ms in which the page answers
nobody else, and 0.7 MB are compressed anew. What comes of it depends on the address alone by which the page was asked
for (`get_root_url` in gradio/route_utils.py), except behind a login, where nothing is kept.
"""

from __future__ import annotations

import asyncio
import gzip
from collections import OrderedDict
from dataclasses import dataclass

from starlette.routing import get_route_path
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from app.server.limits import login

ADDRESS = (b"host", b"x-forwarded-host", b"x-forwarded-proto", b"x-gradio-server")
"""headers that say by which address the page was asked for"""
OTHER = (b"page=", b"deep_link=")
"""of a query, what Gradio reads"""
KEPT = 16
"""addresses whose page is kept"""
LONGEST = 300
"""bytes of a header that may be part of what is kept"""
LEVEL = 6
"""of gzip: once for all visitors"""

Key = tuple[bytes | str, ...]


@dataclass(frozen=True, kw_only=True)
class Page:
    """A page as it is sent."""

    headers: list[tuple[bytes, bytes]]
    """without its length"""
    plain: bytes
    packed: bytes


class FrontPage:
    """An ASGI layer right before Gradio, behind everything that refuses requests."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app
        self.pages: OrderedDict[Key, Page] = OrderedDict()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """One request; all but those for the page are handed on."""
        if (key := key_of(scope)) is None:
            return await self.app(scope, receive, send)
        if key not in self.pages and not await self.render(key, {**scope, "method": "GET"}, receive, send):
            return None
        self.pages.move_to_end(key)
        return await answer(scope, self.pages[key], send)

    async def render(self, key: Key, scope: Scope, receive: Receive, send: Send) -> bool:
        """Have Gradio render a page and keep it; False where what it gave was no page, and was sent as it is."""
        messages: list[Message] = []

        async def taken(message: Message) -> None:
            messages.append(message)

        await self.app(scope, receive, taken)
        start, body = messages[0], b"".join(message.get("body", b"") for message in messages[1:])
        names = {name for name, _ in start["headers"]}
        if start["status"] != 200 or names & {b"set-cookie", b"content-encoding"}:
            for message in messages:
                await send(message)
            return False
        headers = [(name, value) for name, value in start["headers"] if name != b"content-length"]
        packed = await asyncio.to_thread(gzip.compress, body, LEVEL)
        self.pages[key] = Page(headers=headers, plain=body, packed=packed)
        while len(self.pages) > KEPT:
            self.pages.popitem(last=False)
        return True


def key_of(scope: Scope) -> Key | None:
    """What a page depends on; None for requests that are for something else, or whose answer is their own."""
    if scope["type"] != "http" or scope["method"] not in ("GET", "HEAD") or get_route_path(scope) not in ("", "/"):
        return None
    if login() or any(name in scope["query_string"] for name in OTHER):
        return None
    said = tuple(b"%s:%s" % (name, value) for name, value in scope["headers"] if name in ADDRESS)
    if any(len(each) > LONGEST for each in said):
        return None
    server = "{}:{}".format(*(scope.get("server") or ("", "")))
    return scope.get("scheme", ""), server, scope.get("root_path", ""), scope["path"], *said


async def answer(scope: Scope, page: Page, send: Send) -> None:
    """A page, compressed for a browser that takes it so."""
    packs = any(name == b"accept-encoding" and b"gzip" in value for name, value in scope["headers"])
    body = page.packed if packs else page.plain
    more = [(b"content-encoding", b"gzip")] if packs else []
    length = (b"content-length", str(len(body)).encode())
    headers = [*page.headers, *more, length, (b"vary", b"Accept-Encoding")]
    await send({"type": "http.response.start", "status": 200, "headers": headers})
    await send({"type": "http.response.body", "body": b"" if scope["method"] == "HEAD" else body})
