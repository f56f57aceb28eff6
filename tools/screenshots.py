"""Every tab at 1280 and 390 pixels, light and dark, as WebP in docs/screenshots, which README.md and docs/page.md show.

make screenshots                    # needs the browser of the tests
"""

from __future__ import annotations

import io
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from gradio_client import Client
from PIL import Image

from tests.app.conftest import FLAGS, _executables
from tests.app.starting import free_port, wait_for

TOP = Path(__file__).resolve().parents[1]
OUT = TOP / "docs" / "screenshots"
READY = {
    "explore": "document.querySelector('#explore-player .imfn-panes')?.dataset.shows",
    "trajectory": "window.imfnPath?.get().trip?.pictures.umap && imfnPath.get().trip.memories",
    "train": "window.imfnTrain?.run()?.state === 'finished' && document.querySelector('#train-probe')?.dataset.shows",
    "compare": "document.querySelector('#compare-verdict .imfn-bar-row')",
    "predict": "document.querySelector('#predict .imfn-root')?.dataset.shows",
    "guide": "document.querySelector('#guide .imfn-root')?.dataset.shows",
}
"""by tab, what is there once it can be looked at; tabs that the page does not have are left out"""
SIZES = {1280: 860, 390: 844}
SETTLED = 1500
"""milliseconds that are waited for charts and pictures"""
QUALITY = 82


def shoot(browser: object, url: str, tab: str, theme: str, width: int) -> Path | None:
    """Take one screenshot; its path, None when the page has no such tab."""
    page = browser.new_page(viewport={"width": width, "height": SIZES[width]})
    try:
        page.goto(f"{url}?__theme={theme}&tab={tab}")
        page.wait_for_selector("#explore-levels tbody tr", state="attached")
        if not page.get_by_role("tab", name=tab.title()).count():
            return None
        page.wait_for_function(f"() => Boolean({READY[tab]})", timeout=180_000)
        page.wait_for_timeout(SETTLED)
        path = OUT / f"{tab}-{width}-{theme}.webp"
        Image.open(io.BytesIO(page.screenshot())).convert("RGB").save(path, quality=QUALITY, method=6)
        return path
    finally:
        page.close()


def train(url: str) -> None:
    """The 30-second training, so that the Train tab has something to show."""
    client = Client(url, verbose=False)
    run = client.predict("digits-30s", "digits-30s", {}, api_name="/train_start")["id"]
    while client.predict(run, 0, api_name="/train_status")["run"]["state"] != "finished":
        time.sleep(1)


def main() -> None:
    """Start the page with an empty home, run the 30-second training, and print the screenshots' paths."""
    OUT.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as home:
        made = looked_at(home)
    print(f"{len(made)} pictures, {sum(path.stat().st_size for path in made) / 1e6:.2f} MB in {OUT.relative_to(TOP)}")


def looked_at(home: str) -> list[Path]:
    """All pictures of a page that keeps its runs in `home`."""
    from playwright.sync_api import sync_playwright

    port = free_port()
    command, env = [sys.executable, "app.py", "--port", str(port)], {**os.environ, "IMFN_HOME": home}
    with subprocess.Popen(command, cwd=TOP, stdout=subprocess.DEVNULL, env=env) as server:
        try:
            url = f"http://127.0.0.1:{port}/"
            wait_for(url, lambda: server.poll() is None)
            train(url)
            with sync_playwright() as playwright:
                browser = playwright.chromium.launch(executable_path=_executables()[0], args=FLAGS)
                shots = [(t, d, w) for t in READY for d in ("light", "dark") for w in SIZES]
                made = [path for shot in shots if (path := shoot(browser, url, *shot))]
                browser.close()
                return made
        finally:
            server.terminate()


if __name__ == "__main__":
    main()
