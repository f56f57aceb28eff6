"""The Trajectory tab: a memory on its way through its space, tree and student, with everything driven by one time.

`app/sessions/trajectories.py` answers what it asks. The time itself stays in the browser
(`assets/js/trajectory/store.js`).
"""

from __future__ import annotations

from dataclasses import asdict

import gradio as gr
from gradio.context import Context

from app.components import (
    SubView,
    SubViews,
    TrajectoryControls,
    TrajectoryCost,
    TrajectoryDistance,
    TrajectoryMap,
    TrajectoryNow,
    TrajectoryOrder,
    TrajectoryTakeaway,
    TrajectoryTree,
    sub_view,
)
from app.server.models import model_names
from app.sessions.explorations import Explorations
from app.sessions.trajectories import Trajectories
from app.sessions.trajectory import MOST_SEQUENCES, TrajectorySettings
from app.sessions.walks import FIRST, followers
from app.tabs.base import TABS, PageContext, Tab
from app.tabs.live import build_live
from engine.checkpoints import tree_of
from engine.data.samples import samples
from engine.streaming.stream import PADDINGS

SPREADS = ("0.1", "0.3", "0.5", "0.9")
LIVE_WORDS = "frames arrive one at a time; after every one, all that the one memory still holds is recovered again"
VIEWS = (
    SubView(name="path", title="Path", words="where a memory goes while its sequence arrives"),
    SubView(name="live", title="Live", words=LIVE_WORDS),
)
NO_PADDING = "Padding is not offered for a walk: its memories were trained with black frames for what has not come."
WELCOME = "Choose a sequence; its memory is followed leaf by leaf."
HINT = (
    "The path is the memory's [trajectory], drawn by [UMAP] or [PCA]. <b>sequences</b>: how many are followed at once. "
    "<b>neighbours</b>: how many points UMAP keeps together, a third of them unless you say otherwise. "
    "<b>spread</b>: how loosely it may lay them out. <b>[padding]</b>: what stands for leaves that have not arrived, "
    "black frames or nothing at all."
)


def setup() -> dict:
    """What the controls offer, and what is followed first: a sample of small frames, which takes the least time."""
    offered = [s for s in samples() if s.model in model_names()]
    first = next((s for s in offered if tree_of(s.model).frame_shape), offered[0])
    first_follower, *others = followers() or [{"name": "", "label": "none"}]
    by = {"": first_follower["label"], **{each["name"]: each["label"] for each in others}}
    sequences = [str(count) for count in range(1, MOST_SEQUENCES + 1)]
    return {
        "samples": [{"name": s.name, "title": s.title, "model": s.model} for s in offered],
        "first": first.name,
        "settings": asdict(TrajectorySettings()),
        "choices": {"padding": list(PADDINGS), "sequences": sequences, "spread": list(SPREADS), "by": by},
        "walk": FIRST,
        "no_padding": NO_PADDING,
        "message": WELCOME,
        "hint": HINT,
    }


def build_trajectory(trajectories: Trajectories) -> None:
    """Lay the followed trajectory out; the script begins with the first one when the tab is first opened."""
    TrajectoryControls(setup=setup(), server_functions=trajectories.server_functions())
    with gr.Row(elem_classes="imfn-columns"):
        with gr.Column(elem_classes="imfn-main"):
            TrajectoryMap()
            TrajectoryOrder()
            TrajectoryDistance(height=210)
        with gr.Column(elem_classes="imfn-side"):
            TrajectoryNow()
            TrajectoryTree()
            TrajectoryCost()
            with gr.Column(elem_classes=["imfn-card", "imfn-takeaway"]):
                TrajectoryTakeaway()

    def leave(request: gr.Request) -> None:
        trajectories.leave(request.session_hash)

    Context.root_block.unload(leave)


@TABS.add
class Trajectory(Tab):
    """A memory on its way, and a live one."""

    name, title, place = "trajectory", "Trajectory", 20
    styles = ("trajectory.css", "live.css", "live_forest.css")

    def build(self, context: PageContext, place: gr.Tab) -> None:
        """Two views, of which one is shown."""
        SubViews(tab="trajectory", views=VIEWS)
        with sub_view("trajectory", "path"):
            build_trajectory(Trajectories(context.service(Explorations).shown_to))
        with sub_view("trajectory", "live"):
            build_live()


__all__ = ["Trajectory", "build_trajectory"]
