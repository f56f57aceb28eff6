"""The Trajectory tab: what answers its questions, and the tab itself in a real browser."""

from __future__ import annotations

import asyncio
import csv
import re
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest
from gradio_client import Client, handle_file
from safetensors.numpy import load_file

from app.server.models import model
from app.server.rpc import Visitor
from app.sessions.sequences import Sequence, chosen_sequences, explored_sequences, shortened
from app.sessions.trajectories import FollowRequest, TakeTrajectoryRequest, Trajectories
from app.sessions.trajectory import TrajectorySession, TrajectorySettings
from app.sessions.work import CancelRequest, ProgressRequest
from engine.data.samples import samples
from engine.streaming.stream import StreamingTree
from tests.app.conftest import settled, turn_dark
from tests.app.outcomes import finished, visitor_named
from tests.engine.tiny import frames

SLOW = """
    window.slow = true; // news after the first picture does not arrive
    const asked = window.fetch;
    window.fetch = (...request) =>
        window.slow && window.imfnPath?.get().trip && String(request[1]?.body).includes('"progress"')
            ? new Promise(() => {}) : asked(...request);
"""
CLIP = next(s.path for s in samples() if s.name == "realshort")
TIME = "imfnPath.get().t"


def short_trip(count: int = 5, padding: str = "zeros") -> TrajectorySession:
    """A few random frames through the bundled video model and its student."""
    noise = Sequence(name="noise", frames_THWK=frames(count, 32, 40))
    return TrajectorySession(
        model("video-16"), "video-16-student", [noise], TrajectorySettings(padding=padding, neighbours="4")
    )


async def told(trajectories: Trajectories, visitor: Visitor, work: str) -> list:
    """All that a page is told of a trajectory, until it is over."""
    answers = []
    while not answers or answers[-1].state == "busy":
        seen = answers[-1].seen if answers else 0
        answers.append(await trajectories.progress(visitor, ProgressRequest(id=work, seen=seen)))
    return answers


def without_clip(session: str) -> None:
    """A page whose Explore tab shows nothing."""


def test_a_trajectory_has_a_point_for_every_leaf_and_one_for_none(tmp_path: Path) -> None:
    trip = short_trip()
    payload = trip.payload()
    for kind in ("tree", "student"):
        assert len(payload["pictures"]["pca"]["points"][0][kind]) == 6
    assert len(payload["distance"]) == 6
    trip.read_back()
    assert len(trip.payload()["memories"]["mse"]["student"]) == 5


@pytest.mark.parametrize("padding", ["zeros", "skip"])
def test_what_is_shown_as_remembered_is_what_the_stream_remembers(padding: str) -> None:
    trip = short_trip(padding=padding)
    stream = StreamingTree(trip.teacher, height=32, width=40, padding=padding)
    for t, frame in enumerate(trip.frames, start=1):
        stream.push(frame)
        assert np.allclose(trip.paths[0]["tree"].remembered(t), stream.recall(), atol=1e-5)


def test_states_and_coordinates_are_taken_away_whole() -> None:
    trip = short_trip()
    states = load_file(trip.states_file())
    assert np.allclose(states["0.student"], trip.paths[0]["student"].vectors_TD.numpy())
    with trip.coordinates_file().open() as file:
        rows = list(csv.DictReader(file))
    assert len(rows) == 12
    assert {row["memory"] for row in rows} == {"tree", "student"}


@pytest.mark.parametrize(
    ("settings", "sentence"),
    [
        (TrajectorySettings(neighbours="many"), "neighbours is 'many'; type a whole number, or auto."),
        (TrajectorySettings(spread="2"), "spread is '2'"),
        (TrajectorySettings(sequences="a"), "sequences is 'a'"),
        (TrajectorySettings(padding="sideways"), "choose zeros or skip"),
    ],
)
def test_a_wrong_setting_is_said_in_a_sentence_and_costs_nothing(settings: TrajectorySettings, sentence: str) -> None:
    trajectories = Trajectories(without_clip)
    with pytest.raises(ValueError, match=re.escape(sentence)):
        finished(trajectories.follow(visitor_named("anna"), FollowRequest(chosen="realshort", settings=settings)))
    assert not trajectories.works.works
    with pytest.raises(ValueError, match="no explored clip yet"):
        chosen_sequences("explored", None, 1)


