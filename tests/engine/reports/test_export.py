"""Exports say what the table says, in forms that other programs read, and nothing in them runs."""

from __future__ import annotations

import csv
import io
import json
import math

import pytest

from engine.csv_text import csv_text
from engine.reports.export import export, to_csv, to_json, to_latex, to_markdown
from engine.reports.table import Number, Range, Span, Table, code, million

TABLE = Table(
    head=[code("command"), "parameters", "MSE", "share"],
    rows=[
        [
            (Span("IMFN", bold=True), ", d=256 & more"),
            million(1_096_123),
            Number(0.0140012, ".5f", deviation=0.00003, bold=True),
            Number(0.993, ".0%"),
        ],
        ["mean", Number(784), Number(0.0675, ".5f"), ""],
    ],
    title="Who wins?",
)
HOSTILE = Table(
    head=["name", "value"], rows=[["=HYPERLINK(1)", Number(-1)], ["@sum", Number(0.5, "+.1f")], ["-2+3|x", "\t1+1"]]
)


def rows_of(text: str) -> list[list[str]]:
    """A CSV text's cells."""
    return list(csv.reader(io.StringIO(text)))


def test_csv_has_the_numbers_themselves_and_a_column_for_the_deviation() -> None:
    head, first, second = rows_of(to_csv(TABLE))
    assert head == ["command", "parameters", "MSE", "MSE, standard deviation", "share"]
    assert first == ["IMFN, d=256 & more", "1096123", "0.0140012", "3e-05", "0.993"]
    assert second == ["mean", "784", "0.0675", "", ""]


def test_csv_cells_cannot_be_formulas_and_numbers_stay_numbers() -> None:
    rows = rows_of(to_csv(HOSTILE))[1:]
    assert rows == [["'=HYPERLINK(1)", "-1"], ["'@sum", "0.5"], ["'-2+3|x", "1+1"]]


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t", "\r", "\n", "＝", "＠"])
def test_no_text_in_a_csv_file_begins_like_a_formula_not_even_a_column_s_name(start: str) -> None:
    text = f"{start}1+1"
    assert rows_of(csv_text([text], [[text], [-1.5], [None]])) == [[f"'{text}"], [f"'{text}"], ["-1.5"], [""]]


def test_json_rows_are_objects_of_numbers() -> None:
    read = json.loads(to_json(TABLE))
    assert read["title"] == "Who wins?"
    assert read["rows"][0] == {
        "command": "IMFN, d=256 & more", "parameters": 1_096_123, "MSE": 0.0140012, "MSE, standard deviation": 3e-05,
        "share": 0.993,
    }  # fmt: skip
    assert read["rows"][1]["MSE, standard deviation"] is None
    assert read["rows"][1]["share"] is None


def test_ranges_units_and_what_is_missing_keep_their_meaning() -> None:
    cells = [["a", Number(1.25, ".0f", unit="s"), Range(-0.5, 0.25, "+.1f")], ["b", Number(None, missing="never"), ""]]
    table = Table(head=["row", "time", "interval"], rows=cells)
    head, *rows = rows_of(to_csv(table))
    assert head == ["row", "time", "time, unit", "interval, low", "interval, high", "interval"]
    assert rows == [["a", "1.25", "s", "-0.5", "0.25", ""], ["b", "never", "", "", "", ""]]
    assert "| a | 1 s | -0.5 to +0.2 |" in to_markdown(table)


def test_what_is_not_finite_is_no_number_in_any_export() -> None:
    table = Table(head=["row", "value"], rows=[["a", Number(math.nan, ".2f")], ["b", Number(math.inf)]])
    assert [row["value"] for row in json.loads(to_json(table))["rows"]] == [None, None]
    assert rows_of(to_csv(table))[1:] == [["a", ""], ["b", ""]]


def test_latex_is_escaped_and_keeps_bold() -> None:
    text = to_latex(TABLE)
    assert r"\textbf{IMFN}, d=256 \& more & 1.10 M & \textbf{0.01400 $\pm$ 0.00003} & 99\% \\" in text
    assert r"\texttt{command}" in text
    assert text.startswith("% Who wins?\n\\begin{tabular}{lrrr}\n\\toprule")


def test_text_that_looks_like_markup_stays_text() -> None:
    table = Table(head=["a `b` **c**", "d"], rows=[["**e**\n\nf", r"\end{tabular}"]])
    assert rows_of(to_csv(table))[0] == ["a `b` **c**", "d"]
    latex = to_latex(table)
    assert "textbf" not in latex and latex.count(r"\end{tabular}") == 1
    assert "**e** f &" in latex


def test_markdown_cells_keep_to_their_column() -> None:
    lines = to_markdown(HOSTILE).splitlines()
    assert lines[4] == "| -2+3\\|x | 1+1 |"
    assert to_markdown(TABLE).startswith("Who wins?\n\n| `command` |")


def test_an_unknown_format_is_named() -> None:
    with pytest.raises(ValueError, match="'xls', choose one of csv, json, latex, markdown"):
        export(TABLE, "xls")
