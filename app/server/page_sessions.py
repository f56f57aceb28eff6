"""Gradio's state of a page's session, made only as far as something asks for it.

Gradio computes the configuration of every component of the page for each session that it hears of, for links that hold
a page's state (`DeepLinkButton`). This page has none (`guard.py` closes that door): 30 ms of the server's thread and a
megabyte for every made-up session id would buy nothing. What is computed on demand (`_update_value_in_config`) stays.
"""

from __future__ import annotations

from types import SimpleNamespace
from typing import TYPE_CHECKING

from gradio import state_holder

if TYPE_CHECKING:
    from gradio.blocks import Blocks


class LeanState(state_holder.SessionState):
    """A session that knows the page's components and has computed nothing of them."""

    def __init__(self, blocks: Blocks) -> None:
        super().__init__(SimpleNamespace(default_config=blocks.default_config, blocks=()))  # ty: ignore


def lean_sessions() -> None:
    """Have Gradio make such sessions from now on."""
    state_holder.SessionState = LeanState
