"""Views of a tab, of which one is shown at a time, and folds: cards that are closed until they are asked for.

    SubViews(tab="compare", views=(SubView(name="verdict", title="Verdict", words="…"), …))
    with sub_view("compare", "verdict"):
        …

Which view is open stands in the address (`assets/js/ui/sub_views.js`); styles that travel with the row hide the others
before any script is there.
"""

from __future__ import annotations

import html
from dataclasses import asdict, dataclass
from typing import Any

import gradio as gr

from engine.files import json_text

from .script import mount_script
from .view import View


@dataclass(frozen=True, kw_only=True)
class SubView:
    """A view: its name in the address, its button, and a remark beside the row while it is open."""

    name: str
    title: str
    words: str = ""


class SubViews(View):
    """The row of buttons; the first view is open where the address names none."""

    module = "ui/sub_views.js"
    card = False

    def __init__(self, *, tab: str, views: tuple[SubView, ...], **options: Any):
        self.tab, self.views = tab, views
        setup = json_text({"tab": tab, "views": [asdict(view) for view in views]})
        super().__init__(None, setup=setup, elem_id=f"{tab}-views", **options)

    def first(self, value: Any) -> str:
        """The row, and the styles that show one view."""
        buttons = "".join(f"<button type='button' disabled>{html.escape(view.title)}</button>" for view in self.views)
        row = f'<div class="imfn-view-row"><div class="imfn-segments">{buttons}</div></div>'
        return f"<style>{''.join(self.rules())}</style>{row}"

    def rules(self) -> list[str]:
        """One a view: it is out of sight while another is open."""
        open_, hidden = f"data-view-{self.tab}", "display: none !important"
        first, *others = (f"#{panel_id(self.tab, view.name)}" for view in self.views)
        rules = [f"html:not([{open_}]) {other} {{ {hidden} }}" for other in others]
        for view, panel in zip(self.views, (first, *others), strict=True):
            rules.append(f'html[{open_}]:not([{open_}="{view.name}"]) {panel} {{ {hidden} }}')
        return rules


def panel_id(tab: str, name: str) -> str:
    """The element of a view."""
    return f"{tab}-panel-{name}"


def sub_view(tab: str, name: str) -> gr.Column:
    """The column of a view; use it as a context."""
    return gr.Column(elem_id=panel_id(tab, name), elem_classes="imfn-subview")


def fold(title: str, elem_id: str) -> gr.Column:
    """A card that shows its title alone until it is opened; a link may name it. Use it as a context."""
    column = gr.Column(elem_classes=["imfn-card", "imfn-fold"], elem_id=elem_id)
    with column:
        button = f'<button type="button" aria-expanded="false">{html.escape(title)}</button>'
        heading = f'<div class="imfn-root"><h2 class="imfn-fold-head">{button}</h2></div>'
        quiet = {"elem_classes": ["imfn-view", "imfn-heading"], "padding": False, "apply_default_css": False}
        gr.HTML(heading, js_on_load=mount_script("ui/fold.js"), **quiet)
    return column
