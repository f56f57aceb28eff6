"""Numbers that visitors type or that requests carry: parsed and bounded in one place.

A form sends text, `gradio_client` sends JSON numbers, a link sends anything. Every function returns a number within
its bounds or raises a ValueError of one sentence, which names the field, repeats the start of what was sent, and says
what is accepted. Text is checked before it is converted: Python refuses `int("9" * 5000)` with words of its own.
"""

from __future__ import annotations

import math
import re

LARGEST = 2**53 - 1
"""the largest whole number that JSON and JavaScript carry exactly; the bound of fields without one of their own"""
WHOLE = re.compile(r"([+-]?)0*(\d{1,16})", re.ASCII)
DECIMAL = re.compile(r"[+-]?(\d{1,30}\.?\d{0,30}|\.\d{1,30})(e[+-]?\d{1,3})?", re.ASCII | re.IGNORECASE)


def parse_int(value: object, label: str, low: int = -LARGEST, high: int = LARGEST, *, or_else: str = "") -> int:
    """A whole number in [low, high]; ValueError otherwise. `or_else` ends the advice, such as ", or auto"."""
    number = as_int(value)
    if number is None or not low <= number <= high:
        raise ValueError(f"{label} is {quoted(value)}; type a whole number{between(low, high)}{or_else}.")
    return number


def parse_optional_int(
    value: object, label: str, low: int = -LARGEST, high: int = LARGEST, *, word: str = ""
) -> int | None:
    """The same, but None for nothing, empty text, or `word` ("auto")."""
    if value is None or (isinstance(value, str) and value.strip().lower() in ("", word)):
        return None
    return parse_int(value, label, low, high, or_else=f", or {word or 'nothing'}")


def parse_float(value: object, label: str, low: float, high: float) -> float:
    """A finite number in [low, high]; ValueError otherwise."""
    number = as_float(value)
    if number is None or not low <= number <= high:
        raise ValueError(f"{label} is {quoted(value)}; type a number from {low:,g} to {high:,g}.")
    return number


def as_int(value: object) -> int | None:
    """A whole number given as an int, a float without a fraction, or ASCII digits; None for anything else."""
    if isinstance(value, str):
        match = WHOLE.fullmatch(value.strip())
        return int(match[1] + match[2]) if match else None  # leading zeros count against Python's limit of digits too
    if isinstance(value, float):
        return int(value) if value.is_integer() else None  # false for NaN and the infinities
    return value if isinstance(value, int) and not isinstance(value, bool) else None


def as_float(value: object) -> float | None:
    """A finite number given as an int, a float, or decimal text; None for anything else."""
    if isinstance(value, str):
        value = float(value.strip()) if DECIMAL.fullmatch(value.strip()) else None
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    try:
        return float(value) if math.isfinite(value) else None
    except OverflowError:  # an int beyond every float
        return None


def quoted(value: object) -> str:
    """The start of what was sent; long integers are not written out, which Python refuses beyond 4,300 digits."""
    if isinstance(value, int) and abs(value) > 10**20:
        return "a number of more than 20 digits"
    text = str(value) if isinstance(value, str | int | float | None) else type(value).__name__
    return repr(text if len(text) <= 20 else f"{text[:20]}…")


def between(low: int, high: int) -> str:
    """The bounds in words, as far as there are any."""
    if low > -LARGEST and high < LARGEST:
        return f" from {low:,} to {high:,}"
    if low > -LARGEST:
        return f" of at least {low:,}"
    return f" of at most {high:,}" if high < LARGEST else ""
