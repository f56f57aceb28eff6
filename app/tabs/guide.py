"""The Guide tab: what IMFN does, shown on the visitor's own clip. The browser draws all of it from the one exploration;
from here come only figures that were measured before, read from the checkpoints' cards and from assets/results.
"""

from __future__ import annotations

from typing import Any

import gradio as gr

from app.components import GuideView
from app.server.models import model_names
from app.sessions.predict import Predictions
from app.tabs.base import TABS, PageContext, Tab
from app.tabs.predict import FIRST, setup
from engine.checkpoints import BUNDLED, read_card, student_of
from engine.reports import memory_tables
from engine.reports.tables import index_floats, read

COSTS = {
    "rebuild": "rebuild, dense tree",
    "path": "path update, dense tree",
    "student": "student, one MLP",
}
"""what a leaf costs, as assets/results/streaming.json calls the ways that the Guide shows"""

FORESEE = ("tree, reconstruction", "tree, prediction")
"""the memories of the scene about foresight, by what assets/results/lantern.json calls them"""


@TABS.add
class Guide(Tab):
    """One view; its walk through a dark room alone asks the server."""

    name, title, place = "guide", "Guide", 50
    styles = ("guide.css", "guide_scenes.css")

    def build(self, context: PageContext, place: gr.Tab) -> None:
        """The view with its figures."""
        questions = context.service(Predictions).server_functions()
        GuideView(facts=facts(), server_functions=questions)


def facts() -> dict[str, Any]:
    """Every recorded figure that the Guide states."""
    return {
        "costs": costs(),
        "students": students(),
        "codecs": codecs(),
        "digits": digits(),
        "video": video(),
        "foresee": foresee(),
    }


def foresee() -> dict[str, Any]:
    """A walk through a dark room, two memories that are set against each other, what is recorded of their kinds."""
    rows, known = memory_tables.longest(), {fact["variant"]: fact for fact in setup()["memories"]}
    pair = [known[variant] for variant in FORESEE if variant in known]
    return {
        **FIRST,
        "names": [fact["name"] for fact in pair],
        "labels": [fact["label"] for fact in pair],
        "recorded": [memory_tables.old_skill(rows, fact["variant"]) for fact in pair],
        "seeds": [memory_tables.seeds_of(rows, fact["variant"]) for fact in pair],
    }


def root_of(name: str) -> dict[str, Any]:
    """What a card says of a model's deepest level."""
    return read_card(BUNDLED / name)["metrics"]["levels"][-1]


def costs() -> dict[str, Any]:
    """Multiply-adds of one more leaf, against the number of leaves."""
    streaming = read("assets/results/streaming.json")
    ways = {way["way"]: way["operations"] for way in streaming["ways"]}
    return {"sizes": streaming["sizes"], **{name: ways[way] for name, way in COSTS.items()}}


def students() -> dict[str, Any]:
    """Mean PSNR at the root of every teacher that has a student, beside the student's."""
    pairs = {name: student_of(name) for name in model_names()}
    return {name: compared(name, student) for name, student in pairs.items() if student}


def compared(name: str, follower: str) -> dict[str, Any]:
    """A teacher and its student on the test data of the student's card."""
    student = read_card(BUNDLED / follower)
    theirs, own = root_of(name), student["metrics"]["levels"][-1]
    return {
        "data": student["metrics"]["data"],
        "ratio": own["ratio"],
        "teacher": theirs["mean_psnr"],
        "student": own["mean_psnr"],
    }


def codecs() -> dict[str, Any]:
    """PSNR at equal bytes: the deepest memory as plain numbers, JPEG and H.264."""
    result = read("assets/results/codecs.json")
    deepest = max(row["ratio"] for row in result["rows"])
    rows = [row for row in result["rows"] if row["ratio"] == deepest]
    kinds = ("memory", "jpeg", "h264")
    ways = [
        {
            "storage": row["storage"],
            "bytes": row["memory"]["bytes"],
            **{kind: row[kind]["psnr"] for kind in kinds},
        }
        for row in rows
    ]
    return {"model": result["model"], "data": result["data"], "ratio": deepest, "ways": ways}


def digits() -> dict[str, Any]:
    """The root of digits-128 beside what the authors state."""
    card, root = read_card(BUNDLED / "digits-128"), root_of("digits-128")
    authors = read("assets/results/paper.json")["digits"][-1]
    tree = card["config"]["tree"]
    return {
        "frames": tree["leaves"],
        "floats": tree["channels"],
        "indices": index_floats("digits-128"),
        "ours": {name: root[name] for name in ("mse", "ssim")},
        "authors": {name: authors[name] for name in ("mse", "ssim")},
    }


def video() -> dict[str, Any]:
    """The root of video-16 beside what the authors state at the same ratio."""
    root = root_of("video-16")
    authors = {row["ratio"]: row["psnr"] for row in read("assets/results/paper.json")["video"]}
    return {"ratio": root["ratio"], "ours": root["mean_psnr"], "authors": authors[root["ratio"]]}
