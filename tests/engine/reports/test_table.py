"""A table's cells are values; what is shown is made of them when it is shown."""

from __future__ import annotations

import json
import math

import pytest

from engine.reports.table import Number, Range, Table, code, marked, million, plain


@pytest.mark.parametrize(
    ("number", "text"),
    [
        (Number(0.0098, ".4f"), "0.0098"),
        (Number(0.0140012, ".5f", deviation=0.00003), "0.01400 ± 0.00003"),
        (Number(0.0664, "+.1f", deviation=0.0012, scale=100, unit="%"), "+6.6 ± 0.1 %"),
        (million(182_560_000), "182.56 M"),
        (Number(1572864, ","), "1,572,864"),
        (Number(1.304, ".2f", before="× "), "× 1.30"),
        (Number(0.996, ".0%"), "100%"),
        (Number(4.4321, ".1f", unit="s"), "4.4 s"),
        (Number(None, ".1f", unit="s", missing="never"), "never"),
        (Number(None, ".4f"), ""),
    ],
)
def test_a_number_is_shown_in_its_form_and_unit(number: Number, text: str) -> None:
    assert number.text == text


def test_the_page_gets_texts_with_their_marks_and_the_numbers_they_are_sorted_by() -> None:
    name = (code("digits-128", bold=True), ", ours")
    table = Table(
        head=["model", "figures"],
        rows=[[name, million(4_840_000)], ["a", Number(-0.5, ".1f", bold=True)], ["b", Range(1, 2)], ["c", "exact"]],
        note=("see ", code("here")),
    )
    payload = json.loads(json.dumps(table.payload(), allow_nan=False))
    assert payload["rows"][0] == [
        {"text": "**`digits-128`**, ours", "value": None},
        {"text": "4.84 M", "value": 4_840_000},
    ]
    assert [row[1]["value"] for row in payload["rows"]] == [4_840_000, -0.5, 1, None]
    assert payload["rows"][1][1]["text"] == "**-0.5**"
    assert (payload["title"], payload["note"]) == ("", "see `here`")


def test_a_value_that_is_not_finite_is_sorted_as_none() -> None:
    table = Table(head=["a", "b"], rows=[["x", Number(math.nan, ".1f")], ["y", Number(math.inf)]])
    assert [row[1]["value"] for row in table.payload()["rows"]] == [None, None]


def test_marks_are_added_and_never_read() -> None:
    assert marked(("a ", code("b"), " **c**")) == "a `b` **c**"
    assert plain(("a ", code("b"), " **c**")) == "a b **c**"
