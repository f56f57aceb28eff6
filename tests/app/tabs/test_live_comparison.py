"""Compare for yourself: its answers, and a small comparison in a real browser against an app with a home of its own."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from gradio_client import Client

from app.sessions.comparison import ContestDesk
from engine.jobs import Jobs
from engine.reports.model_tables import baselines_table
from tests.app.tabs.test_train import end_workers, served_from

WAIT = 300_000  # milliseconds that five small trainings may take on a busy machine
WISH = {"models": ["imfn", "frame"], "leaves": 16, "steps": 5, "seeds": 1}


def ask(desk: ContestDesk, what: str, **wish: object) -> dict:
    """One question's answer."""
    return desk.answer("ann", {"id": 1, "what": what, **wish})


def test_an_unknown_model_gets_a_sentence_and_nothing_is_queued(tmp_path: Path) -> None:
    desk = ContestDesk(Jobs(tmp_path))
    assert "not lstm" in ask(desk, "start", **{**WISH, "models": ["lstm"]})["sentence"]
    assert ask(desk, "refresh")["numbers"] == []


def test_a_run_can_be_stopped_and_the_others_stay(tmp_path: Path) -> None:
    desk = ContestDesk(Jobs(tmp_path))
    number = ask(desk, "start", **WISH)["number"]
    members = ask(desk, "refresh", number=number)["members"]
    ask(desk, "stop", run=members[0]["run"])
    states = {run["id"]: run["state"] for run in ask(desk, "refresh", number=number)["runs"]}
    assert [states[member["run"]] for member in members] == ["stopped", "queued", "queued", "queued"]


def test_the_stored_table_is_exported_as_it_stands(tmp_path: Path) -> None:
    desk = ContestDesk(Jobs(tmp_path))
    text = ask(desk, "export", stored=True, kind="markdown")["text"]
    assert baselines_table().markdown() in text
    assert "choose one of csv" in ask(desk, "export", stored=True, kind="xls")["sentence"]


@pytest.fixture(scope="module")
def app(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of an app with an empty home."""
    home = tmp_path_factory.mktemp("contest")
    server, url = served_from(home)
    yield url
    server.terminate()
    end_workers(home)


@pytest.mark.browser
@pytest.mark.slow
def test_three_models_train_one_is_stopped_the_table_fills_and_is_taken_away(
    page_at: Callable, app: str, tmp_path: Path
) -> None:
    page = page_at(app)
    page.get_by_role("tab", name="Compare").click()
    page.wait_for_function("window.imfnContest && imfnContest.ready")
    page.select_option("#compare-leaves", "16")
    page.fill("#compare-steps", "60")
    page.click("#compare-start")
    runs = "#compare-runs .imfn-run"
    page.wait_for_selector(f"{runs}[data-model=frame]")
    lines = "document.querySelector('.imfn-contest-curve .imfn-chart').data?.filter((line) => line.y.length).length"
    page.select_option(".imfn-contest-curve [data-menu=metric]", "loss")
    page.wait_for_function(f"{lines} === 3", timeout=WAIT)
    page.get_by_role("button", name="Stop Frame autoencoder").click()
    page.wait_for_selector(f"{runs}[data-model=frame][data-state=stopped]", timeout=WAIT)
    page.wait_for_selector(f"{runs}[data-model=mean][data-state=finished]", timeout=WAIT)
    page.reload()
    page.get_by_role("tab", name="Compare").click()
    page.wait_for_selector(f"{runs}[data-model=transformer][data-state=finished]")
    page.wait_for_function("document.querySelectorAll('#compare-live-table tbody tr').length === 4", timeout=WAIT)
    names = page.locator("#compare-live-table tbody th").all_inner_texts()
    assert set(names) == {"IMFN", "Transformer", "Linear (KLT)", "Mean image"}
    with page.expect_download() as handed:
        page.click(".imfn-exports [data-kind=csv]")
    handed.value.save_as(tmp_path / "table.csv")
    assert "Mean image" in (tmp_path / "table.csv").read_text()


@pytest.mark.browser
@pytest.mark.slow
def test_the_compare_endpoints_start_and_follow(app: str) -> None:
    client = Client(app, verbose=False)
    begun = client.predict(["gru"], 16, 2, 1, api_name="/compare_start")
    found = client.predict(begun["number"], api_name="/compare_status")
    assert {run["model"] for run in found["runs"]} == {"gru", "linear", "mean"}


@pytest.mark.browser
def test_compare_for_yourself_is_whole_on_a_phone(page_at: Callable, app: str) -> None:
    page = page_at(app, width=390, theme="dark")
    page.get_by_role("tab", name="Compare").click()
    page.wait_for_function("window.imfnContest && imfnContest.ready")
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
