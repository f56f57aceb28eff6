"""What a visitor has going outlives a restart of the server, a reload, Back, a slow line; links say what is not there.

One app with a home of its own, which is started again at the same address.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from multiprocessing.process import BaseProcess
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from engine.data.samples import samples
from tests.app.starting import free_port, start_app

pytestmark = [pytest.mark.browser, pytest.mark.slow]
CLIP = next(s.path for s in samples() if s.name == "realshort")
LONG = 120_000  # milliseconds that a restart or an exploration may take on a busy machine
FETCHED = (
    "performance.getEntriesByType('resource').some((one) => one.name.endsWith('guide/view.js') && one.responseEnd)"
)
"""the scripts of tabs that have not been opened are there, too: they are fetched a moment after the page has begun"""
NAME = "imfn.get().exploration?.name"


@dataclass(kw_only=True)
class Restartable:
    """The app at one address, with a home and a temporary folder of its own."""

    folder: Path
    port: int = field(default_factory=free_port)
    server: BaseProcess | None = None

    @property
    def url(self) -> str:
        """Where it is."""
        return f"http://127.0.0.1:{self.port}/"

    def start(self) -> None:
        """Start it, and wait until it answers."""
        self.server = start_app(self.port, IMFN_HOME=str(self.folder / "home"), TMPDIR=str(self.folder))

    def stop(self, *, kill: bool = False) -> None:
        """End it, as a host does or as a crash would; one that has ended stays so."""
        (self.server.kill if kill else self.server.terminate)()
        self.server.join()


@pytest.fixture(scope="module")
def kept_app(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Restartable]:
    """The app, ended with the module."""
    made = Restartable(folder=tmp_path_factory.mktemp("restarted"))
    made.start()
    yield made
    made.stop(kill=True)


@pytest.fixture
def app(kept_app: Restartable) -> Restartable:
    """The same, running also where the test before has failed between two starts."""
    if not kept_app.server.is_alive():
        kept_app.start()
    return kept_app


def opened(page_at: Callable, app: Restartable, **query: object) -> object:
    """The page, with its first paint explored."""
    page = page_at(app.url, **query)
    page.set_default_timeout(LONG)
    page.wait_for_selector("#explore-levels tbody tr")
    return page


def choose(page: object, *files: Path) -> None:
    """Pick files with the upload button, in the order given."""
    with page.expect_file_chooser() as chooser:
        page.click("#explore-upload")
    chooser.value.set_files([str(file) for file in files])


def explored(page: object, name: str, frames: int | None = None) -> None:
    """Until that is explored to its end."""
    page.wait_for_function(
        f"([name, frames]) => {NAME} === name && (frames === null || imfn.get().exploration.frames === frames)"
        " && !document.querySelector('#explore-status .busy')",
        arg=[name, frames],
    )


def pictures(folder: Path, names: list[str]) -> list[Path]:
    """Grey pictures, each as bright as its place in the list."""
    for index, name in enumerate(names):
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        Image.fromarray(np.full((32, 48, 3), 20 * (index + 1), np.uint8)).save(path)
    return [folder / name for name in names]


def brightness(page: object) -> list[int]:
    """Of every frame of the source as its sprite sheet shows it, in order."""
    return page.evaluate(
        """async () => {
            const { window: w } = imfn.get().exploration;
            const picture = new Image();
            picture.src = w.sheets[0];
            await picture.decode();
            const canvas = document.createElement('canvas');
            [canvas.width, canvas.height] = [picture.width, picture.height];
            const context = canvas.getContext('2d');
            context.drawImage(picture, 0, 0);
            const { columns, width, height } = w.sheet;
            return Array.from({ length: w.count }, (_, i) => context.getImageData(
                (i % columns) * width + width / 2, Math.floor(i / columns) * height + height / 2, 1, 1).data[0]);
        }"""
    )


@pytest.mark.slow(15)
def test_the_server_is_started_again_while_a_clip_is_explored_and_the_page_goes_on_by_itself(
    page_at: Callable, app: Restartable
) -> None:
    page = opened(page_at, app)
    page.wait_for_function(FETCHED)
    page.select_option("#explore-size select", "256")
    choose(page, CLIP)
    page.wait_for_selector("#explore-status .busy")
    page.wait_for_function(f"{NAME} === 'realshort.mp4'")
    app.stop()
    page.wait_for_function(
        "document.querySelector('#page-presence').innerText.startsWith('The server does not answer')"
    )
    page.get_by_role("tab", name="Compare").first.click()
    page.wait_for_selector("#compare-board .imfn-comparison", state="attached")
    page.get_by_role("tab", name="Explore").first.click()
    app.start()
    page.wait_for_function("document.querySelector('#page-presence').innerText === ''")
    explored(page, "realshort.mp4", 36)
    assert page.evaluate("imfn.get().exploration.height") == 240, "its own size"
    assert page.locator(".toast-body").count() == 0, "Gradio's own message"
    assert page.locator("#explore-status .error").count() == 0
    shown = page.evaluate("imfn.get().exploration.id")
    app.stop(kill=True)
    app.start()
    page.evaluate("imfn.askWindow(1, 0)")
    page.wait_for_function("imfn.get().exploration.window.index === 1")
    assert page.evaluate("imfn.get().exploration.id") == shown
    with page.expect_download() as handed:
        page.click("#explore-download")
        page.click("#explore-memory")
    assert handed.value.suggested_filename.endswith(".imfn")


@pytest.mark.slow(15)
def test_a_clip_of_one_s_own_comes_back_after_reload_and_back_and_belongs_to_its_browser(
    page_at: Callable, app: Restartable
) -> None:
    page = opened(page_at, app)
    choose(page, CLIP)
    explored(page, "realshort.mp4", 36)
    page.wait_for_function("location.search.includes(`clip=${imfn.get().exploration.id}`)")
    shown, link = page.evaluate("imfn.get().exploration.id"), page.url
    page.reload()
    page.wait_for_function(f"window.imfn && {NAME} === 'realshort.mp4'")
    page.goto("about:blank")
    page.go_back()
    page.wait_for_function(f"window.imfn && {NAME} === 'realshort.mp4'")
    assert page.evaluate("imfn.get().exploration.id") == shown
    page.select_option("#explore-size select", "256")
    page.click("#explore-run")
    page.wait_for_function(f"{NAME} === 'realshort.mp4' && imfn.get().exploration.height === 240")
    page.select_option("#explore-size select", "128")  # its memories are followed in a quarter of the time
    page.click("#explore-run")
    page.wait_for_function(f"{NAME} === 'realshort.mp4' && imfn.get().exploration.height === 128")
    page.get_by_role("tab", name="Trajectory").first.click()
    page.click("#path-explored")
    page.wait_for_function(
        "window.imfnPath?.get().trip?.chosen === 'explored' && location.search.includes('path=explored')"
    )
    page.reload()
    page.wait_for_function("window.imfnPath?.get().trip?.chosen === 'explored'")
    assert page.locator(".imfn-notice").count() == 0
    stranger = page_at(link)
    stranger.wait_for_selector(".imfn-notice")
    assert "only in the browser that sent it" in stranger.inner_text(".imfn-notice")
    stranger.wait_for_function("imfn.get().exploration.sample === 'cockatoo' && !location.search.includes('clip=')")


def test_what_was_being_explored_goes_on_after_a_reload(page_at: Callable, app: Restartable) -> None:
    page = opened(page_at, app)
    page.select_option("#explore-size select", "512")
    page.click("#sample-realshort")
    page.wait_for_selector("#explore-status .busy")
    page.reload()
    page.wait_for_function("window.imfn && imfn.get().exploration?.sample === 'realshort'")
    assert page.input_value("#explore-size select") == "512"
    explored(page, "realshort.mp4", 36)


def test_a_slow_upload_says_how_far_it_is_and_can_be_waited_for(
    page_at: Callable, app: Restartable, tmp_path: Path
) -> None:
    noise = np.random.default_rng(0).integers(0, 256, (16, 128, 128, 3), np.uint8)
    np.save(tmp_path / "noise.npy", noise)
    page = opened(page_at, app)
    line = page.context.new_cdp_session(page)
    slow = {"offline": False, "latency": 20, "downloadThroughput": -1, "uploadThroughput": 200_000}
    line.send("Network.emulateNetworkConditions", slow)
    page.evaluate(
        """() => {
            const line = document.querySelector('#explore-status');
            window.told = new Set();
            new MutationObserver(() => {
                const words = line.innerText.match(/Uploading.* (\\d+) %/);
                if (words) told.add(Number(words[1]));
            }).observe(line, { subtree: true, childList: true });
        }"""
    )
    choose(page, tmp_path / "noise.npy")
    explored(page, "noise.npy", 16)
    assert len(page.evaluate("[...told]")) >= 3


def test_a_dropped_folder_is_explored_in_natural_order(page_at: Callable, app: Restartable, tmp_path: Path) -> None:
    pictures(tmp_path / "walk", ["a/2.png", "a/10.png", "b/1.png", "b/.hidden.png"][:3])
    (tmp_path / "walk" / "a" / ".hidden.png").write_bytes((tmp_path / "walk" / "b" / "1.png").read_bytes())
    page = opened(page_at, app)
    drag = page.context.new_cdp_session(page)
    carried = {"items": [], "files": [str(tmp_path / "walk")], "dragOperationsMask": 1}
    for event in ("dragEnter", "dragOver", "drop"):
        drag.send("Input.dispatchDragEvent", {"type": event, "x": 400, "y": 500, "data": carried})
    page.wait_for_function("imfn.get().exploration?.frames === 3")
    seen = brightness(page)
    assert seen == sorted(seen) and seen[2] > seen[0] + 20, "folder by folder, 2 before 10"


@pytest.mark.parametrize(
    ("query", "sentences"),
    [
        (
            {"tab": "nowhere", "sample": "<script>"},
            ["There is no tab “nowhere”; Explore is open instead.", "There is no sample “<script>”; cockatoo is shown"],
        ),
        ({"sample": "cockatoo", "model": "gone"}, ["There is no model “gone” here; video-16 is used instead."]),
        ({"sample": "realshort", "window": 99}, ["The link names window 100, but there are 3; window 1 is shown."]),
        (
            {"sample": "realshort", "merges": 9, "frame": 77},
            [
                "The link names a level of 9 merges, which there is not; the root is shown.",
                "The link names frame 78 of a window of 16; the nearest is shown.",
            ],
        ),
        ({"tab": "train", "run": "gone"}, ["The run of this link was deleted, or it belongs to another browser"]),
        (
            {"tab": "trajectory", "path": "gone", "padding": "x"},
            ["There is no sequence “gone”", "The link's padding is “x”; zeros is used instead."],
        ),
        ({"tab": "trajectory", "path": "explored"}, ["Explore shows no clip of yours"]),
    ],
)
def test_a_link_that_cannot_be_followed_says_so(
    page_at: Callable, app: Restartable, query: dict, sentences: list[str]
) -> None:
    page = page_at(app.url, **query)
    page.set_default_timeout(LONG)
    page.wait_for_function(
        """(sentences) => {
            const said = [...document.querySelectorAll('.imfn-notice')].map((line) => line.innerText);
            return sentences.every((words) => said.some((line) => line.includes(words)));
        }""",
        arg=sentences,
    )
    for _ in sentences:
        page.click(".imfn-notice-close >> nth=0")
    assert page.locator(".imfn-notice").count() == 0


def test_a_link_that_can_be_followed_says_nothing(page_at: Callable, app: Restartable) -> None:
    page = page_at(app.url, sample="realshort", window=1, merges=3, frame=11)
    page.set_default_timeout(LONG)
    page.wait_for_function("window.imfn?.get().exploration?.window.index === 1 && imfn.get().selection.frame === 11")
    explored(page, "realshort.mp4", 36)
    assert page.locator(".imfn-notice").count() == 0
