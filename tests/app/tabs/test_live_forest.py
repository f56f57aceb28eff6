"""The section "A stream without end" in a real browser: roots merge, quality by age, a file is gone on from."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from pathlib import Path

import gradio as gr
import pytest

from app.components import head_html, page_theme
from app.server.folders import ROOT
from app.sessions import saved_streams
from app.tabs.live import build_live
from tests.app.conftest import box_of, settled

pytestmark = pytest.mark.browser
CLIP = Path("assets/samples/realshort.mp4")
LABELS = "[...document.querySelectorAll('#live-roots [role=listitem]')].map((each) => each.ariaLabel)"
FRAME = "Number(document.querySelector('#live [data-frame]')?.dataset.frame)"
HEIGHT = "Math.round(document.querySelector('#live-forest').getBoundingClientRect().height)"


@pytest.fixture(scope="module")
def card(serve: Callable) -> Iterator[str]:
    """The address of a page with nothing but the card; frames are small, so that windows are full soon."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(saved_streams, "SIDE", 32)
        with gr.Blocks() as blocks:
            build_live()
        head = head_html([("trajectory", ("live.css", "live_forest.css"))])
        yield serve(blocks, head=head, theme=page_theme(), allowed_paths=[str(ROOT)])


def opened(page_at: Callable, card: str, **options: object) -> object:
    """The card, asked to keep 4 roots."""
    page = page_at(card, **options)
    page.wait_for_selector("#live-go")
    page.select_option("#live-most", "4")
    return page


def choose(page: object, path: Path) -> None:
    """Hand a file to "Go on from a saved stream"."""
    with page.expect_file_chooser() as chooser:
        page.click("#live-go-on")
    chooser.value.set_files(str(path))


def test_roots_merge_and_the_stream_is_saved_reopened_and_gone_on_from(
    page_at: Callable, card: str, tmp_path: Path
) -> None:
    page = opened(page_at, card)
    assert page.is_disabled("#live-save") and "After 24 windows" in page.inner_text("#live-forest")
    page.click("#live-go")
    page.wait_for_function(f"{FRAME} >= 2")
    height = page.evaluate(HEIGHT)
    page.wait_for_function(f"{LABELS}.some((label) => /one leaf for 2; [0-9.]+ dB/.test(label))")
    page.click("#live-go")
    labels = settled(page, LABELS)
    assert len(labels) == 5 and "64 dB" not in labels[-1] and labels[-1].startswith("The window that is being filled")
    assert settled(page, HEIGHT) == height, "nothing moves while a stream runs"
    assert "40 frames measured" in page.get_attribute("#live-ages", "aria-label")
    assert "(4 roots and the open window); the oldest leaf stands for 2 frames" in page.inner_text("#live-forest-words")
    with page.expect_download() as download:
        page.click("#live-save")
    path = tmp_path / "mine.imfn-stream"
    download.value.save_as(path)
    name = re.fullmatch(r"video-16-(\d+)-frames\.imfn-stream", download.value.suggested_filename)
    count = int(name[1])
    page.wait_for_function(f"{FRAME} === {count}")  # a frame that was under way when Stop was pressed is shown as well

    choose(page, CLIP)
    page.wait_for_selector("#live-forest-said.error")
    assert "realshort.mp4 is no readable stream" in page.inner_text("#live-forest-said")
    assert page.evaluate(LABELS) == labels and page.is_enabled("#live-save"), "a refusal costs nothing else"

    choose(page, path)
    page.wait_for_selector("#live-anew >> visible=true")
    again = page.evaluate(LABELS)
    assert len(again) == 5 and again[0].split(";")[0] == labels[0].split(";")[0]
    assert all("not measured: those frames were not kept" in label for label in again[:4])
    loaded = "[...document.querySelectorAll('#live-roots [role=listitem]:not(.imfn-live-filling) img')]"
    page.wait_for_function(f"{loaded}.length === 4 && {loaded}.every((image) => image.naturalWidth === 32)")
    assert page.is_disabled("#live-model") and page.is_disabled("#live-save")
    page.click("#live-realshort")
    page.click("#live-go")
    page.wait_for_function(f"{FRAME} >= {count + 6}")
    assert "not measured" in page.evaluate(LABELS)[0]
    page.click("#live-go")


def test_a_saved_stream_can_be_let_go(page_at: Callable, card: str, tmp_path: Path) -> None:
    from engine.model import load_model
    from engine.streaming.bounded import BoundedMemory

    BoundedMemory(load_model("video-16"), height=32, width=32, roots=5).save(tmp_path / "a.imfn-stream")
    page = opened(page_at, card)
    choose(page, tmp_path / "a.imfn-stream")
    page.wait_for_selector("#live-anew >> visible=true")
    assert page.input_value("#live-most") == "5" and page.is_disabled("#live-most")
    page.click("#live-anew")
    assert page.locator("#live-anew").is_hidden()
    assert page.input_value("#live-most") == "4" and page.is_enabled("#live-model")


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_the_section_is_whole_on_a_phone(page_at: Callable, card: str, theme: str) -> None:
    page = opened(page_at, card, width=390, theme=theme)
    page.select_option("#live-most", "32")
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    body = box_of(page, ".imfn-live-body")
    for name in ("#live-save", "#live-go-on", "#live-roots", "#live-ages"):
        box = box_of(page, name)
        assert body["x"] <= box["x"] and box["x"] + box["width"] <= body["x"] + body["width"] + 1, name
    assert page.locator("#live-roots .imfn-live-place").count() == 33
