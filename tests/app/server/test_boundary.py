"""The page as Gradio's blocks: what stands around its functions and its queue."""

from __future__ import annotations

import asyncio

import pytest

from app.server.boundary import LOOK, PageBlocks


@pytest.mark.parametrize("loop", ["start_processing", "start_progress_updates"])
def test_an_idle_queue_sleeps_between_its_looks(loop: str, monkeypatch: pytest.MonkeyPatch) -> None:
    with PageBlocks(analytics_enabled=False) as page:
        pass
    idle, slept = page.queue()._queue, []

    async def sleep(seconds: float) -> None:
        slept.append(seconds)
        idle.stopped = len(slept) == 3

    idle.stopped = False
    monkeypatch.setattr(asyncio, "sleep", sleep)
    asyncio.run(getattr(idle, loop)())
    assert slept == [LOOK] * 3 and LOOK >= 0.01
