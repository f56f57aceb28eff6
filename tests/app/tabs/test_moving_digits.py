"""Moving digits below the board of Predict: looked at by slider and by tap, played, made anew, and named by a link."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from app.tabs.predict import FIRST_DIGITS
from engine.reports import memory_tables
from tests.app.tabs.test_predict import picture

pytestmark = pytest.mark.browser
SHOWS = "shown => document.querySelector('#predict-moving .imfn-root')?.dataset.shows === shown"


@pytest.fixture(scope="module")
def page(kept_page_at: Callable, served: str) -> object:
    """The sequence that is shown first."""
    opened = kept_page_at(served, tab="predict")
    opened.wait_for_function(SHOWS, arg=f"{FIRST_DIGITS} 10")
    return opened


def test_frames_are_looked_at_by_the_slider_and_in_the_strips(page: object) -> None:
    told = ".imfn-moving-scenes figure:nth-child(2)"
    first = picture(page, f"{told} canvas")
    assert "1 ahead" in page.inner_text(told)
    page.focus("#moving-frame")
    page.keyboard.press("ArrowRight")
    page.wait_for_function(SHOWS, arg=f"{FIRST_DIGITS} 11")
    assert picture(page, f"{told} canvas") != first
    assert "Frame 12, 2 ahead" in page.inner_text("#moving-said")
    page.click("#moving-film canvas[data-part='seen']", position={"x": 3, "y": 3})
    page.wait_for_function(SHOWS, arg=f"{FIRST_DIGITS} 0")
    assert "shown to the memory" in page.inner_text(told)


def test_it_plays_until_it_is_stopped(page: object) -> None:
    page.evaluate("imfnMoving.look(0)")
    page.click("#moving-play")
    page.wait_for_function("imfnMoving.state.frame > 1")
    page.click("#moving-play")
    stopped = page.evaluate("imfnMoving.state.frame")
    page.wait_for_timeout(500)
    assert page.evaluate("imfnMoving.state.frame") == stopped


def test_another_sequence_is_its_link_and_the_figures_are_of_it(page: object, page_at: Callable, served: str) -> None:
    page.click("#moving-new")
    page.wait_for_function(f"!imfnMoving.state.asking && imfnMoving.state.seed !== {FIRST_DIGITS}")
    seed, rows = page.evaluate("[imfnMoving.state.seed, imfnMoving.state.answer.rows]")
    page.wait_for_function("seed => location.search.includes(`moving=${seed}`)", arg=seed)
    shown = [float(text) for text in page.locator("#moving-film b:not(.imfn-moving-head)").all_inner_texts()]
    assert shown == pytest.approx([sum(row["errors"]) / 10 for row in rows], abs=0.051)
    other = page_at(served, tab="predict", moving=seed)
    other.wait_for_function(SHOWS, arg=f"{seed} 10")
    assert other.evaluate("imfnMoving.state.answer.truth") == page.evaluate("imfnMoving.state.answer.truth")


def test_a_link_to_no_sequence_is_said(page_at: Callable, served: str) -> None:
    opened = page_at(served, tab="predict", moving="many")
    opened.wait_for_selector("text=The link names no sequence of digits")
    opened.wait_for_function(SHOWS, arg=f"{FIRST_DIGITS} 10")


def test_what_was_recorded_of_both_worlds_is_folded_below(page: object) -> None:
    page.click("#predict-worlds .imfn-fold-head button")
    recall = memory_tables.recall_table(memory_tables.recorded("recall"))
    page.wait_for_selector("#predict-recall td", state="visible")
    assert page.locator("#predict-recall tbody tr").count() == len(recall.rows)
    assert "OpenSTL" in page.inner_text("#predict-digits")