@pytest.mark.slow
def test_what_fails_says_why_and_leaves_what_is_shown() -> None:
    async def both(trajectories: Trajectories) -> tuple:
        anna, wide = visitor_named("anna"), TrajectorySettings(neighbours="9000")
        first = await trajectories.follow(anna, FollowRequest(chosen="realshort"))
        whole = await told(trajectories, anna, first.id)
        second = await trajectories.follow(anna, FollowRequest(chosen="realshort", settings=wide))
        return whole, await told(trajectories, anna, second.id), trajectories.pages.get("anna")

    whole, failed, shown = finished(both(Trajectories(without_clip)))
    drawn = [answer.trajectory for answer in whole if answer.trajectory]
    assert len({trip["id"] for trip in drawn}) == 1
    assert (whole[-1].state, drawn[-1]["id"]) == ("done", shown.id)
    assert drawn[-1]["pictures"]["umap"]["trust"] and drawn[-1]["memories"]
    assert (failed[-1].state, "neighbours is 9000" in failed[-1].message) == ("failed", True)
    assert shown.folder.is_dir()
    shown.remove()


@pytest.mark.slow
def test_a_trajectory_is_its_visitor_s_alone_and_ends_with_the_page() -> None:
    async def visit(trajectories: Trajectories) -> tuple:
        anna, ben = visitor_named("anna"), visitor_named("ben")
        work = (await trajectories.follow(anna, FollowRequest(chosen="realshort"))).id
        for question in (
            trajectories.progress(ben, ProgressRequest(id=work)),
            trajectories.cancel(ben, CancelRequest(id=work)),
        ):
            with pytest.raises(ValueError, match="put away"):
                await question
        last = (await told(trajectories, anna, work))[-1]
        shown = trajectories.pages.get("anna")
        request = TakeTrajectoryRequest(id=shown.id, kind="states")
        assert trajectories.take(anna, request).name == "video-16-trajectory.safetensors"
        with pytest.raises(ValueError, match="put away"):
            trajectories.take(ben, request)
        trajectories.leave("anna")
        return last, shown

    last, shown = finished(visit(Trajectories(without_clip)))
    assert last.state == "done"
    assert not shown.folder.exists()


def test_a_cancelled_trajectory_ends_and_leaves_no_files() -> None:
    async def visit(trajectories: Trajectories) -> tuple:
        anna = visitor_named("anna")
        work = (await trajectories.follow(anna, FollowRequest(chosen="realshort"))).id
        await trajectories.cancel(anna, CancelRequest(id=work))
        last = (await told(trajectories, anna, work))[-1]
        await asyncio.gather(*trajectories.works.tasks)
        return last, trajectories.pages.entries

    last, pages = finished(visit(Trajectories(without_clip)))
    assert (last.state, pages) == ("cancelled", {})


def test_several_sequences_of_a_sample_are_of_one_size() -> None:
    found, _ = chosen_sequences("realshort", None, 3)
    assert len(found) == 3
    assert len({sequence.frames_THWK.shape[1:] for sequence in found}) == 1


@pytest.mark.parametrize(
    ("windows", "names"), [(1, ["holiday.mp4"]), (2, ["holiday.mp4, window 1", "holiday.mp4, window 2"])]
)
def test_a_visitor_s_own_clip_is_called_by_its_name(tmp_path: Path, windows: int, names: list[str]) -> None:
    for index in range(windows):
        np.save(tmp_path / f"frames-{index}.npy", frames(2, 8, 8))
    clip = SimpleNamespace(memory=None, windows=windows, kept=lambda: True, folder=tmp_path, name="holiday.mp4")
    assert [sequence.name for sequence in explored_sequences(clip, 4)] == names


