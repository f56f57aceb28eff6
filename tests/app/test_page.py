"""The Explore tab in a real browser, and the endpoints that the README documents."""

from __future__ import annotations

import re
import zipfile
from collections.abc import Callable
from io import BytesIO
from pathlib import Path

import pytest
from PIL import Image

from engine.data.samples import samples
from engine.data.source import open_source
from engine.memory import Memory
from tests.engine.tiny import frames

pytestmark = pytest.mark.browser
CLIP = next(s.path for s in samples() if s.name == "realshort")


def selected(page: object) -> str:
    """The inspector's title."""
    return page.inner_text("#explore-inspector h2, #explore-inspector h3, #explore-inspector .imfn-title >> nth=0")


def upload(page: object, path: Path) -> None:
    """Choose a file and wait until the page shows it."""
    with page.expect_file_chooser() as chooser:
        page.click("#explore-upload")
    chooser.value.set_files(str(path))


def wait_frames(page: object, count: int) -> None:
    """Until the table is about a clip of so many frames."""
    page.wait_for_function(
        "n => document.querySelector('#explore-levels').innerText.includes(n + ' frames')", arg=count
    )


def pixels(page: object) -> str:
    """What the player shows."""
    return page.evaluate("[...document.querySelectorAll('#explore-player canvas')].map(c => c.toDataURL()).join()")


def test_an_mp4_goes_through_the_tree_and_its_memory_comes_back(page_at: Callable, tmp_path: Path) -> None:
    page = page_at()
    upload(page, CLIP)
    wait_frames(page, 36)
    page.locator("#explore-tree canvas").first.focus()
    page.keyboard.press("ArrowUp")
    page.wait_for_function("location.search.includes('merges=3')")
    box = page.locator("#explore-tree canvas").first.bounding_box()
    page.mouse.click(box["x"] + box["width"] * 0.4, box["y"] + 20)
    page.wait_for_function("location.search.includes('merges=4')")
    page.click("#explore-player button[data-merges='2']")
    page.wait_for_function("location.search.includes('merges=2')")
    before = page.evaluate("new URLSearchParams(location.search).get('frame')")
    page.click(".imfn-play")
    page.wait_for_function("f => new URLSearchParams(location.search).get('frame') !== f", arg=before)
    page.click(".imfn-play")
    page.wait_for_timeout(600)
    with page.expect_download() as download:
        page.click("#explore-memory")
    memory = tmp_path / download.value.suggested_filename
    download.value.save_as(memory)
    kept = Memory.load(memory)
    assert (kept.frames, kept.merges, kept.model) == (36, 2, "video-16")
    upload(page, memory)
    page.wait_for_function("document.querySelector('#explore-player').innerText.includes('memory file')")
    with page.expect_download() as again:
        page.click("#explore-memory")
    again.value.save_as(tmp_path / "again.imfn")
    assert (Memory.load(tmp_path / "again.imfn").states_MSC == kept.states_MSC).all()


def test_a_zip_of_images_is_explored(page_at: Callable, tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "images.zip", "w") as archive:
        for index, frame in enumerate(frames(5, 40, 60)):
            file = BytesIO()
            Image.fromarray(frame).save(file, "PNG")
            archive.writestr(f"{index}.png", file.getvalue())
    page = page_at()
    upload(page, tmp_path / "images.zip")
    wait_frames(page, 5)


def test_the_digits_sample_is_explored_with_its_own_model(page_at: Callable) -> None:
    page = page_at()
    page.click("#sample-digits")
    wait_frames(page, 128)
    assert page.locator("#explore-player button[data-merges='7']").count() == 1


def test_bad_input_gets_a_sentence_and_leaves_the_result(page_at: Callable, tmp_path: Path) -> None:
    page = page_at()
    table = page.inner_text("#explore-levels")
    bad = tmp_path / "bad.mp4"
    bad.write_text("once upon a time " * 50)
    upload(page, bad)
    page.wait_for_selector("#explore-status .error")
    assert "cannot be read" in page.inner_text("#explore-status")
    assert page.inner_text("#explore-levels") == table


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_nothing_is_cut_off_on_a_phone(page_at: Callable, theme: str) -> None:
    page = page_at(390, theme)
    assert page.evaluate("document.documentElement.scrollWidth") <= 390


def test_the_readme_snippet_runs(served: str) -> None:
    text = (Path(__file__).parents[2] / "README.md").read_text()
    snippet = re.search(r"runs this snippet -->\n```python\n(.*?)```", text, re.S)[1]
    names = {"URL": served, "VIDEO": str(CLIP)}
    exec(snippet, names)
    assert names["facts"]["frames"] == 36
    assert len(list(open_source(names["video"]).frames())) == 36
