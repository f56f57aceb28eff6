"""Tabs are registered by name: one from outside the packages is built, shown, opened by its address and styled."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from app.tabs.base import TABS, PageContext, Tab, TabRegistry
from tests.app.starting import running_app

OPEN = "[role=tab][aria-selected=true]"


def test_the_page_s_own_tabs_stand_in_their_order() -> None:
    own = [tab.name for tab in TABS if tab.__module__.startswith("app.")]
    assert own == ["explore", "trajectory", "train", "compare", "predict", "guide"]


def test_a_name_is_taken_once() -> None:
    registry = TabRegistry("tab", "app.tabs")
    first, second = (type(kind, (Tab,), {"name": "same", "title": "Same"}) for kind in ("First", "Second"))
    assert registry.add(first) is registry.add(first)
    with pytest.raises(ValueError, match="'same' is defined in"):
        registry.add(second)


def test_a_service_is_found_by_its_class_and_missed_in_a_sentence() -> None:
    context = PageContext()
    assert context.provide(3.5) is context.service(float)
    with pytest.raises(ValueError, match="no tab provides str"):
        context.service(str)


@pytest.mark.browser
def test_a_tab_from_outside_is_built_shown_and_opened_by_its_address(page_at: Callable) -> None:
    with running_app(IMFN_PLUGINS="tests.toys.tab") as (url, _):
        opens_by_its_address(page_at(url, tab="toy"))


def test_forward_leads_on_from_an_address_that_names_the_first_tab(page_at: Callable, served: str) -> None:
    page = page_at(served, tab="explore")
    page.wait_for_function("window.imfn && imfn.tree && !location.search.includes('tab=')")
    page.get_by_role("tab", name="Guide").first.click()
    page.wait_for_function("location.search.includes('tab=guide')")
    page.go_back()
    page.wait_for_function("document.querySelector('[role=tab][data-tab-id=explore]').ariaSelected === 'true'")
    page.wait_for_timeout(300)
    page.go_forward()
    page.wait_for_function("document.querySelector('[role=tab][data-tab-id=guide]').ariaSelected === 'true'")
    assert "tab=guide" in page.url


def opens_by_its_address(page: object) -> None:
    """The toy tab, opened by its address, shown, styled, and left."""
    page.wait_for_selector("#toy-words", state="visible")
    assert page.locator(OPEN).first.inner_text() == "Toy tab"
    assert page.evaluate("getComputedStyle(document.querySelector('#toy-words')).letterSpacing") == "7px"
    page.click("#toy-more")
    page.wait_for_function("document.querySelector('#toy-count input').value === '1'")
    page.keyboard.press("Escape")
    page.get_by_role("tab", name="Explore").first.click()
    page.wait_for_function("!location.search.includes('tab=')")
    page.go_back()
    page.wait_for_selector("#toy-words", state="visible")
