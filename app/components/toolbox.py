"""Small parts that tabs lay themselves out with: cards, rows of cards, remarks, the status line."""

from __future__ import annotations

import html
from collections.abc import Callable

import gradio as gr

from engine.damage import DAMAGE, reason_of
from engine.reports.table import Table, Text

from .script import mount_script
from .tables import ResultTable
from .term import terms


def halves() -> gr.Row:
    """A row of two cards of equal width, one below the other on a phone."""
    return gr.Row(elem_classes=["imfn-columns", "imfn-halves"])


def card(title: str, words: str) -> gr.Column:
    """A card with its heading; use it as a context."""
    column = gr.Column(elem_classes="imfn-card")
    with column:
        heading = f'<div class="imfn-head-words"><h2>{terms(title)}</h2><p>{terms(words)}</p></div>'
        heading = f'<div class="imfn-root"><div class="imfn-card-head">{heading}</div></div>'
        heading_html(heading)
    return column


def heading_html(text: str) -> gr.HTML:
    """Words of our own, whose marked terms get their cards."""
    quiet = {"elem_classes": ["imfn-view", "imfn-heading"], "padding": False, "apply_default_css": False}
    return gr.HTML(text, js_on_load=mount_script("ui/term_marks.js"), **quiet)


def remark(words: str) -> gr.HTML:
    """A line of small words above a table, whose marked terms get their cards."""
    return heading_html(f'<div class="imfn-root"><p class="imfn-remark">{terms(words)}</p></div>')


def shown(build: Callable[[], object], what: str) -> None:
    """A table or chart of something that was recorded; where the record is damaged, a sentence in its place."""
    try:
        build()
    except DAMAGE as error:
        note(f"{what} cannot be shown, its record is damaged: {reason_of(error)}.")


def note(words: Text) -> None:
    """A remark under a chart."""
    ResultTable(Table(head=[], rows=[], note=words))


def status(sentence: str = "", *, error: bool = False, busy: bool = False) -> str:
    """The quiet line under the controls; `busy` shows that work goes on, and the Cancel button with it."""
    kind = "imfn-status" + (" error" if error else "") + (" busy" if busy else "")
    role = "alert" if error else "status"
    return f'<p class="{kind}" role="{role}">{html.escape(sentence)}</p>' if sentence else ""


def status_line(sentence: str, elem_id: str) -> gr.HTML:
    """A place for such lines, as high as one from the start."""
    with gr.Column(elem_classes="imfn-status-box"):
        return gr.HTML(status(sentence), elem_id=elem_id, elem_classes="imfn-status-line")


def shared_note(sentence: str) -> None:
    """What a shared page limits, where it bites; nothing on one's own machine."""
    if sentence:
        words = f'<p class="imfn-hint imfn-shared">{html.escape(sentence)}</p>'
        gr.HTML(words, elem_classes="imfn-heading", padding=False, apply_default_css=False)
