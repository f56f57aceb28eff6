"""How long after Start the first points of a training are in its chart, in a browser: part of `tests/bench.py`.

A fresh home, the 30-second preset, and the page left alone for some seconds before, as a person reads it.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.app.starting import free_port, wait_for

TOP = Path(__file__).resolve().parents[1]
READING = 8.0
"""seconds between opening the Train tab and Start"""
POINTS = """() => imfnTrain.run() && document.querySelector('.imfn-curves .js-plotly-plot')?.data
  ?.some((curve) => curve.x?.length && curve.y.some((value) => value !== null))"""
LOSS = "() => imfnTrain.history().rows.some((row) => row.values.loss)"
OVER = "() => imfnTrain.run()?.state === 'finished'"


@contextmanager
def app_with(home: Path) -> Iterator[str]:
    """The app on a free port; its address once it answers."""
    port = free_port()
    command, env = [sys.executable, "app.py", "--port", str(port)], {**os.environ, "IMFN_HOME": str(home)}
    with subprocess.Popen(command, cwd=TOP, env=env, stdout=subprocess.DEVNULL) as app:
        try:
            url = f"http://127.0.0.1:{port}/"
            wait_for(url, lambda: app.poll() is None)
            yield url
        finally:
            app.terminate()


def chromium() -> str | None:
    """The browser that is installed, as for the tests; None for Playwright's own."""
    found = os.environ.get("IMFN_CHROMIUM"), shutil.which("chromium-headless-shell"), shutil.which("chromium")
    return next(filter(None, found), None)


def first_points(folder: Path) -> dict:
    """Seconds from the click on Start to points in the chart, first loss, and the end; empty without a browser."""
    from playwright.sync_api import Error, sync_playwright

    with app_with(folder / "points") as url, sync_playwright() as play:
        try:
            page = play.chromium.launch(executable_path=chromium(), args=["--no-sandbox"]).new_page()
        except Error:
            return {}
        page.goto(url)
        page.get_by_role("tab", name="Train").click()
        page.wait_for_function("window.imfnTrain && imfnTrain.ready")
        page.click("[data-source=digits]")
        page.click("[data-preset=digits-30s]")
        page.wait_for_function("!document.querySelector('#train-start').disabled")
        time.sleep(READING)
        start, taken = time.perf_counter(), {}
        page.click("#train-start")
        for name, there in (("points_s", POINTS), ("loss_s", LOSS), ("finished_s", OVER)):
            page.wait_for_function(there, polling=50, timeout=300_000)
            taken[name] = time.perf_counter() - start
        return taken
