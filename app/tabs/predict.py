"""The Predict tab: a visitor walks a lantern through a dark room, and sees what memories of the walk believe of it.

`app/sessions/predict.py` answers what it asks, one question a move; the round itself, moves and branches, lives in the
browser (`assets/js/predict/store.js`) and in the address. Below stands what was recorded by `compare lantern`.
"""

from __future__ import annotations

from typing import Any

import gradio as gr

from app.components import MovingDigits, PlotlyChart, PredictBoard, Reproduce, ResultTable, fold
from app.components.memory_figures import lag_figure
from app.components.toolbox import card, halves, note, shown
from app.sessions.foretold import Foretellings, moving_names
from app.sessions.predict import BASELINES, ROOMS, Predictions, label_of, offered
from app.sessions.training import Trainings
from app.tabs.base import TABS, PageContext, Tab
from engine.checkpoints import bundled
from engine.damage import DAMAGE
from engine.data.worlds.moving import AHEAD, SEEN
from engine.data.worlds.rounds import FRAMES
from engine.evaluation.rounds import BINS
from engine.reports import findings, memory_tables

FIRST = {"seed": 12, "moves": "ruuulllldddd" + "rrrrdd"}
"""the round that is shown first: a walk around the room, so that something old can be asked"""
FIRST_DIGITS = 7
"""the sequence of moving digits that is shown first"""
RECORDED = {
    "prediction": "tree, prediction",
    "pixels": "tree, reconstruction",
    "joint": "tree, joint",
    "follow": "student, distilled",
}
"""a tree's objective, or a student's, as assets/results/lantern.json calls its variants"""
NOTHING = "Nothing of `python -m engine compare lantern` is recorded yet."


def setup() -> dict[str, Any]:
    """Memories, what was recorded of their kinds, and the first round."""
    rows = memory_tables.longest()
    return {
        "first": FIRST,
        "steps": FRAMES,
        "rooms": ROOMS,
        "bins": BINS,
        "memories": [facts(name, bundled()[0][name], rows) for name in offered()],
        "rates": memory_tables.find_rates(rows) if rows else {},
        "random": next((row["find_random"] for row in rows if "find_random" in row), None),
    }


def facts(name: str, card: dict, rows: list[dict]) -> dict[str, Any]:
    """What the page says of a memory; the recorded curve is that of other trainings of the same kind."""
    variant = variant_of(card)
    line = memory_tables.lag_lines(rows, ("primary", "more")).get(variant)
    return {
        "name": name,
        "label": label_of(card),
        "floats": card["probe"]["floats"],
        "parameters": card["parameters"],
        "variant": variant,
        "recorded": line and {**line, "seeds": memory_tables.seeds_of(rows, variant)},
    }


def variant_of(card: dict) -> str:
    """What the comparison calls memories of this kind."""
    config = card["config"]
    if config.get("baseline"):
        return BASELINES.get(config["baseline"], "")
    return RECORDED.get(str(config.get("objective", "pixels")), "")


def build_evidence() -> None:
    """What was recorded, folded under how the hypotheses fared; what has no rows yet is said to have none."""
    rows = memory_tables.recorded("lantern")
    if not rows:
        note(NOTHING)
        return
    with fold(title_of(rows), "predict-evidence"):
        with card("Eight hypotheses, written before the runs", "what is false is reported as false"):
            shown(lambda: ResultTable(memory_tables.verdict_table(rows), elem_id="predict-verdicts"), "This table")
        with halves():
            with card("Skill against lag", "means over seeds; shades are 95 % intervals"):
                shown(lambda: draw_lags(rows), "This chart")
            with card("Light the 7 you saw", "between poses at random and an oracle"):
                shown(lambda: ResultTable(memory_tables.find_table(rows), elem_id="predict-rates"), "This table")
        with card("All memories", "fresh, identical probes; the same 1,024 test rooms"):
            shown(lambda: ResultTable(memory_tables.lantern_table(rows), elem_id="predict-table"), "This table")
        with card("Is that chance?", "differences over the same rooms"):
            shown(lambda: ResultTable(memory_tables.primary_table(rows), elem_id="predict-paired"), "This table")
        if any(row["group"] == memory_tables.TIMED for row in rows):
            with card("And at equal time?", "as many steps as fit into the tree's CPU seconds"):
                shown(lambda: ResultTable(memory_tables.seconds_table(rows), elem_id="predict-timed"), "This table")
        Reproduce("python -m engine compare lantern")
    build_longer(memory_tables.LONG, "Trained longer, {steps} steps: does it still hold?")
    build_longer(memory_tables.PLATEAU, "Trained to a plateau, {steps} steps: does copying catch up?")
    build_worlds(memory_tables.recorded("moving"), memory_tables.recorded("recall"))


