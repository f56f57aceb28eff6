"""A link opened in a fresh browser shows what its sender saw: tab, sample, model, node, time, ratio and picture."""

from __future__ import annotations

from collections.abc import Callable

import pytest

pytestmark = pytest.mark.browser
SELECTED = "[role=tab][aria-selected=true]"


def selected_tab(page: object) -> str:
    """The tab that is open."""
    return page.locator(f".imfn-pages > .tab-wrapper .tab-container:not(.visually-hidden) {SELECTED}").inner_text()


@pytest.fixture(scope="module")
def kept(kept_page_at: Callable, served: str) -> object:
    """One page for those tests that only walk through its tabs."""
    page = kept_page_at(served)
    page.wait_for_selector("#explore-levels tbody tr")
    return page


@pytest.mark.parametrize("name", ["trajectory", "compare", "guide"])
def test_the_tab_joins_the_address_and_comes_back(kept: object, page_at: Callable, served: str, name: str) -> None:
    page = kept
    page.get_by_role("tab", name=name.title()).first.click()
    page.wait_for_function(f"location.search.includes('tab={name}')")
    fresh = page_at(served, tab=name)
    fresh.wait_for_function(f"document.querySelector('{SELECTED}')?.innerText.toLowerCase() === '{name}'")
    assert f"tab={name}" in fresh.url
    fresh.get_by_role("tab", name="Explore").first.click()
    fresh.wait_for_function("!location.search.includes('tab=')")


def test_sample_node_time_and_ratio_come_back_on_explore(page_at: Callable, served: str) -> None:
    page = page_at(served)
    page.wait_for_selector("#explore-levels tbody tr")
    page.click("#sample-realshort")
    page.wait_for_function("imfn.get().exploration.sample === 'realshort' && imfn.get().exploration.frames === 36")
    page.wait_for_selector("#explore-status .busy", state="detached")
    page.evaluate("imfn.askWindow(1, 5)")
    page.wait_for_function("imfn.get().exploration.window.index === 1")
    page.evaluate("imfn.select({ merges: 3, frame: 11 })")
    page.wait_for_function("location.search.includes('frame=11') && location.search.includes('sample=realshort')")
    sent = page.url
    fresh = page_at(sent.partition("?")[0], **dict(pair.split("=") for pair in sent.partition("?")[2].split("&")))
    fresh.wait_for_function(
        """() => { const { exploration: e, selection: s } = window.imfn?.get() || { selection: {} };
            return e?.sample === 'realshort' && [s.window, s.merges, s.node, s.frame].join() === '1,3,1,11'; }"""
    )
    assert fresh.locator("[role=radio][data-merges='3']").get_attribute("aria-checked") == "true"
    assert fresh.evaluate("imfn.get().exploration.model") == "video-16"


def test_the_model_comes_back(page_at: Callable, served: str) -> None:
    """And a level above a short clip's root, which earlier links may name, is its root: no word is needed."""
    page = page_at(served, sample="realshort", model="digits-128", merges=7, frame=3)
    page.wait_for_function(
        """() => { const { exploration: e, selection: s } = window.imfn?.get() || { selection: {} };
            return e?.model === 'digits-128' && e.sample === 'realshort' && s.merges === 6 && s.frame === 3; }"""
    )


def test_sequence_time_and_picture_come_back_on_trajectory(page_at: Callable, served: str) -> None:
    page = page_at(served, tab="trajectory", path="cockatoo", padding="skip", t=5, method="pca")
    page.wait_for_function("window.imfnPath?.get().trip?.chosen === 'cockatoo'")
    assert page.evaluate("[imfnPath.get().t, imfnPath.shown(), imfnPath.get().trip.padding]") == [5, "pca", "skip"]
    assert page.input_value("#path-padding select") == "skip"
    page.evaluate("imfnPath.setTime(7)")
    page.wait_for_function("location.search.includes('t=7') && location.search.includes('path=cockatoo')")


def test_names_that_do_not_exist_open_the_page_as_it_is(page_at: Callable, served: str) -> None:
    page = page_at(served, tab="nowhere", sample="<script>", model="../../etc", path="x", t=-4, window=99, merges=99)
    page.wait_for_selector("#explore-levels tbody tr")
    assert selected_tab(page) == "Explore"
    page.wait_for_function("imfn.get().exploration.sample === 'cockatoo'")


