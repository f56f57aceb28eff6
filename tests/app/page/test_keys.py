"""The keys dialog lists what the handlers act on, opens anywhere but in a text field, and gives the focus back."""

from __future__ import annotations

from collections.abc import Callable

import pytest

pytestmark = pytest.mark.browser
SELECTED = ".imfn-pages > .tab-wrapper [role=tab][aria-selected=true]"


@pytest.fixture(scope="module")
def page(kept_page_at: Callable, served: str) -> object:
    """Explore, drawn; every test leaves it as it was."""
    opened = kept_page_at(served)
    opened.wait_for_selector("#explore-levels tbody tr")
    opened.wait_for_selector("#page-keys-button")
    return opened


def test_the_dialog_opens_closes_and_gives_the_focus_back(page: object) -> None:
    page.focus("#explore-play")
    page.keyboard.press("?")
    page.wait_for_selector("#page-keys[open]")
    assert page.evaluate("document.querySelector('#page-keys').contains(document.activeElement)")
    page.keyboard.press("Escape")
    page.wait_for_selector("#page-keys[open]", state="detached")
    assert page.evaluate("document.activeElement.id") == "explore-play"
    page.click("#page-keys-button")
    page.get_by_role("button", name="Close").click()
    page.wait_for_selector("#page-keys[open]", state="detached")
    assert page.evaluate("document.activeElement.id") == "page-keys-button"


def test_a_text_field_keeps_its_keys(page: object) -> None:
    field = page.locator("#explore-count textarea, #explore-count input")
    field.fill("")
    field.press("?")
    field.press("2")
    assert field.input_value() == "?2"
    assert not page.locator("#page-keys[open]").count()
    assert page.locator(SELECTED).first.inner_text() == "Explore"
    field.fill("160")
    field.blur()


def test_digits_open_the_tabs_in_their_order(page: object) -> None:
    tabs = page.locator(".imfn-pages > .tab-wrapper .tab-container:not(.visually-hidden) [role=tab]")
    names = tabs.all_inner_texts()
    for number in (2, 1):
        page.keyboard.press(str(number))
        page.wait_for_function(
            "([query, name]) => document.querySelector(query).innerText === name", arg=[SELECTED, names[number - 1]]
        )


@pytest.mark.parametrize(
    ("says", "key", "becomes"),
    [
        ("the node before", "ArrowLeft", [2, 1]),
        ("the node after", "ArrowRight", [2, 3]),
        ("one merge up", "ArrowUp", [3, 1]),
        ("one merge down", "ArrowDown", [1, 4]),
        ("first frame", "Home", [2, 0]),
        ("last frame", "End", [2, 3]),
    ],
)
def test_the_tree_does_what_the_dialog_says(page: object, says: str, key: str, becomes: list[int]) -> None:
    page.evaluate("imfn.select({ merges: 2, frame: 9 })")
    page.focus("#explore-tree canvas.imfn-tree")
    page.keyboard.press(key)
    assert page.evaluate("[imfn.get().selection.merges, imfn.get().selection.node]") == becomes
    assert says in page.locator("#page-keys").evaluate("dialog => dialog.textContent")
