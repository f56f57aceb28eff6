"""A tab from outside the packages, this file and its style sheet; `tests/app/page/test_tabs.py` shows it."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import gradio as gr

from app.tabs.base import TABS, PageContext, Tab


@TABS.add
class Toy(Tab):
    """A greeting that counts."""

    @dataclass(frozen=True, kw_only=True)
    class Config:
        """What it says."""

        greeting: str = "A tab of one's own"

    name, title, place = "toy", "Toy tab", 45
    styles = (Path(__file__).with_name("tab.css"),)

    def build(self, context: PageContext, place: gr.Tab) -> None:
        """A line and a button."""
        gr.Markdown(self.config.greeting, elem_id="toy-words")
        count = gr.Number(0, elem_id="toy-count")
        gr.Button("more", elem_id="toy-more").click(lambda n: n + 1, count, count)
