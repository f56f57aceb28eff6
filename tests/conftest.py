"""The order of the files: those that take longest first."""

from __future__ import annotations

from collections import Counter

import pytest


@pytest.hookimpl(trylast=True)  # when the tests of a browser have said so
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Files with the most tests in a browser, or slow ones, come first, then those with the most tests at all.

    So no worker is left alone with a long one.
    """
    marked = [item for item in items if item.get_closest_marker("browser") or item.get_closest_marker("slow")]
    heavy, tests = Counter(item.path for item in marked), Counter(item.path for item in items)
    items.sort(key=lambda item: (-heavy[item.path], -tests[item.path]))
