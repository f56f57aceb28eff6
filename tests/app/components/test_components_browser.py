"""The Explore tab's components in a real browser: all ways to select, play, zoom and save, both themes and widths."""

import re
import xml.etree.ElementTree as ElementTree

import pytest
from PIL import Image

from app.components import head_html, page_theme
from tests.app.component_page import component_page
from tests.app.conftest import box_of, settled, turn_dark, wait_painted

pytestmark = pytest.mark.browser

TREE = "canvas.imfn-tree"
DRAWN = "window.imfn && imfn.tree && imfn.tree.layout()"
FIRST = "imfn.get().exploration?.id === 'clip' && imfn.get().exploration.window.index === 0 && !!imfn.tree.layout()"


@pytest.fixture(scope="module")
def address(browser, serve, tmp_path_factory) -> str:
    page = component_page(tmp_path_factory.mktemp("sheets"))
    return serve(page, head=head_html(), theme=page_theme())


@pytest.fixture(scope="module")
def kept(kept_page_at, address):
    """One page for all tests that need nothing of a fresh one."""
    page = kept_page_at(address)
    page.wait_for_function(DRAWN)
    return page


@pytest.fixture
def opened(kept, page_at, address):
    """The kept page as it was at first, or a fresh one where `fresh` or the address says so; shows an exploration."""

    def open_with(name: str = "clip", *, fresh: bool = False, **options):
        page = page_at(address, **options) if fresh or options else kept
        page.wait_for_function(DRAWN)
        if page is kept:
            put_back(page)
        if name != "clip":
            page.click(f"#show-{name}")
            page.wait_for_function(f"(imfn.get().exploration || {{id: 'nothing'}}).id === '{name}'")
        return page

    yield open_with
    kept.set_viewport_size({"width": 1280, "height": 900})
    turn_dark(kept, False)


def put_back(page) -> None:
    """The first window of the clip, unscrolled, not zoomed, no node pointed at."""
    page.mouse.move(2, 2)
    if not page.evaluate(FIRST):
        page.click("#show-clip")
        page.wait_for_function(FIRST)
    if page.evaluate("imfn.tree.view.span !== 16"):
        page.locator(TREE).press("Escape")
        page.wait_for_function("imfn.tree.view.span === 16")
    page.evaluate("scrollTo(0, 0)")


def selection(page) -> tuple[int, int, int, int]:
    chosen = page.evaluate("imfn.get().selection")
    return chosen["window"], chosen["merges"], chosen["node"], chosen["frame"]


def place(page, merges: int, frame: int) -> dict:
    page.locator(TREE).scroll_into_view_if_needed()
    return settled(page, f"imfn.tree.placeOf({merges}, {frame})")


def click_cell(page, merges: int, frame: int, clicks: int = 1) -> None:
    spot = place(page, merges, frame)
    page.mouse.click(spot["x"], spot["y"], click_count=clicks)


def canvas_is_black(page, selector: str) -> bool:
    wait_painted(page)
    return page.evaluate(
        """(selector) => {
            const canvas = document.querySelector(selector);
            const { data } = canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height);
            return data.every((value, i) => i % 4 === 3 || value < 6);
        }""",
        selector,
    )


def test_a_click_selects_node_and_frame_and_every_view_follows(opened):
    page = opened()
    click_cell(page, 3, 13)
    assert selection(page) == (0, 3, 1, 13)
    assert page.locator("#explore-tree .imfn-said").inner_text().startswith("Node 3.1, frames 9–16, 8:1, ")
    assert page.locator(".imfn-frame-label").inner_text() == "frame 14 / 48"
    assert page.locator("#explore-player [aria-checked=true] b").inner_text() == "8:1"
    assert page.locator("#explore-inspector h2").inner_text() == "Node 3.1"
    assert page.locator("#explore-levels .imfn-chosen th").inner_text() == "8:1"


def test_arrow_keys_walk_the_tree(opened):
    page = opened()
    click_cell(page, 2, 9)
    tree = page.locator(TREE)
    steps = [("ArrowUp", (0, 3, 1, 9)), ("ArrowDown", (0, 2, 2, 9)), ("ArrowRight", (0, 2, 3, 13))]
    steps += [("ArrowLeft", (0, 2, 2, 9)), ("Home", (0, 2, 0, 0)), ("End", (0, 2, 3, 15)), (",", (0, 2, 3, 14))]
    for key, expected in steps:
        tree.press(key)
        assert selection(page) == expected, key