def test_a_long_name_keeps_its_end() -> None:
    short = shortened("a-video-that-somebody-has-called-by-a-whole-sentence.mp4")
    assert len(short) == 28 and short.endswith("ence.mp4") and shortened("short.mp4") == "short.mp4"


def test_one_leaf_is_one_leaf() -> None:
    assert short_trip(1).title == "noise: 1 leaf through video-16."


@pytest.fixture(scope="module")
def tab(kept_page_at: Callable, served: str) -> object:
    """The app's Trajectory tab with its first trajectory, opened once; tests follow others last."""
    page = kept_page_at(served)
    page.get_by_role("tab", name="Trajectory").click()
    page.wait_for_function("window.imfnPath && imfnPath.get().trip")
    wait_shown(page)
    return page


def wait_shown(page: object) -> None:
    """Until the map and the strips show what is selected."""
    page.wait_for_function(
        """() => {
            const { trip, dimensions, t } = imfnPath.get();
            const map = document.querySelector("#path-map .imfn-root").dataset.shows;
            return map === `${trip.id} ${imfnPath.shown()} ${dimensions} ${t}`;
        }"""
    )


def strip(page: object, name: str) -> str:
    """What a strip shows, as one long text."""
    page.wait_for_function(
        "() => document.querySelector('#path-now .imfn-root').dataset.shows"
        " === `${imfnPath.get().trip.id} ${imfnPath.get().t}`"
    )
    return page.evaluate(f"document.querySelector('.imfn-strip-{name} canvas').toDataURL()")


@pytest.mark.browser
def test_play_scrub_and_click_move_tree_strips_and_cursor_together(tab: object) -> None:
    page = tab
    page.wait_for_function("imfnPath.get().trip.memories", timeout=90_000)
    page.evaluate("imfnPath.setTime(20)")
    wait_shown(page)
    before = {name: strip(page, name) for name in ("tree", "student", "source", "difference")}
    path = page.get_attribute("#path-tree .imfn-root", "data-path")
    assert path == "19 7"
    page.click("#path-play")
    page.wait_for_function(f"{TIME} > 22")
    page.click("#path-play")
    page.locator("#path-scrub").fill("60")
    wait_shown(page)
    assert page.evaluate(TIME) == 60
    after = {name: strip(page, name) for name in before}
    assert all(after[name] != before[name] for name in before)
    assert page.get_attribute("#path-tree .imfn-root", "data-path") == "59 7"
    page.wait_for_function("document.querySelector('#path-distance .imfn-chart').layout?.shapes[0].x0 === 60")
    page.wait_for_function("location.search.includes('t=60')")


@pytest.mark.browser
def test_a_click_on_a_point_jumps_there_and_zoom_survives_every_change(tab: object) -> None:
    page = tab
    page.wait_for_function("imfnPath.get().trip.pictures.umap", timeout=300_000)
    page.get_by_role("radio", name="PCA").click()
    wait_shown(page)
    page.evaluate("Plotly.relayout(document.querySelector('.imfn-path-plot'), {'xaxis.range': [-3, 3]})")
    zoom = "document.querySelector('.imfn-path-plot').layout.xaxis.range.map((x) => Math.round(x))"
    kept = page.evaluate(zoom)
    page.evaluate("imfnPath.setTime(7)")
    wait_shown(page)
    page.get_by_role("radio", name="UMAP").click()
    wait_shown(page)
    page.get_by_role("radio", name="PCA").click()
    wait_shown(page)
    assert page.evaluate(zoom) == kept
    page.get_by_role("radio", name="UMAP").click()
    wait_shown(page)
    spot = settled(
        page,
        """(() => {
            const plot = document.querySelector('.imfn-path-plot');
            const { xaxis, yaxis } = plot._fullLayout;
            const [x, y] = imfnPath.get().trip.pictures.umap.points[0].tree[100];
            const edge = plot.getBoundingClientRect();
            return [edge.left + xaxis._offset + xaxis.l2p(x), edge.top + yaxis._offset + yaxis.l2p(y)];
        })()""",
    )
    page.mouse.move(spot[0] - 3, spot[1] - 3)
    page.mouse.move(*spot)
    page.wait_for_function("document.querySelector('#path-map .imfn-root').dataset.joined?.startsWith('0 ')")
    said = page.inner_text(".imfn-path-preview")
    leaf = int(re.match(r"leaf (\d+), (?:tree|student); ", said)[1])  # UMAP may lay one upon the other
    assert leaf in (99, 100, 101)
    apart = page.evaluate(f"imfnPath.get().trip.distance[{leaf}].toPrecision(2)")
    assert said.endswith(f"tree and student are {apart} apart")
    page.mouse.click(*spot)
    page.wait_for_function(f"Math.abs({TIME} - 100) < 3")


