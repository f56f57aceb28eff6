"""The Compare tab in a real browser: the stored results, sortable, whole on a phone."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from engine.reports import memory_tables, tables
from engine.reports.table import plain

pytestmark = pytest.mark.browser
COLUMN = "#compare-digits tbody tr"


@pytest.fixture
def compare(page_at: Callable, served: str) -> Callable:
    """Opens the app on its Compare tab and waits for the charts."""

    def open_tab(**options: object) -> object:
        page = page_at(served, **options)
        page.get_by_role("tab", name="Compare").click()
        page.wait_for_selector(f"{COLUMN}:first-child")
        page.wait_for_selector("#compare-scaling .main-svg")
        return page

    return open_tab


def cells(page: object, row: int) -> list[str]:
    """The texts of one row of the first table."""
    return page.locator(COLUMN).nth(row).locator("th, td").all_inner_texts()


def test_the_stored_results_stand_on_the_page_before_anything_is_run(compare: Callable) -> None:
    page = compare()
    expected = [plain(cell) for cell in tables.digits_table().rows[-1]]
    assert cells(page, len(tables.digits_table().rows) - 1) == expected
    assert page.locator("#compare-ablation tbody tr").count() == len(tables.ablation_table().rows)
    lines = page.evaluate("document.querySelector('#compare-scaling .imfn-chart').data.map((line) => line.y.length)")
    assert lines[:-1] == [len(line) for line in tables.scaling_lines().values()]


def test_a_click_on_a_head_sorts_and_a_second_one_turns_it_round(compare: Callable) -> None:
    page = compare()
    head = page.locator("#compare-digits thead button").nth(2)
    head.click()
    assert cells(page, 0)[0] == "digits-128"
    head.click()
    assert cells(page, 0)[0] == "authors: Transformer"


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_compare_is_whole_on_a_phone(compare: Callable, theme: str) -> None:
    page = compare(width=390, theme=theme)
    wide = (
        "[...document.querySelectorAll('.imfn-halves > *')].filter((x) => x.getBoundingClientRect().right > 391).length"
    )
    assert page.evaluate(wide) == 0
    assert page.evaluate("document.documentElement.scrollWidth") <= 390


def test_every_bundled_model_of_digits_stands_side_by_side(compare: Callable) -> None:
    page = compare()
    page.wait_for_selector("#compare-side-by-side img", timeout=90_000)
    names = page.locator("#compare-side-by-side .imfn-comparison-strip > span:first-child").all_inner_texts()
    expected = {"source", "digits-128", "digits-128-student"}
    expected |= {f"digits-128-{kind}" for kind in ("transformer", "mamba", "linear", "frame")}
    assert set(names) == expected


def test_the_stored_table_is_saved_in_every_form(compare: Callable, tmp_path: Path) -> None:
    page = compare()
    texts = {"csv": "parameters,floats", "json": '"rows"', "tex": "tabular", "md": "|"}
    for ending, words in texts.items():
        with page.expect_download() as saved:
            page.click(f"#compare-{ending}")
        assert saved.value.suggested_filename == f"models.{ending}"
        saved.value.save_as(tmp_path / "table")
        assert words in (tmp_path / "table").read_text()


def test_what_memories_know_stands_with_its_verdicts(compare: Callable) -> None:
    page, rows = compare(), memory_tables.recorded("lantern")
    assert page.locator("#compare-lantern tbody tr").count() == len(memory_tables.lantern_table(rows).rows)
    assert page.locator("#compare-verdicts tbody tr").count() == 8
    page.wait_for_selector("#compare-lags .main-svg")
