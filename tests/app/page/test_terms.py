"""The glossary: short, used, and its card opens by pointer, focus and finger without leaving the window."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest

from app.components import terms

ROOT = Path(__file__).resolve().parents[3]
ENTRIES = dict(re.findall(r'^  (\w+):\s+"(.+)",$', (ROOT / "assets/js/ui/glossary.js").read_text(), re.M))
OUTSIDE = """(card) => { const { left, right, top, bottom } = card.getBoundingClientRect();
    return [left, innerWidth - right, top, innerHeight - bottom].filter((space) => space < 0); }"""
READY = {"explore": "ratio", "trajectory": "trust", "train": "memory", "compare": "KLT"}
"""a word of every tab"""


def used() -> set[str]:
    """Every entry that some view or heading names."""
    files = [*ROOT.glob("assets/js/**/*.js"), *ROOT.glob("app/**/*.py")]
    texts = [path.read_text() for path in files if path.name not in ("glossary.js", "term.js")]
    marks = [re.findall(r"\bterm\(\"(\w+)\"|[\s\"/>]\[(\w+)(?:\|[^\]\n]+)?\](?=[\s\",;:.<])", text) for text in texts]
    listed = {"MSE", "SSIM", "PSNR", "ratio"}  # heads of tables, made from their list of columns
    return {word for found in marks for pair in found for word in pair if word in ENTRIES} | listed


def test_entries_are_short_and_used() -> None:
    assert len(ENTRIES) >= 20
    assert {name: text for name, text in ENTRIES.items() if len(text.split()) > 25} == {}
    assert set(ENTRIES) - used() == set()


def test_marks_become_words_and_nothing_else() -> None:
    marked = '<span data-word="leaf">leaves</span> of one <span data-word="root">root</span>'
    assert terms("[leaf|leaves] of one [root]") == marked


@pytest.fixture(scope="module")
def phone(kept_page_at: Callable, served: str) -> object:
    """One page of a phone's width for all tabs."""
    return kept_page_at(served, width=390)


@pytest.mark.browser
@pytest.mark.parametrize("tab", READY)
def test_cards_open_by_focus_and_stay_inside_a_phone(phone: object, tab: str) -> None:
    page = phone
    page.get_by_role("tab", name=tab.title()).first.click()
    page.wait_for_selector(f".imfn-term[data-term={READY[tab]}] >> visible=true", timeout=120_000)
    words = page.locator(".imfn-term >> visible=true")
    assert words.count() > 0
    for index in range(words.count()):
        words.nth(index).scroll_into_view_if_needed()
        words.nth(index).focus()
        card = page.locator(".imfn-term-card:popover-open")
        card.wait_for()
        name = words.nth(index).get_attribute("data-term")
        assert card.inner_text() == f"{name}\n{ENTRIES[name]}"
        assert card.evaluate(OUTSIDE) == []
        assert words.nth(index).get_attribute("aria-describedby") == card.get_attribute("id")
        page.keyboard.press("Escape")
        card.wait_for(state="hidden")


@pytest.mark.browser
def test_hover_opens_leaving_closes_and_a_click_elsewhere_too(page_at: Callable, served: str) -> None:
    page = page_at(served)
    page.hover(".imfn-term[data-term=ratio]")
    card = page.locator(".imfn-term-card:popover-open")
    card.wait_for()
    page.hover("#explore-samples")
    card.wait_for(state="hidden")
    page.click(".imfn-term[data-term=SSIM]")
    card.wait_for()
    page.mouse.click(700, 20)
    card.wait_for(state="hidden")