@pytest.mark.browser
def test_states_and_coordinates_are_saved_by_their_buttons(tab: object) -> None:
    page = tab
    for kind, name in (("states", "digits-128-trajectory.safetensors"), ("coordinates", "digits-128-trajectory.csv")):
        with page.expect_download() as saved:
            page.click(f"#path-{kind}")
        assert saved.value.suggested_filename == name
    page.wait_for_function("!document.querySelector('#path-status .busy')", timeout=300_000)


@pytest.mark.browser
def test_a_click_on_a_sequence_beats_the_first_look(page_at: Callable, served: str) -> None:
    page = page_at(served)
    page.get_by_role("tab", name="Trajectory").click()
    page.click("#path-cockatoo")
    page.wait_for_function("window.imfnPath?.get().trip?.memories", timeout=90_000)
    page.wait_for_function("!document.querySelector('#path-status .busy')", timeout=300_000)
    assert page.evaluate("imfnPath.get().trip.chosen") == "cockatoo"
    page.get_by_role("tab", name="Explore").click()
    page.get_by_role("tab", name="Trajectory").click()
    assert page.get_attribute("#path-cockatoo", "aria-pressed") == "true"


@pytest.mark.browser
def test_choosing_a_clip_during_the_first_look_keeps_it(page_at: Callable, served: str) -> None:
    page = page_at(served)
    page.wait_for_function("window.imfn?.get().exploration")
    page.click("#sample-realshort")
    page.get_by_role("tab", name="Trajectory").click()
    page.wait_for_function("window.imfnPath?.get().trip")
    assert page.evaluate("imfnPath.get().trip.chosen") == "realshort", "the open clip, and no digits before it"
    page.click("#path-cockatoo")
    page.wait_for_function("imfnPath.get().trip.chosen === 'cockatoo'")
    page.wait_for_function("!document.querySelector('#path-status .busy')", timeout=300_000)
    assert page.evaluate("imfnPath.get().trip.chosen") == "cockatoo"
    assert page.evaluate("imfn.get().exploration.sample") == "realshort"


@pytest.mark.browser
def test_a_link_opens_the_live_view_and_the_path_waits_until_it_is_seen(page_at: Callable, served: str) -> None:
    page = page_at(served, tab="trajectory", view="live")
    page.wait_for_selector("#live-go >> visible=true")
    assert page.locator("#path-map").is_hidden()
    assert page.evaluate("Boolean(window.imfnPath.get().trip)") is False
    for source in ("cockatoo", "digits"):
        page.click(f"#live-{source}")
        page.click("#live-go")
        page.wait_for_function("document.querySelector('#live [data-frame]')?.dataset.frame >= 2")
        assert settled(page, "document.querySelector('#live').getBoundingClientRect().bottom") <= 900, "one screen"
        page.click("#live-go")
    page.click("#trajectory-view-path")
    page.wait_for_selector("#path-map >> visible=true")
    assert page.locator("#live").is_hidden()
    page.wait_for_function("!location.search.includes('view=')")
    page.wait_for_function("imfnPath.get().trip")
    page.click("#trajectory-view-live")
    page.wait_for_function("location.search.includes('view=live')")
    page.get_by_role("tab", name="Guide").click()
    page.wait_for_function("location.search.includes('tab=guide') && !location.search.includes('view=')")
    page.go_back()
    page.wait_for_selector("#live-go >> visible=true")
    page.wait_for_function("location.search.includes('view=live')")


