"""The Explore tab: choose a clip, compress it, walk the tree. `app/sessions/explorations.py` answers what it asks."""

from __future__ import annotations

import gradio as gr
from gradio.context import Context

from app.components import (
    ExploreControls,
    ExploreInspector,
    ExploreLevels,
    ExplorePlayer,
    ExploreTree,
    LevelChart,
    level_figure,
)
from app.components.toolbox import shared_note
from app.server.limits import limits
from app.server.models import model_names
from app.sessions.beside import Besides
from app.sessions.choice import SIZES
from app.sessions.explorations import Explorations, summary
from app.sessions.first_paint import FRAMES, first_session
from app.tabs.base import TABS, PageContext, Tab
from engine.data.samples import samples

WELCOME = "Drop a video or some images anywhere on this page, or choose a sample above."


def setup(sentence: str) -> dict:
    """What the controls offer, and what the line below them says at first."""
    return {
        "samples": [{"name": s.name, "title": s.title, "model": s.model} for s in samples()],
        "models": model_names(),
        "sizes": list(SIZES),
        "first": samples()[0].name,
        "count": str(FRAMES),
        "message": sentence,
    }


@TABS.add
class Explore(Tab):
    """A clip's memory tree."""

    name, title, place = "explore", "Explore", 10

    def build(self, context: PageContext, place: gr.Tab) -> None:
        """Controls above, the views of one selection below; whoever explores is known to the other tabs."""
        explorations = context.provide(Explorations())
        first = first_session()
        payload = first.payload() if first else None
        ExploreControls(
            setup=setup(summary(first) if first else WELCOME), server_functions=explorations.server_functions()
        )
        shared_note(limits().sentence)
        besides = Besides(explorations)
        ExplorePlayer(server_functions=besides.server_functions())
        with gr.Row(elem_classes="imfn-columns"):
            with gr.Column(elem_classes="imfn-main"):
                ExploreTree(payload)
            with gr.Column(elem_classes="imfn-side"):
                ExploreInspector()
                with gr.Column(elem_classes="imfn-card"):
                    ExploreLevels()
                    LevelChart(level_figure(payload["levels"]) if payload else None)
        Context.root_block.unload(leaving(explorations, besides))


def leaving(*left: Explorations | Besides) -> object:
    """What is to be done when a page is closed."""

    def leave(request: gr.Request) -> None:
        for each in left:
            each.leave(request.session_hash)

    return leave


__all__ = ["Explore"]
