"""A page with all components of the Explore tab and fake explorations, wired as the real tab wires them."""

import json
import time
from pathlib import Path

import gradio as gr

from app.components import (
    ExploreInspector,
    ExploreLevels,
    ExplorePlayer,
    ExploreTree,
    LevelChart,
    PageShell,
    level_figure,
)
from tests.app.fake_exploration import exploration


def payloads(folder: Path) -> dict:
    """Every kind of exploration by name; each a function of the window."""
    return {
        "clip": lambda window=0: exploration(folder, "clip", window=window, windows=3),
        "digits": lambda: exploration(folder, "digits", leaves=128, size=(28, 28, 1)),
        "memory": lambda: exploration(folder, "memory", source=False, only=(4,), notes=("from a memory file",)),
        "tail": lambda: exploration(folder, "tail", count=3),
        "nothing": lambda: None,
    }


def component_page(folder: Path) -> gr.Blocks:
    """Buttons `show-<name>` switch the exploration; the last click on the chart stands in `#heard-select`."""
    made = payloads(folder)
    gr.set_static_paths([folder])
    with gr.Blocks(title="components") as page:
        PageShell()
        with gr.Tabs(elem_classes="imfn-pages"), gr.Tab("Explore", id="explore"):
            with gr.Row(elem_classes="imfn-controls"):
                buttons = {name: gr.Button(name, elem_id=f"show-{name}", elem_classes="imfn-pill") for name in made}
            ExplorePlayer()
            with gr.Row(elem_classes="imfn-columns"):
                with gr.Column(elem_classes="imfn-main"):
                    tree = ExploreTree(made["clip"]())
                with gr.Column(elem_classes="imfn-side"):
                    ExploreInspector()
                    with gr.Column(elem_classes="imfn-card"):
                        ExploreLevels()
                        chart = LevelChart(level_figure(made["clip"]()["levels"]))
            heard = gr.Textbox(elem_id="heard-select", show_label=False)

        def show(name: str):
            payload = made[name]()
            return payload, level_figure(payload["levels"]) if payload else None

        def other_window(event: gr.EventData):
            time.sleep(0.3)
            return made["clip"](event._data["window"])

        def said(event: gr.EventData):
            return json.dumps(event._data)

        for name, button in buttons.items():
            button.click(lambda name=name: show(name), outputs=[tree, chart], show_progress="hidden")
        tree.window(other_window, outputs=tree, show_progress="hidden")
        chart.select(said, outputs=heard, show_progress="hidden")
    return page
