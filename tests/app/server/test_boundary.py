"""The page as Gradio's blocks: what stands around its functions and its queue."""

from __future__ import annotations

import asyncio

import pytest

from app.server.boundary import LOOK, PageBlocks


@pytest.mark.parametrize("loop", ["start_processing", "start_progress_updates"])
def test_an_idle_queue_sleeps_between_its_looks(loop: str) -> None:
    with PageBlocks(analytics_enabled=False) as page:
        pass
    idle, slept = page.queue()._queue, []
    events = asyncio.SelectorEventLoop()

    def wake(seconds: float, *call: object, **options: object) -> asyncio.Handle:
        slept.append(seconds)
        idle.stopped = len(slept) >= 3
        return events.call_soon(*call, **options)

    idle.stopped, events.call_later = False, wake
    events.run_until_complete(getattr(idle, loop)())
    events.close()
    assert slept == [LOOK] * 3 and LOOK >= 0.01
