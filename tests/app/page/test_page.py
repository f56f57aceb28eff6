"""The Explore tab in a real browser, against the app as a person starts it; and the endpoints of docs/use.md."""

from __future__ import annotations

import base64
import re
import zipfile
from collections.abc import Callable
from io import BytesIO
from pathlib import Path

import pytest
from PIL import Image

from engine.data.samples import samples
from engine.data.sources.opening import open_source
from engine.memory import Memory
from tests.app.conftest import wait_painted
from tests.engine.tiny import frames

pytestmark = pytest.mark.browser
CLIP = next(s.path for s in samples() if s.name == "realshort")
SELECTION = "imfn.get().selection"


@pytest.fixture
def explorer(page_at: Callable, served: str) -> Callable:
    """Opens the app and waits for its first paint."""

    def open_app(**options: object) -> object:
        page = page_at(served, **options)
        page.wait_for_function("window.imfn && imfn.tree && imfn.tree.layout()")
        page.wait_for_selector("#explore-levels tbody tr")
        return page

    return open_app


def upload(page: object, path: Path) -> None:
    """Choose a file with the upload button."""
    with page.expect_file_chooser() as chooser:
        page.click("#explore-upload")
    chooser.value.set_files(str(path))


def drop(page: object, path: Path) -> None:
    """Drop a file on the page, as a hand would."""
    data = page.evaluate_handle(
        """([name, bytes]) => {
            const transfer = new DataTransfer();
            transfer.items.add(new File([Uint8Array.from(atob(bytes), (c) => c.charCodeAt(0))], name));
            return transfer;
        }""",
        [path.name, base64.b64encode(path.read_bytes()).decode()],
    )
    for event in ("dragenter", "dragover", "drop"):
        page.dispatch_event("#explore-tree", event, {"dataTransfer": data})


def wait_explored(page: object, frame_count: int) -> None:
    """Until a clip of so many frames stands on the page and the work is over."""
    page.wait_for_function("n => imfn.get().exploration.frames === n", arg=frame_count)
    page.wait_for_selector("#explore-status .busy", state="detached")


def pixels(page: object, pane: str) -> list[int]:
    """What a pane of the player shows."""
    wait_painted(page)
    return page.evaluate(
        """(pane) => {
            const canvas = document.querySelector(`.imfn-pane-${pane} canvas`);
            return [...canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height).data];
        }""",
        pane,
    )


def download(page: object, selector: str, folder: Path) -> Path:
    """Click a button of the take-away card and keep what it hands over."""
    with page.expect_download() as handed:
        page.click(selector)
    path = folder / handed.value.suggested_filename
    handed.value.save_as(path)
    return path


def test_the_page_opens_with_the_sample_explored(explorer: Callable) -> None:
    page = explorer()
    assert page.evaluate("imfn.get().exploration.name") == "cockatoo.mp4"
    assert page.get_attribute("#sample-cockatoo", "aria-pressed") == "true"
    assert page.locator("#explore-levels tbody tr").count() == 4
    assert max(pixels(page, "recovered")[::4]) > 100
    assert page.locator("#explore-cancel").is_hidden()
    floats_are_shown(page)


def floats_are_shown(page: object) -> None:
    """Where a memory's floats went is drawn over the frame and in the inspector, with a legend, and goes again."""
    page.evaluate("imfn.select({ merges: 4 })")
    plain = pixels(page, "recovered")
    page.click("#explore-spent")
    assert pixels(page, "recovered") != plain
    assert "3,712 of the 89,088 are indices" in page.inner_text(".imfn-spent-line")
    page.hover(".imfn-pane-recovered canvas")
    assert "floats, 8 of them indices" in page.inner_text(".imfn-spent-line")
    assert page.locator("#explore-inspector .imfn-spent-map").is_visible()
    assert "of them indices" in page.inner_text("#explore-inspector")
    page.click("#explore-spent")
    assert pixels(page, "recovered") == plain