@pytest.mark.browser
@pytest.mark.parametrize("theme", ["light", "dark"])
def test_the_trajectory_tab_is_whole_on_a_phone(tab: object, theme: str) -> None:
    tab.set_viewport_size({"width": 390, "height": 900})
    turn_dark(tab, theme == "dark")
    wait_shown(tab)
    assert tab.evaluate("document.documentElement.scrollWidth") <= 390
    turn_dark(tab, False)
    tab.set_viewport_size({"width": 1280, "height": 900})


@pytest.mark.browser
def test_other_settings_and_sequences_make_another_trajectory(tab: object) -> None:
    page = tab
    first = page.evaluate("imfnPath.get().trip.id")
    page.click("#path-realshort")
    page.wait_for_function("id => imfnPath.get().trip.id !== id && imfnPath.get().trip.model === 'video-16'", arg=first)
    wait_shown(page)
    assert page.get_attribute("#path-realshort", "aria-pressed") == "true"
    page.get_by_role("radio", name="3-D").click()
    wait_shown(page)
    assert page.locator(".imfn-path-plot .gl-container").count() == 1


@pytest.mark.browser
def test_what_is_followed_can_be_cancelled_and_says_what_is_missing(page_at: Callable, served: str) -> None:
    page = page_at(served, tab="trajectory", path="realshort", script=SLOW)
    page.wait_for_function("window.imfnPath?.get().trip")
    page.focus("#path-cancel")
    page.keyboard.press("Enter")
    page.wait_for_selector("#path-status .busy", state="detached")
    assert page.inner_text("#path-status").startswith("Cancelled")
    assert page.evaluate("document.activeElement.id") == "path-realshort"
    assert page.is_hidden("#path-cancel")
    assert page.get_by_role("radio", name="UMAP").get_attribute("title") == "Cancelled before it was fitted"
    page.evaluate("window.slow = false")
    page.click("#path-realshort")
    page.wait_for_function("imfnPath.get().trip.pictures.umap && !imfnPath.get().trip.stopped", timeout=300_000)
    assert page.locator(".imfn-path-legend .imfn-key").all_inner_texts() == ["tree", "student", "now"]


@pytest.mark.browser
def test_nothing_looks_on_its_way_after_the_first_look_was_cancelled(page_at: Callable, served: str) -> None:
    silent = SLOW.replace("window.imfnPath?.get().trip && ", "")
    page = page_at(served, tab="trajectory", path="realshort", script=silent)
    moving = """() => [...document.querySelectorAll(".tabitem .imfn-bone")]
        .filter((bone) => bone.checkVisibility() && getComputedStyle(bone).animationName !== "none").length"""
    page.wait_for_selector("#path-cancel", state="visible")
    page.wait_for_function(moving)
    page.click("#path-cancel")
    page.wait_for_function("document.querySelector('#path-status').innerText.startsWith('Cancelled')")
    assert page.evaluate(moving) == 0


@pytest.mark.browser
def test_a_wrong_setting_is_said_in_the_status_line(tab: object) -> None:
    page = tab
    page.click("#path-options")
    page.fill("#path-neighbours input", "many")
    page.press("#path-neighbours input", "Enter")
    page.wait_for_selector("#path-status [role=alert]")
    assert "neighbours is 'many'" in page.inner_text("#path-status")
    page.fill("#path-neighbours input", "few")
    page.press("#path-neighbours input", "Tab")
    page.wait_for_function("document.querySelector('#path-status').innerText.includes(\"neighbours is 'few'\")")
    assert page.evaluate("imfnPath.get().trip !== null")


@pytest.mark.browser
def test_the_trajectory_endpoint_gives_states_and_numbers(served: str) -> None:
    states, facts = Client(served, verbose=False).predict(
        handle_file(str(CLIP)), "video-16", "zeros", False, api_name="/trajectory"
    )
    assert load_file(states)["0.tree"].shape[0] == 17
    assert facts["count"] == 16
    assert len(facts["points"]["pca"]["student"]) == 17
    assert len(facts["mse"]["tree"]) == 16
