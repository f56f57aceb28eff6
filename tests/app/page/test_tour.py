"""The tour points at real things, works by keyboard and on a phone, and leaves the page as it found it."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest

pytestmark = pytest.mark.browser
STEPS = 6
TREE = "window.imfn && imfn.tree && imfn.tree.layout()"
CARD, LIGHT, HINT = ".imfn-tour-card", ".imfn-tour-light", ".imfn-tour-hint"
STANDING = """() => {
    // the light has arrived (it glides), the walk down has no further level (one every 420 ms) and nothing scrolls
    const box = document.querySelector('.imfn-tour-light').getBoundingClientRect();
    const seen = [box.x, box.y, box.width, box.height, scrollY].map(Math.round).join();
    const before = window.lastSeen;
    window.lastSeen = seen;
    window.calmFor = seen === before ? (window.calmFor || 0) + 1 : 0;
    if (window.calmFor <= 40) return null;
    window.calmFor = 0;
    return ['.imfn-tour-card', '.imfn-tour-light'].map((selector) => {
        const { left, top, right, bottom } = document.querySelector(selector).getBoundingClientRect();
        return { left, top, right, bottom };
    });
}"""
SELECTED = "[imfn.get().selection.window, imfn.get().selection.merges, imfn.get().selection.frame]"


@pytest.fixture
def explorer(page_at: Callable, served: str) -> Callable:
    """Opens the app and waits for its tree."""

    def open_app(**options: object) -> object:
        page = page_at(served, **options)
        page.wait_for_function(TREE)
        return page

    return open_app


@pytest.fixture(scope="module")
def kept(kept_page_at: Callable, served: str) -> object:
    """One page for the tests that take the tour and leave it."""
    page = kept_page_at(served)
    page.wait_for_function(TREE)
    return page


@pytest.fixture
def page(kept: object) -> Iterator[object]:
    """The kept page at the usual width; a tour that is still on ends with the test."""
    kept.set_viewport_size({"width": 1280, "height": 900})
    yield kept
    if kept.locator(CARD).count():
        kept.keyboard.press("Escape")
        kept.wait_for_selector(CARD, state="detached")


def remove(page: object, selector: str) -> None:
    """Take an element out of the page; `bring_back` puts it where it was."""
    page.evaluate(
        "(s) => { window.gone = document.querySelector(s); gone.replaceWith(window.hole = new Comment()); }", selector
    )


def bring_back(page: object) -> None:
    """What `remove` took."""
    page.evaluate("hole.replaceWith(gone)")


def start(page: object) -> None:
    """Take the tour by the button in the header."""
    page.click("#tour-start")
    page.wait_for_selector(f'{CARD}[data-step="0"]')


def standing(page: object) -> list[dict]:
    """The boxes of card and light at a moment when neither moves."""
    page.evaluate("window.calmFor = 0")
    return page.wait_for_function(STANDING).json_value()


def apart(one: dict, other: dict) -> bool:
    """Whether two boxes do not overlap."""
    beside = one["right"] <= other["left"] or other["right"] <= one["left"]
    return beside or one["bottom"] <= other["top"] or other["bottom"] <= one["top"]


def check_standing(page: object, width: int, height: int) -> None:
    """Card and light are inside the window and the card covers nothing that is pointed at."""
    card, light = standing(page)
    assert apart(card, light), (card, light)
    for box in (card, light):
        assert box["left"] >= 0 and box["top"] >= 0 and box["right"] <= width and box["bottom"] <= height, box


@pytest.mark.parametrize(("width", "height"), [(1280, 900), (390, 844), (390, 620)])
def test_every_step_points_at_something_visible(page: object, width: int, height: int) -> None:
    page.set_viewport_size({"width": width, "height": height})
    start(page)
    titles = []
    for at in range(STEPS):
        page.wait_for_selector(f'{CARD}[data-step="{at}"]')
        check_standing(page, width, height)
        titles.append(page.inner_text(f"{CARD} h2"))
        assert 0 < len(page.inner_text(f"{CARD} p").split()) <= 30
        assert page.get_attribute(".imfn-tour-dots", "aria-label") == f"Step {at + 1} of {STEPS}"
        page.click(f"{CARD} .imfn-primary")
    assert len(set(titles)) == STEPS
    assert page.locator(CARD).count() == page.locator(LIGHT).count() == 0


def test_the_light_is_on_the_upload_button_first(page: object) -> None:
    start(page)
    light, button = standing(page)[1], page.locator("#explore-upload").bounding_box()
    assert abs(light["left"] - button["x"]) < 10 and abs(light["bottom"] - button["y"] - button["height"]) < 10


def test_it_acts_on_the_clip(page: object) -> None:
    start(page)
    page.keyboard.press("ArrowRight")
    assert page.evaluate("imfn.get().selection.merges") == 4
    assert f"{page.evaluate('imfn.get().exploration.window.node_floats'):,}" in page.inner_text(f"{CARD} p")
    page.keyboard.press("ArrowRight")
    page.wait_for_function("imfn.get().selection.merges === 1")
    frame = page.evaluate("imfn.get().selection.frame")
    page.keyboard.press("ArrowRight")
    page.wait_for_function("imfn.get().playing")
    page.wait_for_function(f"imfn.get().selection.frame !== {frame}")
    page.wait_for_function("!imfn.get().playing")
    page.keyboard.press("ArrowLeft")
    page.wait_for_selector(f'{CARD}[data-step="2"]')


def test_escape_gives_focus_and_selection_back(page: object) -> None:
    page.evaluate("imfn.select({ merges: 3, frame: 6 })")
    before = page.evaluate(SELECTED)
    start(page)
    for at in range(1, 4):
        page.keyboard.press("ArrowRight")
        page.wait_for_selector(f'{CARD}[data-step="{at}"]')
    page.wait_for_function("imfn.get().playing")
    page.keyboard.press("Escape")
    page.wait_for_selector(CARD, state="detached")
    page.wait_for_function(f"before => JSON.stringify({SELECTED}) === JSON.stringify(before)", arg=before)
    assert not page.evaluate("imfn.get().playing")
    page.wait_for_function("document.activeElement.id === 'tour-start'")


def test_the_keyboard_alone_is_enough(page: object) -> None:
    page.focus("#tour-start")
    page.keyboard.press("Enter")
    page.wait_for_selector(f'{CARD}[data-step="0"]')
    page.wait_for_function("document.activeElement.classList.contains('imfn-tour-card')")
    labelled = "document.getElementById(document.activeElement.getAttribute('aria-labelledby')).textContent"
    assert page.evaluate(labelled) == "Start with a clip"
    for _ in range(2):  # Skip, Next: Back is not there yet
        page.keyboard.press("Tab")
    for at in range(1, STEPS):
        page.keyboard.press("Enter")
        page.wait_for_selector(f'{CARD}[data-step="{at}"]')
        assert page.evaluate("document.querySelector('.imfn-tour-card').contains(document.activeElement)")
    page.keyboard.press("Enter")
    page.wait_for_selector(CARD, state="detached")
    page.wait_for_function("document.activeElement.id === 'tour-start'")


def test_skip_ends_it(page: object) -> None:
    start(page)
    page.get_by_role("button", name="Skip the tour").click()
    page.wait_for_selector(CARD, state="detached")


def test_a_missing_target_is_stepped_over(page: object) -> None:
    remove(page, "#explore-player .imfn-transport")
    start(page)
    for _ in range(3):
        page.keyboard.press("ArrowRight")
    assert page.get_attribute(CARD, "data-step") == "4"
    page.keyboard.press("ArrowLeft")
    assert page.get_attribute(CARD, "data-step") == "2"
    bring_back(page)


def test_a_target_that_vanishes_moves_the_tour_on(page: object) -> None:
    start(page)
    remove(page, "#explore-upload")
    page.wait_for_selector(f'{CARD}[data-step="1"]')
    bring_back(page)


def test_it_comes_back_to_the_tab_it_was_started_from(page_at: Callable, served: str) -> None:
    page = page_at(served, tab="guide")
    page.wait_for_selector("#guide-next")
    page.get_by_role("button", name="Take the tour").click()
    page.wait_for_selector(f'{CARD}[data-step="0"]')
    page.wait_for_selector("#explore-upload", state="visible")
    page.keyboard.press("Escape")
    page.wait_for_selector("#guide-next", state="visible")


def test_nothing_moves_by_itself_where_motion_is_not_wanted(page: object) -> None:
    page.emulate_media(reduced_motion="reduce")
    start(page)
    for at in range(1, 4):
        page.keyboard.press("ArrowRight")
        page.wait_for_selector(f'{CARD}[data-step="{at}"]')
    assert page.evaluate("[imfn.get().selection.merges, imfn.get().playing]") == [1, False]
    assert "press play" in page.inner_text(f"{CARD} p")
    page.emulate_media(reduced_motion="no-preference")


def test_a_first_visit_is_offered_the_tour_once(explorer: Callable) -> None:
    page = explorer()
    page.wait_for_selector(HINT)
    page.wait_for_function("localStorage.getItem('imfn-tour')")
    page.reload()
    page.wait_for_function(TREE)
    assert page.locator(HINT).count() == 0


def test_the_hint_can_be_dismissed_or_taken(explorer: Callable) -> None:
    page = explorer()
    page.locator(HINT).get_by_role("button", name="Dismiss").click()
    assert page.locator(HINT).count() == 0
    other = explorer()
    other.locator(HINT).get_by_role("button", name="Take the one-minute tour").click()
    other.wait_for_selector(f'{CARD}[data-step="0"]')
    assert other.locator(HINT).count() == 0
