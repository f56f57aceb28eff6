"""A table of results, sortable by every column, drawn by `assets/js/ui/result_table.js`.

It stands on the page as HTML text before any script is loaded; a browser test holds both drawings together.
"""

import html
import re
from typing import Any

from engine.reports.table import Table

from .view import View

PARTS = re.compile(r"\*\*(?P<bold>.+?)\*\*|`(?P<code>[^`]+)`")


def marked(text: object) -> str:
    """`code` and **bold** of a cell as elements, the rest as text that no template language reads."""
    inert = html.escape(str(text)).replace("$", "&#36;").replace("{", "&#123;")
    return _elements(inert)


def _elements(text: str) -> str:
    def element(found: re.Match) -> str:
        return f"<b>{_elements(found['bold'])}</b>" if found["bold"] else f"<code>{found['code']}</code>"

    return PARTS.sub(element, text)


def table_markup(table: dict[str, Any]) -> str:
    """Title, table and note, as far as there are any."""
    title, note = table.get("title"), table.get("note")
    parts = [f'<p class="imfn-results-title">{marked(title)}</p>'] if title else []
    if table["head"]:
        parts.append(f'<div class="imfn-scroll"><table class="imfn-levels imfn-results">{_rows(table)}</table></div>')
    return "".join(parts) + (f'<p class="imfn-results-note">{marked(note)}</p>' if note else "")


def _rows(table: dict[str, Any]) -> str:
    heads = "".join(
        f'<th scope="col"><button type="button" class="imfn-sort">{marked(t)}</button></th>' for t in table["head"]
    )
    lines = "".join(f"<tr>{''.join(_cell(c['text'], i) for i, c in enumerate(row))}</tr>" for row in table["rows"])
    return f"<thead><tr>{heads}</tr></thead><tbody>{lines}</tbody>"


def _cell(text: object, index: int) -> str:
    return f"<td>{marked(text)}</td>" if index else f'<th scope="row">{marked(text)}</th>'


class ResultTable(View):
    """Takes an `engine.reports.table.Table`, which may be a note alone."""

    module = "ui/result_table.js"
    card = False

    def first(self, value: Any) -> str:
        """The table itself: it is known when the page is built."""
        return table_markup(value.payload()) if value else ""

    def postprocess(self, value: Any) -> str | None:
        """A table's payload as JSON."""
        return super().postprocess(value.payload() if isinstance(value, Table) else value)
