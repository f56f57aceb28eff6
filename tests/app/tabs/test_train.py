"""The Train tab: its answers, and the tab itself in a real browser against an app with a home of its own."""

from __future__ import annotations

import asyncio
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import psutil
import pytest
from gradio_client import Client
from PIL import Image

from app.server.payloads import to_json
from app.server.rpc import answer, request_type
from app.sessions.explorations import Explorations
from app.sessions.training import Trainings
from engine.data.samples import samples
from engine.jobs import Jobs, presets, settings_of
from tests.app.conftest import settled, wait_painted
from tests.app.starting import ROOT, free_port, running_app, training, wait_for
from tests.engine.jobs.jobs_here import digits_on_disk

CLIP = next(s.path for s in samples() if s.name == "realshort")
RUN = "imfnTrain.run()"
START_BOTTOM = "document.querySelector('#train-start').getBoundingClientRect().bottom"
WAIT = 300_000  # milliseconds until a run that is asked to stop has stopped, on a busy machine


@pytest.fixture
def trainings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Trainings:
    """Trainings that nobody runs, and an upload folder with a clip in it."""
    uploads = tmp_path / "uploads"
    uploads.mkdir()
    (uploads / CLIP.name).write_bytes(CLIP.read_bytes())
    monkeypatch.setenv("GRADIO_TEMP_DIR", str(uploads))
    return Trainings(Jobs(tmp_path / "home"))


def ask(trainings: Trainings, name: str, /, visitor: str = "ann", **request: object) -> dict:
    """One question's answer as the browser gets it; {"message"} where it is refused."""
    return asked(getattr(trainings, name), {"visitor": None, "request": request}, visitor)


def asked(method: Callable, data: object, session: str) -> dict:
    """What a server function makes of a question."""
    asking = answer(method, request_type(method), data, session)
    try:
        with ThreadPoolExecutor(1) as pool:  # browser tests leave an event loop running in this one
            return json.loads(to_json(pool.submit(asyncio.run, asking).result()))
    except ValueError as error:
        return {"message": str(error)}


def started(trainings: Trainings, name: str = "first", session: str = "ann", key: str | None = None) -> str:
    """A queued run of the quickest preset."""
    request = {"settings": settings_of(presets()[0].config), "name": name, "device": "cpu"}
    return asked(trainings.start_run, {"visitor": key, "request": request}, session)["run"]


@pytest.mark.slow
def test_a_form_is_checked_field_by_field_and_its_cost_is_known(trainings: Trainings) -> None:
    settings = settings_of(presets()[0].config)
    good = ask(trainings, "check_form", settings=settings, name="first", device="cpu")
    assert good["problems"] == []
    cost = ask(trainings, "estimate_run", settings=settings, name="first", device="cpu")["estimate"]
    assert cost["parameters"] == 4_840_296
    bad = ask(trainings, "check_form", settings={**settings, "tree.leaves": 3, "rate": -1}, name="", device="cpu")
    assert {key for key, _ in bad["problems"]} >= {"rate", "name"}
    wrong = {**settings, "tree.leaves": 3, "joint_steps": -1}
    assert ask(trainings, "estimate_run", settings=wrong, name="", device="cpu")["estimate"] is None
    said = dict(ask(trainings, "check_form", settings=wrong, name="first")["problems"])
    assert said["joint_steps"].startswith("joint steps is -1"), "as the form calls it"
    elsewhere = {"settings": settings, "name": "first", "device": "../../etc/passwd"}
    assert "is not there" in dict(ask(trainings, "check_form", **elsewhere)["problems"])["device"]
    assert ask(trainings, "estimate_run", **elsewhere)["estimate"] is None


