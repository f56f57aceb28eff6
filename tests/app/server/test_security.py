"""What strangers may try against the public page: raw HTTP, and each other. SECURITY.md lists these."""

from __future__ import annotations

import csv
import json
import os
import re
import socket
import time
from pathlib import Path

import numpy as np
import pytest
from gradio_client import Client
from gradio_client.exceptions import AppError

from app.components.toolbox import status
from app.server import folders
from app.server.models import model
from app.sessions.choice import open_memory
from app.sessions.sequences import Sequence
from app.sessions.trajectory import TrajectorySession, TrajectorySettings
from engine.csv_text import cell
from engine.data.samples import samples
from engine.data.worlds.room import frames_of
from engine.data.worlds.rounds import draw_round, walked
from tests.app.conftest import SharedPage
from tests.app.starting import ROOT
from tests.app.visitor import Visitor, given
from tests.engine.data.made import png, zipped
from tests.engine.tiny import frames

CALLS = (("compress", ("video-16", 4, 64)), ("reconstruct", ()), ("trajectory", ("video-16", "zeros", False)))
CLIP = next(s.path for s in samples() if s.name == "realshort")
SCRIPT = '"><img src=x onerror=alert(1)>.mp4'
HIDDEN = [
    "/etc/passwd",
    "/proc/self/environ",
    f"{ROOT}/app.py",
    f"{ROOT}/checkpoints/video-16/card.json",
    f"{ROOT}/checkpoints/video-16/model.safetensors",
    f"{ROOT}/assets/samples/samples.json",
    f"{ROOT}/assets/js/../../README.md",
    f"{ROOT}/assets/js/..%2f..%2fREADME.md",
    f"{ROOT}/assets/first",
    f"{ROOT}/.git/config",
    "file:///etc/passwd",
    "//etc/passwd",
    "..%2f..%2f..%2fetc%2fpasswd",
]


@pytest.fixture
def visitor(shared: SharedPage) -> Visitor:
    return Visitor(shared.url)


@pytest.mark.parametrize("path", HIDDEN)
def test_no_file_of_the_host_is_served(visitor: Visitor, path: str) -> None:
    for door in ("gradio_api/file=", "gradio_api/file/", "file="):
        assert visitor.get(f"{door}{path}").status_code in (403, 404)


def test_neither_home_nor_temporary_folder_can_be_listed(visitor: Visitor, shared: SharedPage) -> None:
    (shared.folder / "home" / "secret.txt").write_text("secret")
    visitor.uploaded(CLIP)
    for place in (
        "home/secret.txt",
        "home",
        "log",
        "tmp",
        *(p.relative_to(shared.folder) for p in (shared.folder / "tmp").iterdir()),
    ):
        assert visitor.get(f"gradio_api/file={shared.folder / place}").status_code == 403


@pytest.mark.parametrize("path", ["gradio_api/file=https://example.com/a", "gradio_api/proxy=https://example.com/a"])
def test_the_page_fetches_nothing_for_others(visitor: Visitor, path: str) -> None:
    assert visitor.get(path).status_code in (403, 404)


def test_an_address_in_place_of_a_file_is_not_fetched(visitor: Visitor) -> None:
    _, said = visitor.call("compress", given("https://example.com/a.mp4"), "video-16", 4, 64)
    assert "not fetched" in said
    more = {"url": "https://example.com/a.mp4"}
    assert visitor.call("compress", given("a.mp4", **more), "video-16", 4, 64)[0] == "error"


def test_no_input_of_the_page_fetches_an_address(visitor: Visitor) -> None:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        listener.listen()
        listener.setblocking(False)
        address = given(f"http://127.0.0.1:{listener.getsockname()[1]}/a.mp4")
        for function in visitor.config()["dependencies"]:
            values = [address] * max(1, len(function["inputs"]))
            assert visitor.at_once(function["id"], values).status_code == 403
            assert "not fetched" in visitor.press(function["id"], [*values, address])["output"]["detail"]
        for target, name in (("train-board", "check_form"), ("explore-controls", "explore")):
            assert visitor.sent(target, name, {"request": address}).status_code == 403
        with pytest.raises(BlockingIOError):
            listener.accept()


@pytest.mark.parametrize("door", ["deep_link?session_hash=a", "dev/reload", "runs", "run-history/buckets"])
def test_doors_of_gradio_that_are_not_used_are_shut(visitor: Visitor, door: str) -> None:
    assert visitor.get(f"gradio_api/{door}").status_code in (404, 405)
    assert visitor.get("monitoring/summary").status_code == 404


