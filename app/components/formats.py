"""What is read and what is not, for the page: docs/formats.md as HTML in a dialog, so that both say the same.

Of Markdown it takes what that document has: headings, paragraphs, tables and `code`.
"""

from __future__ import annotations

import html
import re
from functools import lru_cache
from pathlib import Path

DOCUMENT = Path(__file__).resolve().parents[2] / "docs" / "formats.md"


@lru_cache(maxsize=1)
def formats_dialog() -> str:
    """The dialog that the button beside the status line opens; assets/js/explore/formats.js listens to both."""
    title, *blocks, _ = DOCUMENT.read_text(encoding="utf-8").strip().split("\n\n")  # the last says what holds it
    head = (
        f'<div class="imfn-keys-head"><h2 id="page-formats-title">{html.escape(title.lstrip("# "))}</h2>'
        '<button type="button" class="imfn-button imfn-slim">Close</button></div>'
    )
    kind = 'id="page-formats" class="imfn-keys-dialog imfn-formats" aria-labelledby="page-formats-title"'
    return f"<dialog {kind}>{head}{''.join(map(block_html, blocks))}</dialog>"


def block_html(block: str) -> str:
    """A heading, a table or a paragraph."""
    if block.startswith("#"):
        return f"<h3>{inline(block.lstrip('# '))}</h3>"
    if block.startswith("|"):
        return table_html(block.splitlines())
    return f"<p>{inline(' '.join(block.splitlines()))}</p>"


def table_html(lines: list[str]) -> str:
    """A table whose second line only rules it off; the first cell of a row names it."""
    head, _, *rows = ([cell.strip() for cell in line.strip().strip("|").split("|")] for line in lines)
    names = "".join(f'<th scope="col">{inline(cell)}</th>' for cell in head)
    body = "".join(
        f'<tr><th scope="row">{inline(first)}</th>' + "".join(f"<td>{inline(cell)}</td>" for cell in rest) + "</tr>"
        for first, *rest in rows
    )
    return f'<div class="imfn-formats-table"><table><thead><tr>{names}</tr></thead><tbody>{body}</tbody></table></div>'


def inline(text: str) -> str:
    """Escaped text with its `code` marked."""
    return re.sub(r"`([^`]+)`", r"<code>\1</code>", html.escape(text))
