"""Links that were copied from the page of revision 0b7465c open what they named."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.app.starting import running_app
from tests.engine.test_old_files import RUN, old_home

pytestmark = pytest.mark.browser
EXPLORED = "window.imfn?.get().exploration"
SELECTED = "Object.values(imfn.get().selection).join()"
LINKS = {
    "window=1&merges=2&node=1&frame=6": f"{EXPLORED} && {SELECTED} === '1,2,1,6'",
    "sample=realshort&model=video-16&window=1&merges=3&node=1&frame=11": (
        f"{EXPLORED}?.sample === 'realshort' && {SELECTED} === '1,3,1,11'"
    ),
    "tab=trajectory&path=cockatoo&padding=skip&t=5&method=pca&sequences=2&neighbours=9&spread=0.3": (
        "window.imfnPath?.get().trip?.chosen === 'cockatoo' && imfnPath.get().t === 5"
        " && imfnPath.get().trip.series.length === 2 && imfnPath.shown() === 'pca'"
    ),
    f"tab=train&run={RUN}": f"window.imfnTrain?.run()?.id === '{RUN}'",
    "tab=compare": "document.querySelector('#compare-verdict .imfn-bar-row')?.getClientRects().length",
    "tab=guide&merges=4": "document.querySelector('#guide .imfn-root')?.getClientRects().length",
}


@pytest.fixture(scope="module")
def app(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The page on a home of that revision."""
    home: Path = old_home(tmp_path_factory.mktemp("old") / "home")
    with running_app(IMFN_HOME=str(home)) as (url, _):
        yield url


@pytest.mark.parametrize("link", LINKS)
def test_a_link_opens_what_it_named(page_at: Callable, app: str, link: str) -> None:
    page = page_at(app, **dict(pair.split("=") for pair in link.split("&")))
    page.wait_for_function(f"() => Boolean({LINKS[link]})", timeout=60_000)