def test_an_mp4_goes_through_the_tree_and_its_memory_comes_back(explorer: Callable, tmp_path: Path) -> None:
    page = explorer()
    upload(page, CLIP)
    wait_explored(page, 36)
    spot = page.evaluate("imfn.tree.placeOf(1, 4)")
    page.mouse.click(spot["x"], spot["y"])
    assert page.evaluate(f"[{SELECTION}.merges, {SELECTION}.node, {SELECTION}.frame]") == [1, 2, 4]
    page.keyboard.press("ArrowUp")
    assert page.evaluate(f"[{SELECTION}.merges, {SELECTION}.node]") == [2, 1]
    page.get_by_role("radio", name="16:1", exact=True).click()
    assert page.evaluate(f"{SELECTION}.merges") == 4
    page.click("#explore-play")
    page.wait_for_function(f"{SELECTION}.frame !== 4")
    page.click("#explore-play")
    page.evaluate("imfn.select({ frame: 4 })")
    page.wait_for_function("location.search.includes('merges=4') && location.search.includes('frame=4')")
    seen = pixels(page, "recovered")
    memory = download(page, "#explore-memory", tmp_path)
    kept = Memory.load(memory)
    assert (kept.frames, kept.merges, kept.model) == (36, 4, "video-16")
    drop(page, memory)
    page.wait_for_function("imfn.get().exploration.source === false")
    page.evaluate("imfn.select({ frame: 4 })")
    assert pixels(page, "recovered") == seen
    again = download(page, "#explore-memory", tmp_path / "again")
    assert (Memory.load(again).states_MSC == kept.states_MSC).all()


def test_what_is_taken_away_is_what_was_seen(explorer: Callable, tmp_path: Path) -> None:
    page = explorer()
    page.evaluate("imfn.select({ merges: 2, frame: 3 })")
    wait_painted(page)
    video = open_source(download(page, "#explore-video", tmp_path))
    assert sum(1 for _ in video.frames()) == page.evaluate("imfn.get().exploration.frames")
    assert "4to1" in video.info.name
    numbers = download(page, "#explore-json", tmp_path).read_text()
    assert '"mean_psnr"' in numbers and '"per_frame"' in numbers
    assert len(download(page, "#explore-csv", tmp_path).read_text().splitlines()) == 5


def test_a_zip_of_images_is_explored(explorer: Callable, tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "images.zip", "w") as archive:
        for index, frame in enumerate(frames(5, 40, 60)):
            file = BytesIO()
            Image.fromarray(frame).save(file, "PNG")
            archive.writestr(f"{index}.png", file.getvalue())
    page = explorer()
    upload(page, tmp_path / "images.zip")
    wait_explored(page, 5)
    memory = download(page, "#explore-memory", tmp_path)
    assert Memory.load(memory).frames == 5


def test_the_digits_sample_is_explored_with_its_own_model(explorer: Callable) -> None:
    page = explorer()
    page.click("#sample-digits")
    wait_explored(page, 128)
    assert page.get_attribute("#sample-digits", "aria-pressed") == "true"
    page.get_by_role("radio", name="128:1", exact=True).click()
    assert page.evaluate(f"{SELECTION}.merges") == 7
    upload(page, CLIP)
    wait_explored(page, 36)
    assert page.evaluate("imfn.get().exploration.model") == "video-16"


def test_bad_input_gets_a_sentence_and_leaves_the_result(explorer: Callable, tmp_path: Path) -> None:
    page = explorer()
    table = page.inner_text("#explore-levels")
    bad = tmp_path / "bad.mp4"
    bad.write_text("once upon a time " * 50)
    upload(page, bad)
    page.wait_for_selector("#explore-status .error")
    assert "bad.mp4" in page.inner_text("#explore-status")
    assert page.inner_text("#explore-levels") == table


def test_a_long_clip_can_be_cancelled(explorer: Callable) -> None:
    page = explorer()
    page.click("#sample-realshort")
    wait_explored(page, 36)
    page.select_option("#explore-size select", "512")
    page.click("#explore-run")
    page.click("#explore-cancel")
    page.wait_for_function("document.querySelector('#explore-status').innerText.startsWith('Cancelled')")
    assert page.evaluate("imfn.get().exploration.height") == 128


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_nothing_is_cut_off_on_a_phone(explorer: Callable, theme: str) -> None:
    page = explorer(width=390, theme=theme)
    assert page.evaluate("document.documentElement.scrollWidth") <= 390


def test_the_snippet_for_other_programs_runs(served: str) -> None:
    text = (Path(__file__).parents[3] / "docs" / "use.md").read_text()
    snippet = re.search(r"runs this snippet -->\n```python\n(.*?)```", text, re.S)[1]
    names = {"URL": served, "VIDEO": str(CLIP)}
    exec(snippet, names)
    assert names["facts"]["frames"] == 36
    assert len(list(open_source(names["video"]).frames())) == 36
