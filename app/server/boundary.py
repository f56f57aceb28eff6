"""The page as Gradio's blocks, with one boundary around every call of a function: named endpoints, the page's own
events, the queue and the direct addresses all pass `process_api`.

Gradio answers {"error": null} to whatever fails and is no error of its own. Here every failure is a sentence: values
that do not fit are the caller's, anything else goes to the log under a reference (`app/server/errors.py`). The visitor
is known to what a call makes (`app/server/visitors.py`).
"""

from __future__ import annotations

from typing import Any

import gradio as gr
from gradio.block_function import BlockFunction

from app.server.errors import message_of
from app.server.visitors import Visitor, address_of, asking

COUNT = "{} takes {}, and {} sent; see the page's API for what they are."
SCRIPT = "This function of the page runs in the browser alone."
LOOK = 0.02
"""seconds between two looks of an idle queue: Gradio's own thousand looks a second take 6 % of a core for nothing"""
WRONG = "What was sent is not what {} takes; see the page's API for what it is."


class PageBlocks(gr.Blocks):
    """Blocks whose functions are called inside the boundary."""

    def queue(self, *args: Any, **options: Any) -> PageBlocks:
        """Gradio's own queue, that looks seldom when it has nothing to do."""
        super().queue(*args, **options)
        look_seldom(self)
        return self

    async def process_api(self, block_fn: BlockFunction | int, inputs: list, *args: Any, **more: Any) -> dict[str, Any]:
        """What Gradio's own gives; gr.Error with a sentence for everything that goes wrong."""
        function = self.fns[block_fn] if isinstance(block_fn, int) else block_fn
        asking.set(visitor_behind(more.get("request"), more.get("session_hash")))
        try:
            if more.get("iterator") is None:
                check_call(function, inputs)
            return await super().process_api(block_fn, inputs, *args, **more)
        except gr.Error as error:
            raise gr.Error(error.message or WRONG.format(named(function)), print_exception=False) from None
        except Exception as error:
            raise gr.Error(message_of(error, named(function)), print_exception=False) from None

    async def preprocess_data(self, block_fn: BlockFunction, *args: Any, **more: Any) -> list:
        """The values for a function; gr.Error where its components cannot read them."""
        try:
            return await super().preprocess_data(block_fn, *args, **more)
        except Exception:
            raise gr.Error(WRONG.format(named(block_fn)), print_exception=False) from None


def look_seldom(page: gr.Blocks) -> None:
    """Have a page's queue look for calls, and for news of those under way, every LOOK seconds."""
    page._queue.sleep_when_free = page._queue.progress_update_sleep_when_free = LOOK


def check_call(function: BlockFunction, inputs: list) -> None:
    """ValueError for a function that only the browser has, and unless every input has a value, and there is no more."""
    if function.fn is None:
        raise ValueError(SCRIPT)
    wanted, given = len(function.inputs), len(inputs)
    if wanted != given:
        values, sent = f"{wanted} value{'' if wanted == 1 else 's'}", f"{given} {'was' if given == 1 else 'were'}"
        raise ValueError(COUNT.format(named(function), values, sent))


def named(function: BlockFunction) -> str:
    """What callers know a function by."""
    return f"/{function.api_name}" if isinstance(function.api_name, str) else "This function of the page"


def visitor_behind(request: Any, session: str | None) -> Visitor | None:
    """Who calls, by the request that Gradio hands on; None where there is none."""
    asked = request[0] if isinstance(request, list) and request else request
    if asked is None or isinstance(asked, list):
        return None
    peer = getattr(getattr(asked, "client", None), "host", None) or ""
    known = str(session or getattr(asked, "session_hash", None) or "")
    return Visitor(key=known, session=known, address=address_of(peer, getattr(asked, "headers", {})))


__all__ = ["PageBlocks", "look_seldom"]
