"""The Compare tab in a real browser: the verdict, the evidence behind it, sortable, whole on a phone."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from engine.reports import findings, memory_tables, tables
from engine.reports.table import plain
from engine.reports.verdict import stored_verdict
from tests.app.conftest import turn_dark, wait_chart

pytestmark = pytest.mark.browser
COLUMN = "#compare-digits tbody tr"


ROWS = "#compare-verdict .imfn-bar-row[data-model]"


@pytest.fixture(scope="module")
def kept(kept_page_at: Callable, served: str) -> object:
    """The evidence of the app's Compare tab, opened once for all tests that only look at it."""
    page = kept_page_at(served, tab="compare", view="evidence")
    page.wait_for_selector(".imfn-fold")
    return page


@pytest.fixture
def evidence(kept: object) -> Callable:
    """The evidence, and opens what is folded there."""

    def open_folds(*folds: str) -> object:
        for name in folds:
            head = kept.locator(f"#compare-{name} .imfn-fold-head button")
            if head.get_attribute("aria-expanded") != "true":
                head.click()
        return kept

    return open_folds


@pytest.fixture
def narrow(evidence: Callable) -> Iterator[object]:
    """The same page on a phone."""
    page = evidence("models", "memories")
    page.set_viewport_size({"width": 390, "height": 900})
    yield page
    page.set_viewport_size({"width": 1280, "height": 900})
    turn_dark(page, False)
    page.click("#compare-view-evidence")


def pressed(page: object, value: str) -> None:
    """Press a segment of the verdict."""
    page.click(f"#compare-verdict [data-value={value}]")


def models(page: object) -> list[str]:
    """The models of the bars, from above."""
    return page.locator(ROWS).evaluate_all("(rows) => rows.map((row) => row.dataset.model)")


def test_the_verdict_is_one_screen_and_says_what_was_recorded(page_at: Callable, served: str) -> None:
    """Words, bars to scale, both switches by mouse and keyboard, and the link to the evidence."""
    page, verdict = page_at(served, tab="compare", width=1280, height=900), stored_verdict()
    page.wait_for_selector(ROWS)
    foot = page.locator(".imfn-verdict-foot").bounding_box()
    assert foot["y"] + foot["height"] <= 900
    lines = page.locator(".imfn-verdict-line").all_inner_texts()
    assert lines == ["".join(part["text"] for part in parts) for parts in verdict.sentences]
    assert models(page) == [bar["model"] for bar in verdict.bars]
    assert page.locator(f"{ROWS} img").count() == sum(bar["strip"] is not None for bar in verdict.bars)
    widths = page.locator(f"{ROWS} .imfn-bar:not(.imfn-bar-over)").evaluate_all(
        "(bars) => bars.map((b) => b.offsetWidth)"
    )
    first, second = (bar["steps"]["mse"]["mean"] for bar in verdict.bars[:2])
    assert widths[0] / widths[1] == pytest.approx(first / second, abs=0.02)
    pressed(page, "seconds")
    timed = {bar["model"]: bar["seconds"]["mse"]["mean"] for bar in verdict.bars if bar["seconds"]}
    assert models(page) == sorted(timed, key=timed.get)
    page.keyboard.press("ArrowLeft")
    page.focus("#compare-verdict [data-value=mse]")
    page.keyboard.press("End")
    best = max(verdict.bars, key=lambda bar: bar["steps"]["ssim"]["mean"])
    assert models(page)[0] == best["model"]
    assert f"{best['steps']['ssim']['mean']:.3f}" in page.inner_text(f"{ROWS} >> nth=0")
    page.get_by_role("button", name="The paper").click()
    page.wait_for_selector("#compare-dense tbody tr >> visible=true")


def test_the_views_are_in_the_address_and_under_the_arrow_keys(page_at: Callable, served: str) -> None:
    page = page_at(served, tab="compare", view="run")
    page.wait_for_selector("#compare-board .imfn-comparison-form >> visible=true")
    assert not page.locator(ROWS).first.is_visible()
    page.focus("#compare-view-run")
    page.keyboard.press("ArrowRight")
    page.wait_for_function("location.search.includes('view=evidence')")
    page.keyboard.press("ArrowRight")
    page.wait_for_selector(f"{ROWS} >> visible=true")
    page.wait_for_function("!location.search.includes('view=')")
    page.click("#compare-view-evidence")
    page.get_by_role("tab", name="Guide").first.click()
    page.wait_for_function("location.search.includes('tab=guide') && !location.search.includes('view=')")
    page.get_by_role("tab", name="Compare").first.click()
    page.wait_for_function("location.search.includes('view=evidence')")


