"""Work that overlaps: reading ahead of what is used, and two windows on two cores.

Both give their results in order, and hold no more items than are under way.
"""

from __future__ import annotations

import os
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor, wait
from contextvars import copy_context
from threading import Lock
from typing import TypeVar

import torch

Item = TypeVar("Item")
Result = TypeVar("Result")

AT_ONCE = 2
"""items under way, each on a core of its own"""
TELLING = Lock()
"""held while torch is told a number of threads that is not meant for all"""


def ahead(items: Iterable[Item], patience: float | None = None) -> Iterator[Item | None]:
    """The same items, each made in a thread while the one before it is used: decoding and merging overlap. With
    `patience`, None whenever an item has taken so many seconds.
    """
    source, end = iter(items), object()
    with ThreadPoolExecutor(1) as thread:
        coming = thread.submit(next, source, end)
        while True:
            if not wait([coming], patience).done:
                yield None
            elif (item := coming.result()) is end:
                return
            else:
                coming = thread.submit(next, source, end)
                yield item


def side_by_side(
    work: Callable[[Item], Result], items: Iterable[Item | None], allowed: Callable[[], bool]
) -> Iterator[Result | None]:
    """What `work` makes of the items, in their order, two of them at a time on a core each; None for an item that is
    not there yet and when nothing else is under way.

    Where it is not `allowed`, which is asked for every item, one at a time in the caller's thread, with all the threads
    that torch has there. What `work` raises is raised when its turn comes; what was not begun by then is not.
    """
    under_way: deque[Future] = deque()
    with ThreadPoolExecutor(AT_ONCE, thread_name_prefix="side", initializer=single_core) as threads:
        try:
            for item in items:
                if item is None:
                    yield under_way.popleft().result() if under_way else None
                elif os.cpu_count() != 1 and allowed():
                    under_way.append(threads.submit(copy_context().run, work, item))
                    if len(under_way) == AT_ONCE:
                        yield under_way.popleft().result()
                else:
                    while under_way:
                        yield under_way.popleft().result()
                    yield work(item)
            while under_way:
                yield under_way.popleft().result()
        finally:
            for each in under_way:
                each.cancel()


def single_core() -> None:
    """Have torch compute in this thread alone: with a team for each of two items, one would wait for the other's. What
    torch is told also holds for threads to come, until another thread tells it.
    """
    with TELLING, ThreadPoolExecutor(1) as another:
        usual = torch.get_num_threads()
        torch.set_num_threads(1)
        another.submit(torch.set_num_threads, usual).result()
