"""A table of results: its cells are values, and how they look is decided when the table is shown.

A cell is a `Number` (with a standard deviation, a unit and a format), a `Range` between two numbers, or text. Text may
hold runs set as code or in bold:

    Table(title="Who wins?", head=["model", "MSE"], rows=[[code("digits-128"), Number(0.0098, ".4f", bold=True)]])

Three readers take a table apart: `markdown` below, `payload` for the page (app/components/tables.py), and `export.py`
for CSV, JSON and LaTeX. None of them reads back what another one has written.
"""

from __future__ import annotations

import math
from dataclasses import KW_ONLY, dataclass


@dataclass(frozen=True)
class Span:
    """A run of text in one style."""

    text: str
    code: bool = False
    bold: bool = False

    @property
    def marked(self) -> str:
        """With Markdown's marks, which are the page's as well."""
        text = f"`{self.text}`" if self.code else self.text
        return f"**{text}**" if self.bold else text


Text = str | Span | tuple[str | Span, ...]


@dataclass(frozen=True)
class Number:
    """A measured value and how it is shown; `deviation` is its standard deviation, `missing` stands for no value."""

    value: float | None
    form: str = ""
    """of Python's format(), for the value and its deviation; the deviation never shows a sign"""
    _: KW_ONLY
    deviation: float | None = None
    unit: str = ""
    scale: float = 1
    """what the value is multiplied by where it is shown: 1e-6 for millions, 100 for per cent"""
    before: str = ""
    bold: bool = False
    missing: str = ""

    @property
    def text(self) -> str:
        """As it is shown: `+6.6 ± 0.1 %`."""
        if self.value is None:
            return self.missing
        spread = "" if self.deviation is None else f" ± {self.scaled(self.deviation):{self.form.replace('+', '')}}"
        return f"{self.before}{self.scaled(self.value):{self.form}}{spread}{' ' if self.unit else ''}{self.unit}"

    def scaled(self, value: float) -> float:
        """In the unit that is shown; whole numbers stay whole where nothing is scaled."""
        return value if self.scale == 1 else value * self.scale


@dataclass(frozen=True)
class Range:
    """From one number to another."""

    low: float
    high: float
    form: str = ""

    @property
    def text(self) -> str:
        """As it is shown."""
        return f"{self.low:{self.form}} to {self.high:{self.form}}"


Cell = Number | Range | Text


@dataclass(frozen=True, kw_only=True)
class Table:
    """Rows under a head, the first column a name; `title` stands above, `note` below and says what it means."""

    head: list[Text]
    rows: list[list[Cell]]
    title: Text = ""
    note: Text = ""

    def markdown(self) -> str:
        """A pipe table: the first column left, the others right."""
        line = "|" + "|".join([" --- "] + [" ---: "] * (len(self.head) - 1)) + "|"
        head, *rows = [f"| {' | '.join(map(piped, row))} |" for row in (self.head, *self.rows)]
        return "\n".join([head, line, *rows])

    def payload(self) -> dict:
        """For the page, as JSON: texts with their marks, and for every cell the number it is sorted by."""
        rows = [[{"text": marked(cell), "value": sort_value(cell)} for cell in row] for row in self.rows]
        return {"title": marked(self.title), "head": [*map(marked, self.head)], "rows": rows, "note": marked(self.note)}


def code(text: str, *, bold: bool = False) -> Span:
    """What is typed: a command, a checkpoint's name, a config's value."""
    return Span(text, code=True, bold=bold)


def million(count: float) -> Number:
    """A number of parameters, shown in millions."""
    return Number(count, ".2f", scale=1e-6, unit="M")


def spans(cell: Cell) -> tuple[Span, ...]:
    """What a cell or a text shows, run by run."""
    if isinstance(cell, Number):
        return (Span(cell.text, bold=cell.bold),)
    if isinstance(cell, Range):
        return (Span(cell.text),)
    parts = cell if isinstance(cell, tuple) else (cell,)
    return tuple(Span(part) if isinstance(part, str) else part for part in parts)


def marked(cell: Cell) -> str:
    """In Markdown: `code` and **bold**."""
    return "".join(span.marked for span in spans(cell))


def plain(cell: Cell) -> str:
    """Without any marks."""
    return "".join(span.text for span in spans(cell))


def piped(cell: Cell) -> str:
    """A Markdown cell that stays in its column."""
    return " ".join(marked(cell).split()).replace("|", "\\|")


def sort_value(cell: Cell) -> float | None:
    """What a column is sorted by: a number, a range's lower end, nothing for text and for what is not finite."""
    value = cell.value if isinstance(cell, Number) else cell.low if isinstance(cell, Range) else None
    return value if value is not None and math.isfinite(value) else None
