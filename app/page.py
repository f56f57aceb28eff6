"""The page: header, tabs, API endpoints; and what its launch needs."""

from __future__ import annotations

import math
import os
from typing import Any

from app.server.folders import ROOT, UPLOADS, keep_tidy, kept, sweep, tidying

os.environ.setdefault("GRADIO_ANALYTICS_ENABLED", "False")
os.environ.setdefault("GRADIO_TEMP_DIR", str(UPLOADS))

import gradio as gr
from starlette.middleware import Middleware

from app.api.media import build_api
from app.api.runs import build_runs_api
from app.components import FAVICON, head_html, header_html, page_theme, static_paths
from app.server import gpu  # noqa: F401  (first: it must see torch before CUDA is touched)
from app.server.allocator import few_heaps
from app.server.guard import Guard
from app.server.limits import limits, login
from app.server.models import lend_models, warm_up
from app.sessions.first_paint import FOLDER
from app.tabs.compare import build_compare
from app.tabs.explore import build_explore
from app.tabs.guide import build_guide
from app.tabs.live import build_live
from app.tabs.train import build_train
from app.tabs.trajectory import build_recorded, build_trajectory

THREADS = 160
"""calls that Gradio answers at once; those that wait in the line count, so there are more than `explore.AT_ONCE`"""

SESSIONS = 400
"""visitors whose state is kept, half a megabyte each: the longest silent ones go first, and are told so"""


def build_page() -> gr.Blocks:
    """The whole app, ready to launch."""
    lend_models()
    gr.set_static_paths([*static_paths(), FOLDER])
    with gr.Blocks(title="IMFN Explorer", analytics_enabled=False, delete_cache=(int(tidying()), int(kept()))) as page:
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
                contests = build_compare(tab, desk.jobs)
            with gr.Tab("Guide", id="guide"):
                build_guide()
        build_api()
        build_runs_api(desk, contests)
        page.load(warm_up, None, None, queue=False, show_progress="hidden", api_name=False)
    most, public = limits().max_waiting, limits().public
    line = {"max_size": None if math.isinf(most) else int(most), "api_open": not public}
    return page.queue(default_concurrency_limit=2, **line)


def launch_options() -> dict[str, Any]:
    """For `launch`: head, theme, the folder that explorations are served from, and what a shared page needs."""
    few_heaps()
    ROOT.mkdir(parents=True, exist_ok=True)
    sweep()
    keep_tidy()
    bounds, most = limits(), limits().max_upload_mb
    return {
        "head": head_html(),
        "theme": page_theme(),
        "allowed_paths": [str(ROOT)],
        "max_threads": THREADS,
        "state_session_capacity": SESSIONS,
        "max_file_size": None if math.isinf(most) else f"{most:g}mb",
        "app_kwargs": {"middleware": [Middleware(Guard)]},
        "auth": login(),
        "server_name": os.environ.get("GRADIO_SERVER_NAME") or ("0.0.0.0" if bounds.public else "127.0.0.1"),
        "ssr_mode": False,
        "pwa": False,
        "run_history": False,
        "favicon_path": str(FAVICON),
        "footer_links": [],
    }
