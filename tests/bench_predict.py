"""How long a move of the lantern takes until the beliefs of three memories are on the page: part of `tests/bench.py`.

From the key to the first frame that shows them, in a browser on the same machine; the page measures it itself.
"""

from __future__ import annotations

import statistics
from pathlib import Path

from tests.bench_points import app_with, chromium

MOVES = ["ArrowRight", "ArrowDown", "ArrowLeft", "ArrowUp"] * 6
SHOWN = "count => imfnPredict.times.length >= count"


def moves(folder: Path) -> dict:
    """Milliseconds of a move: the median and the longest of 24; empty without a browser."""
    from playwright.sync_api import Error, sync_playwright

    with app_with(folder / "predict") as url, sync_playwright() as play:
        try:
            page = play.chromium.launch(executable_path=chromium(), args=["--no-sandbox"]).new_page()
        except Error:
            return {}
        page.goto(f"{url}?tab=predict&seed=7&moves=")
        page.wait_for_function("window.imfnPredict?.state.answer")
        page.focus("#predict-room")
        for count, key in enumerate(MOVES, 1):
            page.keyboard.press(key)
            page.wait_for_function(SHOWN, arg=count)
            page.wait_for_timeout(100)
        times = page.evaluate("imfnPredict.times")
    return {"move_ms": statistics.median(times), "longest_move_ms": max(times)}
