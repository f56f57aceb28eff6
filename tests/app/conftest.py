"""Fixtures for tests that drive the page in a real browser.

`browser` is one Chromium for the whole run; `page_at(url, width=…, theme=…, script=…, **query)` opens a page in it,
with a script that runs before the page's own, and fails the test on any script error; `served` is the app itself
(`starting.py`). A browser is looked for in the variable IMFN_CHROMIUM, at
/usr/bin/chromium-headless-shell, at /usr/bin/chromium, and among playwright's own. Without one these tests are skipped,
but fail where CI is set.
"""

import json
import os
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from multiprocessing.process import BaseProcess
from pathlib import Path
from urllib.parse import urlencode

import pytest
from starlette.middleware import Middleware

from app.server.boundary import look_seldom
from app.server.shelf import Shelf
from tests.app.starting import free_port, running_app

os.environ.setdefault("GRADIO_ANALYTICS_ENABLED", "False")

READY = 30_000  # milliseconds the page may take on a busy machine
FLAGS = ["--no-sandbox", "--disable-gpu", "--use-fake-device-for-media-stream", "--use-fake-ui-for-media-stream"]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Tests that start the app or a browser say so by their fixtures, so `make quick` leaves them to `make test`."""
    for item in items:
        used = set(getattr(item, "fixturenames", ()))
        if used & {"served", "shared"}:
            item.add_marker(pytest.mark.slow)
        if "browser" in used:
            item.add_marker(pytest.mark.browser)


def _executables() -> list[str | None]:
    named = [os.environ.get("IMFN_CHROMIUM"), "/usr/bin/chromium-headless-shell", "/usr/bin/chromium"]
    return [*(path for path in named if path and Path(path).exists()), None]


def _launch(playwright):
    reasons = []
    for path in _executables():
        try:
            return playwright.chromium.launch(executable_path=path, args=FLAGS)
        except Exception as error:
            reasons.append(str(error).splitlines()[0])
    message = "no Chromium for the browser tests: " + "; ".join(reasons)
    return pytest.fail(message) if os.environ.get("CI") else pytest.skip(message)


@pytest.fixture(scope="session")
def browser() -> Iterator:
    """One headless Chromium."""
    if not os.environ.get("CI"):
        pytest.importorskip("playwright")
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        chromium = _launch(playwright)
        yield chromium
        chromium.close()


class Visitors:
    """Browsing contexts of one browser, each with a cache of the page's scripts that outlives a test.

    Every page of a test has a context of its own, so it shares no storage with another; a context that comes back is
    emptied of everything but its cache, which saves a third of a page's loading time.
    """

    def __init__(self, browser: object) -> None:
        self.browser, self.idle = browser, []

    def take(self) -> object:
        """A context without storage, permissions or pages."""
        return self.idle.pop() if self.idle else self.browser.new_context(accept_downloads=True)

    def give_back(self, page: object) -> None:
        """Close a page and keep its context for the next test; one that cannot be emptied is closed."""
        context = page.context
        try:
            context.set_offline(False)
            page.evaluate("() => { localStorage.clear(); sessionStorage.clear(); }")
            context.clear_cookies()
            context.clear_permissions()
            for each in context.pages:
                each.close()
            self.idle.append(context)
        except Exception:
            context.close()


@pytest.fixture(scope="session")
def visitors(browser) -> Visitors:
    """The contexts that tests take their pages from."""
    return Visitors(browser)


@pytest.fixture
def page_at(visitors: Visitors) -> Iterator[Callable]:
    """Open pages of any width and theme; a script error on any of them fails the test."""
    yield from pages_of(visitors)


@pytest.fixture(scope="module")
def kept_page_at(visitors: Visitors) -> Iterator[Callable]:
    """The same pages for tests that only look: they stay open until the file's last test."""
    yield from pages_of(visitors)


def pages_of(visitors: Visitors) -> Iterator[Callable]:
    """What opens pages; gives them back in the end."""
    pages, errors = [], []

    def open_page(url: str, *, width: int = 1280, height: int = 900, theme: str = "light", script: str = "", **query):
        page = visitors.take().new_page()
        pages.append(page)
        page.set_viewport_size({"width": width, "height": height})
        page.set_default_timeout(READY)
        page.add_init_script(script)
        page.on("pageerror", lambda error: errors.append(str(error)))
        page.goto(f"{url}?{urlencode({'__theme': theme, **query})}")
        return page

    yield open_page
    for page in pages:
        visitors.give_back(page)
    assert not errors, errors