def test_answers_carry_headers_that_keep_browsers_from_guessing(visitor: Visitor) -> None:
    headers = visitor.get("config").headers
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["referrer-policy"] == "same-origin"


def test_an_uploaded_page_is_downloaded_not_opened(visitor: Visitor) -> None:
    path = visitor.upload("page.html", b"<script>alert(1)</script>").json()[0]
    answer = visitor.get(f"gradio_api/file={path}")
    assert answer.headers["content-disposition"].startswith("attachment")
    assert "html" not in answer.headers["content-type"]


@pytest.mark.parametrize(
    "name", ["../../../escaped.mp4", "..\\..\\escaped.mp4", "/tmp/escaped.mp4", "a/../../escaped.mp4"]
)
def test_an_upload_stays_in_its_folder_whatever_its_name(visitor: Visitor, shared: SharedPage, name: str) -> None:
    path = Path(visitor.upload(name, CLIP.read_bytes()).json()[0])
    assert path.resolve().is_relative_to(shared.folder / "tmp" / "imfn-explorer-uploads")
    assert not list(Path("/tmp").glob("escaped.mp4"))


def test_files_that_are_too_large_together_are_refused_and_not_kept(visitor: Visitor, shared: SharedPage) -> None:
    before = shared.files()
    assert visitor.upload("large.mp4", bytes(6 << 20)).status_code == 413
    three = [("files", (f"{i}.png", os.urandom(2 << 20))) for i in range(3)]
    assert visitor.http.post("gradio_api/upload", files=three).status_code == 413
    unstated = (b"x" * (1 << 20) for _ in range(40))
    kind = {"content-type": "multipart/form-data; boundary=b"}
    assert visitor.http.post("gradio_api/upload", content=unstated, headers=kind).status_code in (400, 413)
    assert shared.files() == before


def test_a_request_that_is_no_upload_is_small(visitor: Visitor) -> None:
    body = json.dumps({"data": ["x" * (9 << 20)]})
    assert visitor.http.post("gradio_api/call/compress", content=body).status_code == 413


@pytest.mark.parametrize("place", ["/etc/passwd", str(ROOT / "app.py"), str(CLIP), "/dev/zero", "relative.mp4"])
def test_endpoints_open_only_what_was_uploaded(visitor: Visitor, place: str) -> None:
    for api, more in CALLS:
        assert visitor.call(api, given(place), *more)[0] == "error"


@pytest.mark.parametrize("place", ["/etc/passwd", str(ROOT / "app.py"), str(CLIP), "/dev/zero", "relative.mp4"])
def test_server_functions_open_only_what_was_uploaded(visitor: Visitor, place: str) -> None:
    stream = {"ticket": 1, "source": "upload", "model": "video-16", "file": place}
    form = {"settings": {}, "name": "own", "own": True, "files": [place]}
    questions = [("live", "check_clip", {"path": place}), ("live", "begin_stream", stream)]
    saved = {**stream, "source": "digits", "saved": place}
    questions += [("live", "check_saved", {"path": place}), ("live", "begin_stream", saved)]
    questions += [("train-board", "check_files", {"paths": [place]}), ("train-board", "start_run", form)]
    for target, name, request in questions:
        assert "upload it again" in visitor.ask(target, name, request)["message"]


def test_a_visitor_s_stream_is_out_of_another_s_reach(shared: SharedPage) -> None:
    anna, ben = Visitor(shared.url), Visitor(shared.url)
    stream = {"ticket": 1, "source": "digits", "model": "digits-128"}
    assert anna.ask("live", "begin_stream", stream)["ok"]
    assert "has ended here" in ben.ask("live", "next_frame", {"ticket": 1})["answer"]["ended"]
    assert ben.ask("live", "end_stream", {"ticket": 1})["ok"]
    assert anna.ask("live", "next_frame", {"ticket": 1})["answer"]["frame"]["frame"] == 1


@pytest.mark.parametrize(
    "name", [str(ROOT / "checkpoints" / "video-16"), "/etc", "..", "../checkpoints/video-16", "digits-128-student"]
)
def test_endpoints_take_bundled_models_only(visitor: Visitor, name: str) -> None:
    kind, said = visitor.call("compress", visitor.uploaded(CLIP), name, 4, 64)
    assert kind == "error"
    assert "choose one of digits-128, digits-128-equal, video-16" in said["error"]


