"""The Live card of the Trajectory tab: layout and wiring; `app/sessions/live.py` answers."""

from __future__ import annotations

import gradio as gr
from gradio.context import Context

from app.components import LiveView
from app.sessions.live import LiveSessions, setup


def build_live(sessions: LiveSessions | None = None) -> LiveView:
    """Lay the card out; call it inside a tab. A page that is closed ends its stream."""
    sessions = sessions or LiveSessions()

    def leave(request: gr.Request) -> None:
        sessions.leave(request.session_hash)

    Context.root_block.unload(leave)
    return LiveView(setup=setup(), server_functions=sessions.server_functions())


__all__ = ["build_live"]
