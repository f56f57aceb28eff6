"""The Explore tab: choose a clip, compress it, walk the tree. Layout here, work in the handlers below.

Handlers are plain functions; `run` is a generator, so the first window shows while the others are still explored.
"""

from __future__ import annotations

import html
from collections.abc import Iterator
from pathlib import Path

import gradio as gr

from app.components import (
    ExploreInspector,
    ExploreLevels,
    ExplorePlayer,
    ExploreTakeaway,
    ExploreTree,
    LevelChart,
    level_figure,
)
from app.first_paint import first_session
from app.models import model, model_names
from app.session import Session
from app.takeaway import memory_file, numbers_files, video_file
from engine.data.samples import samples
from engine.data.source import Source, open_source
from engine.memory import Memory

SIZES = {"128": 128, "256": 256, "512": 512, "native": None}
MEMORY_START = b'{"__metadata__"'


def status(sentence: str = "", *, error: bool = False) -> str:
    """The quiet line under the controls."""
    kind = "imfn-status error" if error else "imfn-status"
    role = "alert" if error else "status"
    return f'<p class="{kind}" role="{role}">{html.escape(sentence)}</p>' if sentence else ""


def is_memory(path: str) -> bool:
    """Whether a file is one of our memories, by its first bytes or its name."""
    with Path(path).open("rb") as file:
        start = file.read(24)
    return Path(path).suffix == ".imfn" or start[8:].startswith(MEMORY_START[:16])