def build_longer(comparison: str, title: str) -> None:
    """The same after longer trainings, if these are recorded."""
    rows = memory_tables.recorded(comparison)
    if not rows:
        return
    own = f"predict-{comparison.removeprefix('lantern-')}"
    with fold(title.format(steps=f"{rows[0]['steps']:,}"), f"{own}er" if comparison == memory_tables.LONG else own):
        with card("What was expected, and what came", "written before these runs"):
            table = lambda: ResultTable(  # noqa: E731
                memory_tables.long_verdict_table(rows, comparison), elem_id=f"{own}-verdicts"
            )
            shown(table, "This table")
        with card("Skill against lag", "means over seeds; shades are 95 % intervals"):
            shown(lambda: draw_lags(rows, f"{own}-lags"), "This chart")
        with card("All memories", "fresh, identical probes; the same 1,024 test rooms"):
            every = lambda: ResultTable(memory_tables.lantern_table(rows, comparison), elem_id=f"{own}-table")  # noqa: E731
            shown(every, "This table")
        with card("Is that chance?", "differences over the same rooms"):
            shown(lambda: ResultTable(memory_tables.primary_table(rows), elem_id=f"{own}-paired"), "This table")
        Reproduce(f"python -m engine compare {comparison}")


def build_worlds(moving: list[dict], recall: list[dict]) -> None:
    """What was recorded of other worlds than the room."""
    if not moving and not recall:
        return
    with fold("Two more worlds: moving digits, and symbols to be recalled", "predict-worlds"):
        if moving:
            with card("Ten frames after ten", "squared error, beside what needs no memory and beside published rows"):
                shown(lambda: ResultTable(memory_tables.moving_table(moving), elem_id="predict-digits"), "This table")
            Reproduce("python -m engine compare moving")
        if recall:
            with card("Which symbol was it?", "RepeatPrevious and associative recall, from 32 floats"):
                shown(lambda: ResultTable(memory_tables.recall_table(recall), elem_id="predict-recall"), "This table")
            Reproduce("python -m engine compare recall")


def title_of(rows: list[dict]) -> str:
    """How the hypotheses fared."""
    try:
        return findings.memories_finding([each["verdict"] for each in memory_tables.verdicts(rows)])
    except DAMAGE:
        return "Trained to foresee: the record is damaged"


def draw_lags(rows: list[dict], elem_id: str = "predict-lags") -> None:
    """The curves of the primary group."""
    figure = lag_figure(memory_tables.lag_lines(rows))
    PlotlyChart(figure, height=360, label="Skill against lag", elem_id=elem_id)


@TABS.add
class Predict(Tab):
    """A round in the Lantern room, and the evidence."""

    name, title, place = "predict", "Predict", 45
    styles = ("predict_beliefs.css", "predict_game.css", "predict_moving.css", "predict.css")

    def build(self, context: PageContext, place: gr.Tab) -> None:
        """The board, one view; the evidence below."""
        predictions = context.provide(Predictions(owners=context.service(Trainings).owners))
        PredictBoard(setup=setup(), server_functions=predictions.server_functions())
        if moving_names():
            sequence = {"first": FIRST_DIGITS, "seen": SEEN, "ahead": AHEAD}
            MovingDigits(setup=sequence, server_functions=context.provide(Foretellings()).server_functions())
        build_evidence()

    def ready(self, context: PageContext) -> None:
        """The named endpoint."""
        from app.api.predict import build_predict_api

        build_predict_api(context.service(Predictions))


__all__ = ["Predict", "build_evidence", "setup"]
