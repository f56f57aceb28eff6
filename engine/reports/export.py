"""A table taken elsewhere: CSV, JSON, LaTeX, Markdown. Pure functions from a Table to text.

CSV and JSON hold the values themselves to nine significant digits, not their rounded text: parameters are counts, a
share is a fraction. A standard deviation, the ends of a range and a unit get columns of their own.
"""

from __future__ import annotations

import json
import math
import re

from engine.csv_text import csv_text
from engine.reports.table import Cell, Number, Range, Span, Table, marked, plain, spans

LATEX = {
    "\\": r"\textbackslash{}", "&": r"\&", "%": r"\%", "$": r"\$", "#": r"\#", "_": r"\_", "{": r"\{", "}": r"\}",
    "~": r"\textasciitilde{}", "^": r"\textasciicircum{}", "±": r"$\pm$", "×": r"$\times$", "²": r"$^2$", "—": "---",
    "<": r"\textless{}", ">": r"\textgreater{}",
}  # fmt: skip
DIGITS = 9
Value = float | int | str | None


def values(cell: Cell) -> dict[str, Value]:
    """What a cell says, by what is added to its column's name: nothing for the value itself."""
    if isinstance(cell, Range):
        return {"low": tidy(cell.low), "high": tidy(cell.high)}
    if not isinstance(cell, Number):
        return {"": " ".join(plain(cell).split()) or None}
    found: dict[str, Value] = {"": cell.missing or None if cell.value is None else tidy(cell.value)}
    if cell.deviation is not None:
        found["standard deviation"] = tidy(cell.deviation)
    if cell.unit and cell.scale == 1:
        found["unit"] = cell.unit
    return found


def tidy(value: float) -> float | int | None:
    """A number to nine significant digits, whole ones as such; None for what is not finite, which JSON cannot say."""
    if not math.isfinite(value):
        return None
    rounded = float(f"{value:.{DIGITS}g}")
    return int(value) if float(value).is_integer() else rounded


def columns(table: Table) -> tuple[list[str], list[list[Value]]]:
    """Head and rows as values; a column becomes as many as its cells have values."""
    head: list[str] = []
    rows: list[list[Value]] = [[] for _ in table.rows]
    for index, name in enumerate(map(plain, table.head)):
        cells = [values(row[index]) for row in table.rows]
        kinds = list(dict.fromkeys(kind for cell in cells for kind in cell)) or [""]
        head += [", ".join(filter(None, (name, kind))) for kind in kinds]
        for row, cell in zip(rows, cells, strict=True):
            row += [cell.get(kind) for kind in kinds]
    return head, rows


def to_csv(table: Table) -> str:
    """Comma-separated values with a head line."""
    return csv_text(*columns(table))


def to_json(table: Table) -> str:
    """{"title", "rows": [{column: value}]}."""
    head, rows = columns(table)
    lines = [dict(zip(head, row, strict=True)) for row in rows]
    return json.dumps({"title": plain(table.title), "rows": lines}, indent=1, ensure_ascii=False, allow_nan=False)


def to_latex(table: Table) -> str:
    """A tabular for booktabs, the title as a comment above it."""
    lines = [" & ".join(map(latex, row)) + r" \\" for row in (table.head, *table.rows)]
    comment = "".join(f"% {line}\n" for line in plain(table.title).splitlines())
    begin = rf"\begin{{tabular}}{{l{'r' * (len(table.head) - 1)}}}"
    body = [begin, r"\toprule", lines[0], r"\midrule", *lines[1:], r"\bottomrule", r"\end{tabular}"]
    return comment + "\n".join(body) + "\n"


def latex(cell: Cell) -> str:
    """A cell escaped, its styles as commands."""
    return "".join(map(latex_span, spans(cell)))


def latex_span(span: Span) -> str:
    """One run of text; line breaks, which would end a paragraph, become spaces."""
    escaped = "".join(LATEX.get(letter, letter) for letter in re.sub(r"\s+", " ", span.text))
    escaped = rf"\texttt{{{escaped}}}" if span.code else escaped
    return rf"\textbf{{{escaped}}}" if span.bold else escaped


def to_markdown(table: Table) -> str:
    """A pipe table under its title."""
    title = marked(table.title)
    return (f"{title}\n\n" if title else "") + table.markdown() + "\n"


FORMATS = {"csv": to_csv, "json": to_json, "latex": to_latex, "markdown": to_markdown}


def export(table: Table, kind: str) -> str:
    """A table in one of FORMATS; ValueError for another."""
    if kind not in FORMATS:
        raise ValueError(f"format is {kind!r}, choose one of {', '.join(FORMATS)}")
    return FORMATS[kind](table)
