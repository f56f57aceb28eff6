"""Visitors who want to be in everybody's way, each in one way of their own, from an address of their own.

What they are told does not matter, as long as it is a sentence: whatever else comes back is noted as wrong. They go on
until the others have gone.
"""

from __future__ import annotations

import asyncio
import itertools
import secrets
import tempfile
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

import httpx
import numpy as np

from engine.jobs import presets, settings_of
from tests.engine.data.made import gradient, h264
from tests.load.functions import Functions

PAUSE = 0.2
"""seconds between two attempts of one visitor"""
FRAMES = 20_000
"""of a clip whose end is asked for"""


@dataclass
class Hostile:
    """One of them."""

    url: str
    functions: Functions
    way: str
    address: str
    wrong: list[str] = field(default_factory=list)
    attempts: int = 0
    refused: int = 0

    async def visit(self, over: asyncio.Event) -> None:
        """Try again and again."""
        limits = httpx.Limits(max_keepalive_connections=0)
        headers = {"x-forwarded-for": self.address}
        async with httpx.AsyncClient(base_url=self.url, timeout=120, limits=limits, headers=headers) as self.http:
            for number in itertools.count():
                if over.is_set():
                    return
                try:
                    await WAYS[self.way](self, number)
                except (httpx.HTTPError, KeyError, ValueError) as error:
                    self.wrong.append(f"{self.way}: {type(error).__name__} {str(error)[:200]}")
                self.attempts += 1
                await asyncio.sleep(PAUSE)

    async def ask(self, target: str, name: str, request: dict, session: str = "", key: str = "") -> dict:
        """A question under any session and key; the answer, or nothing where it was refused in a sentence."""
        body = {
            "component_id": self.functions.component(target),
            "fn_name": name,
            "session_hash": session or self.way,
            "data": {"visitor": key or f"{len(self.way):032x}", "request": request},
        }
        answer = await self.http.post("gradio_api/component_server", json=body)
        found = answer.json()
        if answer.status_code == 200 and not found["ok"]:
            self.refused += 1
            if not found["message"] or "reference" in found["message"]:
                self.wrong.append(f"{self.way}: {found['message'][:200]}")
        return found.get("answer") or {}

    async def fill_the_disk(self, number: int) -> None:
        """Take away the first paint, and explore one clip after the other."""
        await self.ask("explore-controls", "take", {"id": "first", "kind": ("json", "memory")[number % 2], "merges": 4})
        await self.ask("explore-controls", "explore", {"model": "digits-128", "sample": "digits"}, f"disk {number}")

    async def hold_the_line(self, number: int) -> None:
        """Ask for the end of a long clip."""
        if not number:
            sent = await self.http.post("gradio_api/upload", files={"files": ("long.mp4", long_clip())})
            self.path = sent.json()[0]
        request = {"model": "video-16", "uploads": [self.path], "first": "900000000", "count": "16"}
        await self.ask("explore-controls", "explore", request, f"line {number % 8}")

    async def queue_trainings(self, number: int) -> None:
        """Start comparisons under a new key each time."""
        request = {"models": ["imfn", "transformer", "mamba", "gru", "frame"], "leaves": 16, "steps": 5, "seeds": 5}
        await self.ask("compare-board", "start_comparison", request, key=secrets.token_hex(16))
        smaller = {**request, "models": ["frame"], "seeds": 1}
        await self.ask("compare-board", "start_comparison", smaller, key=secrets.token_hex(16))

    async def fit_umaps(self, number: int) -> None:
        """Follow paths with settings that were not fitted yet, on nine pages."""
        settings = {"neighbours": str(2 + number % 90), "spread": "0.3"}
        await self.ask("path-controls", "follow", {"chosen": "digits", "settings": settings}, f"path {number % 9}")

    async def make_up_sessions(self, number: int) -> None:
        """Take seats under sessions that nobody else has had."""
        stream = {"ticket": 1, "source": "digits", "model": "digits-128"}
        for _ in range(10):
            made_up = secrets.token_hex(8)
            await self.ask("live", "begin_stream", stream, made_up, secrets.token_hex(16))
            await self.ask("explore-controls", "window", {"id": "first", "window": 0}, made_up, secrets.token_hex(16))

    async def ask_for_forecasts(self, number: int) -> None:
        """Have enormous trees counted."""
        settings = settings_of(presets()[0].config) | {"tree.leaves": 4096, "batch": 10**6 + number}
        form = {"settings": settings, "name": f"large {number}"}
        for name in ("check_form", "estimate_run", "start_run"):
            await self.ask("train-board", name, form)


WAYS: dict[str, Callable[[Hostile, int], Awaitable[None]]] = {
    "disk (4)": Hostile.fill_the_disk,
    "line (5)": Hostile.hold_the_line,
    "trainings (6)": Hostile.queue_trainings,
    "UMAP (10)": Hostile.fit_umaps,
    "sessions (13)": Hostile.make_up_sessions,
    "forecasts (14)": Hostile.ask_for_forecasts,
}
"""by the finding that each tries again"""


@cache
def long_clip() -> bytes:
    """A small file of many frames, made once: while it is made nobody of this process can go on."""
    with tempfile.TemporaryDirectory() as folder:
        frames = gradient(2, 16, 16)[np.arange(FRAMES) % 2]
        return h264(Path(folder) / "long.mp4", frames).read_bytes()


def hostiles(url: str, functions: Functions, count: int) -> list[Hostile]:
    """So many of them; two ways are one visitor's where there are fewer visitors than ways."""
    ways = list(WAYS)
    if count:
        long_clip()  # before anybody comes
    return [
        Hostile(url, functions, ways[index % len(ways)], f"203.0.{113 + index // 200}.{index % 200 + 1}")
        for index in range(max(count, len(ways)) if count else 0)
    ]
