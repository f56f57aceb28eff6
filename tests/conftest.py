"""The order of the files: those that take longest first."""

from __future__ import annotations

from collections import Counter

import pytest

USUAL = 3.0
"""seconds of a test in a browser, or a slow one, that states none"""
QUICK = 0.1
"""seconds of any other test"""


@pytest.hookimpl(trylast=True)  # when the tests of a browser have said so
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Files that take longest come first, so no worker is left alone with a long one: by the seconds that their tests
    are marked with (`slow(20)`), which need not be exact.
    """
    seconds: Counter = Counter()
    for item in items:
        seconds[item.path] += seconds_of(item)
    items.sort(key=lambda item: -seconds[item.path])


def seconds_of(item: pytest.Item) -> float:
    """About how long a test takes."""
    slow = list(item.iter_markers("slow"))
    stated = [float(marker.args[0]) for marker in slow if marker.args]
    return stated[0] if stated else USUAL if slow or item.get_closest_marker("browser") else QUICK