def opened(choice: dict, model_name: str, size: str, first: float, count: float) -> tuple[Session, Source]:
    """A new session and its source; ValueError in one sentence."""
    loaded = model(model_name)
    first, count = int(first or 0), int(count or 0)
    if first < 0 or count < 1:
        raise ValueError(
            f"The clip starts at frame {first} and has {count} frames; start at 0 or later, take at least 1."
        )
    paths = choice["paths"][0] if len(choice["paths"]) == 1 else choice["paths"]
    source = open_source(
        paths,
        short_side=SIZES[size],
        first=first,
        last=first + count,
        frame_shape=loaded.frame_shape,
        tile=choice.get("tile"),
    )
    session = Session(loaded, choice.get("name") or source.info.name, source.info.fps)
    known = source.info.frames
    total = min(count, known - first) if known else count
    session.stated_windows = max(1, -(-total // loaded.leaves)) if known else 1
    if known and known > first + count:
        source.notes.append(f"Frames {first + 1} to {first + count} of {known}; widen the clip range for more.")
    return session, source


def run(
    choice: dict,
    model_name: str,
    size: str,
    first: float,
    count: float,
    progress: gr.Progress = gr.Progress(),  # noqa: B008
) -> Iterator[tuple]:
    """Explore the chosen input; yields (tree, chart, session, status). A failure leaves the last result alone."""
    try:
        if len(choice["paths"]) == 1 and is_memory(choice["paths"][0]):
            session = from_memory(choice["paths"][0])
            yield shown(session, f"Opened from a memory of {session.memory.floats:,} floats.")
            return
        session, source = opened(choice, model_name, size, first, count)
        for done in session.explore(source):
            progress((done, session.stated_windows), unit="windows", desc="Exploring")
            if done == 1 or done % 4 == 0:
                yield shown(session, f"Window {done} of {max(done, session.stated_windows)} explored.")
        session.stated_windows = session.windows
        yield shown(session, " ".join(session.notes))
    except (ValueError, OSError) as error:
        yield gr.skip(), gr.skip(), gr.skip(), status(str(error), error=True)


def from_memory(path: str) -> Session:
    """A session that shows a memory file."""
    memory = Memory.load(path)
    if memory.model not in model_names():
        raise ValueError(f"This memory was made by {memory.model!r}, which is not here; open it where it was made.")
    session = Session(model(memory.model), memory.name, memory.fps)
    session.open_memory(memory)
    return session


def shown(session: Session, sentence: str) -> tuple:
    """A session's outputs."""
    payload = session.payload()
    return payload, level_figure(payload["levels"]), session, status(sentence)


def show_window(session: Session, event: gr.EventData) -> dict:
    """Another window of the same clip."""
    wanted = int(event._data.get("window", 0))
    return session.payload(min(max(wanted, 0), session.windows - 1))


def keep_choice(event: gr.EventData) -> dict:
    """The selection, for the downloads."""
    return dict(event._data)


def chosen_merges(session: Session, selection: dict) -> int:
    """The level to take away: the selected one, the root when the source row is selected."""
    merges = int((selection or {}).get("merges") or 0)
    if session.memory is not None:
        return session.memory.merges
    return merges if 1 <= merges <= session.model.merges else session.model.merges


def build_explore() -> None:
    """Lay the tab out and wire it."""
    first = first_session()
    payload = first.payload() if first else None
    names = model_names()
    with gr.Row(elem_classes="imfn-controls"):
        upload = gr.UploadButton("Upload video or images", file_count="multiple", elem_id="explore-upload")
        with gr.Row(elem_id="explore-samples", elem_classes="imfn-samples"):
            pills = [(s, gr.Button(s.title, elem_classes="imfn-sample", size="sm")) for s in samples()]
        name = gr.Dropdown(
            names, value="video-16" if "video-16" in names else None, label="model", elem_id="explore-model"
        )
        size = gr.Dropdown(list(SIZES), value="128", label="short side", elem_id="explore-size")
        start = gr.Number(0, precision=0, minimum=0, label="from frame", elem_id="explore-first")
        count = gr.Number(160, precision=0, minimum=1, label="frames", elem_id="explore-count")
        go = gr.Button("Run", variant="primary", elem_id="explore-run")
        stop = gr.Button("Cancel", elem_id="explore-cancel")
    line = gr.HTML(status(), elem_id="explore-status")
    choice = gr.State(sample_choice(samples()[0]))
    session, selection = gr.State(first), gr.State({})
    with gr.Row(elem_classes="imfn-columns"):
        with gr.Column(scale=3):
            tree = ExploreTree(payload)
            ExplorePlayer()
        with gr.Column(scale=1, min_width=280):
            ExploreInspector()
            with gr.Column(elem_classes="imfn-card"):
                ExploreLevels()
                chart = LevelChart(level_figure(payload["levels"]) if payload else None)
            take_away(session, selection, line)
    outputs = [tree, chart, session, line]
    inputs = [choice, name, size, start, count]
    running = [go.click(run, inputs, outputs, api_name=False, show_progress="minimal")]
    picked = upload.upload(uploaded, [upload, name], [choice, name], api_name=False)
    running.append(picked.then(run, inputs, outputs, api_name=False, show_progress="minimal"))
    for sample, pill in pills:
        set_up = pill.click(lambda s=sample: (sample_choice(s), s.model), None, [choice, name], api_name=False)
        running.append(set_up.then(run, inputs, outputs, api_name=False, show_progress="minimal"))
    stop.click(
        lambda: status("Cancelled; what was explored before stays."), None, line, cancels=running, api_name=False
    )
    tree.window(show_window, session, tree, api_name=False, show_progress="hidden")
    tree.choose(keep_choice, None, selection, api_name=False, queue=False, show_progress="hidden")


def take_away(session: gr.State, selection: gr.State, line: gr.HTML) -> None:
    """The download buttons."""
    with gr.Column(elem_classes=["imfn-card", "imfn-takeaway"]):
        gr.HTML("<h2>Take away</h2>", elem_classes="imfn-title")
        memory = gr.DownloadButton("memory", elem_id="explore-memory", size="sm")
        video = gr.DownloadButton("video", elem_id="explore-video", size="sm")
        as_json = gr.DownloadButton("numbers, JSON", elem_id="explore-json", size="sm")
        as_csv = gr.DownloadButton("numbers, CSV", elem_id="explore-csv", size="sm")
        ExploreTakeaway()
    memory.click(lambda s, c: str(memory_file(s, chosen_merges(s, c))), [session, selection], memory, api_name=False)
    video.click(lambda s, c: str(video_file(s, chosen_merges(s, c))), [session, selection], video, api_name=False)
    as_json.click(lambda s: str(numbers_files(s)[0]), session, as_json, api_name=False)
    as_csv.click(lambda s: str(numbers_files(s)[1]), session, as_csv, api_name=False)


def sample_choice(sample: object) -> dict:
    """A sample as a chosen input."""
    return {"paths": [str(sample.path)], "tile": sample.tile, "name": sample.file}


def uploaded(files: list[str], name: str) -> tuple[dict, str]:
    """Uploaded files as a chosen input; small grey pictures go to the digits model."""
    paths = [str(f) for f in files]
    try:
        info = open_source(paths if len(paths) > 1 else paths[0]).info
        if max(info.height, info.width) <= 32 and "digits-128" in model_names():
            name = "digits-128"
    except (ValueError, OSError):
        pass
    return {"paths": paths}, name


__all__ = ["build_explore", "run"]
