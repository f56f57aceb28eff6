"""Questions of a view to the server: typed methods, offered to the browser as Gradio `server_functions`.

    class Clips(Questions):
        questions = ("rename",)

        def rename(self, visitor: Visitor, request: RenameRequest) -> RenameAnswer: ...

    View(server_functions=clips.server_functions())

`assets/js/core/rpc.js` sends {"visitor": key, "request": {…}} and gets {"ok": true, "answer": {…}} or {"ok": false,
"message": one sentence}; `app/server/payload_types.py` writes the types of both for JavaScript. Plain methods run in
threads of their own, so that a slow answer holds up neither the event loop nor Gradio's threads; `async` methods run on
the event loop and must not compute there.
"""

from __future__ import annotations

import asyncio
import contextvars
import inspect
import re
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import lru_cache
from typing import Any, ClassVar, get_type_hints

import gradio as gr
from starlette.responses import Response

from app.server.errors import message_of
from app.server.limits import limits
from app.server.pace import Pace
from app.server.payloads import parse_payload, to_json
from app.server.visitors import Visitor, address_of, asking

KEY = re.compile("[0-9a-f]{32}")
"""the key of a visitor, made and kept by the browser"""
THREADS = 32
"""questions that are answered at once"""
LEAST = 1.0
"""heavy questions of one address a second, when others ask as well"""
PACE = Pace(10.0, 10)
"""of heavy questions"""


class Questions:
    """Subclasses name their questions: methods of (visitor) or (visitor, request) that return an answer.

    Requests and answers are frozen dataclasses. A ValueError or OSError becomes the message that the browser shows;
    any other exception goes to the log, and the message names its reference there.
    """

    questions: ClassVar[tuple[str, ...]] = ()
    heavy: ClassVar[tuple[str, ...]] = ()
    """questions that begin what takes the machine a while; where others ask as well, an address has one a second"""

    def server_functions(self) -> list[Callable]:
        """For `server_functions` of a `gr.HTML`: one function a question, by its name."""
        return [server_function(getattr(self, name), heavy=name in self.heavy) for name in self.questions]


def server_function(method: Callable, *, heavy: bool = False) -> Callable:
    """A method as Gradio calls it: with the JSON that the browser sent, and the HTTP request."""
    kind = request_type(method)

    async def question(data: object, request: gr.Request) -> Response:
        try:
            session = str((await request.json())["session_hash"])
            address = address_of(request.client.host if request.client else "", request.headers)
            if heavy and address and limits().public:
                await asyncio.sleep(PACE.delay(address, time.monotonic(), LEAST))
            found = {"ok": True, "answer": await answer(method, kind, data, session, address)}
            text = to_json(found)
        except Exception as error:
            text = to_json({"ok": False, "message": message_of(error, method.__name__)})
        return Response(text, media_type="application/json")

    question.__name__ = question.__qualname__ = method.__name__
    return question


async def answer(method: Callable, kind: type | None, data: object, session: str, address: str = "") -> Any:
    """A question's answer; whatever the method raises is raised."""
    sent = data if isinstance(data, dict) else {}
    visitor = visitor_of(sent.get("visitor"), session, address)
    asking.set(visitor)
    given = (parse_payload(kind, sent.get("request", {}), method.__name__),) if kind else ()
    if inspect.iscoroutinefunction(method):
        return await method(visitor, *given)
    context = contextvars.copy_context()
    return await asyncio.get_running_loop().run_in_executor(threads(), context.run, method, visitor, *given)


def visitor_of(key: object, session: str, address: str = "") -> Visitor:
    """Who asks: by the browser's key where it is one, else by the session."""
    known = isinstance(key, str) and KEY.fullmatch(key)
    return Visitor(key=key if known else session, session=session, address=address)


def request_type(method: Callable) -> type | None:
    """The dataclass of a method's request; None for a method that takes a visitor alone."""
    return get_type_hints(method).get("request")


def answer_type(method: Callable) -> type:
    """The dataclass of a method's answer."""
    return get_type_hints(method)["return"]


@lru_cache(maxsize=1)
def threads() -> ThreadPoolExecutor:
    """The threads of plain methods."""
    return ThreadPoolExecutor(THREADS, thread_name_prefix="question")