def test_an_estimate_counts_a_tree_once_whatever_its_rate_and_its_steps(
    trainings: Trainings, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings = settings_of(presets()[0].config)
    first = ask(trainings, "estimate_run", settings=settings, name="a")["estimate"]
    for name in ("step_cost", "parameters_of", "speed"):
        monkeypatch.setattr(f"engine.jobs.submission.estimate.{name}", None)
    longer = {**settings, "joint_steps": 2 * settings["joint_steps"], "rate": 0.5, "seed": 7, "name": "b"}
    again = ask(trainings, "estimate_run", settings=longer, name="b")["estimate"]
    assert again["seconds"] > first["seconds"] and again["parameters"] == first["parameters"]


def test_two_runs_cannot_have_one_name_and_the_form_says_so_first(trainings: Trainings) -> None:
    started(trainings)
    form = {"settings": settings_of(presets()[0].config), "name": "first", "device": "cpu"}
    assert "choose another name" in ask(trainings, "check_form", **form)["problems"][0][1]
    assert "message" in ask(trainings, "start_run", **form)
    assert len(ask(trainings, "refresh")["runs"]) == 1


def test_a_deleted_run_comes_back_and_a_strange_action_gets_a_sentence(trainings: Trainings) -> None:
    run = started(trainings)
    ask(trainings, "act", action="stop", run=run)
    ask(trainings, "act", action="delete", run=run)
    assert ask(trainings, "refresh")["runs"] == []
    ask(trainings, "act", action="undelete", run=run)
    ask(trainings, "act", action="rename", run=run, text="second")
    assert ask(trainings, "refresh")["runs"][0]["name"] == "second"
    assert "act.action is 'store'; choose one of stop" in ask(trainings, "act", action="store", run=run)["message"]


def test_uploads_are_named_by_the_browser_that_sent_them_and_copied_into_the_run(trainings: Trainings) -> None:
    path = str(trainings.jobs.store.home.parent / "uploads" / CLIP.name)
    assert ask(trainings, "check_files", paths=[path])["names"] == ["realshort.mp4"]
    own = next(p for p in presets() if p.own)
    form = {"settings": settings_of(own.config), "name": "mine", "device": "cpu", "own": True}
    assert "Choose the videos or images" in ask(trainings, "check_form", **form)["problems"][0][1]
    run = ask(trainings, "start_run", **form, files=[path])["run"]
    kept = Path(trainings.jobs.clone(run)["config"]["data"])
    assert [path.name for path in kept.iterdir()] == ["00000-realshort.mp4"]


def test_the_clip_of_explore_is_trained_on_by_whoever_opened_it(trainings: Trainings, tmp_path: Path) -> None:
    trainings.explorations = Explorations()
    own = next(p for p in presets() if p.own)
    form = {"settings": settings_of(own.config), "name": "mine", "device": "cpu", "own": True, "clip": "first"}
    assert ask(trainings, "check_form", **form)["problems"] == []
    run = ask(trainings, "start_run", **form)["run"]
    (kept,) = Path(trainings.jobs.clone(run)["config"]["data"]).iterdir()
    assert kept.name == f"00000-{Path(samples()[0].file).stem}.npy"
    frames = np.load(kept)
    assert frames.dtype == np.uint8 and len(frames) == 32
    other = {**form, "name": "other", "clip": "0123456789abcdef"}
    assert "open it again in Explore" in ask(trainings, "check_form", **other)["problems"][0][1]
    assert "open it again in Explore" in ask(trainings, "start_run", **other)["message"]
    assert len(ask(trainings, "refresh")["runs"]) == 1


def test_an_upload_that_cannot_be_used_gets_a_sentence_and_no_file_of_the_host_is_taken(trainings: Trainings) -> None:
    bad = trainings.jobs.store.home.parent / "uploads" / "bad.mp4"
    bad.write_text("no video at all")
    own = next(p for p in presets() if p.own)
    form = {"settings": settings_of(own.config), "name": "mine", "device": "cpu", "own": True}
    for path, words in ((bad, "bad.mp4"), (CLIP, "upload it again"), ("/etc/passwd", "upload it again")):
        assert words in ask(trainings, "check_files", paths=[str(path)])["message"]
        assert words in ask(trainings, "start_run", **form, files=[str(path)])["message"]
    assert ask(trainings, "refresh")["runs"] == []


def test_a_clone_starts_from_the_same_settings_under_a_free_name(trainings: Trainings) -> None:
    run = started(trainings)
    found = ask(trainings, "clone", run=run)
    assert found["name"] == "first-2"
    assert found["settings"] == settings_of(presets()[0].config)
    form = {"settings": {**found["settings"], "seed": 5}, "name": found["name"], "device": "cpu"}
    other = ask(trainings, "start_run", **form)["run"]
    rows = ask(trainings, "diff", first=run, second=other)["rows"]
    assert rows == [{"setting": "seed", "first": 0, "second": 5}]


def test_a_run_is_told_without_paths_of_this_machine(trainings: Trainings, tmp_path: Path) -> None:
    started(trainings)
    assert str(tmp_path) not in json.dumps(ask(trainings, "refresh"))


def test_a_run_without_a_checkpoint_is_not_opened(trainings: Trainings) -> None:
    assert "no checkpoint yet" in ask(trainings, "open_run", run=started(trainings))["message"]
    assert "no checkpoint yet" in ask(trainings, "open_run", run="video-16")["message"]


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An empty home."""
    return tmp_path_factory.mktemp("home")


@pytest.fixture(scope="module")
def app(home: Path) -> Iterator[str]:
    """The address of an app with small data and forked workers; whatever still trains is ended with it."""
    data = digits_on_disk(home / "data")
    more = {"IMFN_DATA": str(data), "IMFN_PLUGINS": "tests.toys.diverging"}
    with running_app(trains=False, IMFN_HOME=str(home), **more) as (url, _), training(home, **more):
        yield url
    end_workers(home)


def end_workers(home: Path) -> None:
    """Kill the workers of a home."""
    for run in Jobs(home).store.list():
        if run["pid"] and psutil.pid_exists(run["pid"]):
            os.kill(run["pid"], signal.SIGKILL)


def opened(page_at: Callable, url: str, **options: object) -> object:
    """The app on its Train tab."""
    page = page_at(url, **options)
    page.get_by_role("tab", name="Train").click()
    page.set_default_timeout(WAIT)  # a worker imports torch before it says anything
    page.wait_for_function("window.imfnTrain && imfnTrain.ready")
    return page


def wait_state(page: object, state: str, seconds: int = 300) -> None:
    """Until the chosen run is in a state."""
    page.wait_for_function(f"{RUN} && {RUN}.state === '{state}'", timeout=1000 * seconds)


def new_run(page: object, source: str, preset: str) -> None:
    """The form of a new run, with what it learns from and how."""
    if page.evaluate("imfnTrain.runs.length"):  # before the first run the form is there already
        page.click("#train-new")
    page.click(f"[data-source={source}]")
    page.click(f"[data-preset={preset}]")


def customised(page: object, key: str, value: str) -> None:
    """A setting under Customise."""
    if not page.locator("#train-customise").evaluate("fold => fold.open"):
        page.click("#train-customise summary")
    page.fill(f"#train-set-{key}", value)


@pytest.mark.browser
@pytest.mark.slow(20)
def test_a_run_is_started_reloaded_stopped_resumed_finished_and_explored(page_at: Callable, app: str) -> None:
    page = opened(page_at, app)
    new_run(page, "digits", "digits-30s")
    page.fill("#train-name", "thirty")
    customised(page, "joint_steps", "12")
    page.wait_for_function("document.querySelector('#train-cost dl').innerText.includes('12')")
    page.wait_for_function("!document.querySelector('#train-start').disabled")
    page.click("#train-start")
    wait_state(page, "running")
    page.wait_for_function("imfnTrain.history().rows.some((row) => row.values.loss)", timeout=240_000)
    page.wait_for_function("document.querySelector('#train-probe')?.dataset.shows")
    page.reload()
    page.get_by_role("tab", name="Train").click()
    page.wait_for_function(f"window.imfnTrain && {RUN}?.name === 'thirty'")
    assert page.evaluate(f"{RUN}.state") in ("running", "finished")
    if page.evaluate(f"{RUN}.state") == "running":
        page.click("#train-stop")
        wait_state(page, "stopped")
        page.click("#train-resume")
    wait_state(page, "finished", 900)
    page.wait_for_function("imfnTrain.history().rows.at(-1)?.total === 12")
    totals = page.evaluate("imfnTrain.history().rows.map((row) => row.total)")
    assert totals == sorted(set(totals))
    page.click("#train-explore")
    page.wait_for_function(
        "() => window.imfn.get().exploration?.model === 'digits-30s'"
        " && !document.querySelector('#explore-status .busy')",
        timeout=90_000,
    )
    assert page.evaluate("imfn.get().exploration.frames") == 128


@pytest.mark.browser
@pytest.mark.slow(10)
def test_the_clip_of_explore_is_trained_on_and_the_own_run_stands_against_video_16_from_its_page(
    page_at: Callable, app: str
) -> None:
    page = page_at(app)
    page.wait_for_function("window.imfn && imfn.get().exploration")
    wait_painted(page)
    page.set_default_timeout(180_000)
    page.click("#explore-train")
    page.wait_for_selector("[data-source=clip][aria-checked=true]")
    page.fill("#train-name", "my clip")
    page.wait_for_selector("#train-takes:has-text('about')")
    page.wait_for_function("!document.querySelector('#train-start').disabled")
    page.click("#train-start")
    page.wait_for_function(f"{RUN}?.name === 'my clip'")
    page.wait_for_selector(".imfn-run-card .imfn-card-head p:has-text('estimate')")
    wait_state(page, "finished")
    page.wait_for_selector("#train-worth", state="visible")
    clip = page.evaluate("imfnTrain.history().clip")
    assert (clip["other"], clip["frames"]) == ("video-16", 32)
    sentence = f"{clip['own']['psnr']:.1f} dB here; video-16 gets {clip['beside']['psnr']:.1f} dB on the same clip"
    assert page.inner_text("#train-worth").startswith(sentence)
    page.wait_for_function("document.querySelectorAll('#train-before-after .imfn-probe-row').length === 3")
    page.click("#train-compare")
    sides = "document.querySelector('#explore-player .imfn-panes')?.dataset.sides"
    page.wait_for_function(f"{sides} === 'video-16@4 @4'")
    assert page.evaluate("imfn.get().exploration.model") == "own-video"
    assert page.evaluate("imfn.get().exploration.name") == Path(samples()[0].file).stem
    own = page.evaluate("imfn.get().exploration.levels.at(-1).psnr")
    other = page.evaluate("imfnSides.get().others.get('video-16').exploration.levels.at(-1).psnr")
    assert (own, other) == pytest.approx((clip["own"]["psnr"], clip["beside"]["psnr"]), abs=0.01), "as Explore measures"
    page.wait_for_function("new URLSearchParams(location.search).get('a') === 'video-16@4'")


@pytest.mark.browser
def test_a_wrong_setting_is_said_beside_its_field_as_one_types(page_at: Callable, app: str) -> None:
    page = opened(page_at, app)
    new_run(page, "digits", "digits-30s")
    customised(page, "rate", "fast")
    page.wait_for_function("document.querySelector('.imfn-field:has(#train-set-rate) .imfn-wrong').innerText !== ''")
    assert page.is_disabled("#train-start")
    page.fill("#train-set-rate", "0.002")
    page.wait_for_function("!document.querySelector('#train-start').disabled")


@pytest.mark.browser
def test_an_error_goes_when_it_is_mended_and_start_does_not_wait_for_the_estimate(page_at: Callable, app: str) -> None:
    page = opened(page_at, app)
    asked = "**/component_server"
    page.route(asked, lambda route: "estimate_run" in route.request.post_data or route.continue_())  # no answer to that
    new_run(page, "digits", "digits-30s")
    page.fill("#train-name", "")
    page.wait_for_function("document.querySelector('.imfn-field:has(#train-name) .imfn-wrong').innerText !== ''")
    page.fill("#train-name", "mended")
    customised(page, "joint_steps", "many")
    wrong = ".imfn-field:has(#train-set-joint_steps) .imfn-wrong"
    assert page.inner_text(wrong) == "joint steps is “many”; it must be a whole number."
    assert page.is_disabled("#train-start")
    page.fill("#train-set-joint_steps", "5")
    assert page.inner_text(wrong) == ""
    page.wait_for_function("!document.querySelector('#train-start').disabled")
    page.wait_for_function("document.querySelector('.imfn-field:has(#train-name) .imfn-wrong').innerText === ''")


@pytest.mark.browser
@pytest.mark.slow
def test_a_run_that_diverges_says_why_and_the_tab_lives(page_at: Callable, app: str, home: Path) -> None:
    page = opened(page_at, app)
    new_run(page, "digits", "digits-30s")
    page.fill("#train-name", "wild")
    customised(page, "joint_steps", "20")
    page.select_option("#train-set-objective", "toy-diverging")
    page.wait_for_function("!document.querySelector('#train-start').disabled")
    page.click("#train-start")
    wait_state(page, "failed")
    page.wait_for_selector(".imfn-status.error >> text=diverged at step 4")
    page.reload()
    page.wait_for_function(f"window.imfnTrain && {RUN}?.name === 'wild'")
    page.wait_for_selector(".imfn-status.error >> text=diverged at step 4")
    assert page.locator("#train-resume").is_visible()
    page.fill("#train-resume-rate", "7")
    page.evaluate("document.querySelector('.imfn-run-actions').dataset.key = ''; imfnTrain.tell('refresh')")
    assert page.input_value("#train-resume-rate") == "7", "what is typed stays while the buttons change"
    page.click("#train-resume")
    page.wait_for_function("document.querySelector('.imfn-status.error')?.innerText.includes('rate is 7')")
    page.fill("#train-resume-rate", "0.0001")
    page.click("#train-resume")
    page.wait_for_function(f"{RUN}.attempt === 2")
    run = page.evaluate(RUN)["id"]
    assert Jobs(home).clone(run)["config"]["rate"] == 0.0001
    page.click("#train-new")
    page.wait_for_selector("#train-start")


@pytest.mark.browser
@pytest.mark.slow
def test_training_pictures_picked_in_a_scrambled_order_are_trained_in_natural_order(
    page_at: Callable, app: str, home: Path, tmp_path: Path
) -> None:
    names = ["frame 10.png", "frame 2.png", "frame 1.png"]
    for level, name in enumerate(names, 1):
        Image.fromarray(np.full((16, 16, 3), 60 * level, np.uint8)).save(tmp_path / name)
    page = opened(page_at, app)
    new_run(page, "files", "own-video")
    with page.expect_file_chooser() as chooser:
        page.get_by_role("button", name="Choose videos or images").click()
    chooser.value.set_files([str(tmp_path / name) for name in names])
    page.fill("#train-name", "scrambled")
    page.wait_for_function("document.querySelector('.imfn-own').innerText.includes('frame')")
    page.wait_for_function("!document.querySelector('#train-start').disabled")
    page.click("#train-start")
    page.wait_for_function(f"{RUN}?.name === 'scrambled'")
    jobs = Jobs(home)
    run = next(run["id"] for run in jobs.list() if run["name"] == "scrambled")
    kept = sorted(path.name for path in Path(jobs.clone(run)["config"]["data"]).iterdir())
    assert [name.split("-", 1)[1].replace("_", " ") for name in kept] == ["frame 1.png", "frame 2.png", "frame 10.png"]
    jobs.stop(run)


@pytest.mark.browser
@pytest.mark.slow
def test_the_first_screen_asks_what_to_learn_from_how_and_for_a_name_and_folds_the_rest(
    page_at: Callable, tmp_path: Path
) -> None:
    with running_app(IMFN_HOME=str(tmp_path)) as (url, _):
        page = opened(page_at, url)
        page.wait_for_selector("[data-source=clip][aria-checked=true]")
        assert "32 frames" in page.inner_text("[data-source=clip]")
        sources = page.locator("[data-source]").evaluate_all("all => all.map((each) => each.dataset.source)")
        assert sources == ["clip", "files", "digits", "lantern"]
        presets = page.locator("[data-preset]").evaluate_all("all => all.map((each) => each.dataset.preset)")
        assert presets == ["own-video", "own-64"]
        assert page.input_value("#train-name") == Path(samples()[0].file).stem
        page.wait_for_selector("[data-preset=own-video] em:has-text('about')")
        assert settled(page, START_BOTTOM) < 800
        assert page.locator(".imfn-field:visible").count() == 1, "a name, and nothing else to fill in"
        page.focus("[data-source=clip]")
        page.keyboard.press("ArrowRight")
        page.keyboard.press("ArrowRight")
        assert page.get_attribute("[data-source=digits]", "aria-checked") == "true"
        page.click("[data-preset=student-5min]")
        assert page.input_value("#train-name") == "student-5min"
        assert not page.evaluate("imfnTrain.runs.length")
        page.click("[data-source=clip]")
        page.set_viewport_size({"width": 390, "height": 844})
        page.wait_for_selector("[data-preset=own-video] em:has-text('about')")
        assert settled(page, START_BOTTOM) < 844, "Start is on the first screen of a phone"


@pytest.mark.browser
@pytest.mark.slow
def test_start_says_that_it_starts_and_a_long_name_stays_on_a_phone(page_at: Callable, app: str) -> None:
    page = opened(page_at, app, width=390)
    page.add_style_tag(content="#train-runs { min-height: 900px; }")  # a list of many runs
    new_run(page, "digits", "digits-30s")
    name = "../x <img src=x onerror=alert(1)> " + "averylongname" * 3
    page.fill("#train-name", name)
    page.evaluate(
        """() => {
            const start = document.querySelector("#train-start");
            window.said = [];
            new MutationObserver(() => window.said.push(start.textContent)).observe(start, { childList: true });
        }"""
    )
    page.wait_for_function("!document.querySelector('#train-start').disabled")
    page.click("#train-start")
    page.wait_for_selector(f".imfn-run-card h2:text-is({json.dumps(name)})")
    page.wait_for_function("window.said.length > 1")
    assert page.evaluate("window.said") == ["Starting …", "Start training"]
    title = "document.querySelector('.imfn-run-card h2').getBoundingClientRect().right"
    assert settled(page, title) <= 380 and page.evaluate("document.documentElement.scrollWidth") <= 390
    page.evaluate("scrollTo(0, 100)")
    page.locator("#train-new").dispatch_event("click")
    form = "document.querySelector('.imfn-form').getBoundingClientRect()"
    page.wait_for_function(f"{form}.height && {form}.top >= 0 && {form}.top < innerHeight / 2")
    page.get_by_role("button", name="Cancel", exact=True).click()
    run = page.evaluate(f"{RUN}.id")
    if page.is_visible("#train-stop"):
        page.click("#train-stop")
    page.click("#train-delete", timeout=WAIT)
    page.wait_for_function(f"!imfnTrain.run('{run}')")
    assert run not in page.url, "the address of a deleted run is not kept"


@pytest.mark.browser
def test_only_settings_that_count_are_shown_with_their_help(page_at: Callable, app: str) -> None:
    page = opened(page_at, app)
    new_run(page, "files", "own-video")
    page.click("#train-customise summary")
    shown = "#train-customise .imfn-field:visible"
    fields = page.locator(shown).evaluate_all("all => all.map((each) => each.control.id)")
    assert "train-set-own-size" in fields
    assert {"train-set-rate", "train-set-batch", "train-set-data", "train-set-digits-augment"}.isdisjoint(fields)
    assert page.locator(shown).count() == page.locator(f"{shown} .imfn-help:visible").count()
    page.fill("#train-set-tree-leaves", "12")
    wrong = ".imfn-field:has(#train-set-tree-leaves) .imfn-wrong"
    page.wait_for_function(f"document.querySelector('{wrong}').innerText.includes('a power of two')")


@pytest.mark.browser
@pytest.mark.parametrize("theme", ["light", "dark"])
def test_the_train_tab_is_whole_on_a_phone(page_at: Callable, app: str, theme: str) -> None:
    page = opened(page_at, app, width=390, theme=theme)
    new_run(page, "files", "own-video")
    page.click("#train-customise summary")
    assert settled(page, "document.documentElement.scrollWidth") <= 390


@pytest.mark.browser
@pytest.mark.slow(15)
def test_a_job_outlives_the_app_and_the_next_app_finds_it(tmp_path: Path) -> None:
    data = digits_on_disk(tmp_path / "data")
    try:
        run = start_and_end(tmp_path, data)
        with running_app(IMFN_HOME=str(tmp_path), IMFN_DATA=str(data)) as (url, _):
            client = Client(url, verbose=False)
            found = client.predict(run, 0, api_name="/train_status")
            assert found["run"]["state"] == "running"
            before = found["rows"][-1]["total"]
            until(lambda: client.predict(run, 0, api_name="/train_status")["rows"][-1]["total"] > before, 120)
            client.predict(run, api_name="/train_stop")
            until(lambda: client.predict(run, 0, api_name="/train_status")["run"]["state"] == "stopped", 60)
    finally:
        end_workers(tmp_path)


def start_and_end(home: Path, data: Path) -> str:
    """`python app.py` starts a run and is killed when the run has its first rows; the run's id."""
    server, url = program(home, data)
    try:
        client = Client(url, verbose=False)
        settings = {"joint_steps": 1000, "batch": 128, "name": "long"}
        run = client.predict("digits-30s", "long", settings, api_name="/train_start")["id"]
        until(lambda: client.predict(run, 0, api_name="/train_status")["rows"], 90)
    finally:
        server.kill()
        server.wait()
    return run


def program(home: Path, data: Path) -> tuple[subprocess.Popen, str]:
    """The app as a person starts it, and its address."""
    port = free_port()
    environment = {**os.environ, "IMFN_HOME": str(home), "IMFN_DATA": str(data)}
    command = [sys.executable, "app.py", "--port", str(port)]
    server = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.DEVNULL, env=environment)
    wait_for(f"http://127.0.0.1:{port}/", lambda: server.poll() is None)
    return server, f"http://127.0.0.1:{port}/"


