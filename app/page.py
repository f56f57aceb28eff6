"""The page: header, tabs, API endpoints; and what its launch needs."""

from __future__ import annotations

import os
from typing import Any

os.environ.setdefault("GRADIO_ANALYTICS_ENABLED", "False")

import gradio as gr

from app.api import build_api
from app.compare import build_compare
from app.components import head_html, header_html, page_theme, static_paths
from app.explore import build_explore
from app.first_paint import FOLDER
from app.live import build_live
from app.models import warm_up
from app.session import ROOT
from app.train import build_train
from app.trajectory import build_recorded, build_trajectory


def build_page() -> gr.Blocks:
    """The whole app, ready to launch."""
    gr.set_static_paths([*static_paths(), FOLDER])
    with gr.Blocks(title="IMFN Explorer", analytics_enabled=False) as page:
        gr.HTML(header_html(), elem_classes="imfn-header-block", padding=False, apply_default_css=False)
        with gr.Tabs(elem_classes="imfn-pages"):
            with gr.Tab("Explore", id="explore"):
                explored = build_explore()
            with gr.Tab("Trajectory", id="trajectory") as tab:
                build_trajectory(tab, explored.session)
                build_live()
                build_recorded()
            with gr.Tab("Train", id="train"):
                desk = build_train(explored)
            with gr.Tab("Compare", id="compare") as tab:
                build_compare(tab, desk.jobs)
        build_api(desk.jobs)
        page.load(warm_up, None, None, queue=False, show_progress="hidden", api_name=False)
    return page.queue(default_concurrency_limit=2)


def launch_options() -> dict[str, Any]:
    """For `launch`: head, theme, and the folder that explorations are served from."""
    ROOT.mkdir(parents=True, exist_ok=True)
    return {
        "head": head_html(),
        "theme": page_theme(),
        "allowed_paths": [str(ROOT)],
        "max_file_size": "500mb",
        "footer_links": [],
    }
