"""What a shared page allows of trainings, at every way into its queue."""

from __future__ import annotations

import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from app.api.runs import train_resume, train_start
from app.server.rpc import Visitor
from app.server.training_limits import check_allowed, end_overlong, free_texts
from app.server.visitors import asking
from app.sessions.comparison import LiveComparisons, StartRequest
from app.sessions.runs import RunRequest
from app.sessions.training import ActRequest, FormRequest, Trainings
from engine.jobs import MEMORY_LIMIT, Jobs, config_of, estimate, settings_of
from tests.app.starting import ROOT
from tests.engine.tiny import tiny_training

ANNA, BEN = (Visitor(key=letter * 32, session=letter) for letter in "ab")
TINY = settings_of(tiny_training(data="digits", local_steps=2, joint_steps=2, again_steps=0))


@pytest.fixture
def trainings(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Trainings:
    """A shared page's, which start nothing."""
    monkeypatch.setenv("IMFN_PUBLIC", "1")
    monkeypatch.setenv("IMFN_MAX_OWN_RUNS", "3")
    return Trainings(Jobs(tmp_path / "home"))


def form(name: str, **settings: object) -> FormRequest:
    """A form of a small training."""
    return FormRequest(settings={**TINY, **settings}, name=name)


def test_a_teacher_is_bundled_or_one_s_own(trainings: Trainings, tmp_path: Path) -> None:
    own = trainings.start_run(ANNA, form("mine")).run
    for said in (
        "/etc",
        str(ROOT / "checkpoints" / "digits-128"),
        "../checkpoints/digits-128",
        own,
        "mine",
        "nothing",
        "app",
    ):
        for ask in (trainings.check_form, trainings.estimate_run, trainings.start_run):
            words = refusal(ask, BEN, form("other", teacher=said))
            assert words.replace(said, "") == refusal(ask, BEN, form("other", teacher="x")).replace("'x'", "''"), said
    assert not trainings.check_form(ANNA, form("next", teacher=own)).problems
    assert trainings.check_form(ANNA, form("next", teacher="mine")).problems


def refusal(ask: object, visitor: Visitor, request: FormRequest) -> str:
    """What is said, however it is said."""
    try:
        answer = ask(visitor, request)
    except ValueError as error:
        return str(error)
    return str(getattr(answer, "problems", answer))


def test_every_setting_that_takes_any_text_is_known_to_the_check() -> None:
    assert set(free_texts()) == {"data", "teacher", "tree.ordered.start"}


@pytest.mark.parametrize("start", ["/etc", "../checkpoints/digits-128-equal", "some-run-20261130-000000"])
def test_a_training_begins_with_what_is_bundled(trainings: Trainings, start: str) -> None:
    begins = {"tree.family": "ordered", "tree.ordered.hidden": [8, 8], "tree.ordered.start": start}
    request = form("other", objective="nested", **begins)
    with pytest.raises(ValueError, match="choose one of digits-128"):
        trainings.start_run(ANNA, request)


@pytest.mark.parametrize("data", ["/etc", "ucf", "../home", "checkpoints"])
def test_data_are_public_or_one_s_own(trainings: Trainings, data: str) -> None:
    with pytest.raises(ValueError, match="choose digits"):
        trainings.start_run(ANNA, form("other", data=data))
    assert "choose digits" in str(trainings.check_form(ANNA, form("other", data=data)).problems)


@pytest.mark.slow
def test_no_way_into_the_queue_passes_the_count(trainings: Trainings) -> None:
    runs = [trainings.start_run(ANNA, form(f"run {index}")).run for index in range(3)]
    with pytest.raises(ValueError, match="this shared page gives one visitor 3"):
        trainings.start_run(ANNA, form("run 3"))
    trainings.act(ANNA, ActRequest(run=runs[0], action="stop"))
    trainings.start_run(ANNA, form("run 3"))
    with pytest.raises(ValueError, match="gives one visitor 3"):
        trainings.act(ANNA, ActRequest(run=runs[0], action="resume"))
    with pytest.raises(Exception, match="gives one visitor 3"):
        train_resume(trainings, ANNA.key, runs[0], None)
    with pytest.raises(Exception, match="gives one visitor 3"):
        train_start(trainings, ANNA.key, "digits-30s", "run 4", {})
    with pytest.raises(ValueError, match="35 more are too many"):
        LiveComparisons(trainings.jobs).start_comparison(
            BEN, StartRequest(models=("imfn", "transformer", "mamba", "gru", "frame"), leaves=16, steps=10, seeds=5)
        )
    assert len(trainings.jobs.store.list()) == 4


def test_many_at_once_are_counted_one_by_one(trainings: Trainings) -> None:
    def attempt(index: int) -> bool:
        try:
            trainings.start_run(ANNA, form(f"run {index}"))
        except ValueError:
            return False
        return True

    with ThreadPoolExecutor(8) as pool:
        assert sum(pool.map(attempt, range(16))) == 3


def test_a_training_is_refused_by_its_forecast(trainings: Trainings) -> None:
    with pytest.raises(ValueError, match=r"about [\d,.]+ GB of memory; this shared page gives 4"):
        trainings.start_run(ANNA, form("large", batch=10**6))
    check_allowed(config_of(TINY))


def test_time_is_counted_from_the_start_whatever_has_been_recorded(
    trainings: Trainings, monkeypatch: pytest.MonkeyPatch
) -> None:
    stopped, now = [], time.time()
    runs = [
        {"id": state, "state": state, "started": now - 601, "trained_seconds": 0.0} for state in ("running", "queued")
    ]
    runs += [{"id": "young", "state": "running", "started": now - 500, "trained_seconds": 9e9}]
    monkeypatch.setattr(trainings.jobs, "list", lambda: runs)
    monkeypatch.setattr(trainings.jobs, "stop", stopped.append)
    end_overlong(trainings.jobs)
    assert stopped == ["running"]


def test_a_worker_cannot_take_more_memory_than_it_is_given() -> None:
    script = "from engine.jobs.execution.worker import bound_memory; bound_memory(); bytearray(600 << 20)"
    ended = subprocess.run(
        [sys.executable, "-c", script],
        cwd=ROOT,
        env={MEMORY_LIMIT: str(512 << 20)},
        check=False,
        capture_output=True,
        text=True,
    )
    assert "MemoryError" in ended.stderr


def test_counting_what_a_model_takes_ends_whatever_its_size(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("engine.jobs.submission.estimate.MOST_OPERATIONS", 500)
    deep = {
        "name": "deep",
        "baseline": "gru",
        "gru.depth": 8,
        "batch": 4096,
        "tree.leaves": 4096,
        "local_steps": 0,
        "tree.channels": 4096,
    }
    found = estimate(config_of({**deep, "tree.residual.hidden": [8] * 12}))
    assert found["seconds"] is None
    assert "too many operations" in found["basis"]


def test_what_was_trained_counts_for_the_disk_of_its_visitor(
    trainings: Trainings, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """Also what was deleted, which stays for a day, and after a restart."""
    monkeypatch.setenv("IMFN_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("IMFN_MAX_VISITOR_MB", "20")
    run = trainings.start_run(ANNA, form("large")).run
    (Path(trainings.jobs.store.find(run)["folder"]) / "weights").write_bytes(bytes(21 << 20))
    trainings.act(ANNA, ActRequest(run=run, action="delete"))
    for page in (trainings, Trainings(Jobs(tmp_path / "home"))):
        with pytest.raises(ValueError, match="and yours take"):
            page.start_run(ANNA, form("another"))
        other = page.start_run(BEN, form("another")).run
        page.act(BEN, ActRequest(run=other, action="delete"))


def test_names_are_taken_among_one_s_own_runs_alone(trainings: Trainings) -> None:
    runs = [trainings.start_run(who, form("the same")).run for who in (ANNA, BEN)]
    assert len(set(runs)) == 2
    for who in (ANNA, BEN):
        assert "choose another name" in str(trainings.check_form(who, form("the same")).problems)
        with pytest.raises(ValueError, match="already a run named"):
            trainings.start_run(who, form("the same"))
    assert trainings.clone(ANNA, RunRequest(run=runs[0])).name == "the same-2"


def test_made_up_keys_of_one_address_do_not_fill_the_queue(
    trainings: Trainings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("IMFN_MAX_ADDRESS_RUNS", "4")

    def start(number: int, address: str) -> str:
        made_up = Visitor(key=f"{number:032x}", session=f"{number}", address=address)
        token = asking.set(made_up)
        try:
            return trainings.start_run(made_up, form(f"run {number}")).run
        finally:
            asking.reset(token)

    for number in range(4):
        start(number, "8.8.8.8")
    with pytest.raises(ValueError, match="4 trainings from your address"):
        start(4, "8.8.8.8")
    start(5, "9.9.9.9")