def until(true: Callable[[], object], seconds: float) -> None:
    """Ask until it is so."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if true():
            return
        time.sleep(0.5)
    raise AssertionError(f"not within {seconds} s")


@pytest.fixture
def shared(monkeypatch: pytest.MonkeyPatch) -> None:
    """A page for strangers, with few places."""
    for name, value in {"PUBLIC": 1, "MAX_OWN_RUNS": 3, "MAX_QUEUED_RUNS": 8}.items():
        monkeypatch.setenv(f"IMFN_{name}", str(value))


def test_on_a_shared_page_a_run_is_its_visitor_s_alone(shared: None, trainings: Trainings) -> None:
    run = started(trainings)
    assert [r["id"] for r in ask(trainings, "refresh")["runs"]] == [run]
    others = ask(trainings, "refresh", visitor="bob", follow=[{"run": run, "cursor": 0}], log=run)
    assert (others["runs"], others["status"], others["log"]) == ([], {}, None)
    for name, more in (("act", {"action": "stop"}), ("clone", {}), ("sheet", {"total": 0}), ("export_run", {})):
        assert "there is no run" in ask(trainings, name, visitor="bob", run=run, **more)["message"]
    assert "there is no run" in ask(trainings, "diff", visitor="bob", first=run, second=run)["message"]
    assert "where you run the program yourself" in ask(trainings, "open_run", run=run)["message"]
    assert trainings.jobs.list()[0]["state"] == "queued"


def test_on_a_shared_page_a_browser_s_key_finds_its_runs_after_a_reload_and_a_restart(
    shared: None, trainings: Trainings
) -> None:
    run = started(trainings, session="first session", key="a" * 32)
    for session, other in (("second session", trainings), ("after the restart", Trainings(trainings.jobs))):
        assert [r["id"] for r in asked(other.refresh, {"visitor": "a" * 32}, session)["runs"]] == [run]
    for key in ("b" * 32, "a" * 31, None, ["a" * 32], "A" * 32):
        assert asked(trainings.refresh, {"visitor": key}, "a stranger")["runs"] == []
    assert not any(b"a" * 32 in path.read_bytes() for path in trainings.jobs.store.home.glob("jobs.sqlite*"))


def test_a_shared_page_takes_short_trainings_of_its_own_digits_only(shared: None, trainings: Trainings) -> None:
    settings = settings_of(presets()[0].config)
    form = {"name": "long", "device": "cpu"}
    assert "2,000" in ask(trainings, "start_run", settings={**settings, "joint_steps": 5000}, **form)["message"]
    assert "choose digits" in ask(trainings, "start_run", settings={**settings, "data": "/etc"}, **form)["message"]
    for number in range(8):
        started(trainings, f"run {number}", session=f"visitor {number // 3}")
    assert "trainings are waiting" in ask(trainings, "start_run", settings=settings, **form)["message"]
    assert len(trainings.jobs.list()) == 8


def test_a_visitor_has_a_share_of_the_queue_and_no_more(shared: None, trainings: Trainings) -> None:
    for number in range(3):
        started(trainings, f"run {number}")
    form = {"settings": settings_of(presets()[0].config), "name": "one more", "device": "cpu"}
    assert "3 trainings of yours" in ask(trainings, "start_run", **form)["message"]
    assert "run" in ask(trainings, "start_run", visitor="bob", **form)
