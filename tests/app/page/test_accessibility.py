"""axe-core finds nothing serious or critical on any tab, light or dark, wide or on a phone.

axe-core (MPL-2.0) is not part of this repository: `make axe` fetches the pinned version into build/axe, and
IMFN_AXE may name another copy. Without it these tests are skipped, but fail where CI is set.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.app.conftest import turn_dark, wait_ready
from tests.app.starting import ROOT

pytestmark = pytest.mark.browser
AXE = Path(os.environ.get("IMFN_AXE") or ROOT / "build" / "axe" / "package" / "axe.min.js")
RUN = """async () => {
    const runOnly = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'best-practice'];
    const found = await axe.run(document, { resultTypes: ['violations'], runOnly });
    const said = (node) => [node.target.join(' '), node.html.slice(0, 120), node.any[0]?.message].join(' | ');
    const grave = found.violations.filter((one) => ['serious', 'critical'].includes(one.impact));
    return grave.map((one) => `${one.id}: ${one.nodes.slice(0, 6).map(said).join('; ')}`);
}"""
STILL = "() => document.getAnimations().every((each) => each.effect.getComputedTiming().endTime === Infinity)"
"""no colour is on its way to another"""
READY = {
    "explore": "document.querySelector('#explore-levels tbody tr')",
    "trajectory": "window.imfnPath?.get().trip?.pictures.umap",
    "train": "window.imfnTrain?.ready",
    "compare": "document.querySelector('#compare-verdict .imfn-bar-row')",
    "predict": "document.querySelector('#predict .imfn-root')?.dataset.shows",
    "guide": "document.querySelector('#guide .imfn-root')?.dataset.shows",
}


@pytest.fixture(scope="session")
def axe() -> str:
    """The checker's script."""
    if not AXE.exists():
        message = f"axe-core is not at {AXE}; make axe fetches it"
        pytest.fail(message) if os.environ.get("CI") else pytest.skip(message)
    return AXE.read_text()


@pytest.fixture(scope="module")
def page(kept_page_at: Callable, served: str, axe: str) -> object:
    """One page for all tabs, widths and themes, with the checker in it."""
    opened = kept_page_at(served)
    wait_ready(opened, READY["explore"])
    opened.evaluate(axe)
    return opened


@pytest.fixture(params=[(theme, width) for theme in ("light", "dark") for width in (1280, 390)])
def dressed(request: pytest.FixtureRequest, page: object) -> object:
    """The page in a theme and a width."""
    theme, width = request.param
    page.set_viewport_size({"width": width, "height": 900})
    turn_dark(page, theme == "dark")
    return page


@pytest.mark.parametrize("tab", READY)
def test_no_serious_finding(dressed: object, tab: str) -> None:
    dressed.get_by_role("tab", name=tab.title()).first.click()
    wait_ready(dressed, READY[tab])
    dressed.wait_for_function(STILL)
    found = dressed.evaluate(RUN)
    assert not found, "\n".join(found)


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_no_serious_finding_while_the_tour_is_on(page: object, theme: str) -> None:
    page.set_viewport_size({"width": 1280, "height": 900})
    turn_dark(page, theme == "dark")
    page.get_by_role("tab", name="Explore").first.click()
    page.click("#tour-start")
    page.wait_for_selector('.imfn-tour-card[data-step="0"]')
    page.wait_for_function(STILL)
    found = page.evaluate(RUN)
    page.keyboard.press("Escape")
    assert not found, "\n".join(found)
