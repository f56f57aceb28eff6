"""Nothing jumps: while tabs load, clips are explored, trajectories come and lines appear, the page keeps its places.

Chromium's own measure is taken (layout-shift entries, also those that follow a click), summed over a whole scene:
below 0.1 counts as good, and most scenes here stay below 0.02. It counts places, not seconds: a slow machine is no
excuse.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest

from tests.app.conftest import Visitors, pages_of

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
SHARED = ("explore", "trajectory")
"""tabs that more than one test looks at"""
DRAWN = {
    "explore": "document.querySelector('#explore-levels tbody tr')"
    " && document.querySelector('#explore-player .imfn-panes')?.dataset.shows"
    " && (document.querySelector('#explore-chart .main-svg')"  # drawn when it is seen
    " || document.querySelector('#explore-chart').scrollIntoView())",
    "trajectory": "window.imfnPath?.get().trip?.pictures.umap && document.querySelector('#path-now').offsetHeight",
    "train": "window.imfnTrain?.ready",
    "compare": "document.querySelector('#compare-verdict .imfn-bar-row')",
    "predict": "document.querySelector('#predict .imfn-root')?.dataset.shows",
}


def shift(page: object) -> float:
    """How much has moved since this was last asked; what moved is printed for whoever reads the failure."""
    page.wait_for_function(TWO_FRAMES)
    entries = page.evaluate("shifts.splice(0)")
    print(*(f"{value:.4f} {what}" for value, what in entries if value > 0.005), sep="\n")
    return sum(value for value, _ in entries)


def open_sheet(page: object) -> None:
    """On a phone, raise the sheet that has the clip's settings; elsewhere they stand in the card."""
    if page.is_visible("#explore-change") and page.get_attribute("#explore-change", "aria-expanded") == "false":
        page.click("#explore-change")


def until_explored(page: object, sample: str) -> None:
    """Until a sample stands on the page and the work is over."""
    page.wait_for_function("name => imfn.get().exploration.sample === name", arg=sample, timeout=60_000)
    page.wait_for_selector("#explore-status .busy", state="detached", timeout=60_000)


@pytest.fixture(scope="module", params=[1280, 390])
def kept(request: pytest.FixtureRequest, visitors: Visitors) -> Iterator[tuple[int, dict, Callable]]:
    """A width, the pages of that width that several tests look at, by tab, and what opens one."""
    pages = pages_of(visitors)
    yield request.param, {}, next(pages)
    next(pages, None)


@pytest.fixture
def watched(kept: tuple[int, dict, Callable], page_at: Callable, served: str) -> Callable:
    """Opens a tab by its address, or takes the page that has it open, and waits until it is drawn; shifts are counted
    from the first paint on."""
    width, pages, keep = kept

    def open_tab(tab: str) -> object:
        if tab not in pages:
            opens = keep if tab in SHARED else page_at
            page = opens(served, width=width, script=OBSERVE, tab=tab)
            page.wait_for_function(f"() => Boolean({DRAWN[tab]})", timeout=300_000)
            if tab not in SHARED:
                return page
            pages[tab] = page
        return pages[tab]

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
    open_sheet(page)
    page.fill("#explore-count textarea, #explore-count input", "many")
    page.click("#explore-run")
    page.wait_for_selector("#explore-status .error")
    assert shift(page) < LIMIT
    open_sheet(page)
    page.fill("#explore-count textarea, #explore-count input", "160")
    before = page.evaluate("imfn.get().exploration.id")
    page.click("#explore-run")
    page.wait_for_selector("#explore-status .error", state="detached")
    page.wait_for_function("before => imfn.get().exploration.id !== before", arg=before, timeout=60_000)
    page.wait_for_selector("#explore-status .busy", state="detached", timeout=60_000)
    assert shift(page) < LIMIT


def test_a_trajectory_moves_nothing(watched: Callable) -> None:
    page = watched("trajectory")
    shift(page)
    page.click("#path-cockatoo")
    page.wait_for_function(
        "imfnPath.get().trip.chosen === 'cockatoo' && imfnPath.get().trip.pictures.umap", timeout=300_000
    )
    assert shift(page) < LIMIT


def test_run_and_cancel_share_a_place_and_the_focus(watched: Callable) -> None:
    page = watched("explore")
    open_sheet(page)
    page.select_option("#explore-size select", "256")  # now there is something to apply
    page.keyboard.press("Escape")
    page.focus("#explore-run")
    place = page.locator("#explore-run").bounding_box()
    page.evaluate("document.querySelector('#explore-status p').innerHTML += '<i class=busy></i>'")  # as a run begins
    page.wait_for_function("document.activeElement.id === 'explore-cancel'")
    assert page.locator("#explore-cancel").bounding_box() == place
    page.evaluate("document.querySelector('#explore-status .busy').remove()")
    page.wait_for_function("document.activeElement.id === 'explore-run'")
    page.evaluate("document.querySelector('#explore-status p').innerHTML += '<i class=busy></i>'")
    page.wait_for_function("document.activeElement.id === 'explore-cancel'")
    open_sheet(page)
    page.select_option("#explore-size select", "128")
    page.focus("#explore-cancel")
    page.evaluate("document.querySelector('#explore-status .busy').remove()")  # nothing is left to apply
    page.wait_for_function("document.activeElement.closest('#explore-model, #explore-change')")


def test_tables_are_there_before_their_script(page_at: Callable, served: str) -> None:
    drawn = page_at(served, tab="compare", view="evidence")
    drawn.wait_for_selector("#compare-table th[aria-sort]", state="attached")
    early = page_at(served)
    early.route("**/result_table.js", lambda route: None)  # never answered
    early.get_by_role("tab", name="Compare").first.click()
    early.click("#compare-view-evidence")
    early.wait_for_selector("#compare-ablation tbody tr", state="attached")
    for page in (drawn, early):
        for name in ("models", "digits-found", "ablation-found", "video-found"):
            page.click(f"#compare-{name} .imfn-fold-head button")
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
