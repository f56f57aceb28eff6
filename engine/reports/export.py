"""A table taken elsewhere: CSV, JSON, LaTeX, Markdown. Pure functions from a Table to text.

A cell `mean ± deviation` becomes two columns in CSV and JSON, where numbers are numbers. CSV cells that a spreadsheet
would run as a formula are quoted with an apostrophe (OWASP, "CSV injection").
"""

from __future__ import annotations

import csv
import io
import json
import re

from engine.reports.tables import Table

LATEX = {
    "\\": r"\textbackslash{}", "&": r"\&", "%": r"\%", "$": r"\$", "#": r"\#", "_": r"\_", "{": r"\{", "}": r"\}",
    "~": r"\textasciitilde{}", "^": r"\textasciicircum{}", "±": r"$\pm$", "×": r"$\times$", "²": r"$^2$", "—": "---",
    "<": r"\textless{}", ">": r"\textgreater{}",
}  # fmt: skip
FORMULA = ("=", "+", "-", "@", "\t", "\r")


def plain(cell: str) -> str:
    """A cell without its **bold** and `code` marks."""
    return re.sub(r"\*\*(.*?)\*\*", r"\1", cell).replace("`", "")


def number(text: str) -> float | int | str | None:
    """What a cell says: a number (millions as such), nothing, or its text."""
    text = text.strip()
    if re.fullmatch(r"[-+]?\d[\d,]*", text):
        return int(text.replace(",", ""))
    if match := re.fullmatch(r"([-+]?\d+\.\d+)( M)?", text):
        return round(float(match[1]) * (1e6 if match[2] else 1), 9)
    return text or None


def columns(table: Table) -> tuple[list[str], list[list[str]]]:
    """Head and rows in plain text, every `a ± b` column split in two."""
    rows = [[plain(cell) for cell in row] for row in table.rows]
    split = {i for i in range(len(table.head)) if any(" ± " in row[i] for row in rows)}
    head: list[str] = []
    for i, name in enumerate(map(plain, table.head)):
        head += [name, f"{name}, standard deviation"] if i in split else [name]
    return head, [[part for i, cell in enumerate(row) for part in parts(cell, i in split)] for row in rows]


def parts(cell: str, split: bool) -> list[str]:
    """The one or two columns of a cell."""
    if not split:
        return [cell]
    mean, _, deviation = cell.partition(" ± ")
    return [mean, deviation]


def guarded(text: str) -> str:
    """A CSV cell that no spreadsheet takes for a formula; numbers stay as they are."""
    return f"'{text}" if text.startswith(FORMULA) and isinstance(number(text), str) else text


def to_csv(table: Table) -> str:
    """Comma-separated values with a head line, RFC 4180."""
    head, rows = columns(table)
    file = io.StringIO()
    for row in (head, *rows):
        values = [number(cell) for cell in row]
        csv.writer(file).writerow([guarded(v) if isinstance(v, str) else v for v in values])
    return file.getvalue()


def to_json(table: Table) -> str:
    """{"title", "rows": [{column: value}]}."""
    head, rows = columns(table)
    values = [dict(zip(head, map(number, row), strict=True)) for row in rows]
    return json.dumps({"title": plain(table.title), "rows": values}, indent=1, ensure_ascii=False)


def to_latex(table: Table) -> str:
    """A tabular for booktabs, the title as a comment above it."""
    lines = [" & ".join(map(latex, row)) + r" \\" for row in (table.head, *table.rows)]
    comment = "".join(f"% {line}\n" for line in plain(table.title).splitlines())
    begin = rf"\begin{{tabular}}{{l{'r' * (len(table.head) - 1)}}}"
    body = [begin, r"\toprule", lines[0], r"\midrule", *lines[1:], r"\bottomrule", r"\end{tabular}"]
    return comment + "\n".join(body) + "\n"


def latex(cell: str) -> str:
    """A cell escaped, its marks as commands."""
    escaped = "".join(LATEX.get(letter, letter) for letter in cell)
    escaped = re.sub(r"\*\*(.*?)\*\*", r"\\textbf{\1}", escaped)
    return re.sub(r"`(.*?)`", r"\\texttt{\1}", escaped)


def to_markdown(table: Table) -> str:
    """A pipe table under its title."""
    safe = Table([pipes(cell) for cell in table.head], [[pipes(cell) for cell in row] for row in table.rows])
    return (f"{table.title}\n\n" if table.title else "") + safe.markdown() + "\n"


def pipes(cell: str) -> str:
    """A cell that stays in its column."""
    return " ".join(cell.split()).replace("|", "\\|")


FORMATS = {"csv": to_csv, "json": to_json, "latex": to_latex, "markdown": to_markdown}


def export(table: Table, kind: str) -> str:
    """A table in one of FORMATS; ValueError for another."""
    if kind not in FORMATS:
        raise ValueError(f"format is {kind!r}, choose one of {', '.join(FORMATS)}")
    return FORMATS[kind](table)
