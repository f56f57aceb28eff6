"""CSV text that a spreadsheet can open: numbers stay numbers, and no text in it runs as a formula.

Spreadsheets run a cell that begins like a formula, whatever its type was where it came from; such text gets an
apostrophe in front (OWASP, "CSV injection"), names of columns included.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable

STARTS = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
"""the last four are the full-width forms, which some spreadsheets take for the plain ones"""


def cell(value: object) -> object:
    """A value as it may stand in a cell; only text is changed."""
    return f"'{value}" if isinstance(value, str) and value.startswith(STARTS) else value


def csv_text(head: Iterable[str], rows: Iterable[Iterable[object]]) -> str:
    """A head line and rows, every cell guarded; None is an empty cell, lines end as in RFC 4180."""
    file = io.StringIO()
    writer = csv.writer(file, lineterminator="\r\n")  # lone carriage returns are quoted only if lines end with one
    writer.writerows([cell(value) for value in row] for row in (head, *rows))
    return file.getvalue()