@dataclass(frozen=True, kw_only=True)
class SharedPage:
    """A public page and what can be seen of it from its host."""

    url: str
    folder: Path
    process: BaseProcess

    @property
    def log(self) -> str:
        """What it printed."""
        return (self.folder / "log").read_text()

    def files(self) -> set[Path]:
        """Everything in its temporary folder."""
        return {path for path in (self.folder / "tmp").rglob("*") if path.is_file()}


@pytest.fixture(scope="session")
def served() -> Iterator[str]:
    """The address of `python app.py`."""
    with running_app() as (url, _):
        yield url


@pytest.fixture(scope="session")
def serve() -> Iterator[Callable[..., str]]:
    """Launch a gr.Blocks in this process and give its address; closed when the run ends."""
    launched = []

    def launch(blocks, **options) -> str:
        port = free_port()
        here = {"server_name": "127.0.0.1", "server_port": port}
        options = {"app_kwargs": {"middleware": [Middleware(Shelf)]}, **options}
        look_seldom(blocks)
        blocks.launch(prevent_thread_lock=True, quiet=True, ssr_mode=False, **here, **options)
        launched.append(blocks)
        return f"http://127.0.0.1:{port}/"

    yield launch
    for blocks in launched:
        blocks.close(verbose=False)


def wait_painted(page: object) -> None:
    """Until the player shows what is selected: sheets come when the network and the decoder are ready."""
    page.wait_for_function(
        """() => {
            const { exploration: e, selection } = imfn.get();
            const shown = document.querySelector("#explore-player .imfn-panes")?.dataset.shows;
            return shown === `${e.id} ${e.window.index} ${selection.merges} ${selection.frame}`;
        }"""
    )


def wait_chart(page: object, chart: str) -> None:
    """Scroll to a chart, which is drawn when it is seen, and wait until it is."""
    page.locator(chart).scroll_into_view_if_needed()
    page.wait_for_selector(f"{chart} .main-svg")


def wait_ready(page: object, ready: str, timeout: int = 300_000) -> None:
    """Wait until an expression holds; what the page's status lines say is in the failure."""
    from playwright.sync_api import TimeoutError as TooLate

    try:
        page.wait_for_function(f"() => Boolean({ready})", timeout=timeout)
    except TooLate as error:
        lines = page.locator("[role=status], [role=alert]").all_inner_texts()
        raise AssertionError(f"{ready} is not there; the page says: {[line for line in lines if line]}") from error


def settled(page: object, measure: str) -> object:
    """What an expression measures once the page lies still: the same, and something, over 15 painted frames."""
    return page.evaluate(
        f"""async () => {{
            const measure = () => ({measure});
            const frame = () => new Promise((done) => requestAnimationFrame(done));
            for (let before, same = 0; same < 15; await frame()) {{
                const now = JSON.stringify(measure() ?? null);
                same = now !== "null" && now === before ? same + 1 : 0;
                before = now;
            }}
            return measure();
        }}"""
    )


def box_of(page: object, selector: str) -> dict:
    """Where the first match stands in the window once the page lies still: x, y, width and height in pixels."""
    page.locator(selector).first.scroll_into_view_if_needed()
    return settled(page, f"document.querySelector({json.dumps(selector)}).getBoundingClientRect().toJSON()")


def turn_dark(page: object, dark: bool = True) -> None:
    """What a visitor's system does to an open page when it changes from light to dark, and back."""
    page.evaluate("dark => document.body.classList.toggle('dark', dark)", dark)


@pytest.fixture(scope="session")
def shared(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SharedPage]:
    """The app as strangers meet it: public, with an empty home and a temporary folder of its own."""
    folder = tmp_path_factory.mktemp("shared")
    for name in ("home", "tmp"):
        (folder / name).mkdir()
    places = {"IMFN_HOME": str(folder / "home"), "TMPDIR": str(folder / "tmp"), "GRADIO_SERVER_NAME": "127.0.0.1"}
    bounds = {"IMFN_PUBLIC": "1", "IMFN_MAX_UPLOAD_MB": "4", "IMFN_MAX_FRAMES": "64"}
    with running_app(log=folder / "log", **places, **bounds) as (url, process):
        yield SharedPage(url=url, folder=folder, process=process)
