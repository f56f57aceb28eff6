"""The Predict tab in a browser: a whole round by keyboard, by taps and on a phone, and what a link does to it."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from engine.reports import memory_tables
from tests.app.conftest import box_of, wait_chart

pytestmark = pytest.mark.browser
SHOWS = "shown => document.querySelector('#predict .imfn-root')?.dataset.shows === shown"


@pytest.fixture(scope="module")
def page(kept_page_at: Callable, served: str) -> object:
    """A round of room 7 at its first frame, where every test begins anew."""
    opened = kept_page_at(served, tab="predict", seed=7, moves="", pose=14)
    opened.wait_for_function(SHOWS, arg="7  14")
    return opened


@pytest.fixture
def round_(page: object) -> object:
    """The same page in room 7, before any move."""
    page.evaluate("imfnPredict.change({ seed: 7, moves: '', other: null, distractor: true, asked: 14 })")
    page.wait_for_function(SHOWS, arg="7  14")
    page.focus("#predict-room")
    return page


def pressed(page: object, *keys: str) -> None:
    """Press keys one after the other."""
    for key in keys:
        page.keyboard.press(key)


def until(page: object, moves: str, pose: int = 14) -> None:
    """Until the beliefs after these moves are on the page."""
    page.wait_for_function(SHOWS, arg=f"7 {moves} {pose}")


def picture(page: object, selector: str) -> str:
    """What a canvas shows."""
    return page.evaluate("selector => document.querySelector(selector).toDataURL()", selector)


def test_arrows_walk_at_once_where_nothing_has_the_focus(round_: object) -> None:
    round_.evaluate("document.activeElement.blur(); scrollTo(0, 0)")
    pressed(round_, "ArrowRight", "ArrowDown")
    until(round_, "rd")
    assert round_.evaluate("scrollY") == 0
    pressed(round_, "u")
    until(round_, "r")


def test_a_whole_round_by_keyboard(round_: object) -> None:
    page = round_
    first = picture(page, ".imfn-predict-belief canvas")
    pressed(page, "ArrowRight", "ArrowRight", "ArrowDown", ".")
    until(page, "rrds")
    assert picture(page, ".imfn-predict-belief canvas") != first
    assert page.inner_text(".imfn-predict-step b") == "5"

    page.focus("#predict-beliefs")
    before = picture(page, "#predict-views figure:nth-child(2) canvas")
    pressed(page, "ArrowDown", "ArrowLeft")
    until(page, "rrds", 19)
    assert "row 4, column 2" in page.inner_text(".imfn-predict-there")
    assert picture(page, "#predict-views figure:nth-child(2) canvas") != before

    pressed(page, "u")
    until(page, "rrd", 19)
    assert "Step 4 again" in page.inner_text("#predict-said")
    pressed(page, "f")
    page.wait_for_selector("#predict-swap", state="visible")
    page.focus("#predict-room")
    pressed(page, "ArrowUp", "ArrowUp")
    until(page, "rrduu", 19)
    pressed(page, "b")
    until(page, "rrd", 19)
    assert "Other branch, step 6" in page.inner_text("#predict-swap")

    pressed(page, *["ArrowLeft"] * 3, *["ArrowUp"] * 3, *["ArrowRight"] * 4, *["ArrowDown"] * 5)
    until(page, "rrd" + "lll" + "uuu" + "rrrr" + "ddddd", 19)
    pressed(page, "g")
    assert page.evaluate("document.activeElement.id") == "predict-dark"
    assert "Where was the" in page.inner_text("#predict-find-said")
    pressed(page, "ArrowLeft", "Enter")
    page.wait_for_function("/You (lit|missed) it/.test(document.querySelector('#predict-find-said').innerText)")
    assert "of 1" in page.inner_text("#predict-score")
    assert page.evaluate("location.search").count("seed=7") == 1


def test_a_walk_ends_after_its_last_frame_in_a_sentence(round_: object) -> None:
    page, moves = round_, "r" * 31
    page.evaluate("moves => imfnPredict.change({ moves })", moves)
    until(page, moves)
    page.focus("#predict-room")
    pressed(page, "ArrowLeft")
    assert "All 32 frames" in page.inner_text("#predict-said")
    page.click("#predict-undo")
    until(page, moves[:-1])
    pressed(page, "ArrowRight")
    until(page, moves)
    page.click("#predict-walk")
    assert "All 32 frames" in page.inner_text("#predict-said") and page.inner_text("#predict-walk") == "Walk"


def test_another_room_shows_its_own_lantern_however_fast_one_moves_on(round_: object) -> None:
    page = round_
    before = page.evaluate(
        """() => {
            imfnPredict.change({ seed: 8, moves: "", other: null });
            const pose = imfnPredict.pose; // room 7's answer says nothing of where room 8 begins
            imfnPredict.walkTo(0);
            const said = imfnPredict.state.message;
            imfnPredict.begin();
            imfnPredict.move("r");
            return [pose, said, imfnPredict.state.game, imfnPredict.state.round.moves];
        }"""
    )
    assert before[0] is None and "try again in a moment" in before[1] and before[2:] == [None, "r"]
    page.wait_for_function(SHOWS, arg="8 r 14")
    assert page.evaluate("imfnPredict.pose === imfnPredict.state.answer.poses.at(-1)")


def test_a_fork_in_full_flight_is_set_against_its_own_step(round_: object) -> None:
    page = round_
    page.evaluate("() => { for (const letter of 'rrd') imfnPredict.move(letter); imfnPredict.fork(); }")
    until(page, "rrd")
    page.focus("#predict-room")
    pressed(page, "ArrowUp")
    until(page, "rrdu")
    page.wait_for_function("/The other, step 4:/.test(document.querySelector('#predict-said').innerText)")
    page.click(".imfn-predict-switch")
    page.wait_for_function("!/The other/.test(document.querySelector('#predict-said').innerText)")


def test_a_choice_that_was_not_heard_can_be_made_again(round_: object) -> None:
    page = round_
    page.evaluate("imfnPredict.change({ moves: 'llluuurrrrddddd' })")
    until(page, "llluuurrrrddddd")
    pressed(page, "g")
    page.evaluate(
        """async () => {
            const { walk } = imfnPredict.server;
            imfnPredict.server.walk = () => Promise.reject(new Error("not heard"));
            await imfnPredict.choose();
            imfnPredict.server.walk = walk;
        }"""
    )
    assert "not heard" in page.inner_text("#predict-said")
    assert "Where was the" in page.inner_text("#predict-find-said")
    pressed(page, "Enter")
    page.wait_for_function("/You (lit|missed) it/.test(document.querySelector('#predict-find-said').innerText)")


def test_a_tap_walks_the_lantern_there_and_the_truth_shows_on_request(round_: object) -> None:
    page = round_
    dark = picture(page, "#predict-room canvas")
    page.click("#predict-truth")
    assert picture(page, "#predict-room canvas") != dark
    page.click("#predict-truth")
    assert picture(page, "#predict-room canvas") == dark
    edge = box_of(page, "#predict-room")
    page.mouse.click(edge["x"] + 5, edge["y"] + 5)
    page.wait_for_function("imfnPredict.state.answer.poses.at(-1) === 0")


def test_beliefs_are_said_in_words_and_memories_play_by_themselves(round_: object) -> None:
    page = round_
    pressed(page, "ArrowRight")
    page.wait_for_function("document.querySelector('#predict-heard').innerText.includes('Step 2 of 32')")
    assert "Tree, to predict looks like upper left" in page.inner_text("#predict-heard")
    page.click("#predict-play")
    page.wait_for_function("document.querySelector('.imfn-predict-find').innerText.includes('rooms after 32')")
    assert page.locator(".imfn-predict-bar em").count() == 3


def test_the_third_memory_is_chosen_and_stands_in_the_address(round_: object) -> None:
    page, names = round_, "[...document.querySelectorAll('.imfn-predict-belief')].map(each => each.dataset.name)"
    shows = "names => [...document.querySelectorAll('.imfn-predict-belief')].map(e => e.dataset.name).join() === names"
    assert page.evaluate(names) == ["lantern-64", "lantern-64-copy", "lantern-64-gru"]
    page.select_option("#predict-third", "lantern-64-student")
    page.wait_for_function(shows, arg="lantern-64,lantern-64-copy,lantern-64-student")
    page.wait_for_function("location.search.includes('third=lantern-64-student')")
    assert "Student of the tree" in page.inner_text("#predict-views")
    assert "Student of the tree" in page.inner_text("#predict-skill")
    page.focus("#predict-third")
    pressed(page, "ArrowUp", "ArrowUp")
    page.wait_for_function(shows, arg="lantern-64,lantern-64-copy,lantern-64-gru")
    page.wait_for_function("!location.search.includes('third=')")
    assert page.evaluate("imfnPredict.state.round.moves") == ""


def test_a_digit_that_is_looked_for_stays_when_another_memory_is_chosen(round_: object) -> None:
    page = round_
    page.evaluate("imfnPredict.change({ moves: 'rrddlluurr' })")
    until(page, "rrddlluurr")
    page.focus("#predict-room")
    pressed(page, "g")
    game = page.evaluate("imfnPredict.state.game")
    page.select_option("#predict-third", "lantern-64-joint")
    page.wait_for_function("imfnPredict.state.answer.beliefs.at(-1).name === 'lantern-64-joint'")
    assert page.evaluate("imfnPredict.state.game") == game and game["mine"] is None
    page.evaluate("imfnPredict.change({ third: '' })")
    page.wait_for_function("imfnPredict.state.answer.beliefs.at(-1).name === 'lantern-64-gru'")


def test_an_answer_about_another_memory_than_the_chosen_one_is_not_shown(round_: object) -> None:
    page = round_
    kept = page.evaluate(
        """async () => {
            const [store, walk, seen] = [imfnPredict, imfnPredict.server.walk, []];
            const off = store.subscribe(document.body, (state, what) =>
                what === "answer" && seen.push(state.answer.beliefs.at(-1).name));
            store.change({ third: "lantern-64-joint" });
            store.change({ third: "" });
            store.fork();
            while (store.asking) await new Promise((resolve) => setTimeout(resolve, 20));
            return [seen, store.state.aside?.beliefs.at(-1).name ?? null];
        }"""
    )
    assert "lantern-64-joint" not in kept[0] and kept[1] in (None, "lantern-64-gru")


def test_the_evidence_is_folded_and_comes_from_the_record(round_: object) -> None:
    page, rows = round_, memory_tables.recorded("lantern")
    page.click("#predict-evidence .imfn-fold-head button")
    page.wait_for_selector("#predict-verdicts tbody tr", state="visible")
    assert page.locator("#predict-verdicts tbody tr").count() == 8
    assert page.locator("#predict-rates tbody tr").count() == len(memory_tables.find_table(rows).rows)
    assert page.locator("#predict-table tbody tr").count() == len(memory_tables.lantern_table(rows).rows)
    wait_chart(page, "#predict-lags")
    page.click("#predict-evidence .imfn-fold-head button")


def test_a_link_opens_its_round_on_a_phone_with_buttons_for_the_arrows(page_at: Callable, served: str) -> None:
    page = page_at(served, width=390, tab="predict", seed=7, moves="rr", screen="off", pose=21, other="d")
    page.wait_for_function(SHOWS, arg="7 rr 21")
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    assert not page.is_checked("#predict-screen")
    page.click("#predict-down")
    page.wait_for_function(SHOWS, arg="7 rrd 21")
    page.wait_for_function("location.search.includes('moves=rrd') && location.search.includes('screen=off')")


def test_a_link_to_what_there_is_not_is_said_and_another_round_is_shown(page_at: Callable, served: str) -> None:
    page = page_at(served, tab="predict", seed=7, moves="right", memory="no-such-run")
    page.wait_for_selector('.imfn-notice:has-text("The link\'s moves are none")')
    page.wait_for_selector('.imfn-notice:has-text("The bundled memories are shown")')
    page.wait_for_function(SHOWS, arg="7  6")
