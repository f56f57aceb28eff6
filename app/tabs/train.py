"""The Train tab: layout and wiring; `app/sessions/training.py` answers what the board asks."""

from __future__ import annotations

import gradio as gr

from app.components import TrainBoard
from app.components.toolbox import shared_note
from app.server.limits import limits
from app.server.models import menu
from app.server.training_limits import watch
from app.sessions.explorations import Explorations
from app.sessions.new_run import setup
from app.sessions.training import Trainings, own_files
from app.tabs.base import TABS, PageContext, Tab
from engine.jobs import Jobs


def build_train(explorations: Explorations, jobs: Jobs | None = None) -> Trainings:
    """Lay the tab out; Explore offers the finished runs. The queue of trainings is looked after from now on."""
    trainings = Trainings(jobs or Jobs(), explorations)
    trainings.jobs.start()
    watch(trainings.jobs)
    explorations.files_of_run = lambda run: own_files(trainings.jobs, run)
    explorations.offered = lambda: menu(trainings.jobs.list() if limits().own_paths else [])
    shared_note(limits().training_sentence)
    TrainBoard(setup=setup(), server_functions=trainings.server_functions())
    return trainings


@TABS.add
class Train(Tab):
    """Trainings of one's own."""

    name, title, place = "train", "Train", 30
    styles = ("train.css", "train_form.css")

    def build(self, context: PageContext, place: gr.Tab) -> None:
        """The board; what it answers with is shared."""
        context.provide(build_train(context.service(Explorations)))


__all__ = ["Train", "build_train"]
