"""The Guide explains with live pieces: what they show is what the exploration says, for any clip, theme and width."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from app.tabs.guide import facts
from engine.memory import Memory
from engine.reports.tables import read
from tests.app.conftest import box_of, turn_dark
from tests.app.page.test_page import CLIP, download, upload, wait_explored

pytestmark = pytest.mark.browser
SHOWN = """() => {
    const { exploration: e, selection } = window.imfn?.get() || {};
    const shown = document.querySelector('#guide .imfn-root')?.dataset.shows;
    return e && shown === `${e.id} ${e.window.index} ${selection.merges} ${selection.frame}`;
}"""
INKED = """(selector) => {
    const canvas = document.querySelector(selector);
    const { data } = canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height);
    return new Set(data.filter((_, i) => i % 4 !== 3)).size > 20;
}"""
MEASURED = """(merges) => { const { window: w, height, width, channels } = imfn.get().exploration;
    return (w.count * height * width * channels) / (Math.ceil(w.count / 2 ** merges) * w.node_floats); }"""
ERROR = "([m, f]) => (-10 * Math.log10(imfn.get().exploration.window.mse[m][f])).toFixed(1) + ' dB'"


@pytest.fixture
def guide(page_at: Callable, served: str) -> Callable:
    """Opens the Guide by its link and waits until it is drawn."""

    def open_guide(**options: object) -> object:
        page = page_at(served, tab="guide", **options)
        page.wait_for_function(SHOWN)
        return page

    return open_guide


@pytest.fixture(scope="module")
def kept_guide(kept_page_at: Callable, served: str) -> object:
    """The Guide on the first sample, for tests that stay on it and choose what they look at."""
    page = kept_page_at(served, tab="guide")
    page.wait_for_function(SHOWN)
    return page


@pytest.fixture
def left_guide(kept_guide: object) -> Iterator[object]:
    """The same page for tests that leave the Guide: it is open again afterwards."""
    yield kept_guide
    kept_guide.get_by_role("tab", name="Guide").first.click()
    kept_guide.wait_for_selector("#guide-next", state="visible")


def choose(page: object, patch: str) -> None:
    """Select, and wait until the Guide has followed."""
    page.evaluate(f"imfn.select({patch})")
    page.wait_for_function(SHOWN)


def number(text: str) -> int:
    """The first whole number in a text."""
    return int(re.search(r"[\d,]+", text)[0].replace(",", ""))


def test_recorded_figures_are_those_of_cards_and_results() -> None:
    told = facts()
    root = read("checkpoints/digits-128/card.json")["metrics"]["levels"][-1]
    assert told["digits"]["ours"] == {"mse": root["mse"], "ssim": root["ssim"]}
    assert told["video"]["ours"] == read("checkpoints/video-16/card.json")["metrics"]["levels"][-1]["mean_psnr"]
    student = read("checkpoints/video-16-student/card.json")["metrics"]["levels"][-1]
    assert told["students"]["video-16"]["student"] == student["mean_psnr"]
    half = next(way for way in told["codecs"]["ways"] if way["storage"] == "float16")
    rows = read("assets/results/codecs.json")["rows"]
    stored = next(row for row in rows if row["ratio"] == told["codecs"]["ratio"] and row["storage"] == "float16")
    assert (half["bytes"], half["h264"]) == (stored["memory"]["bytes"], stored["h264"]["psnr"])
    assert len(told["costs"]["sizes"]) == len(told["costs"]["rebuild"]) == len(told["costs"]["student"])


def test_floats_in_and_kept_are_the_explorations(kept_guide: object) -> None:
    page = kept_guide
    e = page.evaluate("imfn.get().exploration")
    slider = page.get_by_label("Ratio of floats in to floats kept")
    assert number(page.inner_text(".imfn-floats-in")) == e["window"]["count"] * e["height"] * e["width"] * e["channels"]
    for merges in range(1, 5):
        slider.fill(str(merges))
        page.wait_for_function(SHOWN)
        assert page.evaluate("imfn.get().selection.merges") == merges
        assert number(page.inner_text(".imfn-floats-kept")) == (16 >> merges) * e["window"]["node_floats"]
    assert page.inner_text(".imfn-budget-kept .imfn-row-head").startswith("1 memory kept")
    assert page.evaluate(INKED, ".imfn-budget-in canvas")


def test_pairs_are_stepped_through_and_come_back_with_their_psnr(kept_guide: object) -> None:
    page = kept_guide
    choose(page, "{ frame: 4 }")
    page.get_by_role("button", name="Next pair").click()
    page.wait_for_selector('.imfn-merge[data-pair="3"]')
    assert page.evaluate("imfn.get().selection.frame") == 6
    said = page.locator(".imfn-merge-pair").nth(1).inner_text()
    for frame in (6, 7):
        assert page.evaluate(ERROR, [1, frame]) in said
    assert "memory 1.3" in page.inner_text(".imfn-merge-middle")
    assert page.evaluate(INKED, ".imfn-merge-middle canvas")
    choose(page, "{ frame: 15 }")
    assert page.get_by_role("button", name="Next pair").is_disabled()


def test_a_leaf_lights_the_path_that_is_merged_again(kept_guide: object) -> None:
    page = kept_guide
    choose(page, "{ frame: 9 }")
    leaves = page.locator(".imfn-leaves")
    assert leaves.get_attribute("data-path") == "1.4 2.2 3.1 4.0"
    assert page.inner_text(".imfn-sum") == "4 merges instead of 15"
    leaves.focus()
    page.keyboard.press("ArrowRight")
    page.keyboard.press("ArrowRight")
    page.wait_for_selector('.imfn-leaves[data-path="1.5 2.2 3.1 4.0"]')
    assert page.evaluate("imfn.get().selection.frame") == 11
    box = box_of(page, ".imfn-leaves")
    page.mouse.move(box["x"] + box["width"] * 0.5 / 16, box["y"] + box["height"] - 10)
    page.wait_for_selector('.imfn-leaves[data-path="1.0 2.0 3.0 4.0"]')
    assert page.evaluate("imfn.get().selection.frame") == 11


def test_forgetting_shows_the_frames_own_psnr_at_every_ratio(kept_guide: object) -> None:
    page = kept_guide
    choose(page, "{ frame: 12 }")
    slider = page.get_by_label("Ratio at which the frame is recovered")
    for place in range(4):
        slider.fill(str(place))
        page.wait_for_selector(f'#guide-forgetting [data-shows="{place + 1} 12"]')
        assert page.inner_text(".imfn-forget-psnr") == page.evaluate(ERROR, [place + 1, 12])
        measured = page.evaluate(MEASURED, place + 1)
        assert f"{round(measured, 1):g}:1" == page.text_content("#guide-forgetting .imfn-chart-name.imfn-on")
    assert page.evaluate(INKED, "#guide-forgetting .imfn-pane-error canvas")


def test_a_longer_tree_costs_the_student_nothing_more(kept_guide: object) -> None:
    page = kept_guide
    told = facts()["costs"]
    slider = page.get_by_label("Frames in the memory")
    assert slider.input_value() == "0"
    before = page.locator(".imfn-costs dd").all_inner_texts()
    slider.fill("6")
    after = page.locator(".imfn-costs dd").all_inner_texts()
    assert page.inner_text(".imfn-student-size") == "T = 1,024"
    assert after[0] == f"{told['rebuild'][6] / 1e6:.0f} M" != before[0]
    assert float(after[2].split()[0]) <= float(before[2].split()[0])


def test_what_it_cannot_do_is_said_with_stored_figures(kept_guide: object) -> None:
    page = kept_guide
    told = facts()
    text = page.inner_text("#guide-limits")
    assert f"{told['digits']['ours']['mse']:.4f}" in text and f"{told['digits']['authors']['mse']:.4f}" in text
    assert f"{told['video']['ours']:.1f} dB" in text
    for way in told["codecs"]["ways"]:
        page.click(f'#guide-limits [data-storage="{way["storage"]}"]')
        bars = page.inner_text(".imfn-codec-bars")
        assert f"{way['memory']:.1f} dB" in bars and f"{way['h264']:.1f} dB" in bars
    errors = page.evaluate("imfn.get().exploration.window.mse[4]")
    assert page.get_attribute(".imfn-worst", "data-frame") == str(errors.index(max(errors)))


def test_every_piece_leads_to_its_node_in_explore(left_guide: object) -> None:
    page = left_guide
    choose(page, "{ frame: 5, merges: 3 }")
    page.locator("#guide-merging").get_by_role("button", name="See it in Explore").click()
    page.wait_for_selector("#explore-tree canvas.imfn-tree", state="visible")
    assert page.evaluate("[imfn.get().selection.merges, imfn.get().selection.node]") == [1, 2]
    page.wait_for_function("document.activeElement === document.querySelector('canvas.imfn-tree')")
    page.wait_for_function("!location.search.includes('tab=')")


@pytest.mark.parametrize(("name", "tab"), [("Train your own", "train"), ("Compare models", "compare")])
def test_the_end_leads_on(left_guide: object, name: str, tab: str) -> None:
    page = left_guide
    page.get_by_role("button", name=name).click()
    page.wait_for_function(f"location.search.includes('tab={tab}')")


def test_trajectory_and_live_are_one_click_away(left_guide: object) -> None:
    page = left_guide
    page.get_by_role("button", name="Go live").click()
    page.wait_for_selector("#live", state="visible")
    page.wait_for_function("document.querySelector('#live').getBoundingClientRect().top < innerHeight / 2")
    page.wait_for_function("location.search.includes('view=live')")
    page.get_by_role("tab", name="Guide").first.click()
    page.get_by_role("button", name="Open Trajectory").click()
    page.wait_for_selector("#path-map", state="visible")


def test_a_clip_can_be_uploaded_from_the_guide_and_the_pieces_follow(guide: Callable) -> None:
    page = guide()
    with page.expect_file_chooser() as chooser:
        page.get_by_role("button", name="Upload a clip").click()
    chooser.value.set_files(str(CLIP))
    wait_explored(page, 36)
    page.get_by_role("tab", name="Guide").first.click()
    page.wait_for_function(SHOWN)
    e = page.evaluate("imfn.get().exploration")
    assert "realshort.mp4" in page.inner_text(".imfn-guide-clip")
    assert number(page.inner_text(".imfn-floats-in")) == 16 * e["height"] * e["width"] * 3


def test_digits_have_their_own_tree(guide: Callable) -> None:
    page = guide(sample="digits", model="digits-128")
    page.wait_for_function("imfn.get().exploration.leaves === 128")
    page.wait_for_function(SHOWN)
    assert page.inner_text(".imfn-sum") == "7 merges instead of 127"
    choose(page, "{ merges: 7 }")
    assert number(page.inner_text(".imfn-floats-kept")) == 1024
    assert page.inner_text(".imfn-student-size") == "T = 128"


def test_a_memory_without_its_source_says_what_cannot_be_shown(guide: Callable, tmp_path: Path) -> None:
    page = guide()
    page.get_by_role("tab", name="Explore").first.click()
    page.evaluate("imfn.select({ merges: 4 })")
    memory = download(page, "#explore-memory", tmp_path)
    assert Memory.load(memory).merges == 4
    upload(page, memory)
    page.wait_for_function("imfn.get().exploration.source === false")
    page.get_by_role("tab", name="Guide").first.click()
    page.wait_for_function(SHOWN)
    assert "memory file" in page.inner_text("#guide-merging") and "memory file" in page.inner_text("#guide-forgetting")
    assert page.locator(".imfn-worst").is_hidden() and page.locator(".imfn-leaves").is_visible()


@pytest.fixture(scope="module", params=["cockatoo", "digits"])
def narrow_guide(request: pytest.FixtureRequest, kept_page_at: Callable, served: str) -> object:
    """The Guide on a phone, on either kind of clip."""
    page = kept_page_at(served, tab="guide", width=390, sample=request.param)
    page.wait_for_function(f"window.imfn?.get().exploration?.sample === '{request.param}'")
    return page


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_nothing_is_cut_off_on_a_phone(narrow_guide: object, theme: str) -> None:
    page = narrow_guide
    turn_dark(page, theme == "dark")
    page.wait_for_function(SHOWN)
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    over = "[...document.querySelectorAll('#guide *')].filter((x) => x.getBoundingClientRect().right > 391).length"
    assert page.evaluate(over.replace(".length", ".map((x) => x.outerHTML.slice(0, 160))")) == []


def test_scenes_keep_their_height_while_sliders_move(kept_guide: object) -> None:
    page = kept_guide
    height = "document.querySelector('#guide').offsetHeight"
    choose(page, "{ merges: 1, frame: 0 }")
    before = page.evaluate(height)
    for merges in (4, 0, 2):
        choose(page, f"{{ merges: {merges}, frame: {3 * merges} }}")
        assert page.evaluate(height) == before


def test_the_walk_through_a_dark_room_is_played_and_says_what_is_recorded(kept_guide: object) -> None:
    page, known = kept_guide, facts()["foresee"]
    page.wait_for_selector(f"#guide-foresee[data-step='{len(known['moves']) + 1}']")
    assert page.evaluate(INKED, "#guide-foresee figure:nth-child(3) canvas")
    assert re.findall(r"skill −?\d", page.inner_text("#guide-foresee figure:nth-child(2)"))
    said = page.inner_text("#guide-foresee .imfn-foresee-said")
    assert all(f"{value:.2f}" in said for value in known["recorded"] if value is not None)
    page.emulate_media(reduced_motion="reduce")
    page.click("#guide-foresee-play")
    page.wait_for_selector("#guide-foresee-play:not([disabled])")
