"""Asynchronous handlers in tests: in a thread of their own, since Playwright keeps a loop running in the first one."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Coroutine
from concurrent.futures import ThreadPoolExecutor
from typing import Any


def finished(work: Coroutine) -> Any:
    """What a coroutine returns."""
    with ThreadPoolExecutor(1) as pool:
        return pool.submit(asyncio.run, work).result()


def outcomes(handler: AsyncIterator[tuple]) -> list[tuple]:
    """All that a handler yields, in order."""

    async def collect() -> list[tuple]:
        return [outcome async for outcome in handler]

    return finished(collect())