def test_walking_over_the_edge_asks_for_the_next_window(opened):
    page = opened()
    click_cell(page, 2, 15)
    page.locator(TREE).press("ArrowRight")
    assert page.locator(".imfn-waiting").count() == 1
    page.wait_for_function("imfn.get().exploration.window.index === 1")
    assert selection(page) == (1, 2, 0, 0)
    assert page.locator(".imfn-waiting").count() == 0
    page.get_by_label("Previous window").click()
    page.wait_for_function("imfn.get().exploration.window.index === 0")


def test_the_address_keeps_the_selection_and_restores_it(opened, address):
    page = opened()
    click_cell(page, 1, 4)
    page.wait_for_url(re.compile("window=0&merges=1&node=2&frame=4"))
    restored = opened(window=2, merges=3, frame=11)
    restored.wait_for_function("imfn.get().exploration.window.index === 2")
    assert selection(restored) == (2, 3, 1, 11)


def test_the_ratio_switches_what_is_recovered_without_the_server(opened):
    page = opened()
    assert not canvas_is_black(page, ".imfn-pane-error canvas")
    for ratio, merges in (("16:1", 4), ("2:1", 1), ("1:1", 0)):
        page.get_by_role("radio", name=re.compile(f"^{ratio} ")).click()
        assert selection(page)[1] == merges
    assert canvas_is_black(page, ".imfn-pane-error canvas")


def test_playing_moves_the_frame_and_stops(opened):
    page = opened()
    click_cell(page, 2, 3)
    page.locator(TREE).press("Space")
    page.wait_for_function("imfn.get().selection.frame !== 3")
    page.get_by_label("Pause (space)").click()
    assert page.evaluate("imfn.get().playing") is False
    page.locator(".imfn-range").fill("5")  # of the whole clip: it may have played on into the next window
    page.wait_for_function("imfn.get().selection.frame === 5 && imfn.get().selection.window === 0")
    page.get_by_label("Next frame (.)").click()
    assert selection(page)[3] == 6
    page.locator(".imfn-speed").select_option("2")
    assert page.evaluate("imfn.get().speed") == 2