def test_every_finding_is_folded_and_ends_with_its_command(page_at: Callable, served: str) -> None:
    page = page_at(served, tab="compare", view="evidence")
    page.wait_for_selector(".imfn-fold")
    folds, titles = page.locator(".imfn-fold"), page.locator(".imfn-fold-head").all_inner_texts()
    assert folds.count() >= 10 and findings.digits_finding() in titles
    assert not page.locator(COLUMN).first.is_visible()
    page.evaluate("document.querySelectorAll('.imfn-fold-head button').forEach((b) => b.click())")
    commands = page.locator(".imfn-fold .imfn-reproduce code").all_inner_texts()
    assert len(commands) == folds.count() and all(words.startswith("python -m ") for words in commands)


def cells(page: object, row: int) -> list[str]:
    """The texts of one row of the first table."""
    return page.locator(COLUMN).nth(row).locator("th, td").all_inner_texts()


def test_the_stored_results_stand_on_the_page_before_anything_is_run(evidence: Callable) -> None:
    page = evidence("digits-found", "scaling-found")
    wait_chart(page, "#compare-scaling")
    expected = [plain(cell) for cell in tables.digits_table().rows[-1]]
    assert cells(page, len(tables.digits_table().rows) - 1) == expected
    assert page.locator("#compare-ablation tbody tr").count() == len(tables.ablation_table().rows)
    lines = page.evaluate("document.querySelector('#compare-scaling .imfn-chart').data.map((line) => line.y.length)")
    assert lines[:-1] == [len(line) for line in tables.scaling_lines().values()]


def test_a_click_on_a_head_sorts_and_a_second_one_turns_it_round(evidence: Callable) -> None:
    page = evidence("digits-found")
    head = page.locator("#compare-digits thead button").nth(2)
    head.click()
    assert cells(page, 0)[0].startswith("digits-128,")
    head.click()
    worst = max(tables.digits_table().rows, key=lambda row: float(plain(row[2])))
    assert cells(page, 0) == [plain(cell) for cell in worst]


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_compare_is_whole_on_a_phone(narrow: object, theme: str) -> None:
    turn_dark(narrow, theme == "dark")
    wide = (
        "[...document.querySelectorAll('.imfn-halves > *')].filter((x) => x.getBoundingClientRect().right > 391).length"
    )
    narrow.wait_for_function(f"() => {wide} === 0")
    assert narrow.evaluate("document.documentElement.scrollWidth") <= 390
    narrow.click("#compare-view-verdict")
    narrow.wait_for_selector(ROWS)
    assert narrow.evaluate("document.documentElement.scrollWidth") <= 390
    assert narrow.is_visible("#compare-verdict .imfn-bar-key"), "what the diamond means"
    narrow.click("#compare-verdict [data-value=seconds]")
    assert not narrow.locator("#compare-verdict .imfn-bar-key").count()
    narrow.click("#compare-verdict [data-value=steps]")


def test_every_bundled_model_of_digits_stands_side_by_side(evidence: Callable) -> None:
    page = evidence("digits-found")
    page.wait_for_selector("#compare-side-by-side img", timeout=90_000)
    names = page.locator("#compare-side-by-side .imfn-comparison-strip > span:first-child").all_inner_texts()
    expected = {"source"} | {f"digits-128{kind}{role}" for kind in ("", "-equal") for role in ("", "-student")}
    expected |= {f"digits-128-{kind}" for kind in ("transformer", "mamba", "linear", "frame")}
    assert set(names) == expected


def test_the_stored_table_is_saved_in_every_form(evidence: Callable, tmp_path: Path) -> None:
    page = evidence("models")
    texts = {"csv": "parameters,floats", "json": '"rows"', "tex": "tabular", "md": "|"}
    for ending, words in texts.items():
        with page.expect_download() as saved:
            page.click(f"#compare-{ending}")
        assert saved.value.suggested_filename == f"models.{ending}"
        saved.value.save_as(tmp_path / "table")
        assert words in (tmp_path / "table").read_text()


def test_what_memories_know_stands_here_too(evidence: Callable) -> None:
    page, rows = evidence("memories"), memory_tables.recorded("lantern")
    assert page.locator("#compare-lantern tbody tr").count() == len(memory_tables.lantern_table(rows).rows)
