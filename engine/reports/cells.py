"""Text for CSV files: spreadsheets run what begins like a formula, so such cells begin with an apostrophe."""

from __future__ import annotations

STARTS = ("=", "+", "-", "@", "\t", "\r", "\n")


def cell(value: object) -> object:
    """A value as it may stand in a cell; numbers stay numbers."""
    return f"'{value}" if isinstance(value, str) and value.startswith(STARTS) else value
