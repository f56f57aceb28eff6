"""The page, served once for all browser tests, and a browser to drive it.

A missing browser skips these tests, except where CI is set: there it fails them.
"""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-dev-shm-usage"]


@pytest.fixture(scope="session")
def served() -> Iterator[str]:
    """The page's address."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    command = [sys.executable, "app.py", "--port", str(port)]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.DEVNULL) as server:
        url = f"http://127.0.0.1:{port}/"
        try:
            wait_for(url, server)
            yield url
        finally:
            server.terminate()


def wait_for(url: str, server: subprocess.Popen) -> None:
    """Until the page answers, two minutes at most."""
    end = time.monotonic() + 120
    while time.monotonic() < end and server.poll() is None:
        try:
            urllib.request.urlopen(url, timeout=5).close()
            return
        except OSError:
            time.sleep(0.3)
    raise RuntimeError("the page did not come up")


@pytest.fixture(scope="session")
def browser() -> Iterator[object]:
    """Chromium: IMFN_CHROMIUM, one that is installed, or Playwright's own."""
    from playwright.sync_api import Error, sync_playwright

    names = ("chromium", "chromium-browser", "google-chrome")
    path = os.environ.get("IMFN_CHROMIUM") or next((p for n in names if (p := shutil.which(n))), None)
    with sync_playwright() as playwright:
        try:
            chromium = playwright.chromium.launch(executable_path=path, args=FLAGS)
        except Error as error:
            if os.environ.get("CI"):
                pytest.fail(f"CI needs a browser: {str(error)[:200]}")
            pytest.skip("no Chromium found; `make browser` installs one")
        yield chromium
        chromium.close()


@pytest.fixture
def page_at(browser: object, served: str) -> Iterator[Callable]:
    """Opens the page at a width and waits for the first paint."""
    contexts = []

    def open_page(width: int = 1280, theme: str = "light") -> object:
        context = browser.new_context(viewport={"width": width, "height": 900}, accept_downloads=True)
        contexts.append(context)
        page = context.new_page()
        page.set_default_timeout(30_000)
        page.goto(f"{served}?__theme={theme}")
        page.wait_for_selector("#explore-tree canvas")
        page.wait_for_selector("#explore-levels tbody tr")
        return page

    yield open_page
    for context in contexts:
        context.close()
