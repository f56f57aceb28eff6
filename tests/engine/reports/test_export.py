"""Exports say what the table says, in forms that other programs read, and nothing in them runs."""

from __future__ import annotations

import csv
import io
import json

import pytest

from engine.reports.export import export, to_csv, to_json, to_latex, to_markdown
from engine.reports.tables import Table

TABLE = Table(
    ["`command`", "parameters", "MSE", "share"],
    [["**IMFN**, d=256 & more", "1.10 M", "**0.01400 ± 0.00003**", "99%"], ["mean", "784", "0.06750", ""]],
    "Who wins?",
)
HOSTILE = Table(["name", "value"], [["=HYPERLINK(1)", "-1"], ["@sum", "+0.5"], ["-2+3|x", "\t1+1"]])


def test_csv_has_numbers_and_a_column_for_the_deviation() -> None:
    rows = list(csv.reader(io.StringIO(to_csv(TABLE))))
    assert rows[0] == ["command", "parameters", "MSE", "MSE, standard deviation", "share"]
    assert rows[1] == ["IMFN, d=256 & more", "1100000.0", "0.014", "3e-05", "99%"]
    assert rows[2] == ["mean", "784", "0.0675", "", ""]


def test_csv_cells_cannot_be_formulas_and_numbers_stay_numbers() -> None:
    rows = list(csv.reader(io.StringIO(to_csv(HOSTILE))))[1:]
    assert rows[0] == ["'=HYPERLINK(1)", "-1"]
    assert rows[1] == ["'@sum", "0.5"]
    assert rows[2][0] == "'-2+3|x"
    assert not rows[2][1].startswith(("=", "+", "-", "@", "\t"))


def test_json_rows_are_objects_of_numbers() -> None:
    read = json.loads(to_json(TABLE))
    assert read["title"] == "Who wins?"
    assert read["rows"][0] == {
        "command": "IMFN, d=256 & more", "parameters": 1.1e6, "MSE": 0.014, "MSE, standard deviation": 3e-05,
        "share": "99%",
    }  # fmt: skip
    assert read["rows"][1]["MSE, standard deviation"] is None


def test_latex_is_escaped_and_keeps_bold() -> None:
    text = to_latex(TABLE)
    assert r"\textbf{IMFN}, d=256 \& more & 1.10 M & \textbf{0.01400 $\pm$ 0.00003} & 99\% \\" in text
    assert r"\texttt{command}" in text
    assert text.startswith("% Who wins?\n\\begin{tabular}{lrrr}\n\\toprule")


def test_markdown_cells_keep_to_their_column() -> None:
    lines = to_markdown(HOSTILE).splitlines()
    assert lines[4] == "| -2+3\\|x | 1+1 |"
    assert to_markdown(TABLE).startswith("Who wins?\n\n| `command` |")


def test_an_unknown_format_is_named() -> None:
    with pytest.raises(ValueError, match="'xls', choose one of csv, json, latex, markdown"):
        export(TABLE, "xls")
