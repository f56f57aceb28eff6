"""What stands around the tabs: the header, and the scripts of the whole page (`assets/js/shell`)."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

import gradio as gr

from app.server.shelf import ASSETS, plotly_script, shelf_url

from .head import header_html
from .view import View


class PageShell(View):
    """The header. Its script follows the address, opens tabs, and starts tour, keys and footer."""

    module = "shell/shell.js"
    card = False

    def __init__(self, tabs: Sequence[str] = (), **options: Any):
        self.events_sent = tuple(f"open_{name}" for name in tabs)
        modules = json.dumps([shelf_url(ASSETS / "js" / module) for module in view_modules()])
        later = {"modules": modules, "plotly": shelf_url(plotly_script())}
        super().__init__(None, elem_classes="imfn-header-block", padding=False, **later, **options)

    def first(self, value: Any) -> str:
        """The header, before any script is there."""
        return header_html()

    def opens(self, row: gr.Tabs) -> None:
        """Have each event `open_<name>` open that tab, in the browser alone."""
        for event in self.events_sent:
            name = event.removeprefix("open_")
            choose = f"() => ({{ __type__: 'update', selected: '{name}' }})"
            getattr(self, event)(None, None, row, js=choose, queue=False, api_name=False, show_progress="hidden")


def view_modules(kind: type[View] = View) -> list[str]:
    """The scripts of all views, so that a tab can be opened for the first time while the server is away."""
    found = {cls.module for cls in kind.__subclasses__() if cls.module}
    return sorted(found.union(*(view_modules(cls) for cls in kind.__subclasses__())))
