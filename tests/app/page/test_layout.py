"""Nothing jumps: while tabs load, clips are explored, trajectories come and lines appear, the page keeps its places.

Chromium's own measure is taken (layout-shift entries, also those that follow a click), summed over a whole scene:
below 0.1 counts as good, and most scenes here stay below 0.02. It counts places, not seconds: a slow machine is no
excuse.
"""

from __future__ import annotations

from collections.abc import Callable

import pytest

pytestmark = pytest.mark.browser
OBSERVE = """
window.shifts = [];
const named = ({ node }) => (node?.nodeType === 1 ? node : node?.parentElement)?.className || '?';
new PerformanceObserver((list) => {
    for (const entry of list.getEntries()) window.shifts.push([entry.value, entry.sources.map(named).join(', ')]);
}).observe({ type: 'layout-shift', buffered: true });
"""
TWO_FRAMES = "() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(() => done(true))))"
LIMIT = 0.1
DRAWN = {
    "explore": "document.querySelector('#explore-levels tr') && document.querySelector('#explore-chart .main-svg')",
    "trajectory": "window.imfnPath?.get().trip?.pictures.umap && document.querySelector('#path-now').offsetHeight",
    "train": "window.imfnTrain?.ready",
    "compare": "document.querySelector('#compare-side-by-side img')",
}


def shift(page: object) -> float:
    """How much has moved since this was last asked; what moved is printed for whoever reads the failure."""
    page.wait_for_function(TWO_FRAMES)
    entries = page.evaluate("shifts.splice(0)")
    print(*(f"{value:.4f} {what}" for value, what in entries if value > 0.005), sep="\n")
    return sum(value for value, _ in entries)


def until_explored(page: object, sample: str) -> None:
    """Until a sample stands on the page and the work is over."""
    page.wait_for_function("name => imfn.get().exploration.sample === name", arg=sample, timeout=60_000)
    page.wait_for_selector("#explore-status .busy", state="detached", timeout=60_000)


@pytest.fixture(params=[1280, 390])
def watched(request: pytest.FixtureRequest, page_at: Callable, served: str) -> Callable:
    """Opens a tab by its address and waits until it is drawn; shifts are counted from the first paint on."""

    def open_tab(tab: str) -> object:
        page = page_at(served, width=request.param, script=OBSERVE, tab=tab)
        page.wait_for_function(f"() => Boolean({DRAWN[tab]})", timeout=120_000)
        return page

    return open_tab


@pytest.mark.parametrize("tab", DRAWN)
def test_a_tab_opens_in_its_place(watched: Callable, tab: str) -> None:
    assert shift(watched(tab)) < LIMIT


def test_exploring_moves_nothing(watched: Callable) -> None:
    page = watched("explore")
    shift(page)
    page.click("#sample-realshort")
    until_explored(page, "realshort")
    assert shift(page) < LIMIT
    page.evaluate("imfn.askWindow(1)")
    page.wait_for_function("imfn.get().exploration.window.index === 1")
    assert shift(page) < LIMIT


def test_the_status_line_has_its_place(watched: Callable) -> None:
    page = watched("explore")
    shift(page)
    page.fill("#explore-count textarea, #explore-count input", "many")
    page.click("#explore-run")
    page.wait_for_selector("#explore-status .error")
    assert shift(page) < LIMIT
    page.fill("#explore-count textarea, #explore-count input", "160")
    page.click("#explore-run")
    page.wait_for_selector("#explore-status .error", state="detached")
    until_explored(page, "cockatoo")
    assert shift(page) < LIMIT


def test_a_trajectory_moves_nothing(watched: Callable) -> None:
    page = watched("trajectory")
    shift(page)
    page.click("#path-cockatoo")
    page.wait_for_function(
        "imfnPath.get().trip.chosen === 'cockatoo' && imfnPath.get().trip.pictures.umap", timeout=120_000
    )
    assert shift(page) < LIMIT


def test_run_and_cancel_share_a_place_and_the_focus(watched: Callable) -> None:
    page = watched("explore")
    page.focus("#explore-run")
    place = page.locator("#explore-run").bounding_box()
    page.evaluate("document.querySelector('#explore-status p').innerHTML += '<i class=busy></i>'")  # as a run begins
    page.wait_for_function("document.activeElement.id === 'explore-cancel'")
    assert page.locator("#explore-cancel").bounding_box() == place
    page.evaluate("document.querySelector('#explore-status .busy').remove()")
    page.wait_for_function("document.activeElement.id === 'explore-run'")


def test_tables_are_there_before_their_script(page_at: Callable, served: str) -> None:
    drawn = page_at(served, tab="compare")
    drawn.wait_for_selector("#compare-table th[aria-sort]")
    early = page_at(served)
    early.route("**/result_table.js", lambda route: None)  # never answered
    early.get_by_role("tab", name="Compare").first.click()
    early.wait_for_selector("#compare-ablation tbody tr")
    assert early.locator("#compare-table th[aria-sort]").count() == 0
    for name in ("table", "paired", "digits", "ablation", "video"):
        texts, heights = zip(
            *(
                (p.inner_text(f"#compare-{name}"), p.locator(f"#compare-{name}").bounding_box()["height"])
                for p in (early, drawn)
            ),
            strict=True,
        )
        assert texts[0] == texts[1]
        assert heights[0] == pytest.approx(heights[1], abs=1)
