"""What stands around the tabs: the header, and the scripts of the whole page (`assets/js/shell`)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import gradio as gr

from .head import header_html
from .view import View


class PageShell(View):
    """The header. Its script follows the address, opens tabs, and starts tour, keys and footer."""

    module = "shell/shell.js"
    card = False

    def __init__(self, tabs: Sequence[str] = (), **options: Any):
        self.events_sent = tuple(f"open_{name}" for name in tabs)
        super().__init__(None, elem_classes="imfn-header-block", padding=False, **options)

    def first(self, value: Any) -> str:
        """The header, before any script is there."""
        return header_html()

    def opens(self, row: gr.Tabs) -> None:
        """Have each event `open_<name>` open that tab, in the browser alone."""
        for event in self.events_sent:
            name = event.removeprefix("open_")
            choose = f"() => ({{ __type__: 'update', selected: '{name}' }})"
            getattr(self, event)(None, None, row, js=choose, queue=False, api_name=False, show_progress="hidden")
