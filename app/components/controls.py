"""Rows of controls as HTML, so that they stand on the page with the first paint; their scripts only listen to them.

Labelled menus and fields have their id on the label, as Gradio has it.
"""

from __future__ import annotations

import html
from collections.abc import Iterable
from typing import Any

from .formats import formats_dialog


def explore_controls(setup: dict[str, Any]) -> str:
    """The Explore tab's row and its status line."""
    pills = (pill(f"sample-{s['name']}", s["title"], pressed=s["name"] == setup["first"]) for s in setup["samples"])
    parts = (
        button("explore-upload", "Upload video or images", "imfn-primary"),
        *pills,
        menu("explore-model", "model", setup["models"], setup["samples"][0]["model"], "imfn-push"),
        menu("explore-size", "short side", setup["sizes"], setup["sizes"][0]),
        field("explore-first", "from frame", "1"),
        field("explore-count", "frames", "160"),
        button("explore-run", "Run", "imfn-primary"),
        button("explore-cancel", "Cancel", "imfn-pill"),
    )
    row = f'<div class="imfn-controls" id="explore-samples">{"".join(parts)}</div>'
    formats = button("explore-formats", "What is read", "imfn-link imfn-formats-button")
    return row + status_box("explore-status", setup["message"], formats) + formats_dialog()


def path_controls(setup: dict[str, Any]) -> str:
    """The Trajectory tab's row and its status line."""
    offered = [(s["name"], s["title"]) for s in setup["samples"]] + [("explored", "your clip")]
    usual = setup["settings"]
    parts = (
        *(pill(f"path-{name}", title, pressed=False) for name, title in offered),
        menu("path-sequences", "sequences", setup["choices"]["sequences"], usual["sequences"], "imfn-push"),
        menu("path-padding", "padding", setup["choices"]["padding"], usual["padding"]),
        field("path-neighbours", "neighbours", usual["neighbours"], keyboard="text"),
        menu("path-spread", "spread", setup["choices"]["spread"], usual["spread"]),
    )
    row = f'<div class="imfn-controls" id="trajectory-samples">{"".join(parts)}</div>'
    return row + status_box("path-status", setup["message"])


def button(elem_id: str, text: str, kind: str) -> str:
    """A button."""
    return f'<button type="button" id="{elem_id}" class="{kind}">{html.escape(text)}</button>'


def pill(elem_id: str, text: str, *, pressed: bool) -> str:
    """A button that says whether what it stands for is shown."""
    told = f'aria-pressed="{str(pressed).lower()}"'
    return f'<button type="button" id="{elem_id}" class="imfn-pill" {told}>{html.escape(text)}</button>'


def menu(elem_id: str, label: str, choices: Iterable[str], chosen: str, more: str = "") -> str:
    """A labelled menu."""
    options = "".join(f"<option{' selected' * (c == chosen)}>{html.escape(c)}</option>" for c in choices)
    return labelled(elem_id, label, f"<select>{options}</select>", more)


def field(elem_id: str, label: str, value: str, *, keyboard: str = "numeric") -> str:
    """A labelled field for a few characters; `keyboard` is the one that a phone shows."""
    return labelled(elem_id, label, f'<input type="text" inputmode="{keyboard}" value="{html.escape(value)}">')


def labelled(elem_id: str, label: str, control: str, more: str = "") -> str:
    """A control behind its label, in one pill."""
    kind = f"imfn-pill-menu {more}".strip()
    return f'<label id="{elem_id}" class="{kind}"><span>{html.escape(label)}</span>{control}</label>'


def status_box(elem_id: str, message: str, beside: str = "") -> str:
    """The line that says what the server does, as high as one from the start, and what stands at its end."""
    words = f'<p class="imfn-status" role="status">{html.escape(message)}</p>'
    return f'<div class="imfn-status-box"><div id="{elem_id}" class="imfn-status-line">{words}</div>{beside}</div>'