@pytest.mark.parametrize(
    ("file", "name", "walk", "words"),
    [
        (None, "video-16", {}, "choose one of lantern-64"),
        (None, str(ROOT / "checkpoints" / "lantern-64"), {}, "choose one of lantern-64"),
        (None, "lantern-64", {"seed": 1, "moves": "r" * 32}, "a round has 32 frames"),
        (None, "lantern-64", {"seed": 1, "moves": "r" * 10**5}, "a round has 32 frames"),
        (None, "lantern-64", {"seed": 1, "run": 5}, "walk.run is"),
        (None, "lantern-64", {}, "walk lacks seed"),
        (given("/etc/passwd"), "lantern-64", {}, ""),
    ],
)
def test_the_predict_endpoint_asks_bundled_memories_of_rooms_alone(
    visitor: Visitor, file: object, name: str, walk: dict, words: str
) -> None:
    kind, said = visitor.call("predict", file, name, walk, {"question": "room"})
    assert kind == "error"
    assert words in json.dumps(said)


def test_the_predict_endpoint_answers_a_walk_and_a_memory_file(visitor: Visitor, tmp_path: Path) -> None:
    walk, query = {"seed": 7, "moves": "rrdd"}, {"question": "door"}
    kind, (found,) = visitor.call("predict", None, "lantern-64", walk, query)
    assert (kind, found["model"]) == ("complete", "lantern-64")
    worlds = walked(draw_round(7), "rrdd")
    memory = model("lantern-64").compress(frames_of(worlds, 1.0)[0].numpy())
    memory.save(tmp_path / "walk.imfn")
    _, (same,) = visitor.call("predict", visitor.uploaded(tmp_path / "walk.imfn"), "", {}, query)
    assert same["answer"] == pytest.approx(found["answer"], abs=1e-3)
    _, said = visitor.call("predict", None, "lantern-64", walk, {"question": "view", "pose": [6, 0]})
    assert "each from 0 to 5" in said["error"]


def test_endpoints_have_the_page_s_limits(visitor: Visitor, tmp_path: Path) -> None:
    np.save(tmp_path / "long.npy", frames(80, 16, 16))
    kind, (_, facts) = visitor.call("compress", visitor.uploaded(tmp_path / "long.npy"), "video-16", 4, 16)
    assert kind == "complete"
    assert facts["frames"] == 64
    assert "64 frames at a time" in facts["notes"][-1]
    model("video-16").compress(frames(80, 16, 16)).save(tmp_path / "long.imfn")
    kind, said = visitor.call("reconstruct", visitor.uploaded(tmp_path / "long.imfn"))
    assert "80 frames" in said["error"]


@pytest.mark.parametrize(
    ("name", "entries", "words"),
    [
        ("climb.zip", {"../../a.png": png(frames(1)[0])}, "climbs out"),
        ("bomb.zip", {"a.png": bytes(20 << 20)}, "to 1, over 200"),
        ("empty.zip", {}, ""),
    ],
)
def test_dangerous_zips_get_a_sentence(visitor: Visitor, tmp_path: Path, name: str, entries: dict, words: str) -> None:
    kind, said = visitor.call("compress", visitor.uploaded(zipped(tmp_path / name, entries)), "video-16", 4, 64)
    assert kind == "error"
    assert words in said["error"]


def begun(visitor: Visitor, **request: object) -> str:
    """Have something explored, as the page does; the work's id."""
    return visitor.ask("explore-controls", "explore", {"model": "video-16", **request})["answer"]["id"]


def ended(visitor: Visitor, work: str) -> dict:
    """The last news of an exploration, with what it shows."""
    seen, shown = 0, None
    while True:
        news = visitor.ask("explore-controls", "progress", {"id": work, "seen": seen})["answer"]
        seen, shown = news["seen"], news["exploration"] or shown
        if news["state"] != "busy":
            return {**news, "exploration": shown}