def test_table_chart_and_bars_select(opened):
    page = opened()
    page.locator("#explore-levels tr[data-merges='4'] td").first.click()
    assert selection(page)[1] == 4
    page.locator(".imfn-bars button").nth(7).click()
    assert selection(page)[3] == 7
    page.locator(".imfn-facts .imfn-link").click()
    assert selection(page)[3] > 8
    page.locator("#explore-chart").scroll_into_view_if_needed()
    point = page.locator("#explore-chart .point").first
    point.wait_for()
    box = box_of(page, "#explore-chart .point")
    page.mouse.move(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2, steps=3)
    page.wait_for_timeout(200)
    page.mouse.click(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    page.wait_for_function("imfn.get().selection.merges === 1")
    page.wait_for_function("document.querySelector('#heard-select textarea').value.includes('customdata')")


def test_plotly_is_not_started_before_its_chart_is_seen(opened):
    page = opened(height=600)
    wait_painted(page)
    page.wait_for_function("() => new Promise((done) => setTimeout(() => done(true), 500))")  # longer than a glance
    assert page.evaluate("window.Plotly === undefined")
    page.locator("#explore-chart").scroll_into_view_if_needed()
    page.wait_for_function("window.Plotly !== undefined")


def test_the_chart_keeps_its_zoom(opened):
    page = opened()
    page.locator("#explore-chart").scroll_into_view_if_needed()
    plot = page.locator("#explore-chart .nsewdrag").first
    plot.wait_for()
    box = box_of(page, "#explore-chart .nsewdrag")
    layout = "JSON.stringify(document.querySelector('#explore-chart .imfn-chart').layout.yaxis.range)"
    before = page.evaluate(layout)
    page.mouse.move(box["x"] + 20, box["y"] + 20)
    page.mouse.down()
    page.mouse.move(box["x"] + 120, box["y"] + 70, steps=4)
    page.mouse.up()
    page.wait_for_function(f"before => {layout} !== before", arg=before)
    zoomed = page.evaluate(layout)
    page.evaluate("imfn.select({ merges: 3 })")
    page.wait_for_timeout(400)
    assert page.evaluate(layout) == zoomed


def test_128_leaves_are_readable_and_zoom(opened):
    page = opened("digits")
    assert page.get_by_role("radio").count() == 8
    assert place(page, 1, 40)["style"] == "colour"
    click_cell(page, 4, 40)
    page.locator(TREE).press("z")
    page.wait_for_function("imfn.tree.view.span < 18")
    assert place(page, 1, 40)["style"] == "thumbs"
    page.locator(TREE).press("Escape")
    page.wait_for_function("imfn.tree.view.span === 128")
    click_cell(page, 5, 100, clicks=2)
    page.wait_for_function("imfn.tree.view.span < 40 && imfn.tree.view.start > 90")
    spot = place(page, 5, 100)
    page.mouse.move(spot["x"], spot["y"])
    page.mouse.down()
    page.mouse.move(spot["x"] + 120, spot["y"], steps=4)
    page.mouse.up()
    assert page.evaluate("imfn.tree.view.start") < 94
    page.keyboard.down("Control")
    page.mouse.wheel(0, -300)
    page.keyboard.up("Control")
    page.wait_for_function("imfn.tree.view.span < 30")


def test_hover_shows_the_frame_beside_its_source(opened):
    page = opened()
    spot = place(page, 2, 5)
    page.mouse.move(spot["x"], spot["y"])
    card = page.locator(".imfn-preview")
    card.wait_for()
    assert "Node 2.1" in card.inner_text()
    assert card.locator("canvas:visible").count() == 2
    page.mouse.move(5, 5)
    card.wait_for(state="hidden")


def test_a_memory_file_shows_what_it_holds_and_no_errors(opened):
    page = opened("memory")
    assert page.locator("#explore-player canvas:visible").count() == 1
    assert "source is not in it" in page.locator("#explore-player").inner_text()
    assert "from a memory file" in page.locator("#explore-tree .imfn-notes").inner_text()
    assert page.locator("[role=radio] b").all_inner_texts() == ["16:1"]
    page.locator("#explore-chart .imfn-chart").wait_for(state="hidden")


def test_a_short_tail_has_only_its_frames(opened):
    page = opened("tail")
    click_cell(page, 0, 2)
    page.locator(TREE).press("ArrowRight")
    assert selection(page) == (0, 0, 2, 2)
    assert page.locator(".imfn-frame-label").inner_text() == "frame 3 / 3"


def test_nothing_explored_teaches_instead(opened):
    page = opened("nothing", fresh=True)
    page.locator(".imfn-empty").wait_for()
    assert page.locator("#explore-player").is_hidden()
    assert page.locator("#explore-picture-png").is_hidden()


def test_the_tree_saves_as_png_and_svg(opened, tmp_path):
    page = opened("digits")
    with page.expect_download() as download:
        page.click("#explore-download")
        page.click("#explore-picture-png")
    download.value.save_as(tmp_path / "tree.png")
    assert Image.open(tmp_path / "tree.png").width == 2400
    assert page.locator("#explore-picture-svg").is_hidden(), "a choice closes the menu"
    with page.expect_download() as download:
        page.click("#explore-download")
        page.click("#explore-picture-svg")
    download.value.save_as(tmp_path / "tree.svg")
    drawing = ElementTree.parse(tmp_path / "tree.svg")
    names = [element.tag.rpartition("}")[2] for element in drawing.iter()]
    assert names.count("image") > 30
    assert any("digits.mp4" in (element.text or "") for element in drawing.iter())


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("name", ["clip", "digits"])
def test_nothing_is_cut_off_on_a_phone(opened, name, theme):
    page = opened(name)
    page.set_viewport_size({"width": 390, "height": 900})
    turn_dark(page, theme == "dark")
    page.wait_for_function("imfn.tree.layout() && document.querySelector('canvas.imfn-tree').clientWidth < 390")
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    overflowing = page.evaluate(
        """[...document.querySelectorAll('.imfn-root *')].filter((element) => {
            const box = element.getBoundingClientRect();
            return element.offsetParent && !element.closest('.imfn-said, svg') && box.width > 1 && box.right > 391;
        }).map((element) => element.className || element.outerHTML)"""
    )
    assert overflowing == []
    dark = page.evaluate("getComputedStyle(document.querySelector('#explore-tree')).backgroundColor")
    assert dark == ("rgb(23, 26, 32)" if theme == "dark" else "rgb(255, 255, 255)")
