"""The Live card: its handlers as plain functions, and the card alone in a real browser with a pretended camera."""

from __future__ import annotations

import base64
from collections.abc import Callable, Iterator
from dataclasses import replace
from io import BytesIO
from pathlib import Path

import gradio as gr
import numpy as np
import pytest
from PIL import Image

from app.components import head_html, page_theme
from app.pictures.live import CELL, camera_frame, film
from app.server.rpc import Visitor
from app.sessions import live
from app.sessions.live import IDLE, MINUTES, BeginRequest, ClipRequest, FrameRequest, LiveSessions
from app.tabs.live import build_live
from engine.compressors.students.base import build_student
from engine.data.samples import samples
from engine.model import Model
from tests.app.conftest import box_of

CLIP = next(s.path for s in samples() if s.name == "realshort")
DIGITS = BeginRequest(ticket=1, source="digits", model="digits-128")
FILM = BeginRequest(ticket=1, source="cockatoo", model="video-16", padding="zeros")
NEXT = FrameRequest(ticket=1)


def decoded(url: str) -> np.ndarray:
    """The pixels of a data URL."""
    return np.asarray(Image.open(BytesIO(base64.b64decode(url.partition(",")[2]))))


def snapshot(width: int, height: int, kind: str = "JPEG") -> str:
    """A camera's frame of one red."""
    file = BytesIO()
    Image.new("RGB", (width, height), (200, 30, 30)).save(file, kind)
    return f"data:image/{kind.lower()};base64,{base64.b64encode(file.getvalue()).decode()}"


def test_frames_come_in_order_each_when_it_is_due() -> None:
    sessions = LiveSessions()
    begun = sessions.begin("a", DIGITS, 0.0)
    assert (begun.leaves, begun.floats, begun.rate) == (128, 1024, 10.0)
    truth = np.asarray(Image.open(next(s.path for s in samples() if s.name == "digits")).convert("L"))
    for k in range(3):
        answer = sessions.push("a", NEXT, k / 10)
        frame = answer.frame
        assert (frame.frame, frame.leaf, frame.merges, frame.skipped) == (k + 1, k + 1, (0, 1, 2)[k], 0)
        assert answer.due == pytest.approx(0.1)
        assert np.array_equal(decoded(frame.source)[..., 0], truth[:28, 28 * k : 28 * k + 28])
    assert len(frame.teacher.psnr) == 3


@pytest.mark.slow
def test_a_window_rolls_over_and_every_push_takes_all_merges_with_zeros() -> None:
    sessions = LiveSessions()
    sessions.begin("a", FILM, 0.0)
    answers = [sessions.push("a", NEXT, k / 20) for k in range(17)]
    assert {answer.frame.merges for answer in answers} == {4}
    assert [(answer.frame.window, answer.frame.leaf) for answer in answers[-2:]] == [(0, 16), (1, 1)]
    cells = answers[15].frame.teacher.sheet
    assert (cells.columns, cells.width, cells.height) == (16, 64, 64)
    assert decoded(cells.url).shape == (64, 1024, 3)


def test_a_late_call_skips_frames_and_says_how_many() -> None:
    sessions = LiveSessions()
    sessions.begin("a", DIGITS, 0.0)
    sessions.push("a", NEXT, 0.0)
    assert sessions.push("a", NEXT, 1.05).frame.skipped == 9


def test_speed_changes_while_it_runs() -> None:
    sessions = LiveSessions()
    sessions.begin("a", DIGITS, 0.0)
    assert sessions.push("a", replace(NEXT, speed=2.0), 0.0).due == pytest.approx(0.05)


def test_a_bundled_student_is_shown_beside_its_teacher(monkeypatch: pytest.MonkeyPatch) -> None:
    tree = live.model("digits-128-equal").tree
    follower = Model(build_student(tree, hidden=0, start="merges"), card={"kind": "student"}, name="s", fingerprint="")
    monkeypatch.setattr(live, "follower_of", lambda teacher: follower)
    sessions = LiveSessions()
    assert sessions.begin("a", replace(DIGITS, model="digits-128-equal", padding="zeros"), 0.0).student
    for k in range(5):
        frame = sessions.push("a", NEXT, k / 10).frame
        assert frame.student.psnr == pytest.approx(frame.teacher.psnr, abs=0.02)


def test_two_visitors_have_streams_of_their_own() -> None:
    sessions = LiveSessions()
    sessions.begin("a", DIGITS, 0.0)
    sessions.begin("b", DIGITS, 0.0)
    sessions.push("a", NEXT, 0.0)
    assert sessions.push("a", NEXT, 0.1).frame.frame == 2
    assert sessions.push("b", NEXT, 0.1).frame.frame == 1


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        ({"source": "/etc/passwd"}, "no source '/etc/passwd'"),
        ({"source": "upload"}, "No clip was uploaded yet"),
        ({"model": "../x"}, "no model '../x' here; choose one of digits-128"),
        ({"padding": "none"}, "'none'; choose zeros or skip"),
        ({"speed": 1e9}, "speed is '1000000000.0'; choose 0.5, 1, 2"),
    ],
)
def test_a_bad_request_gets_one_sentence(wrong: dict, words: str) -> None:
    sessions = LiveSessions()
    with pytest.raises(ValueError, match=words):
        sessions.begin("a", replace(DIGITS, **wrong), 0.0)
    assert not sessions.running