def test_two_visitors_do_not_see_each_other_s_clips(shared: SharedPage, tmp_path: Path) -> None:
    """Neither through the page's functions nor by asking for each other's session, call or files."""
    anna, ben = Visitor(shared.url), Visitor(shared.url)
    np.save(tmp_path / "annas-secret.npy", frames(5, 16, 16))
    work = begun(anna, uploads=[anna.uploaded(tmp_path / "annas-secret.npy")["path"]])
    clip = ended(anna, work)["exploration"]["id"]
    for name, request in (("take", {"id": clip, "kind": "json"}), ("window", {"id": clip}), ("reopen", {"id": clip})):
        assert "annas-secret" in json.dumps(anna.ask("explore-controls", name, request))
        bens = ben.ask("explore-controls", name, request)
        assert not bens["ok"]
        assert "annas-secret" not in json.dumps(bens)
    assert [each.ask("explore-controls", "storage", {"id": clip})["ok"] for each in (anna, ben)] == [True, False]
    assert not ben.ask("explore-controls", "progress", {"id": work})["ok"]
    assert "cockatoo" in json.dumps(ben.ask("explore-controls", "take", {"id": "first", "kind": "json"}))
    followed = ben.ask("path-controls", "follow", {"chosen": "explored"})["answer"]["id"]
    told = ben.ask("path-controls", "progress", {"id": followed, "seen": 1})
    assert "no explored clip yet" in told["answer"]["message"]
    assert "annas-secret" not in json.dumps(told)


def test_one_visitor_cannot_stop_another_s_work(shared: SharedPage) -> None:
    anna, ben = Visitor(shared.url), Visitor(shared.url)
    work = begun(anna, sample="cockatoo", count="32")
    assert not ben.ask("explore-controls", "cancel", {"id": work})["ok"]
    last = ended(anna, work)
    assert (last["state"], "frames of" in last["message"]) == ("done", True)


def test_one_visitor_s_trainings_are_out_of_another_s_reach(shared: SharedPage) -> None:
    """Through the raw API: no figures, no stop, no download, no comparison of somebody else's."""
    anna, ben = Client(shared.url, verbose=False), Client(shared.url, verbose=False)
    run = anna.predict("digits-30s", "annas", {"joint_steps": 2000}, api_name="/train_start")["id"]
    comparison = anna.predict(["gru"], 16, 2, 1, api_name="/compare_start")["number"]
    assert anna.predict(run, 0, api_name="/train_status")["run"]["name"] == "annas"
    assert anna.predict(comparison, api_name="/compare_status")["runs"]
    for said in ((run, 0, "/train_status"), (run, "/train_stop"), (comparison, "/compare_status")):
        with pytest.raises(AppError, match="there is no"):
            ben.predict(*said[:-1], api_name=said[-1])
    visitor = Visitor(shared.url)
    for name, more in (("export_run", {}), ("act", {"action": "stop"}), ("clone", {}), ("sheet", {"total": 0})):
        assert "there is no run" in visitor.ask("train-board", name, {"run": run, **more})["message"]
    assert run not in json.dumps(visitor.ask("train-board", "refresh", {"follow": [{"run": run}], "log": run}))
    asked = {"number": comparison, "follow": [{"run": run}]}
    assert visitor.ask("compare-board", "refresh", asked)["answer"]["numbers"] == []
    assert (
        "there is no" in visitor.ask("compare-board", "export_table", {"kind": "csv", "number": comparison})["message"]
    )
    assert anna.predict(run, 0, api_name="/train_status")["run"]["state"] in ("queued", "running")
    anna.predict(run, api_name="/train_stop")


def test_the_api_takes_no_training_that_the_page_would_not(shared: SharedPage) -> None:
    client = Client(shared.url, verbose=False)
    for settings, words in (({"joint_steps": 5000}, "2,000"), ({"data": "/etc"}, "choose digits")):
        with pytest.raises(AppError, match=words):
            client.predict("digits-30s", "long", settings, api_name="/train_start")
    with pytest.raises(AppError, match="2,000"):
        client.predict(["gru"], 16, 5000, 1, api_name="/compare_start")


def test_folders_of_visitors_cannot_be_guessed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(folders, "ROOT", tmp_path)
    names = {folders.new_folder("clip").name for _ in range(50)}
    assert len(names) == 50
    assert all(re.fullmatch(r"clip-[0-9a-f]{32}", name) for name in names)
    assert next(tmp_path.iterdir()).stat().st_mode & 0o077 == 0


