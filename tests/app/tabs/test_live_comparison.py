"""Compare for yourself: its answers, and a small comparison in a real browser against an app with a home of its own."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from gradio_client import Client

from app.server import folders
from app.sessions.comparison import LiveComparisons, expected
from engine.jobs import Jobs
from engine.reports.model_tables import baselines_table
from tests.app.starting import running_app, training
from tests.app.tabs.test_train import asked, end_workers
from tests.engine.jobs.jobs_here import digits_on_disk

WAIT = 300_000  # milliseconds that five small trainings may take on a busy machine
START = {"models": ["imfn", "frame"], "leaves": 16, "steps": 5, "seeds": 1}


@pytest.fixture
def comparisons(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> LiveComparisons:
    """Comparisons whose runs nobody trains; what is made for a visitor lies beside them."""
    monkeypatch.setattr(folders, "ROOT", tmp_path / "sessions")
    return LiveComparisons(Jobs(tmp_path / "home"))


def ask(comparisons: LiveComparisons, name: str, /, visitor: str = "ann", **request: object) -> dict:
    """One question's answer."""
    return asked(getattr(comparisons, name), {"request": request}, visitor)


def test_an_unknown_model_gets_a_sentence_and_nothing_is_queued(comparisons: LiveComparisons) -> None:
    assert "not lstm" in ask(comparisons, "start_comparison", **{**START, "models": ["lstm"]})["message"]
    assert ask(comparisons, "refresh")["numbers"] == []


def test_a_run_can_be_stopped_and_the_others_stay(comparisons: LiveComparisons) -> None:
    number = ask(comparisons, "start_comparison", **START)["number"]
    members = ask(comparisons, "refresh", number=number)["members"]
    ask(comparisons, "stop_run", run=members[0]["run"])
    follow = [{"run": members[1]["run"], "cursor": 0}]
    states = {run["id"]: run["state"] for run in ask(comparisons, "refresh", number=number, follow=follow)["runs"]}
    assert [states[member["run"]] for member in members] == ["stopped", "queued", "queued", "queued"]


def test_all_can_be_stopped_at_once_by_whoever_started_them(
    comparisons: LiveComparisons, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("IMFN_PUBLIC", "1")
    number = ask(comparisons, "start_comparison", **START)["number"]
    assert "there is no" in ask(comparisons, "stop_all", visitor="bob", number=number)["message"]
    ask(comparisons, "stop_all", number=number)
    ask(comparisons, "stop_all", number=number)  # nothing is left to stop
    assert {run["state"] for run in ask(comparisons, "refresh", number=number)["runs"]} == {"stopped"}


@pytest.mark.slow
def test_a_finished_run_that_has_not_been_measured_is_still_to_come() -> None:
    states = ["finished", "running", "queued", "stopping", "stopped", "failed"]
    assert expected([{"state": state} for state in states]) == 4


def test_the_cost_is_said_before_the_start_and_the_cheapest_runs_come_first(comparisons: LiveComparisons) -> None:
    cost = ask(comparisons, "estimate_comparison", **{**START, "seeds": 2})["cost"]
    assert cost["runs"] == 8 and cost["seconds"] > 0 and cost["memory"] > 0
    assert cost["slowest"] in ("IMFN", "Frame autoencoder")
    assert ask(comparisons, "estimate_comparison", **{**START, "steps": 0})["cost"] is None
    assert ask(comparisons, "estimate_comparison", **{**START, "models": ["linear"]})["cost"]["slowest"] == ""
    number = ask(comparisons, "start_comparison", **START)["number"]
    members = ask(comparisons, "refresh", number=number)["members"]
    assert [member["model"] for member in members] == ["mean", "linear", "frame", "imfn"]


def test_the_stored_table_is_exported_as_it_stands(comparisons: LiveComparisons, tmp_path: Path) -> None:
    made = ask(comparisons, "export_table", kind="markdown")
    assert made["name"] == "models.md"
    path = next((tmp_path / "sessions").rglob("models.md"))
    assert made["url"] == f"gradio_api/file={path}"
    assert baselines_table().markdown() in path.read_text()
    assert "choose one of csv" in ask(comparisons, "export_table", kind="xls")["message"]


def test_on_a_shared_page_a_comparison_is_its_visitor_s_alone(
    comparisons: LiveComparisons, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("IMFN_PUBLIC", "1")
    number = ask(comparisons, "start_comparison", **START)["number"]
    run = ask(comparisons, "refresh")["members"][0]["run"]
    others = ask(comparisons, "refresh", visitor="bob", number=number, follow=[{"run": run}])
    assert (others["numbers"], others["runs"], others["status"]) == ([], [], {})
    for name, more in (("stop_run", {"run": run}), ("sheet", {"run": run, "total": 0})):
        assert "there is no run" in ask(comparisons, name, visitor="bob", **more)["message"]
    assert "there is no" in ask(comparisons, "export_table", visitor="bob", kind="csv", number=number)["message"]


@pytest.fixture(scope="module")
def app(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of an app with an empty home and small data; its workers are forked."""
    home = tmp_path_factory.mktemp("comparison")
    data = {"IMFN_DATA": str(digits_on_disk(home / "data"))}
    with running_app(trains=False, IMFN_HOME=str(home), **data) as (url, _), training(home, **data):
        yield url
    end_workers(home)


@pytest.mark.browser
@pytest.mark.slow(20)
def test_three_models_train_one_is_stopped_the_table_fills_and_is_taken_away(
    page_at: Callable, app: str, tmp_path: Path
) -> None:
    page = page_at(app)
    page.get_by_role("tab", name="Compare").click()
    page.click("#compare-view-run")
    page.wait_for_function("window.imfnComparison && imfnComparison.ready")
    assert page.is_visible(".imfn-comparison-empty")
    page.wait_for_function("/runs, one after the other/.test(document.querySelector('#compare-cost').innerText)")
    page.select_option("#compare-leaves", "16")
    page.fill("#compare-steps", "20")
    page.click("#compare-start")
    runs = "#compare-runs .imfn-run"
    page.wait_for_selector(f"{runs}[data-model=frame]")
    lines = "document.querySelector('.imfn-comparison-curve .imfn-chart').data?.filter((line) => line.y.length).length"
    page.select_option(".imfn-comparison-curve [data-menu=metric]", "loss")
    page.wait_for_function(f"{lines} === 2", timeout=WAIT)
    page.wait_for_selector(f"{runs}[data-model=mean][data-state=finished]", timeout=WAIT)  # the cheapest run first
    page.get_by_role("button", name="Stop IMFN").click()
    page.wait_for_selector(f"{runs}[data-model=imfn][data-state=stopped]", timeout=WAIT)
    page.reload()
    page.get_by_role("tab", name="Compare").click()
    page.wait_for_selector(f"{runs}[data-model=transformer][data-state=finished]", timeout=WAIT)
    page.wait_for_function("document.querySelectorAll('#compare-live-table tbody tr').length === 4", timeout=WAIT)
    names = page.locator("#compare-live-table tbody th").all_inner_texts()
    expected = {"Frame autoencoder", "Transformer", "Linear (KLT)", "Mean image"}
    assert set(names) == expected
    bars = page.locator("#compare-live-verdict .imfn-bar-row[data-model]")
    assert set(bars.evaluate_all("(rows) => rows.map((row) => row.dataset.model)")) == expected
    with page.expect_download() as handed:
        page.click("#compare-board .imfn-exports [data-kind=csv]")
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
    page.click("#compare-view-run")
    page.wait_for_function("window.imfnComparison && imfnComparison.ready")
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