def test_a_stream_ends_after_its_minutes_and_is_forgotten_when_nobody_asks() -> None:
    sessions = LiveSessions()
    for visitor in ("a", "b"):
        sessions.begin(visitor, DIGITS, 0.0)
    assert f"{MINUTES} minutes" in sessions.push("a", NEXT, 60.0 * MINUTES + 1).ended
    assert list(sessions.running) == ["b"]
    sessions.begin("c", DIGITS, IDLE + 1)
    assert list(sessions.running) == ["c"]
    sessions.end("c")
    assert not sessions.running


def test_what_was_sent_for_an_older_stream_does_not_touch_the_new_one() -> None:
    sessions = LiveSessions()
    sessions.begin("a", DIGITS, 0.0)
    sessions.begin("a", replace(DIGITS, ticket=2), 0.0)
    sessions.end("a", ticket=1)
    assert "has ended here" in sessions.push("a", NEXT, 0.1).ended
    assert sessions.push("a", replace(NEXT, ticket=2), 0.1).frame.frame == 1


def test_a_stream_that_takes_long_to_open_does_not_replace_a_newer_one() -> None:
    sessions = LiveSessions()
    sessions.begin("a", replace(DIGITS, ticket=2), 0.0)
    with pytest.raises(ValueError, match="Another stream has begun since"):
        sessions.begin("a", DIGITS, 0.0)
    assert sessions.push("a", replace(NEXT, ticket=2), 0.1).frame.frame == 1