def test_folders_go_when_nobody_comes_back(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(folders, "ROOT", tmp_path / "sessions")
    monkeypatch.setattr(folders, "UPLOADS", tmp_path / "uploads")
    kept = folders.new_folder("clip")
    (tmp_path / "uploads" / "hash").mkdir(parents=True)
    (tmp_path / "uploads" / "hash" / "clip.mp4").write_text("x")
    (tmp_path / "uploads" / "left").write_text("x")
    folders.sweep(time.time() + folders.kept() - 60)
    assert kept.exists()
    folders.sweep(time.time() + folders.kept() + 60)
    assert not kept.exists()
    assert list((tmp_path / "uploads").iterdir()) == []


def test_what_fails_leaves_no_folder(visitor: Visitor, shared: SharedPage) -> None:
    bad, fine = given(visitor.upload("bad.mp4", b"once upon a time " * 50).json()[0]), visitor.uploaded(CLIP)
    before = set((shared.folder / "tmp").rglob("*"))
    for api, more in CALLS:
        assert visitor.call(api, bad, *more)[0] == "error"
    assert visitor.call("trajectory", fine, "video-16", "sideways", False)[0] == "error"
    assert set((shared.folder / "tmp").rglob("*")) == before


def test_a_status_line_shows_script_as_text() -> None:
    assert "<img" not in status(f"{SCRIPT} cannot be read", error=True)


def choose(page: object, path: Path) -> None:
    """Choose a file with the upload button."""
    with page.expect_file_chooser() as chooser:
        page.click("#explore-upload")
    chooser.value.set_files(str(path))


def test_scripts_in_names_stay_text_on_the_page(page_at, shared: SharedPage, tmp_path: Path) -> None:
    """In the tree, its notes, chart, player and status line: an image that ran would set a flag."""
    memory = model("video-16").compress(frames(5, 16, 16), name='<img src=x onerror="window.ran=1"><b>bold</b>')
    memory.save(tmp_path / "clip.imfn")
    assert "<img" in open_memory(str(tmp_path / "clip.imfn"))[0].name
    page = page_at(shared.url)
    page.wait_for_selector("#explore-levels tbody tr")
    choose(page, tmp_path / "clip.imfn")
    page.wait_for_function("imfn.get().exploration.source === false")
    page.wait_for_function("document.querySelector('#explore-status').innerText.includes('<b>bold</b>')")
    assert (
        page.evaluate("document.querySelectorAll('.gradio-container b img, .gradio-container img[src=x]').length") == 0
    )
    assert page.evaluate("window.ran") is None
    script = tmp_path / "<img src=x onerror=window.ran=1>.mp4"
    script.write_bytes(CLIP.read_bytes())
    choose(page, script)
    page.wait_for_function("imfn.get().exploration.frames === 36")
    assert page.evaluate("window.ran") is None
    assert page.evaluate("document.querySelectorAll('.gradio-container img[src=x]').length") == 0


def test_the_limits_stand_on_the_page_where_they_bite(page_at, shared: SharedPage) -> None:
    page = page_at(shared.url)
    page.wait_for_selector(".imfn-shared")
    assert "64 frames at a time" in page.inner_text(".imfn-shared")


@pytest.mark.parametrize("text", ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1"])
def test_no_cell_of_a_table_is_run_by_a_spreadsheet(text: str) -> None:
    assert cell(text) == f"'{text}"
    assert cell(-1.5) == -1.5


def test_a_formula_in_a_name_is_text_in_the_coordinates_file() -> None:
    formula = Sequence(name="=cmd|' /C calc'!A0", frames_THWK=frames(3, 28, 28, 1))
    trip = TrajectorySession(model("digits-128"), None, [formula], TrajectorySettings(padding="skip"))
    with trip.coordinates_file().open() as file:
        rows = list(csv.reader(file))
    assert rows[1][0].startswith("'=")


@pytest.mark.parametrize("number", ["x", [], {"a": 1}, 1.5])
def test_what_is_no_whole_number_is_named_by_the_endpoints(visitor: Visitor, number: object) -> None:
    answers = [
        visitor.call("compress", visitor.uploaded(CLIP), "video-16", number, 64),
        visitor.call("compare_status", number),
        visitor.call("compare_start", ["teacher"], number, 5, 1),
    ]
    assert [kind for kind, _ in answers] == ["error"] * 3
    assert all("type a whole number" in said["error"] for _, said in answers), answers


def test_no_traceback_reached_anybody(shared: SharedPage, visitor: Visitor) -> None:
    answers = [visitor.call("compress"), visitor.call("compress", *[{"a": 1}] * 4), visitor.call("nothing")]
    answers += [visitor.http.post("gradio_api/call/compress", content=b"{").text]
    assert "Traceback" not in json.dumps(answers)
    assert str(ROOT) not in json.dumps(answers)
    assert shared.process.is_alive()