def test_sequences_and_settings_of_the_map_come_back_on_trajectory(page_at: Callable, served: str) -> None:
    chosen = {"sequences": "2", "neighbours": "9", "spread": "0.3"}
    page = page_at(served, tab="trajectory", path="cockatoo", **chosen)
    page.wait_for_function("window.imfnPath?.get().trip?.chosen === 'cockatoo'", timeout=60_000)
    assert page.evaluate("imfnPath.get().trip.series.length") == 2
    assert page.evaluate("imfnPath.get().trip.settings") == {"padding": "zeros", "by": "", **chosen}
    shown = [page.input_value(f"#path-{name} :is(input, select)") for name in chosen]
    assert shown == list(chosen.values())
    page.wait_for_function("!document.querySelector('#path-status .busy')", timeout=60_000)
    assert all(f"{name}={value}" in page.url for name, value in chosen.items())


HEARD = """() => {
    const said = document.querySelector(".imfn-footer-said");
    window.heard = [];
    new MutationObserver(() => heard.push(said.textContent)).observe(said, { childList: true });
}"""


def test_copy_link_gives_the_address_with_and_without_a_clipboard(kept: object) -> None:
    page = kept
    page.wait_for_function("location.search.includes('frame=')")
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    page.evaluate(HEARD)  # it is said for two seconds alone
    page.click("#page-copy-link")
    page.wait_for_function("heard.includes('Copied')")
    assert page.evaluate("navigator.clipboard.readText()") == page.url
    page.evaluate("() => { navigator.clipboard.writeText = () => Promise.reject(new Error('refused')); }")
    page.click("#page-copy-link")
    page.wait_for_selector("#page-link", state="visible")
    assert page.evaluate("getSelection().toString() || document.activeElement.value") == page.url


def test_back_goes_to_the_tab_before_and_keeps_what_is_shown(page_at: Callable, served: str) -> None:
    page = page_at(served)
    page.wait_for_function("location.search.includes('frame=')")
    for name in ("guide", "compare"):
        page.get_by_role("tab", name=name.title()).first.click()
        page.wait_for_function(f"location.search.includes('tab={name}')")
    page.evaluate("imfn.select({ merges: 4, frame: 1 })")
    page.wait_for_function("location.search.includes('frame=1')")
    page.go_back()
    page.wait_for_function("document.querySelector('[role=tab][aria-selected=true]').innerText === 'Guide'")
    page.wait_for_function("location.search.includes('tab=guide') && /frame=1(&|$)/.test(location.search)")
    page.go_back()
    page.wait_for_function("document.querySelector('[role=tab][aria-selected=true]').innerText === 'Explore'")
    page.go_forward()
    page.wait_for_function("document.querySelector('[role=tab][aria-selected=true]').innerText === 'Guide'")


HELD = """
    const asked = window.fetch, gate = new Promise((open) => { window.letGo = open; });
    window.fetch = async (...request) => {
        if (!String(request[1]?.body).includes('"reopen"')) return asked(...request);
        window.held = true;
        await gate;
        return asked(...request).finally(() => { window.answered = true; });
    };
"""
ASKED_BEFORE = """
    sessionStorage.setItem("imfn-exploration", JSON.stringify({
        shown: { id: "0".repeat(16), sample: null, input: {}, settings: {} },
        asked: {
            input: { sample: "cockatoo" },
            settings: { model: "digits-128", size: "128", first: "1", count: "160" },
        },
    }));
"""


@pytest.mark.parametrize("before", ["", ASKED_BEFORE], ids=["link", "reload"])
def test_a_click_beats_what_the_address_asks_for(page_at: Callable, served: str, before: str) -> None:
    page = page_at(served, clip="0" * 16, script=HELD + before)
    page.wait_for_function("window.held && window.imfn?.get().exploration")
    page.click("#sample-realshort")
    page.wait_for_function("imfn.get().exploration.sample === 'realshort'")
    page.evaluate("letGo()")
    page.wait_for_function("window.answered")
    page.wait_for_selector("#explore-status .busy", state="detached")
    assert page.evaluate("imfn.get().exploration.sample") == "realshort"
    assert page.locator(".imfn-notice").count() == 0
    page.wait_for_function("location.search.includes('sample=realshort') && !location.search.includes('clip=')")
