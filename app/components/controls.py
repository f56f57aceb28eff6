"""Rows of controls as HTML, so that they stand on the page with the first paint; their scripts only listen to them.

Labelled menus and fields have their id on the label, as Gradio has it.
"""

from __future__ import annotations

import html
from collections.abc import Iterable
from typing import Any

from .formats import formats_dialog
from .term import terms


def explore_controls(setup: dict[str, Any]) -> str:
    """The Explore tab's row, its status line and the card of the clip that is shown."""
    pills = (pill(f"sample-{s['name']}", s["title"], pressed=s["name"] == setup["first"]) for s in setup["samples"])
    parts = (button("explore-upload", "Upload video or images", "imfn-primary"), *pills)
    row = f'<div class="imfn-controls" id="explore-samples">{"".join(parts)}</div>'
    formats = button("explore-formats", "What is read", "imfn-link imfn-formats-button")
    recent = '<div id="explore-recent-place" class="imfn-clip-recent"></div>'
    line = status_box("explore-status", setup["message"], formats)
    return f'<div class="imfn-clip-top">{row}{recent}{line}</div>{clip_card(setup)}{formats_dialog()}'


def clip_card(setup: dict[str, Any]) -> str:
    """What is shown, and what else could be: `assets/js/explore/clip_card.js` fills it in."""
    ends = (("from", "first frame of the range"), ("to", "last frame of the range"))
    handles = "".join(
        f'<span role="slider" tabindex="0" data-handle="{name}" aria-label="{label}" aria-valuenow="1"></span>'
        for name, label in ends
    )
    strip = (
        '<div class="imfn-clip-strip"><img alt="" draggable="false"><div class="imfn-clip-shown"></div>'
        f'<div class="imfn-clip-chosen">{handles}</div></div>'
    )
    fields = field("explore-first", "from frame", "1") + field("explore-count", "frames", setup["count"])
    how = (
        menu("explore-model", "model", setup["models"], setup["samples"][0]["model"]),
        menu("explore-size", "resolution", setup["sizes"], setup["sizes"][0]),
        button("explore-run", "Apply", "imfn-primary"),
        button("explore-cancel", "Cancel", "imfn-pill"),
    )
    change = (
        '<button type="button" id="explore-change" class="imfn-pill" aria-expanded="false" aria-controls="explore-clip"'
        ' aria-label="Change range, model and resolution">Change</button>'
    )
    return (
        '<div class="imfn-clip-place">'
        '<section class="imfn-card imfn-clip" id="explore-clip" aria-label="The clip" data-apply="no" data-strip="yes">'
        '<canvas class="imfn-clip-thumb" aria-hidden="true"></canvas>'
        f'<div class="imfn-clip-facts"><b></b><span></span><span></span></div>{change}'
        f'<div class="imfn-clip-range">{strip}<div class="imfn-controls imfn-clip-fields">{fields}'
        '<span class="imfn-clip-words"></span></div></div>'
        f'<div class="imfn-controls imfn-clip-how">{"".join(how)}</div></section></div>'
    )


def path_controls(setup: dict[str, Any]) -> str:
    """The Trajectory tab's row, its options in a fold, and its status line with Cancel at its end."""
    offered = [(s["name"], s["title"]) for s in setup["samples"]] + [
        ("explored", "your clip"),
        ("lantern", "a Lantern walk"),
    ]
    usual = setup["settings"]
    told = 'aria-expanded="false" aria-controls="path-more"'
    fold = f'<button type="button" id="path-options" class="imfn-pill imfn-push" {told}>Options</button>'
    pills = "".join(pill(f"path-{name}", title, pressed=False, waits=True) for name, title in offered)
    options = (
        menu("path-sequences", "sequences", setup["choices"]["sequences"], usual["sequences"]),
        menu("path-padding", "padding", setup["choices"]["padding"], usual["padding"]),
        field("path-neighbours", "neighbours", usual["neighbours"], keyboard="text"),
        menu("path-spread", "spread", setup["choices"]["spread"], usual["spread"]),
    )
    row = f'<div class="imfn-controls" id="trajectory-samples">{pills}{fold}</div>'
    hint = f'<p class="imfn-hint">{terms(setup["hint"])}</p>'
    hint += f'<p class="imfn-hint" id="path-padding-none" hidden>{html.escape(setup["no_padding"])}</p>'
    more = f'<div id="path-more" hidden><div class="imfn-controls">{"".join(options)}</div>{hint}</div>'
    return (
        row
        + walk_controls(setup)
        + more
        + status_box("path-status", setup["message"], button("path-cancel", "Cancel", "imfn-pill"))
    )


def walk_controls(setup: dict[str, Any]) -> str:
    """Which Lantern room is walked and which memory follows; hidden until a walk is followed."""
    parts = (
        field("path-room", "room", str(setup["walk"])),
        button("path-another", "Another room", "imfn-pill"),
        menu("path-by", "memory", setup["choices"]["by"], ""),
        '<span id="path-walk-words" class="imfn-hint"></span>',
    )
    return f'<div class="imfn-controls" id="path-walk" hidden>{"".join(parts)}</div>'


def button(elem_id: str, text: str, kind: str) -> str:
    """A button."""
    return f'<button type="button" id="{elem_id}" class="{kind}">{html.escape(text)}</button>'


def pill(elem_id: str, text: str, *, pressed: bool, waits: bool = False) -> str:
    """A button that says whether what it stands for is shown; one that `waits` is enabled by the script that hears it,
    so that no early click is lost.
    """
    told = f'aria-pressed="{str(pressed).lower()}"{" disabled" * waits}'
    return f'<button type="button" id="{elem_id}" class="imfn-pill" {told}>{html.escape(text)}</button>'


def menu(elem_id: str, label: str, choices: Iterable[str] | dict[str, str], chosen: str, more: str = "") -> str:
    """A labelled menu of values, or of values with a text each."""
    texts = choices if isinstance(choices, dict) else {choice: choice for choice in choices}
    options = "".join(
        f'<option value="{html.escape(value)}"{" selected" * (value == chosen)}>{html.escape(text)}</option>'
        for value, text in texts.items()
    )
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
