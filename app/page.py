"""The page: header, tabs, API endpoints; and what its launch needs."""

from __future__ import annotations

import math
import os
import sys
from pathlib import Path
from typing import Any

from app.server.folders import ROOT, UPLOADS, keep_tidy, kept, sweep, tidying

os.environ.setdefault("GRADIO_ANALYTICS_ENABLED", "False")
os.environ.setdefault("GRADIO_TEMP_DIR", str(UPLOADS))

import gradio as gr
from starlette.middleware import Middleware

from app.api.media import build_api
from app.components import FAVICON, PageShell, head_html, page_theme, static_paths
from app.server import gpu  # noqa: F401  (first: it must see torch before CUDA is touched)
from app.server.allocator import few_heaps
from app.server.boundary import PageBlocks
from app.server.front_page import FrontPage
from app.server.guard import Guard
from app.server.limits import bound_readers, limits, login
from app.server.models import lend_models, warm_up
from app.server.page_sessions import lean_sessions
from app.server.shelf import Shelf
from app.server.sign_in import checked_login
from app.server.training_limits import bound_workers
from app.server.visitors import proxies
from app.sessions.first_paint import FOLDER
from app.tabs.base import TABS, PageContext, Tab

THREADS = 160
"""calls that Gradio answers at once; questions of views have threads of their own (`app/server/rpc.py`)"""

SESSIONS = 4000
"""visitors whose state is kept, ten kilobytes each: the longest silent ones go first, and are told so"""

SWITCH = 0.0005
"""seconds after which a thread that computes in Python lets another one in, a tenth of what is usual: torch asks to be
let in again after each of the thousand operations of a window, and so does whoever answers clicks after each answer
"""


def build_page() -> gr.Blocks:
    """The whole app, ready to launch."""
    lend_models()
    tabs = [kind() for kind in TABS]
    gr.set_static_paths([*static_paths(style for tab in tabs for style in tab.styles), FOLDER])
    with PageBlocks(title="IMFN Explorer", analytics_enabled=False, delete_cache=cache_times()) as page:
        shell = PageShell([tab.name for tab in tabs])
        with gr.Tabs(elem_classes="imfn-pages") as row:
            context = build_tabs(tabs)
        shell.opens(row)
        for tab in tabs:
            tab.ready(context)
        build_api()
        page.load(warm_up, None, None, queue=False, show_progress="hidden", api_name=False)
    most, public = limits().max_waiting, limits().public
    line = {"max_size": None if math.isinf(most) else int(most), "api_open": not public}
    return page.queue(default_concurrency_limit=2, **line)


def cache_times() -> tuple[int, int] | None:
    """Gradio's own tidying: seconds between two looks, and a file's age. It also empties its folder when the server
    stops; files in our folder are tidied by `keep_tidy` alone, so that they are still there after a restart.
    """
    ours = Path(os.environ["GRADIO_TEMP_DIR"]) == UPLOADS
    return None if ours else (int(tidying()), int(kept()))


def build_tabs(tabs: list[Tab]) -> PageContext:
    """Every tab in its `gr.Tab`; what they share."""
    context = PageContext()
    for tab in tabs:
        with gr.Tab(tab.title, id=tab.name) as place:
            tab.build(context, place)
    return context


def launch_options() -> dict[str, Any]:
    """For `launch`: head, theme, the folder that explorations are served from, and what a shared page needs."""
    tidy_root_path()
    proxies()
    few_heaps()
    lean_sessions()
    sys.setswitchinterval(SWITCH)
    ROOT.mkdir(parents=True, exist_ok=True)
    sweep()
    keep_tidy()
    bounds, most = limits(), limits().max_upload_mb
    return {
        "head": head_html([(tab.name, tab.styles) for tab in TABS]),
        "theme": page_theme(),
        "allowed_paths": [str(ROOT)],
        "max_threads": THREADS,
        "state_session_capacity": SESSIONS,
        "max_file_size": None if math.isinf(most) else f"{most:g}mb",
        "app_kwargs": {"middleware": [Middleware(Shelf), Middleware(Guard), Middleware(FrontPage)]},
        "auth": checked_login(*known) if (known := login()) else None,
        "server_name": os.environ.get("GRADIO_SERVER_NAME") or ("0.0.0.0" if bounds.public else "127.0.0.1"),
        "ssr_mode": False,
        "pwa": False,
        "run_history": False,
        "favicon_path": str(FAVICON),
        "footer_links": [],
    }


def tidy_root_path() -> None:
    """Give GRADIO_ROOT_PATH the slash that it begins with, where somebody left it out."""
    said = os.environ.get("GRADIO_ROOT_PATH", "").strip()
    if said and "://" not in said:
        os.environ["GRADIO_ROOT_PATH"] = "/" + said.strip("/") if said.strip("/") else ""


def bound_everything() -> None:
    """What a shared page's process and its workers keep to from now on: pictures they decode, memory they take."""
    bound_readers()
    bound_workers()
