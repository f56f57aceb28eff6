"""A Lantern walk on the Trajectory tab, in a real browser."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tests.app.conftest import settled

SHOWN = "window.imfnPath?.get().trip?.memories?.beliefs && !document.querySelector('#path-status .busy')"


def inks(page: object) -> list:
    """The colours of the tree's points that have arrived."""
    return page.evaluate("document.querySelector('.imfn-path-plot').data[1].marker.color")


def ink(page: object, canvas: str) -> int:
    """How much a canvas shows, summed over its bytes."""
    return page.evaluate(
        """(selector) => { const canvas = document.querySelector(selector);
        const { data } = canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height);
        return data.reduce((sum, value, i) => sum + (i % 4 === 3 ? 0 : value), 0); }""",
        canvas,
    )


@pytest.mark.browser
def test_a_walk_is_chosen_coloured_by_pose_and_shows_beliefs(page_at: Callable, served: str) -> None:
    page = page_at(served, tab="trajectory", path="realshort")
    page.wait_for_function("window.imfnPath?.get().trip")
    assert page.is_hidden("#path-walk") and page.is_hidden("#path-order") and page.is_hidden("#path-colour-pose")
    page.click("#path-lantern")
    page.wait_for_function("imfnPath.get().trip.chosen === 'lantern.7'")
    page.wait_for_function(SHOWN, timeout=300_000)
    assert page.get_attribute("#path-lantern", "aria-pressed") == "true"
    assert page.inner_text("#path-now h2") == "What each believes now"
    assert page.is_hidden(".imfn-strip-tree")
    assert "memories of different rooms" in page.inner_text("#path-order")
    page.evaluate("imfnPath.setTime(20)")
    page.wait_for_function(
        "document.querySelector('#path-now .imfn-root').dataset.shows === `${imfnPath.get().trip.id} 20`"
    )
    for name in ("frame", "room", "tree", "student", "difference"):
        assert ink(page, f".imfn-belief-{name} canvas") > 0, name
    page.click("#path-colour-pose")
    page.wait_for_function("location.search.includes('colour=pose')")
    page.wait_for_function(
        "String(document.querySelector('.imfn-path-plot').data[1].marker.color[1]).startsWith('rgb')"
    )
    poses = page.evaluate("imfnPath.get().trip.walks[0].poses.slice(0, 20)")
    assert len(set(inks(page)[1:])) == len(set(poses)), "a colour a pose"
    page.focus("#path-colour-pose")
    page.keyboard.press("ArrowRight")
    page.wait_for_function("location.search.includes('colour=quarter')")
    assert "upper left" in page.inner_text(".imfn-path-legend")
    spot = settled(
        page,
        """(() => {
            const plot = document.querySelector('.imfn-path-plot');
            const { xaxis, yaxis } = plot._fullLayout;
            const [x, y] = imfnPath.get().trip.pictures.umap.points[0].tree[12];
            const edge = plot.getBoundingClientRect();
            return [edge.left + xaxis._offset + xaxis.l2p(x), edge.top + yaxis._offset + yaxis.l2p(y)];
        })()""",
    )
    page.mouse.move(spot[0] - 3, spot[1] - 3)
    page.mouse.move(*spot)
    page.wait_for_selector(".imfn-path-rooms >> visible=true")
    assert "skill" in page.inner_text(".imfn-path-preview")


@pytest.mark.browser
def test_one_s_own_walk_goes_from_predict_to_trajectory_and_back(page_at: Callable, served: str) -> None:
    page = page_at(served, tab="predict", seed="12", moves="")
    page.wait_for_function("window.imfnPredict?.state.answer")
    assert page.is_disabled("#predict-trail")
    page.evaluate("imfnPredict.move('r')")
    page.wait_for_function("imfnPredict.settled")
    page.click("#predict-trail")
    page.wait_for_function("window.imfnPath?.get().trip?.chosen === 'lantern.12.r'")
    page.wait_for_function(SHOWN, timeout=300_000)
    assert page.inner_text("#path-walk-words") == "your move"
    assert "Too short a walk" in page.inner_text("#path-order")
    assert page.evaluate("imfnPath.get().trip.walks[0].poses") == page.evaluate("imfnPredict.state.answer.poses")
    page.wait_for_function("location.search.includes('path=lantern.12.r')")
    page.select_option("#path-by select", label="GRU")
    page.wait_for_function("imfnPath.get().trip.model === 'lantern-64-gru'")
    page.wait_for_function(SHOWN, timeout=300_000)
    assert "keeps no tree" in page.inner_text("#path-tree")
    page.fill("#path-room input", "many")
    page.press("#path-room input", "Tab")
    page.wait_for_function("document.querySelector('#path-status').innerText.includes('type a number from 0')")
    page.go_back()
    page.wait_for_selector("#predict-trail >> visible=true")


@pytest.mark.browser
def test_a_link_to_no_walk_says_what_is_shown_instead(page_at: Callable, served: str) -> None:
    page = page_at(served, tab="trajectory", path="lantern.7.zz", by="nobody")
    page.wait_for_function("window.imfnPath?.get().trip")
    said = page.inner_text(".imfn-messages")
    assert "There is no sequence “lantern.7.zz”" in said
    assert "The link's by is “nobody”; the usual one is used instead." in said