def test_no_more_streams_than_the_machine_is_lent_for(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(live, "STREAMS", 1)
    sessions = LiveSessions()
    sessions.begin("a", DIGITS, 0.0)
    with pytest.raises(ValueError, match="the limit; try again"):
        sessions.begin("b", DIGITS, 0.0)
    assert sessions.begin("a", DIGITS, 0.0).leaves == 128


def test_a_camera_pushes_what_it_sends_cropped_to_the_model() -> None:
    sessions = LiveSessions()
    sessions.begin("a", replace(FILM, source="camera", speed=2.0), 0.0)
    answer = sessions.push("a", replace(NEXT, picture=snapshot(160, 120)), 0.0)
    assert decoded(answer.frame.source).shape == (128, 128, 3)
    assert answer.due == pytest.approx(0.1), "a camera has its own rate"
    assert camera_frame(snapshot(64, 48, "PNG"), (28, 28, 1)).shape == (28, 28, 1)


@pytest.mark.parametrize(
    "picture",
    [None, "x", "data:image/png;base64,====", "data:image/png;base64,AAAA", "data:image/png;base64," + "A" * 400_000],
)
def test_a_camera_frame_that_is_none_ends_the_stream_with_a_sentence(picture: object) -> None:
    sessions = LiveSessions()
    sessions.begin("a", replace(FILM, source="camera"), 0.0)
    with pytest.raises(ValueError, match="camera's frame could not be read"):
        sessions.push("a", replace(NEXT, picture=picture), 0.0)
    assert not sessions.running


def test_a_huge_camera_frame_is_refused_before_it_is_unpacked() -> None:
    with pytest.raises(ValueError, match="at most 1024 pixels"):
        camera_frame(snapshot(1500, 4), (128, 128, 3))


def test_an_upload_is_streamed_by_the_model_that_suits_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GRADIO_TEMP_DIR", str(tmp_path))
    sessions, ann = LiveSessions(), Visitor(key="ann", session="a")
    (tmp_path / CLIP.name).write_bytes(CLIP.read_bytes())
    clip = sessions.check_clip(ann, ClipRequest(path=str(tmp_path / CLIP.name)))
    assert (clip.name, clip.model) == ("realshort.mp4", "video-16")
    upload = replace(FILM, source="upload", file=str(tmp_path / CLIP.name))
    assert sessions.begin("a", upload, 0.0).rate == pytest.approx(30.02, abs=0.01)
    (tmp_path / "bad.mp4").write_text("once upon a time " * 50)
    with pytest.raises(ValueError, match=r"bad\.mp4"):
        sessions.check_clip(ann, ClipRequest(path=str(tmp_path / "bad.mp4")))


def test_no_file_of_the_host_is_streamed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GRADIO_TEMP_DIR", str(tmp_path))
    for path in (str(CLIP), "/etc/passwd", "../" * 9 + "etc/passwd"):
        with pytest.raises(ValueError, match="upload it again"):
            LiveSessions().check_clip(Visitor(key="ann", session="a"), ClipRequest(path=path))
        with pytest.raises(ValueError, match="upload it again"):
            LiveSessions().begin("a", replace(FILM, source="upload", file=path), 0.0)


def test_sheets_are_small_whatever_the_frames() -> None:
    large = film(np.zeros((3, 256, 256, 3), np.float32))
    assert large.height <= CELL
    assert film(np.zeros((20, 28, 28, 1), np.float32)).columns == 16


@pytest.fixture(scope="module")
def sessions() -> LiveSessions:
    """What the card below keeps of its visitors."""
    return LiveSessions()


@pytest.fixture(scope="module")
def card(serve: Callable, sessions: LiveSessions) -> str:
    """The address of a page with nothing but the card."""
    with gr.Blocks() as blocks:
        build_live(sessions)
    return serve(blocks, head=head_html([("trajectory", ("live.css", "live_forest.css"))]), theme=page_theme())


@pytest.fixture
def watched(page_at: Callable, card: str) -> Iterator[Callable]:
    """Opens the card."""

    def open_card(**options: object) -> object:
        page = page_at(card, **options)
        page.wait_for_selector("#live-go")
        return page

    yield open_card


def wait_for_frame(page: object, number: int) -> None:
    """Until so many frames were pushed and shown."""
    page.wait_for_function("n => Number(document.querySelector('#live [data-frame]')?.dataset.frame) >= n", arg=number)


def strip(page: object, name: str = "teacher") -> str:
    """The picture of a film strip."""
    return page.evaluate("name => document.querySelector(`#live-strip-${name}`).toDataURL()", name)


@pytest.mark.browser
def test_a_sample_streams_rolls_over_and_stops_at_once(watched: Callable) -> None:
    page = watched()
    empty = strip(page)
    page.click("#live-go")
    wait_for_frame(page, 2)
    early = strip(page)
    wait_for_frame(page, 6)
    assert len({empty, early, strip(page)}) == 3
    page.wait_for_selector("#live-roots canvas")
    page.wait_for_function("document.querySelector('#live [data-window]').dataset.window === '1'")
    assert "window 2" in page.inner_text("#live-state").replace("\n", "")
    page.click("#live-go")
    assert page.inner_text("#live-go") == "Start"
    page.wait_for_timeout(600)  # a frame that was under way is shown, since the stream has it
    stopped = page.inner_text("#live-state")
    page.wait_for_timeout(400)
    assert page.inner_text("#live-state") == stopped


@pytest.mark.browser
def test_the_webcam_is_pushed_and_another_source_takes_over_while_it_runs(watched: Callable) -> None:
    page = watched()
    page.click("#live-camera")
    assert page.locator("#live-speed").is_hidden()
    page.click("#live-go")
    wait_for_frame(page, 5)
    page.click("#live-digits")
    page.wait_for_function("document.querySelector('#live-state').innerText.includes('of 128')")
    assert page.evaluate("imfn.live.camera") is None, "the camera is let go"


@pytest.mark.browser
@pytest.mark.parametrize(
    ("broken", "words"),
    [
        (
            "navigator.mediaDevices.getUserMedia = async () => { throw new DOMException('', 'NotAllowedError'); }",
            "refused",
        ),
        ("Object.defineProperty(navigator, 'mediaDevices', { value: undefined })", "offers no camera here"),
    ],
)
def test_without_a_camera_there_is_one_plain_sentence(watched: Callable, broken: str, words: str) -> None:
    page = watched()
    page.evaluate(f"() => {{ {broken} }}")
    page.click("#live-camera")
    page.click("#live-go")
    page.wait_for_selector("#live-sentence.error")
    assert words in page.inner_text("#live-sentence")
    assert page.inner_text("#live-go") == "Start"


@pytest.mark.browser
def test_an_uploaded_clip_starts_by_itself_and_a_bad_one_gets_a_sentence(watched: Callable, tmp_path: Path) -> None:
    page = watched()
    (tmp_path / "bad.mp4").write_text("once upon a time " * 50)
    for path in (tmp_path / "bad.mp4", CLIP):
        with page.expect_file_chooser() as chooser:
            page.click("#live-upload")
        chooser.value.set_files(str(path))
        if path != CLIP:
            page.wait_for_selector("#live-sentence.error")
    wait_for_frame(page, 3)
    assert page.inner_text("#live-upload") == "realshort.mp4"
    page.click("#live-digits")
    page.wait_for_function("document.querySelector('#live-state').innerText.includes('of 128')")
    page.click("#live-upload")
    page.wait_for_function("document.querySelector('#live-state').innerText.includes('of 16')")


@pytest.mark.browser
def test_two_visitors_watch_at_once_and_nothing_is_left_when_they_go(watched: Callable, sessions: LiveSessions) -> None:
    pages = [watched(), watched()]
    for page in pages:
        page.click("#live-digits")
        page.click("#live-go")
    for page in pages:
        wait_for_frame(page, 4)
    assert len(sessions.running) >= 2
    for page in pages:
        page.close()
    again = watched()
    for _ in range(100):
        if not sessions.running:
            break
        again.wait_for_timeout(100)
    assert not sessions.running


@pytest.mark.browser
@pytest.mark.parametrize("theme", ["light", "dark"])
def test_the_card_is_whole_on_a_phone(watched: Callable, theme: str) -> None:
    page = watched(width=390, theme=theme)
    page.click("#live-go")
    wait_for_frame(page, 2)
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    go, body = box_of(page, "#live-go"), box_of(page, ".imfn-live-body")
    assert go["x"] + go["width"] <= body["x"] + body["width"] + 1
