"""A server that goes away is named in one line, which leaves when the server is back."""

from __future__ import annotations

from collections.abc import Callable

import pytest

pytestmark = pytest.mark.browser
LINE = "#page-presence"


def test_the_page_says_that_the_server_is_gone_and_recovers(page_at: Callable, served: str) -> None:
    page = page_at(served)
    page.wait_for_selector("#explore-levels tbody tr")
    assert page.inner_text(LINE) == ""
    page.context.set_offline(True)
    page.wait_for_function(f"document.querySelector('{LINE}').innerText.startsWith('The server does not answer')")
    page.evaluate("imfn.select({ frame: 3 })")
    assert page.evaluate("imfn.get().selection.frame") == 3
    page.context.set_offline(False)
    page.wait_for_function(f"document.querySelector('{LINE}').innerText === ''")
    page.click("#sample-realshort")
    page.wait_for_function("imfn.get().exploration.sample === 'realshort'", timeout=60_000)
