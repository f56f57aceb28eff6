"""The Trajectory tab: a memory on its way through its space, tree and student, with everything driven by one time.

`app/sessions/trajectories.py` answers what it asks. The time itself stays in the browser
(`assets/js/trajectory/store.js`).
"""

from __future__ import annotations

from dataclasses import asdict
from functools import partial

import gradio as gr
from gradio.context import Context

from app.components import (
    PlotlyChart,
    ResultTable,
    TrajectoryControls,
    TrajectoryCost,
    TrajectoryDistance,
    TrajectoryMap,
    TrajectoryNow,
    TrajectoryTakeaway,
    TrajectoryTree,
    terms,
)
from app.components.figures import growth_figure, trail_figure
from app.components.toolbox import card, halves, heading_html, note, shown
from app.server.models import model_names
from app.sessions.explorations import Explorations
from app.sessions.trajectories import Trajectories
from app.sessions.trajectory import MOST_SEQUENCES, TrajectorySettings
from app.tabs.base import TABS, PageContext, Tab
from app.tabs.live import build_live
from engine.checkpoints import bundled, tree_of
from engine.data.samples import samples
from engine.reports import tables
from engine.streaming.stream import PADDINGS

SPREADS = ("0.1", "0.3", "0.5", "0.9")
WELCOME = "Choose a sequence; its memory is followed leaf by leaf."
HINT = (
    "The path is the memory's [trajectory], drawn by [UMAP] or [PCA]. "
    "<b>neighbours</b>: how many points UMAP keeps together, a third of them unless you say otherwise. "
    "<b>spread</b>: how loosely it may lay them out. <b>[padding]</b>: what stands for leaves that have not arrived, "
    "black frames or nothing at all."
)


def setup() -> dict:
    """What the controls offer, and what is followed first: a sample of small frames, which takes the least time."""
    offered = [s for s in samples() if s.model in model_names()]
    first = next((s for s in offered if tree_of(s.model).frame_shape), offered[0])
    sequences = [str(count) for count in range(1, MOST_SEQUENCES + 1)]
    return {
        "samples": [{"name": s.name, "title": s.title} for s in offered],
        "first": first.name,
        "settings": asdict(TrajectorySettings()),
        "choices": {"padding": list(PADDINGS), "sequences": sequences, "spread": list(SPREADS)},
        "message": WELCOME,
    }


def build_trajectory(trajectories: Trajectories) -> None:
    """Lay the followed trajectory out; the script begins with the first one when the tab is first opened."""
    TrajectoryControls(setup=setup(), server_functions=trajectories.server_functions())
    with gr.Row(elem_classes="imfn-columns"):
        with gr.Column(elem_classes="imfn-main"):
            TrajectoryMap()
            TrajectoryDistance(height=250)
        with gr.Column(elem_classes="imfn-side"):
            TrajectoryNow()
            TrajectoryTree()
            TrajectoryCost()
            with gr.Column(elem_classes=["imfn-card", "imfn-takeaway"]):
                TrajectoryTakeaway()
    heading_html(f'<p class="imfn-hint">{terms(HINT)}</p>')

    def leave(request: gr.Request) -> None:
        trajectories.leave(request.session_hash)

    Context.root_block.unload(leave)


def build_recorded() -> None:
    """What was measured on test data, below everything else."""
    cards = [(name, bundled()[0][name]) for name in model_names("student")]
    trails = [(name, card["metrics"]["trail"]) for name, card in cards if "trail" in (card.get("metrics") or {})]
    if trails:
        with halves():
            for name, trail in trails:
                with card(name, "against its teacher, test data"):
                    shown(partial(draw_trail, name, trail), "This chart")
    if (tables.TOP / "assets" / "results" / "students.json").exists():
        with card("How closely students trail", "three trainings each, test data"):
            shown(lambda: ResultTable(tables.students_table(), elem_id="path-students"), "This table")
    with card("As sequences grow", "what one more leaf costs, by the length of the tree"):
        shown(draw_growth, "This chart")


def draw_trail(name: str, trail: dict) -> None:
    """How closely a student follows its teacher."""
    PlotlyChart(trail_figure(trail), height=240, label=f"{name} over t", elem_id=f"path-trail-{name}")
    note(tables.trail_note(trail))


def draw_growth() -> None:
    """What one more leaf costs."""
    streaming = tables.read("assets/results/streaming.json")
    PlotlyChart(growth_figure(streaming), height=340, label="Work against length", elem_id="path-growth")
    note(tables.streaming_note(streaming))


@TABS.add
class Trajectory(Tab):
    """A memory on its way, a live one, and what was measured of both."""

    name, title, place = "trajectory", "Trajectory", 20
    styles = ("trajectory.css", "live.css")

    def build(self, context: PageContext, place: gr.Tab) -> None:
        """Three parts, one below the other."""
        build_trajectory(Trajectories(context.service(Explorations).shown_to))
        build_live()
        build_recorded()


__all__ = ["Trajectory", "build_recorded", "build_trajectory"]
