"""The card of Explore's clip: what the file is, the range on its strip, Apply, and how far an upload is."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.app.conftest import box_of
from tests.app.page.test_page import CLIP, upload, wait_explored

FIELDS = "['first', 'count'].map(name => document.querySelector(`#explore-${name} input`).value)"
APPLY = "document.querySelector('#explore-clip').dataset.apply"
SLOW = 8_000
"""bytes a second"""


@pytest.fixture
def page(page_at: Callable, served: str) -> object:
    page = page_at(served)
    page.wait_for_function("window.imfn && imfn.get().exploration?.id === 'first'")
    page.wait_for_function("document.querySelector('.imfn-clip-strip img')?.complete")
    return page


def test_the_file_is_named_with_its_own_size(page: object) -> None:
    said = page.inner_text("#explore-clip .imfn-clip-facts").split("\n")
    assert [line for line in said if line] == ["cockatoo.mp4", "its file 165 kB · 64 frames", "342×192 · 20 fps"]
    assert page.evaluate(FIELDS) == ["1", "32"]
    assert page.evaluate(APPLY) == "no"


def test_a_range_is_picked_by_drag_and_by_keyboard_and_applied(page: object) -> None:
    strip = box_of(page, ".imfn-clip-strip")
    end = box_of(page, "#explore-clip [data-handle=to]")
    at, grip = {"y": strip["y"] + strip["height"] / 2}, end["x"] + end["width"] / 2
    page.mouse.move(grip, at["y"])
    page.mouse.down()
    assert page.evaluate(FIELDS) == ["1", "32"], "a handle that is pressed stays where it is"
    page.mouse.move(grip + strip["width"] * 26 / 64, at["y"], steps=5)
    page.mouse.up()
    assert page.evaluate(FIELDS) == ["1", "58"]
    assert page.evaluate(APPLY) == "yes"
    page.mouse.move(strip["x"] + strip["width"] * 0.3, at["y"])  # the whole range, as far as it goes
    page.mouse.down()
    page.mouse.move(strip["x"] + strip["width"] * 0.9, at["y"], steps=5)
    page.mouse.up()
    assert page.evaluate(FIELDS) == ["7", "58"]
    assert "shown 1–32" in page.inner_text(".imfn-clip-words")
    handle = page.locator("#explore-clip [data-handle=from]")
    handle.focus()
    for key, first in (("ArrowRight", "8"), ("PageUp", "24"), ("ArrowLeft", "23"), ("PageUp", "39")):
        handle.press(key)
        assert page.evaluate(FIELDS)[0] == first
    assert handle.get_attribute("aria-valuetext") == "frame 39 of 64"
    page.click("#explore-run")
    page.wait_for_function("imfn.get().exploration.first === 38 && imfn.get().exploration.frames === 26")
    page.wait_for_function(f"{APPLY} === 'no' && !document.querySelector('#explore-status .busy')")
    assert page.inner_text(".imfn-clip-words") == "to 64 of 64, 1.3 s"


def test_on_a_phone_a_sheet_holds_what_can_be_changed(page: object) -> None:
    page.set_viewport_size({"width": 390, "height": 844})
    below = box_of(page, "#explore-tree")["y"]
    assert not page.is_visible("#explore-size") and not page.is_visible(".imfn-clip-strip")
    page.click("#explore-change")
    sheet = box_of(page, "#explore-clip")
    assert sheet["width"] == 390 and round(sheet["y"] + sheet["height"]) == 844
    assert abs(box_of(page, "#explore-tree")["y"] - below) < 2, "what lies behind does not move"
    page.select_option("#explore-size select", "256")
    page.mouse.click(195, 40)  # beside the sheet
    assert page.get_attribute("#explore-change", "aria-expanded") == "false"
    assert page.is_visible("#explore-run"), "what is asked for can be applied from outside as well"
    page.focus("#explore-change")
    page.keyboard.press("Enter")
    page.locator("#explore-size select").focus()
    page.keyboard.press("Escape")
    assert not page.is_visible("#explore-size")
    assert page.evaluate("document.activeElement.id") == "explore-change"
    page.click("#explore-change")
    page.click("#explore-run")
    page.wait_for_function(f"imfn.get().exploration.size === '256' && {APPLY} === 'no'")
    assert not page.is_visible("#explore-size")


def test_what_is_asked_and_taken_back_leaves_nothing_to_apply(page: object) -> None:
    page.select_option("#explore-size select", "256")
    assert page.evaluate(APPLY) == "yes"
    page.select_option("#explore-size select", "128")
    assert page.evaluate(APPLY) == "no"
    page.fill("#explore-first input", "none")
    assert page.evaluate(APPLY) == "yes"
    page.press("#explore-first input", "Enter")
    page.wait_for_selector("#explore-status .error")
    assert "from frame" in page.inner_text("#explore-status")
    page.fill("#explore-first input", "1")
    assert page.evaluate(APPLY) == "yes", "after an error it can be tried again"


def test_a_new_clip_begins_at_its_beginning(page: object) -> None:
    page.fill("#explore-first input", "9")
    page.locator("#explore-samples").get_by_text("plant").click()
    wait_explored(page, 36)
    assert page.evaluate(FIELDS)[0] == "1"
    assert "320×240" in page.inner_text("#explore-clip .imfn-clip-facts")


def test_a_double_press_on_apply_is_no_press_on_cancel(page: object) -> None:
    page.locator("#explore-samples").get_by_text("plant").click()
    wait_explored(page, 36)
    page.select_option("#explore-size select", "256")
    box = page.locator("#explore-run").bounding_box()
    page.mouse.dblclick(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2, delay=60)
    page.wait_for_function("imfn.get().exploration.height === 240")
    assert "Cancelled" not in page.inner_text("#explore-status")
    page.select_option("#explore-size select", "128")
    page.click("#explore-run")
    page.wait_for_function("imfn.get().exploration.height === 128")


def test_a_slow_upload_says_its_bytes_and_its_time_and_can_be_cancelled(page: object) -> None:
    network = page.context.new_cdp_session(page)
    network.send("Network.enable")
    speeds = {"latency": 0, "downloadThroughput": -1, "uploadThroughput": SLOW}
    network.send("Network.emulateNetworkConditions", {"offline": False, **speeds})
    with page.expect_file_chooser() as chooser:
        page.click("#explore-upload")
    chooser.value.set_files([CLIP])
    page.wait_for_function(
        "/Uploading · .*kB of .*kB, \\d+ %/.test(document.querySelector('#explore-status').innerText)"
    )
    page.wait_for_function("/s left/.test(document.querySelector('#explore-status').innerText)")
    page.click("#explore-cancel")
    page.wait_for_function("document.querySelector('#explore-status').innerText.startsWith('Cancelled')")
    assert page.evaluate("imfn.get().exploration.id") == "first"


def test_one_s_own_clips_of_late_come_back_after_a_reload(page: object) -> None:
    assert page.locator("#explore-recent").is_disabled()
    upload(page, CLIP)
    wait_explored(page, 36)
    page.locator("#explore-samples").get_by_text("cockatoo").click()
    page.wait_for_function("imfn.get().exploration?.sample === 'cockatoo' && imfn.get().exploration.frames === 64")
    page.wait_for_function("!document.querySelector('#explore-status .busy')")
    page.reload()
    page.wait_for_selector("#explore-recent:enabled")
    page.focus("#explore-recent")
    page.keyboard.press("Enter")
    entry = page.locator("#explore-recent-list button").first
    assert entry.inner_text().startswith("realshort.mp4")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    assert not page.locator("#explore-recent-list").is_visible()
    wait_explored(page, 36)
    assert page.evaluate("imfn.get().exploration.sample") is None


def test_a_failed_clip_leaves_the_card_with_the_one_that_is_shown(page: object, tmp_path: Path) -> None:
    bad = tmp_path / "bad.mp4"
    bad.write_text("once upon a time " * 50)
    upload(page, bad)
    page.wait_for_selector("#explore-status .error")
    page.select_option("#explore-size select", "native")
    page.click("#explore-run")
    page.wait_for_function("imfn.get().exploration.height === 192")
    assert page.evaluate("imfn.get().exploration.name") == "cockatoo.mp4"


def test_cancelling_at_once_keeps_what_was_shown(page: object) -> None:
    upload(page, CLIP)
    wait_explored(page, 36)
    shown = page.evaluate("imfn.get().exploration.id")
    began = page.evaluate(
        """async () => {
            const sample = document.querySelector('#sample-cockatoo');
            sample.dispatchEvent(new MouseEvent('click'));
            document.querySelector('#explore-cancel').dispatchEvent(new MouseEvent('click'));
            return true;
        }"""
    )
    assert began
    page.wait_for_function("document.querySelector('#explore-status').innerText.startsWith('Cancelled')")
    page.evaluate("imfn.askWindow(1, 0)")
    page.wait_for_function("imfn.get().exploration.window.index === 1")
    page.evaluate("imfn.askWindow(2, 0)")
    page.wait_for_function("imfn.get().exploration.window.index === 2")
    assert page.evaluate("imfn.get().exploration.id") == shown
    assert page.evaluate(APPLY) == "no"


def test_a_reload_and_a_link_show_the_range_that_is_shown(page: object, page_at: Callable, served: str) -> None:
    page.fill("#explore-first input", "33")
    page.fill("#explore-count input", "32")
    page.click("#explore-run")
    page.wait_for_function("imfn.get().exploration.first === 32")
    page.wait_for_function(f"{APPLY} === 'no' && location.search.includes('from=33')")
    page.reload()
    page.wait_for_function("window.imfn && imfn.get().exploration?.first === 32")
    page.wait_for_function(f"{APPLY} === 'no'")
    assert page.inner_text(".imfn-clip-words") == "to 64 of 64, 1.6 s"
    assert "frames=" not in page.url, "from there to the end, as usual"
    other = page_at(served, **{"sample": "cockatoo", "model": "video-16", "from": 33})
    other.wait_for_function("window.imfn && imfn.get().exploration?.first === 32")
    other.wait_for_function("imfn.get().exploration.frames === 32")
    assert other.evaluate(f"[imfn.get().exploration.frames, {FIELDS}[0]]") == [32, "33"]


def test_a_link_to_a_later_window_stays_there(page_at: Callable, served: str) -> None:
    page = page_at(served, sample="cockatoo", model="video-16", window=3, frame=2, merges=0)
    page.wait_for_function("window.imfn && imfn.get().exploration?.frames === 64")
    page.wait_for_function("!document.querySelector('#explore-status .busy')")
    page.wait_for_function("imfn.get().exploration.window.index === 3")
    assert page.evaluate("imfn.get().selection.frame") == 2
