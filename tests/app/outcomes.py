"""Asynchronous handlers in tests: in a thread of their own, since Playwright keeps a loop running in the first one."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Coroutine
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any

from app.server.rpc import Visitor
from app.sessions.choice import Choice, Settings
from app.sessions.exploration import Exploration
from app.sessions.explorations import Explorations, ProgressAnswer, ProgressRequest


def finished(work: Coroutine) -> Any:
    """What a coroutine returns."""
    with ThreadPoolExecutor(1) as pool:
        return pool.submit(asyncio.run, work).result()


def outcomes(handler: AsyncIterator[tuple]) -> list[tuple]:
    """All that a handler yields, in order."""

    async def collect() -> list[tuple]:
        return [outcome async for outcome in handler]

    return finished(collect())


@dataclass(frozen=True, kw_only=True)
class Explored:
    """What a page was told of an exploration, and what the server has of it."""

    answers: list[ProgressAnswer]
    session: Exploration | None

    @property
    def payload(self) -> dict | None:
        """What is drawn in the end."""
        return next((answer.exploration for answer in reversed(self.answers) if answer.exploration), None)

    @property
    def last(self) -> ProgressAnswer:
        """The last word."""
        return self.answers[-1]


async def followed(explorations: Explorations, visitor: Visitor, choice: Choice, settings: Settings) -> Explored:
    """Begin an exploration and ask for its progress until it is over, as a page does."""
    work, answers = explorations.begin(visitor, choice, settings), []
    while not answers or answers[-1].state == "busy":
        seen = answers[-1].seen if answers else 0
        answers.append(await explorations.progress(visitor, ProgressRequest(id=work.id, seen=seen)))
    return Explored(answers=answers, session=work.session)


def visitor_named(name: str) -> Visitor:
    """A visitor with one page."""
    return Visitor(key=name, session=name)


def explore(*paths: object, name: str = "anna", **settings: str) -> Explored:
    """Explore files to the end."""
    chosen = Choice(paths=tuple(str(path) for path in paths))
    return finished(
        followed(Explorations(), visitor_named(name), chosen, Settings(**{"model": "video-16", **settings}))
    )
