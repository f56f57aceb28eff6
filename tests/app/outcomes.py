"""What an asynchronous handler yields, as a list."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator


def outcomes(handler: AsyncIterator[tuple]) -> list[tuple]:
    """All of it, in order."""

    async def collect() -> list[tuple]:
        return [outcome async for outcome in handler]

    return asyncio.run(collect())
