"""Numbers from visitors: what is accepted, and the one sentence for everything else."""

from __future__ import annotations

import math

import pytest

from app.server.parsing import LARGEST, parse_float, parse_int, parse_optional_int

NUMBERS = {" 12 ": 12, "+3": 3, "-4": -4, "0007": 7, "0" * 5000 + "5": 5, 6: 6, 8.0: 8, str(LARGEST): LARGEST}
NO_TEXT = ("", "many", "1.5", "1e3", "1_000", "1,000", "٣", "9" * 5000, "9" * 17, "nan", "0x10", b"1")
NO_VALUE = (1.5, math.nan, math.inf, 10**30, 10**5000, -(10**5000), True, None, [], {"a": 1})
NO_SPREAD = ("wide", "nan", "inf", "1e999", "2", -1, math.nan, 10**5000, True, None, [], "1" * 400)


def test_whole_numbers_are_read_from_text_and_from_json() -> None:
    assert {value: parse_int(value, "frames") for value in NUMBERS} == NUMBERS
    assert {value: parse_optional_int(value, "frames") for value in NUMBERS} == NUMBERS


def test_everything_else_gets_one_short_sentence_of_our_own() -> None:
    for value in (*NO_TEXT, *NO_VALUE):
        with pytest.raises(ValueError, match=r"^frames is .*; type a whole number\.$") as caught:
            parse_int(value, "frames")
        assert len(str(caught.value)) < 100


@pytest.mark.parametrize(
    ("low", "high", "advice"),
    [(1, 4, "from 1 to 4"), (5, LARGEST, "of at least 5"), (-LARGEST, -1, "of at most -1"), (1, 10**6, "to 1,000,000")],
)
def test_bounds_hold_and_are_named(low: int, high: int, advice: str) -> None:
    with pytest.raises(ValueError, match=rf"^frames is '0'; type a whole number .*{advice}\.$"):
        parse_int("0", "frames", low, high)
    assert parse_int(low, "frames", low, high) == low
    assert parse_int(high, "frames", low, high) == high


def test_an_optional_number_may_be_left_out_or_named() -> None:
    assert [parse_optional_int(value, "size") for value in (None, "", "  ")] == [None] * 3
    assert parse_optional_int(" Auto", "neighbours", word="auto") is None
    with pytest.raises(ValueError, match=r"neighbours is 'many'; type a whole number, or auto\."):
        parse_optional_int("many", "neighbours", word="auto")
    with pytest.raises(ValueError, match=r"size is 'auto'; type a whole number, or nothing\."):
        parse_optional_int("auto", "size")


@pytest.mark.parametrize(("value", "number"), [("0.5", 0.5), (".5", 0.5), ("1", 1.0), (0, 0.0), ("1e-1", 0.1)])
def test_numbers_are_read(value: object, number: float) -> None:
    assert parse_float(value, "spread", 0, 1) == number


def test_what_is_no_number_or_out_of_bounds_is_refused_in_one_sentence() -> None:
    for value in NO_SPREAD:
        with pytest.raises(ValueError, match=r"^spread is .*; type a number from 0 to 1\.$"):
            parse_float(value, "spread", 0, 1)
